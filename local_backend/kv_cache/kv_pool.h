// The memory for all sequences of one engine: pages of F32 keys and values, with
// a fixed maximum.
//
// A sequence reserves room as it grows; who reserves its worst case at once never
// runs out half-way. The pages themselves are made when they are first needed and
// kept for later sequences. Belongs to the engine's thread; outlives its sequences.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "local_backend/kv_cache/sequence_state.h"

namespace weir {

class KvPool {
 public:
  KvPool(StateLayout layout, std::size_t max_pages);
  KvPool(const KvPool&) = delete;
  KvPool& operator=(const KvPool&) = delete;

  // A sequence of at most `capacity` positions with room for `reserved` of them;
  // nullptr while other sequences hold too many pages. One that asks for more than
  // max_tokens() never fits.
  std::unique_ptr<SequenceState> admit(std::size_t capacity, std::size_t reserved);
  std::unique_ptr<SequenceState> admit(std::size_t capacity) { return admit(capacity, capacity); }

  std::size_t max_tokens() const {
    return (max_pages_ - std::min(overhead_pages_, max_pages_)) * kKvPageTokens;
  }
  std::size_t reserved_pages() const { return reserved_pages_; }
  std::size_t free_pages() const { return max_pages_ - reserved_pages_; }

  // Bytes of one page with all its slots.
  static std::size_t page_bytes(const StateLayout& layout);
  // Pages that a sequence of any length counts for what it remembers beside them.
  static std::size_t overhead_pages(const StateLayout& layout);

 private:
  class PagedSequence;
  using Page = std::unique_ptr<float[]>;

  Page take_page();
  void give_back(std::vector<Page> pages, std::size_t reserved);

  struct SlotOffsets {
    std::size_t keys;
    std::size_t values;
  };
  std::vector<SlotOffsets> offsets_;  // of each slot in a page, in floats
  std::size_t page_floats_ = 0;
  std::vector<std::size_t> recurrent_offsets_;  // of each recurrent slot
  std::size_t recurrent_floats_ = 0;
  const std::size_t overhead_pages_;
  const std::size_t max_pages_;
  std::size_t reserved_pages_ = 0;
  std::vector<Page> free_;
};

}  // namespace weir
