#include "local_backend/prompt_lookup.h"

#include <algorithm>

namespace weir {
namespace {

std::size_t count_alike(std::span<const TokenId> a, std::span<const TokenId> b) {
  const std::size_t most = std::min({a.size(), b.size(), PromptLookup::kMostAlike});
  std::size_t alike = 0;
  while (alike < most && a[a.size() - 1 - alike] == b[b.size() - 1 - alike]) ++alike;
  return alike;
}

}  // namespace

// Two threes may have one key: count_alike() tells.
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

PromptLookup::Found PromptLookup::find(std::span<const TokenId> tokens, std::size_t most) {
  if (tokens.size() <= kAlike) return {};
  learn(tokens);
  const auto found = behind_.find(key_of(tokens));
  if (found == behind_.end()) return {};
  const std::size_t end = found->second;
  const std::size_t alike = count_alike(tokens.first(end), tokens);
  if (alike < kAlike) return {};
  const std::span<const TokenId> following = tokens.subspan(end);
  return {following.first(std::min(following.size(), most)), alike};
}

}  // namespace weir
