// Finds what an answer may say next: what followed the last time that its latest tokens stood in
// the prompt or the answer. Code that is edited, fields that are copied and lists of the same
// shape are foretold well, prose is not.
//
// Costs one entry of a table for every token. Belongs to the engine's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class PromptLookup {
 public:
  // How much has to be the same, and beyond how much nobody looks.
  static constexpr std::size_t kAlike = 3;
  static constexpr std::size_t kMostAlike = 16;

  struct Found {
    std::span<const TokenId> tokens;  // that followed; a part of what was searched
    std::size_t alike = 0;            // tokens before them that are the same, kMostAlike at most
  };

  // The tokens that may follow `tokens`, at most `most` of them; none if nothing is alike.
  // `tokens` is what it was at the last call, or longer.
  Found find(std::span<const TokenId> tokens, std::size_t most);

 private:
  static std::uint64_t key_of(std::span<const TokenId> tokens);
  void learn(std::span<const TokenId> tokens);

  std::unordered_map<std::uint64_t, std::uint32_t> behind_;  // where the last such three ended
  std::size_t learnt_ = 0;                                   // tokens whose threes are in behind_
};

}  // namespace weir
