// Byte-pair tokenizers, `tokenizer.ggml.model = "gpt2"` or "gemma4": GPT-2, Llama 3,
// Qwen and most others.
//
// Text is cut into words by the pattern that `tokenizer.ggml.pre` names; in each word
// pairs of tokens are merged, the earliest line of `tokenizer.ggml.merges` first. A
// file without `tokenizer.ggml.pre` gets the "default" pattern. (Sennrich et al. 2016)
#pragma once

#include "local_backend/tokenizer/byte_tokens.h"
#include "local_backend/tokenizer/merge_table.h"
#include "local_backend/tokenizer/pair_merger.h"
#include "local_backend/tokenizer/pre_tokenizer.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class BytePair final : public Tokenizer {
 public:
  // kInvalidModel for a pattern we do not know, which the error names, for merges
  // that do not fit the tokens, and for a byte of UTF-8 that has no token.
  static Result<std::unique_ptr<Tokenizer>> create(const GgufFile& file);

  void decode(TokenId token, std::string* text) const override;
  bool adds_space_after(TokenId) const override { return false; }

 protected:
  void encode_plain(std::string_view text, bool opens, std::vector<TokenId>* tokens) const override;

 private:
  BytePair(Vocabulary vocabulary, const PreTokenizer& pre, MergeTable merges, ByteTokens bytes);

  bool spells_bytes() const { return pre_.spelling == ByteSpelling::kLetters; }
  std::optional<TokenId> whole_word(std::string_view word) const;
  void add_pieces(std::string_view word, PairMerger* merger) const;
  // Where a word of the pattern that begins at `begin` and goes on to `end` can be cut.
  std::size_t cut(std::string_view text, std::size_t begin, std::size_t end) const;
  void encode_word(std::string_view word, PairMerger* merger, std::vector<TokenId>* tokens) const;

  const PreTokenizer& pre_;
  const MergeTable merges_;
  const ByteTokens bytes_;
  const bool cuts_at_spaces_;  // no merge reaches from a word into the next
};

}  // namespace weir
