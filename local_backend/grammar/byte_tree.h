// Tokens by their bytes, so that those which share a beginning are looked at together.
//
// Immutable after it is made. Any number of threads may share one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "local_backend/grammar/string_tokens.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir::grammar {

class ByteTree {
 public:
  // A beginning that tokens share.
  struct Branch {
    // What a JSON string says where this beginning ends, as far as tokens end there: the character
    // that is whole with its last byte, or begun. Then what is said behind it by all that are
    // longer.
    CharacterBits here = kNoCharacter;
    CharacterBits below = kNoCharacter;
    std::uint32_t first = 0;       // of the branches that are one byte longer, side by side
    std::uint32_t tokens = 0;      // of the first that ends here
    std::uint32_t longer = 0;      // of the first that is longer; they follow each other
    std::uint32_t tokens_end = 0;  // behind the last of these
    std::uint16_t count = 0;       // of the branches that are one byte longer
    std::uint8_t byte = 0;         // the last one of this beginning
  };
  struct Ending {
    std::string_view bytes;
    TokenId token;
  };

  explicit ByteTree(std::vector<Ending> endings);

  // The first one is the root, of no bytes.
  const Branch& operator[](std::uint32_t branch) const { return branches_[branch]; }
  std::span<const TokenId> ending_at(const Branch& branch) const {
    return std::span(tokens_).subspan(branch.tokens, branch.longer - branch.tokens);
  }
  std::span<const TokenId> longer_than(const Branch& branch) const {
    return std::span(tokens_).subspan(branch.longer, branch.tokens_end - branch.longer);
  }

 private:
  void note_characters();

  std::vector<Branch> branches_;
  std::vector<TokenId> tokens_;  // by their bytes
};

}  // namespace weir::grammar
