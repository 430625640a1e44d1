// The tokens that an embedding model reads for a text: those of the text, and what the
// model's file wants around it (BOS and EOS; an encoder's CLS and SEP).
//
// Immutable and thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class EmbeddingTokens {
 public:
  // kInvalidModel for an id that is no token.
  static Result<EmbeddingTokens> create(const GgufFile& file,
                                        std::shared_ptr<const Tokenizer> tokenizer);

  // What looks like a control token is plain text. O(n log n).
  std::vector<TokenId> encode(std::string_view text) const;

  // Whether the size of a text alone says that it has more tokens than that.
  bool surely_more(std::string_view text, std::size_t tokens) const;

 private:
  explicit EmbeddingTokens(std::shared_ptr<const Tokenizer> tokenizer);

  std::shared_ptr<const Tokenizer> tokenizer_;
  std::size_t longest_token_bytes_ = 0;  // 0: text may vanish, so its size says nothing
  std::optional<TokenId> before_;
  std::optional<TokenId> behind_;
};

}  // namespace weir
