// SentencePiece BPE, `tokenizer.ggml.model = "llama"`: Llama 2, Mistral, Gemma 1-3.
//
// Pairs of pieces are merged, best score first, leftmost among equals; a
// character that is in no piece becomes its bytes. (Kudo & Richardson 2018)
#pragma once

#include "local_backend/tokenizer/byte_tokens.h"
#include "local_backend/tokenizer/pair_merger.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class SentencePiece final : public Tokenizer {
 public:
  // kInvalidModel unless every byte has a token or the file names an unknown token.
  static Result<std::unique_ptr<Tokenizer>> create(const GgufFile& file);

  void decode(TokenId token, std::string* text) const override;
  bool adds_space_after(TokenId before) const override;

 protected:
  void encode_plain(std::string_view text, bool opens, std::vector<TokenId>* tokens) const override;

 private:
  SentencePiece(Vocabulary vocabulary, std::vector<float> scores, ByteTokens bytes,
                bool add_space_prefix);
  // A piece that plain text may become: never a control token.
  std::optional<TokenId> find_piece(std::string_view text) const;
  // Appends the tokens of text whose spaces are escaped.
  void encode_escaped(std::string_view text, PairMerger* merger,
                      std::vector<TokenId>* tokens) const;

  const std::vector<float> scores_;
  const ByteTokens bytes_;
  const bool add_space_prefix_;
  const bool pieces_stay_in_words_;  // so words can be encoded one by one
};

}  // namespace weir
