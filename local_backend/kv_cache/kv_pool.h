// The memory for all sequences of one engine: pages of keys and values, with a
// fixed maximum.
//
// A sequence reserves room as it grows; who reserves its worst case at once never
// runs out half-way. The pages themselves are made when they are first needed and
// kept for later sequences. Pages that nobody runs on may be with a PageKeeper, which
// gives them up as soon as a sequence needs them. Belongs to the engine's thread;
// outlives its sequences and the keeper.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "local_backend/kernels/huge_memory.h"
#include "local_backend/kv_cache/sequence_state.h"

namespace weir {

class PagedSequence;

// Holds pages as long as no sequence needs the room.
class PageKeeper {
 public:
  virtual ~PageKeeper() = default;
  // Pages that it would give up one after the other.
  virtual std::size_t spare_pages() const = 0;
  // Gives up at least one of them, through KvPool::give_back(); not called without any.
  virtual void give_up() = 0;
};

class KvPool {
 public:
  // All slots of kKvPageTokens positions. Comes back when nobody holds it any more.
  using Page = std::shared_ptr<std::byte>;

  KvPool(StateLayout layout, std::size_t max_pages);
  KvPool(const KvPool&) = delete;
  KvPool& operator=(const KvPool&) = delete;

  // A sequence of at most `capacity` positions with room for `reserved` of them;
  // nullptr while other sequences hold too many pages. One that asks for more than
  // max_tokens() never fits.
  std::unique_ptr<SequenceState> admit(std::size_t capacity, std::size_t reserved);
  std::unique_ptr<SequenceState> admit(std::size_t capacity) { return admit(capacity, capacity); }

  void set_keeper(PageKeeper* keeper) { keeper_ = keeper; }

  std::size_t max_tokens() const {
    return (max_pages_ - std::min(overhead_pages_, max_pages_)) * kKvPageTokens;
  }
  std::size_t overhead_pages() const { return overhead_pages_; }
  std::size_t reserved_pages() const { return max_pages_ - free_pages(); }
  // Those that the keeper would give up count as free.
  std::size_t free_pages() const {
    return max_pages_ - taken_pages_ + (keeper_ == nullptr ? 0 : keeper_->spare_pages());
  }

  // Counts so many pages as taken from now on, those that the keeper gives up for it
  // if need be. False, and nothing changes, if there are not so many.
  bool take(std::size_t pages);
  void give_back(std::size_t pages) { taken_pages_ -= pages; }

  // The memory of one page; who asks has counted it before. May throw std::bad_alloc.
  Page make_page();
  // The same, with what stands in `page`.
  Page copy_of(const Page& page);

  // From now on a page that is made holds nothing of what stood there before.
  void wipe_pages() { wipes_ = true; }

  // Bytes of one page with all its slots.
  static std::size_t page_bytes(const StateLayout& layout);
  // Pages that a sequence of any length counts for what it remembers beside them.
  static std::size_t overhead_pages(const StateLayout& layout);

 private:
  friend class PagedSequence;
  std::vector<std::size_t> offsets_;  // of each slot in a page
  std::size_t page_bytes_ = 0;
  std::vector<std::size_t> recurrent_offsets_;  // of each recurrent slot
  std::size_t recurrent_floats_ = 0;
  const std::size_t overhead_pages_;
  const std::size_t max_pages_;
  std::size_t taken_pages_ = 0;
  PageKeeper* keeper_ = nullptr;
  bool wipes_ = false;
  std::size_t made_pages_ = 0;
  kernels::HugeMemory memory_;
  std::vector<Page> free_;  // has room for all that were made
};

}  // namespace weir
