// The tokens of a vocabulary by their bytes, so that those which share a beginning are looked at
// together; and what each does inside a JSON string.
//
// Immutable after it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/tokenizer/token_set.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir::grammar {

// In the order of a walk that goes down before it goes on. Where a beginning is impossible the
// walk goes on behind all that share it.
struct TokenBranch {
  std::uint32_t size = 1;   // branches from this one on that share its beginning
  std::uint16_t depth = 0;  // bytes of the beginning
  std::uint8_t byte = 0;    // its last one
  TokenId token = -1;       // that ends here; the first of equals, see TokenTrie::next_equal()
};
using TokenBranches = std::vector<TokenBranch>;

class TokenTrie {
 public:
  static constexpr std::size_t kMostCounted = 32;
  // The first byte of the name of a token that has no text, such as "<|im_end|>". No UTF-8 has it.
  static constexpr char kControlMark = '\xff';

  // Bytes of token 0, 1, ...; empty for those that may never come.
  explicit TokenTrie(std::vector<std::string> bytes);

  std::size_t tokens() const { return bytes_.size(); }
  std::string_view bytes(TokenId token) const { return bytes_[static_cast<std::size_t>(token)]; }
  TokenId next_equal(TokenId token) const { return next_equal_[static_cast<std::size_t>(token)]; }

  const TokenBranches& all() const { return all_; }
  // Those that read in a string, at the border of characters, hold its end.
  const TokenBranches& leaving() const { return leaving_; }
  // Those that then stay in the string and have so many characters at most, begun ones included.
  TokenSet staying(std::uint32_t characters) const;

 private:
  std::vector<std::string> bytes_;
  std::vector<TokenId> next_equal_;
  TokenBranches all_;
  TokenBranches leaving_;
  std::vector<TokenSet> staying_;                        // by most characters, up to kMostCounted
  std::vector<std::pair<TokenId, std::size_t>> longer_;  // that stay, with their characters
};

// Of a tokenizer's vocabulary.
TokenTrie make_token_trie(const Tokenizer& tokenizer);

}  // namespace weir::grammar
