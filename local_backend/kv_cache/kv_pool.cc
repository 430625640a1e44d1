#include "local_backend/kv_cache/kv_pool.h"

#include <cstring>
#include <utility>

#include "local_backend/kv_cache/paged_sequence.h"

namespace weir {
namespace {

constexpr std::size_t kLeastPageBytes = 4096;  // of models that keep no keys at all

}  // namespace

KvPool::KvPool(StateLayout layout, std::size_t max_pages)
    : overhead_pages_(overhead_pages(layout)), max_pages_(max_pages) {
  for (const std::size_t floats : layout.recurrent_slots) {
    recurrent_offsets_.push_back(recurrent_floats_);
    recurrent_floats_ += floats;
  }
  for (const KvShape& slot : layout.kv_slots) {
    offsets_.push_back(page_bytes_);
    page_bytes_ += slot.page_bytes();
  }
}

std::size_t KvPool::page_bytes(const StateLayout& layout) {
  std::size_t bytes = 0;
  for (const KvShape& slot : layout.kv_slots) bytes += slot.page_bytes();
  if (bytes == 0 && !layout.recurrent_slots.empty()) return kLeastPageBytes;
  return bytes;
}

std::size_t KvPool::overhead_pages(const StateLayout& layout) {
  const std::size_t bytes = 2 * layout.recurrent_floats() * sizeof(float);
  return bytes == 0 ? 0 : (bytes - 1) / page_bytes(layout) + 1;
}

std::unique_ptr<SequenceState> KvPool::admit(std::size_t capacity, std::size_t reserved) {
  if (PagedSequence::pages_for(capacity) + overhead_pages_ > max_pages_) return nullptr;
  auto sequence = std::make_unique<PagedSequence>(*this, capacity);
  if (!sequence->reserve(reserved)) return nullptr;
  return sequence;
}

bool KvPool::take(std::size_t pages) {
  if (pages > free_pages()) return false;
  while (pages > max_pages_ - taken_pages_) keeper_->give_up();
  taken_pages_ += pages;
  return true;
}

KvPool::Page KvPool::make_page() {
  Page page;
  if (free_.empty()) {
    if (free_.capacity() <= made_pages_) free_.reserve(2 * made_pages_ + 1);
    page = memory_.take(page_bytes_);
    ++made_pages_;
  } else {
    page = std::move(free_.back());
    free_.pop_back();
    if (wipes_) std::memset(page.get(), 0, page_bytes_);
  }
  std::byte* bytes = page.get();
  return {bytes, [this, memory = std::move(page)](std::byte*) mutable {
            free_.push_back(std::move(memory));
          }};
}

KvPool::Page KvPool::copy_of(const Page& page) {
  Page copy = make_page();
  std::memcpy(copy.get(), page.get(), page_bytes_);
  return copy;
}

}  // namespace weir
