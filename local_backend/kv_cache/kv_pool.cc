#include "local_backend/kv_cache/kv_pool.h"

#include <cassert>
#include <new>
#include <utility>

namespace weir {
namespace {

std::size_t pages_for(std::size_t tokens) {
  return tokens / kKvPageTokens + (tokens % kKvPageTokens != 0 ? 1 : 0);
}

constexpr std::size_t kLeastPageBytes = 4096;  // of models that keep no keys at all

std::size_t slot_floats(std::size_t heads, std::size_t width) {
  return heads * width * kKvPageTokens;
}

}  // namespace

class KvPool::PagedSequence final : public SequenceState {
 public:
  PagedSequence(KvPool& pool, std::size_t capacity) : pool_(pool), capacity_(capacity) {}
  ~PagedSequence() override { pool_.give_back(std::move(pages_), reserved_); }

  std::size_t length() const override { return length_; }
  void advance_to(std::size_t length) override {
    length_ = length;
    before_.swap(after_);
  }
  std::size_t capacity() const override { return capacity_; }

  bool reserve(std::size_t length) override {
    assert(length <= capacity_);
    const std::size_t pages = pages_for(length) + pool_.overhead_pages_;
    if (pages <= reserved_) return true;
    if (pages - reserved_ > pool_.free_pages()) return false;
    pool_.reserved_pages_ += pages - reserved_;
    reserved_ = pages;
    return true;
  }

  void prepare(std::size_t length) override {
    if (!reserve(length)) throw std::bad_alloc();
    while (pages_.size() < pages_for(length)) pages_.push_back(pool_.take_page());
    before_.resize(pool_.recurrent_floats_);
    after_.resize(pool_.recurrent_floats_);
  }

  KvPage kv_page(std::size_t slot, std::size_t page) override {
    float* base = pages_[page].get();
    return {base + pool_.offsets_[slot].keys, base + pool_.offsets_[slot].values};
  }

  RecurrentState recurrent(std::size_t slot) override {
    const std::size_t offset = pool_.recurrent_offsets_[slot];
    return {before_.data() + offset, after_.data() + offset};
  }

 private:
  KvPool& pool_;
  const std::size_t capacity_;
  std::size_t reserved_ = 0;
  std::size_t length_ = 0;
  std::vector<Page> pages_;
  std::vector<float> before_;  // all recurrent slots, at length_
  std::vector<float> after_;   // the same, behind the forward call that was prepared
};

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
  if (pages_for(capacity) + overhead_pages_ > max_pages_) return nullptr;
  auto sequence = std::make_unique<PagedSequence>(*this, capacity);
  if (!sequence->reserve(reserved)) return nullptr;
  return sequence;
}

KvPool::Page KvPool::take_page() {
  if (free_.empty()) return std::make_unique<float[]>(page_floats_);
  Page page = std::move(free_.back());
  free_.pop_back();
  return page;
}

void KvPool::give_back(std::vector<Page> pages, std::size_t reserved) {
  for (Page& page : pages) free_.push_back(std::move(page));
  reserved_pages_ -= reserved;
}

}  // namespace weir
