#include "local_backend/prompt_lookup.h"

#include <algorithm>

namespace weir {
namespace {

// With the token before them they fill tiles of two, four and eight.
constexpr std::size_t kShortest = 1;
constexpr std::size_t kLongest = 7;
constexpr std::size_t kLongestPause = 64;  // tokens

}  // namespace

// Two threes may have one key: a guess may be wrong anyway.
std::uint64_t PromptLookup::key_of(std::span<const TokenId> tokens) {
  std::uint64_t key = 0;
  for (const TokenId token : tokens.last(kAlike)) {
    key = (key ^ static_cast<std::uint32_t>(token)) * 0x9e3779b97f4a7c15u;
    key ^= key >> 29;
  }
  return key;
}

// All threes but the last: nothing follows that yet.
void PromptLookup::learn(std::span<const TokenId> tokens) {
  for (std::size_t end = std::max(learnt_ + 1, kAlike); end < tokens.size(); ++end) {
    behind_[key_of(tokens.first(end))] = static_cast<std::uint32_t>(end);
    learnt_ = end;
  }
}

std::span<const TokenId> PromptLookup::guess(std::span<const TokenId> tokens, std::size_t most) {
  if (pause_ > 0) {
    --pause_;
    return {};
  }
  if (tokens.size() <= kAlike) return {};
  learn(tokens);
  const auto found = behind_.find(key_of(tokens));
  if (found == behind_.end()) return {};
  const std::span<const TokenId> following = tokens.subspan(found->second);
  return following.first(std::min({following.size(), length_, most}));
}

void PromptLookup::judge(std::size_t guessed, std::size_t right) {
  if (right == guessed) {
    length_ = std::min(2 * length_ + 1, kLongest);
    next_pause_ = kFirstPause;
  } else if (2 * right < guessed) {
    if (length_ == kShortest) {
      pause_ = next_pause_;
      next_pause_ = std::min(2 * next_pause_, kLongestPause);
    }
    length_ = std::max(length_ / 2, kShortest);
  }
}

}  // namespace weir
