// Numbers for values: equal values have the same one.
//
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::grammar {

// Of words, as they stand.
struct WordsHash {
  template <class Words>
  std::size_t operator()(const Words& words) const {
    std::uint64_t hash = 0x9e3779b97f4a7c15;
    for (const std::uint32_t word : words) {
      hash = (hash ^ word) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    }
    return hash;
  }
};

// Numbers count from 0, in the order of the first asking.
template <class Words>
class Interned {
 public:
  std::uint32_t id_of(Words words) {
    const auto [found, is_new] =
        ids_.try_emplace(std::move(words), static_cast<std::uint32_t>(values_.size()));
    if (is_new) values_.push_back(&found->first);
    return found->second;
  }
  const Words& operator[](std::uint32_t id) const { return *values_[id]; }
  std::size_t size() const { return values_.size(); }

 private:
  std::unordered_map<Words, std::uint32_t, WordsHash> ids_;
  std::vector<const Words*> values_;  // into ids_, whose nodes stay where they are
};

}  // namespace weir::grammar
