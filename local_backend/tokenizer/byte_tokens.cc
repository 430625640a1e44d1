#include "local_backend/tokenizer/byte_tokens.h"

#include <algorithm>
#include <string>

#include "local_backend/tokenizer/byte_alphabet.h"

namespace weir {
namespace {

std::string hex_name(std::size_t byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">";
}

std::optional<TokenId> find_byte(const Vocabulary& vocabulary, std::size_t byte,
                                 ByteSpelling spelling) {
  const auto id = spelling == ByteSpelling::kHex
                      ? vocabulary.find(hex_name(byte))
                      : vocabulary.find_normal(letter_of_byte(static_cast<std::uint8_t>(byte)));
  return id ? id : vocabulary.unknown();
}

bool never_in_utf8(std::size_t byte) { return byte == 0xc0 || byte == 0xc1 || byte >= 0xf5; }

}  // namespace

Result<ByteTokens> ByteTokens::read(const Vocabulary& vocabulary, ByteSpelling spelling) {
  ByteTokens bytes;
  for (std::size_t byte = 0; byte < bytes.tokens_.size(); ++byte) {
    auto id = find_byte(vocabulary, byte, spelling);
    if (!id && never_in_utf8(byte)) id = bytes.token('?');
    if (!id) {
      return Error{ErrorCode::kInvalidModel,
                   "tokenizer: byte " + std::to_string(byte) + " has no token",
                   "tokenizer_invalid"};
    }
    bytes.tokens_[byte] = *id;
  }
  return bytes;
}

std::optional<char> ByteTokens::byte(TokenId token) const {
  const auto found = std::find(tokens_.begin(), tokens_.end(), token);
  if (found == tokens_.end()) return std::nullopt;
  return static_cast<char>(found - tokens_.begin());
}

}  // namespace weir
