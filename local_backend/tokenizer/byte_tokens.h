// The tokens that stand for single bytes, with which any text can be encoded.
//
// Immutable and thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

enum class ByteSpelling : std::uint8_t {
  kLetters,  // as GPT-2 spells them, see byte_alphabet.h; other tokens are spelled so too
  kHex,      // <0x0A>, as SentencePiece does; other tokens are UTF-8, U+2581 for a space
};

class ByteTokens {
 public:
  // Where a byte has no token the unknown token stands for it. kInvalidModel if there
  // is none, but bytes that UTF-8 never has may be without: they become "?".
  static Result<ByteTokens> read(const Vocabulary& vocabulary, ByteSpelling spelling);

  TokenId token(char byte) const { return tokens_[static_cast<unsigned char>(byte)]; }

  // The byte that `token` stands for, if it does.
  std::optional<char> byte(TokenId token) const;

 private:
  ByteTokens() = default;
  std::array<TokenId, 256> tokens_{};
};

}  // namespace weir
