// The state of a sequence in pages of a KvPool, and two copies of what its recurrent
// blocks remember.
//
// The first pages may be others' too: who reads them never writes there, because a
// forward call writes behind length() only. Belongs to the engine's thread; dies before
// the pool.
#pragma once

#include <cstddef>
#include <vector>

#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/kv_cache/sequence_state.h"

namespace weir {

class PagedSequence : public SequenceState {
 public:
  PagedSequence(KvPool& pool, std::size_t capacity) : pool_(pool), capacity_(capacity) {}
  ~PagedSequence() override;
  PagedSequence(const PagedSequence&) = delete;
  PagedSequence& operator=(const PagedSequence&) = delete;

  std::size_t length() const override { return length_; }
  void advance_to(std::size_t length) override;
  std::size_t capacity() const override { return capacity_; }
  bool reserve(std::size_t length) override;
  void prepare(std::size_t length) override;
  std::byte* kv_page(std::size_t slot, std::size_t page) override;
  RecurrentState recurrent(std::size_t slot) override;

  static std::size_t pages_for(std::size_t tokens) {
    return tokens / kKvPageTokens + (tokens % kKvPageTokens != 0 ? 1 : 0);
  }

 protected:
  KvPool& pool_;
  const std::size_t capacity_;
  std::size_t reserved_ = 0;  // pages that count as its own, made or not
  std::size_t shared_ = 0;    // of pages_, the first ones: count as somebody else's
  std::size_t length_ = 0;
  std::vector<KvPool::Page> pages_;
  std::vector<float> before_;  // all recurrent slots, at length_
  std::vector<float> after_;   // the same, behind the forward call that was prepared
};

}  // namespace weir
