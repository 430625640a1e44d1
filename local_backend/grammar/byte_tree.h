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
    std::uint32_t first = 0;   // of the branches that are one byte longer; they follow each other
    std::uint32_t end = 0;     // of all that are longer; they follow each other too, from first on
    std::uint32_t tokens = 0;  // that end at branches before this one
    std::uint16_t count = 0;   // of the branches that are one byte longer
    std::uint8_t byte = 0;     // the last one of this beginning
  };
  struct Ending {
    std::string_view bytes;
    TokenId token;
  };

  explicit ByteTree(std::vector<Ending> endings);

  // The first one is the root, of no bytes.
  const Branch& operator[](std::uint32_t branch) const { return branches_[branch]; }
  std::span<const TokenId> ending_at(std::uint32_t branch) const {
    return tokens_of(branch, branch + 1);
  }
  std::span<const TokenId> longer_than(std::uint32_t branch) const {
    return tokens_of(branches_[branch].first, branches_[branch].end);
  }

 private:
  std::span<const TokenId> tokens_of(std::uint32_t first, std::uint32_t end) const {
    const std::uint32_t at = branches_[first].tokens;
    return std::span(tokens_).subspan(at, branches_[end].tokens - at);
  }
  void note_characters();

  std::vector<Branch> branches_;  // and one that is none, behind the last
  std::vector<TokenId> tokens_;   // by the branch that they end at
};

}  // namespace weir::grammar
