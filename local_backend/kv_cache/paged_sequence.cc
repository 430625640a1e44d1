#include "local_backend/kv_cache/paged_sequence.h"

#include <cassert>
#include <new>

namespace weir {

PagedSequence::~PagedSequence() { pool_.give_back(reserved_); }

void PagedSequence::advance_to(std::size_t length) {
  length_ = length;
  before_.swap(after_);
}

bool PagedSequence::reserve(std::size_t length) {
  assert(length <= capacity_);
  const std::size_t pages = pages_for(length) + pool_.overhead_pages_;
  if (pages <= reserved_ + shared_) return true;
  if (!pool_.take(pages - reserved_ - shared_)) return false;
  reserved_ = pages - shared_;
  return true;
}

void PagedSequence::prepare(std::size_t length) {
  if (!reserve(length)) throw std::bad_alloc();
  while (pages_.size() < pages_for(length)) pages_.push_back(pool_.make_page());
  before_.resize(pool_.recurrent_floats_);
  after_.resize(pool_.recurrent_floats_);
}

std::byte* PagedSequence::kv_page(std::size_t slot, std::size_t page) {
  return pages_[page].get() + pool_.offsets_[slot];
}

RecurrentState PagedSequence::recurrent(std::size_t slot) {
  const std::size_t offset = pool_.recurrent_offsets_[slot];
  return {before_.data() + offset, after_.data() + offset};
}

}  // namespace weir
