#include "local_backend/tokenizer/tokenizer.h"

#include <algorithm>

#include "local_backend/gguf/printable.h"
#include "local_backend/tokenizer/byte_pair.h"
#include "local_backend/tokenizer/sentencepiece.h"
#include "local_backend/tokenizer/word_piece.h"

namespace weir {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

}  // namespace

// Collects plain text until a special token ends it.
class Tokenizer::PlainRun {
 public:
  PlainRun(const Tokenizer& tokenizer, std::vector<TokenId>* tokens)
      : tokenizer_(tokenizer), tokens_(tokens) {}

  void add(std::string_view text, PromptSegment::Origin origin) {
    std::size_t begin = behind_blanks(text, 0);
    while (const auto match = tokenizer_.special_.find(text, begin, origin)) {
      text_ += text.substr(begin, match->begin - begin);
      flush();
      tokens_->push_back(match->token);
      opens_ = true;
      swallows_ = tokenizer_.vocabulary_.swallows_blanks(match->token);
      begin = behind_blanks(text, match->begin + match->size);
    }
    text_ += text.substr(begin);
  }

  void flush() {
    if (text_.empty()) return;
    tokenizer_.encode_plain(text_, opens_, tokens_);
    opens_ = false;
    text_.clear();
  }

 private:
  std::size_t behind_blanks(std::string_view text, std::size_t begin) {
    if (!swallows_) return begin;
    const std::size_t end = std::min(text.find_first_not_of(kWhiteSpace, begin), text.size());
    swallows_ = end == text.size();
    return end;
  }

  const Tokenizer& tokenizer_;
  std::vector<TokenId>* tokens_;
  std::string text_;
  bool opens_ = true;
  bool swallows_ = false;  // the token before, what blanks come
};

Result<std::unique_ptr<Tokenizer>> Tokenizer::create(const GgufFile& file) {
  const auto model = file.find_string("tokenizer.ggml.model");
  if (!model) return model.error();
  const std::string_view name = model->value_or("");
  if (name == "llama") return SentencePiece::create(file);
  if (name == "gpt2" || name == "gemma4") return BytePair::create(file);
  if (name == "bert") return WordPiece::create(file);
  return Error{ErrorCode::kInvalidModel, "tokenizer " + printable(name) + " is not supported",
               "tokenizer_unknown"};
}

std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
  std::vector<TokenId> tokens;
  PlainRun run(*this, &tokens);
  run.add(text, PromptSegment::Origin::kUser);
  run.flush();
  return tokens;
}

std::vector<TokenId> Tokenizer::encode(const Prompt& prompt) const {
  std::vector<TokenId> tokens;
  if (vocabulary_.add_bos()) tokens.push_back(*vocabulary_.bos());
  const std::size_t added = tokens.size();
  PlainRun run(*this, &tokens);
  for (const PromptSegment& segment : prompt.segments) run.add(segment.text, segment.origin);
  run.flush();
  if (added != 0 && tokens.size() > added && tokens[added] == tokens[0]) {
    tokens.erase(tokens.begin());
  }
  return tokens;
}

}  // namespace weir
