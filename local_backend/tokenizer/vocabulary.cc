#include "local_backend/tokenizer/vocabulary.h"

#include <array>

namespace weir {
namespace {

Error bad(std::string what) {
  return {ErrorCode::kInvalidModel, "tokenizer: " + std::move(what), "tokenizer_invalid"};
}

// How the known models call the token that ends a turn, where EOS is another.
constexpr std::array<std::string_view, 7> kEndMarkers = {
    "<|im_end|>",    "<|eot_id|>", "<|end|>", "<end_of_turn>",
    "<|endoftext|>", "<|eom_id|>", "<turn|>"};

bool is_end_marker(std::string_view text) {
  for (const std::string_view marker : kEndMarkers) {
    if (text == marker) return true;
  }
  return false;
}

}  // namespace

Result<Vocabulary> Vocabulary::read(const GgufFile& file, VocabularyDefaults defaults) {
  Vocabulary vocabulary;
  if (auto error = vocabulary.read_tokens(file)) return *error;
  if (auto error = vocabulary.read_special_ids(file, defaults)) return *error;
  return vocabulary;
}

std::optional<Error> Vocabulary::read_tokens(const GgufFile& file) {
  const auto texts = file.strings("tokenizer.ggml.tokens", {1, kMaxTokens});
  if (!texts) return texts.error();
  std::vector<std::int64_t> kinds(texts->size(), static_cast<std::int64_t>(TokenKind::kNormal));
  if (file.find("tokenizer.ggml.token_type") != nullptr) {
    auto read = file.integers("tokenizer.ggml.token_type", texts->size());
    if (!read) return read.error();
    kinds = std::move(*read);
  }
  tokens_.reserve(texts->size());
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string_view text = (*texts)[i];
    if (text.size() > kMaxTokenBytes) return bad("token " + std::to_string(i) + " is too long");
    if (kinds[i] < 1 || kinds[i] > 6)
      return bad("token " + std::to_string(i) + " has no known kind");
    const auto kind = static_cast<TokenKind>(kinds[i]);
    const bool special = kind == TokenKind::kControl || kind == TokenKind::kUserDefined;
    tokens_.push_back({std::string(text), kind, special && is_end_marker(text)});
  }
  ids_.reserve(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    ids_.emplace(tokens_[i].text, static_cast<TokenId>(i));
  }
  return std::nullopt;
}

std::optional<Error> Vocabulary::read_id(const GgufFile& file, std::string_view key,
                                         std::optional<TokenId>* id) const {
  const auto value = file.find_uint(key, {0, 0xffffffffu});
  if (!value) return value.error();
  // Files say "none" as -1 stored in 32 bits.
  if (!*value || **value == 0xffffffffu) return std::nullopt;
  if (**value >= size()) return bad(std::string(key) + " is not a token");
  *id = static_cast<TokenId>(**value);
  return std::nullopt;
}

std::optional<Error> Vocabulary::read_special_ids(const GgufFile& file,
                                                  VocabularyDefaults defaults) {
  if (auto error = read_id(file, "tokenizer.ggml.bos_token_id", &bos_)) return error;
  if (auto error = read_id(file, "tokenizer.ggml.unknown_token_id", &unknown_)) return error;
  for (const std::string_view key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
                                     "tokenizer.ggml.eom_token_id"}) {
    std::optional<TokenId> end;
    if (auto error = read_id(file, key, &end)) return error;
    if (end) tokens_[static_cast<std::size_t>(*end)].ends_answer = true;
  }
  const auto add_bos = file.find_bool("tokenizer.ggml.add_bos_token");
  if (!add_bos) return add_bos.error();
  add_bos_ = add_bos->value_or(defaults.add_bos);
  if (add_bos_ && !bos_) return bad("add_bos_token is set but there is no bos_token_id");
  return std::nullopt;
}

std::optional<TokenId> Vocabulary::find(std::string_view text) const {
  const auto found = ids_.find(text);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace weir
