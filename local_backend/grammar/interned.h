// Numbers for lists of words: equal lists have the same one.
//
// One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace weir::grammar {

using Words = std::span<const std::uint32_t>;

// Numbers count from 0, in the order of the first asking. The lists stay where they are.
class Interned {
 public:
  std::uint32_t id_of(Words words) {
    if (2 * (lists_.size() + 1) > slots_.size()) grow();
    const std::uint32_t hash = hash_of(words);
    std::uint32_t& slot = slots_[slot_of(words, hash)];
    if (slot == kFree) {
      slot = static_cast<std::uint32_t>(lists_.size());
      lists_.push_back({keep(words), hash});
    }
    return slot;
  }
  Words operator[](std::uint32_t id) const { return lists_[id].words; }
  std::size_t size() const { return lists_.size(); }

 private:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};
  static constexpr std::size_t kLeastSlots = 64;
  static constexpr std::size_t kBlockWords = 4096;

  struct List {
    Words words;
    std::uint32_t hash;
  };

  static std::uint32_t hash_of(Words words) {
    std::uint64_t hash = 0x9e3779b97f4a7c15;
    for (const std::uint32_t word : words) {
      hash = (hash ^ word) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    }
    return static_cast<std::uint32_t>(hash);
  }

  // Where it is, or where there is room for it.
  std::size_t slot_of(Words words, std::uint32_t hash) const {
    const std::size_t last = slots_.size() - 1;
    for (std::size_t at = hash & last;; at = (at + 1) & last) {
      if (slots_[at] == kFree) return at;
      const List& list = lists_[slots_[at]];
      if (list.hash == hash && std::ranges::equal(list.words, words)) return at;
    }
  }

  void grow() {
    slots_.assign(std::max(2 * slots_.size(), kLeastSlots), kFree);
    const std::size_t last = slots_.size() - 1;
    for (std::uint32_t id = 0; id < lists_.size(); ++id) {
      std::size_t at = lists_[id].hash & last;
      while (slots_[at] != kFree) at = (at + 1) & last;
      slots_[at] = id;
    }
  }

  Words keep(Words words) {
    if (words.size() > room_.size()) {
      blocks_.push_back(std::make_unique<std::uint32_t[]>(std::max(words.size(), kBlockWords)));
      room_ = {blocks_.back().get(), std::max(words.size(), kBlockWords)};
    }
    const std::span<std::uint32_t> kept = room_.first(words.size());
    std::ranges::copy(words, kept.begin());
    room_ = room_.subspan(words.size());
    return kept;
  }

  std::vector<std::uint32_t> slots_;  // numbers by hash; a power of two
  std::vector<List> lists_;
  std::vector<std::unique_ptr<std::uint32_t[]>> blocks_;
  std::span<std::uint32_t> room_;  // what is free of the last block
};

}  // namespace weir::grammar
