// Guesses what an answer says next: what followed the last time that its latest tokens stood in
// the prompt or the answer. Code that is edited, fields that are copied and lists of the same
// shape are foretold well, prose is not: how many tokens are guessed follows what came true.
//
// A guess costs little beside the token that is computed anyway, and changes nothing: a token of
// it counts only if it is the one that was chosen without it. Belongs to the engine's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "local_backend/tokenizer/prompt.h"

namespace weir {

class PromptLookup {
 public:
  // The tokens that follow `tokens`, at most `most` of them; none if nothing is alike, or guesses
  // came true too seldom of late. `tokens` is what it was at the last call, or longer.
  std::span<const TokenId> guess(std::span<const TokenId> tokens, std::size_t most);

  // What became of a guess that was tried, that was not empty.
  void judge(std::size_t guessed, std::size_t right);

 private:
  static constexpr std::size_t kAlike = 3;  // tokens that have to be the same

  static std::uint64_t key_of(std::span<const TokenId> tokens);
  void learn(std::span<const TokenId> tokens);

  std::unordered_map<std::uint64_t, std::uint32_t> behind_;  // where the last such three ended
  std::size_t learnt_ = 0;                                   // tokens whose threes are in behind_
  std::size_t length_ = 1;                                   // of the next guess
  std::size_t pause_ = 0;                                    // tokens to go without a guess
  std::size_t next_pause_ = kFirstPause;
  static constexpr std::size_t kFirstPause = 4;
};

}  // namespace weir
