#include "local_backend/kv_cache/kv_pool.h"

#include <utility>

#include "local_backend/kv_cache/paged_sequence.h"

namespace weir {
namespace {

constexpr std::size_t kLeastPageBytes = 4096;  // of models that keep no keys at all

std::size_t slot_floats(std::size_t heads, std::size_t width) {
  return heads * width * kKvPageTokens;
}

}  // namespace

KvPool::KvPool(StateLayout layout, std::size_t max_pages)
    : overhead_pages_(overhead_pages(layout)), max_pages_(max_pages) {
  for (const std::size_t floats : layout.recurrent_slots) {
    recurrent_offsets_.push_back(recurrent_floats_);
    recurrent_floats_ += floats;
  }
  for (const KvShape& slot : layout.kv_slots) {
    const std::size_t keys = page_floats_;
    const std::size_t values = keys + slot_floats(slot.kv_heads, slot.key_width);
    offsets_.push_back({keys, values});
    page_floats_ = values + slot_floats(slot.kv_heads, slot.value_width);
  }
}

std::size_t KvPool::page_bytes(const StateLayout& layout) {
  std::size_t floats = 0;
  for (const KvShape& slot : layout.kv_slots) {
    floats += slot_floats(slot.kv_heads, slot.key_width + slot.value_width);
  }
  if (floats == 0 && !layout.recurrent_slots.empty()) return kLeastPageBytes;
  return floats * sizeof(float);
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
  Memory page;
  if (free_.empty()) {
    if (free_.capacity() <= made_pages_) free_.reserve(2 * made_pages_ + 1);
    page = std::make_unique<float[]>(page_floats_);
    ++made_pages_;
  } else {
    page = std::move(free_.back());
    free_.pop_back();
  }
  return {page.release(), [this](float* memory) { free_.emplace_back(memory); }};
}

KvPool::Page KvPool::copy_of(const Page& page) {
  Page copy = make_page();
  std::copy_n(page.get(), page_floats_, copy.get());
  return copy;
}

}  // namespace weir
