#include "local_backend/embedding_tokens.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t kNone = 0xffffffff;  // how files say -1

struct Addition {
  std::string_view flag;                     // whether it is added
  std::array<std::string_view, 2> id_names;  // its id, the usual key first
};

// Encoders add both unless their file says otherwise; "seperator" is how GGUF spells it.
constexpr Addition kClassToken = {"tokenizer.ggml.add_bos_token",
                                  {"tokenizer.ggml.cls_token_id", "tokenizer.ggml.bos_token_id"}};
constexpr Addition kSeparator = {
    "tokenizer.ggml.add_sep_token",
    {"tokenizer.ggml.seperator_token_id", "tokenizer.ggml.eos_token_id"}};

Result<std::optional<TokenId>> addition_of(const GgufFile& file, const Addition& addition,
                                           const Vocabulary& vocabulary) {
  const auto wanted = file.find_bool(addition.flag);
  if (!wanted) return wanted.error();
  if (!wanted->value_or(true)) return std::optional<TokenId>();
  for (const std::string_view name : addition.id_names) {
    const auto id = file.find_uint(name, {0, kNone});
    if (!id) return id.error();
    if (!*id || **id == kNone) continue;
    if (**id < vocabulary.size()) return std::optional<TokenId>(static_cast<TokenId>(**id));
    return Error{ErrorCode::kInvalidModel, std::string(name) + " is not a token",
                 "tokenizer_invalid"};
  }
  return std::optional<TokenId>();
}

std::size_t longest_text(const Vocabulary& vocabulary) {
  std::size_t longest = 1;
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    longest = std::max(longest, vocabulary.text(static_cast<TokenId>(i)).size());
  }
  return longest;
}

}  // namespace

EmbeddingTokens::EmbeddingTokens(std::shared_ptr<const Tokenizer> tokenizer)
    : tokenizer_(std::move(tokenizer)) {
  if (tokenizer_->keeps_text()) longest_token_bytes_ = longest_text(tokenizer_->vocabulary());
}

Result<EmbeddingTokens> EmbeddingTokens::create(const GgufFile& file,
                                                std::shared_ptr<const Tokenizer> tokenizer) {
  const Vocabulary& vocabulary = tokenizer->vocabulary();
  EmbeddingTokens made(std::move(tokenizer));
  const auto model = file.find_string("tokenizer.ggml.model");
  if (!model) return model.error();
  if (model->value_or("") != "bert") {
    if (vocabulary.add_bos()) made.before_ = vocabulary.bos();
    if (vocabulary.add_eos()) made.behind_ = vocabulary.eos();
    return made;
  }
  const auto before = addition_of(file, kClassToken, vocabulary);
  if (!before) return before.error();
  const auto behind = addition_of(file, kSeparator, vocabulary);
  if (!behind) return behind.error();
  made.before_ = *before;
  made.behind_ = *behind;
  return made;
}

std::vector<TokenId> EmbeddingTokens::encode(std::string_view text) const {
  std::vector<TokenId> tokens;
  if (before_) tokens.push_back(*before_);
  const std::vector<TokenId> inner = tokenizer_->encode(text);
  tokens.insert(tokens.end(), inner.begin(), inner.end());
  if (behind_) tokens.push_back(*behind_);
  return tokens;
}

bool EmbeddingTokens::surely_more(std::string_view text, std::size_t tokens) const {
  return longest_token_bytes_ > 0 && text.size() / longest_token_bytes_ > tokens;
}

}  // namespace weir
