// WordPiece, `tokenizer.ggml.model = "bert"`: the uncased vocabularies of BERT and of
// the embedding models after it.
//
// Words are cut at white space, around punctuation and around each Han character, and
// lose case and accents; a word is then the longest pieces from its left, or the unknown
// token when any part of it is in no piece. So decoding does not give the text back.
// (Devlin et al. 2018, its reference implementation)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class WordPiece final : public Tokenizer {
 public:
  // Words of more characters are one unknown token.
  static constexpr std::size_t kLongestWord = 100;

  // kInvalidModel if the file names no unknown token.
  static Result<std::unique_ptr<Tokenizer>> create(const GgufFile& file);

  void decode(TokenId token, std::string* text) const override;
  bool adds_space_after(TokenId before) const override;
  bool keeps_text() const override { return false; }

 protected:
  void encode_plain(std::string_view text, bool opens, std::vector<TokenId>* tokens) const override;

 private:
  explicit WordPiece(Vocabulary vocabulary) : Tokenizer(std::move(vocabulary)) {}
  class Words;
  std::optional<TokenId> find_first(std::string_view part) const;
  std::optional<TokenId> find_next(std::string_view part) const;
  void encode_word(std::string_view word, std::vector<TokenId>* tokens) const;
};

}  // namespace weir
