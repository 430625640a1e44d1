#include "local_backend/kernels/worker_pool.h"

#include <algorithm>
#include <new>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace weir::kernels {
namespace {

constexpr int kSpins = 2000;  // some tens of microseconds
constexpr std::uint32_t kOpen = std::uint32_t{1} << 31;

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads)
    : parts_(std::max<std::size_t>(threads, 1)), scratch_(parts_.size()) {
  for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this, i] { worker_main(i); });
}

WorkerPool::~WorkerPool() {
  stopping_.store(true, std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkerPool::run_shared(Job job) {
  job_ = job;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].next.store(job.tasks * i / parts_.size(), std::memory_order_relaxed);
    parts_[i].end = job.tasks * (i + 1) / parts_.size();
  }
  inside_.store(kOpen, std::memory_order_release);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_tasks(job, 0);
  // Nobody joins any more; those who did have tasks to end.
  std::uint32_t left = inside_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
  for (int i = 0; left != 0; ++i) {
    if (i < kSpins) {
      pause();
    } else {
      inside_.wait(left, std::memory_order_acquire);
    }
    left = inside_.load(std::memory_order_acquire);
  }
}

// False if the round is over.
bool WorkerPool::join(std::uint32_t seen) {
  std::uint32_t inside = inside_.load(std::memory_order_acquire);
  while ((inside & kOpen) != 0 && round_.load(std::memory_order_acquire) == seen) {
    if (inside_.compare_exchange_weak(inside, inside + 1, std::memory_order_acq_rel)) return true;
  }
  return false;
}

void WorkerPool::leave() {
  if (inside_.fetch_sub(1, std::memory_order_acq_rel) == 1) inside_.notify_one();
}

void WorkerPool::reserve(Memory* memory, std::size_t bytes) {
  const std::size_t lines = (bytes + sizeof(Line) - 1) / sizeof(Line);
  if (memory->size() < lines) memory->resize(lines);
}

void WorkerPool::reserve_floats(Memory* memory, std::size_t floats) {
  if (floats > memory->max_size()) throw std::bad_alloc();
  reserve(memory, floats * sizeof(float));
}

// The thread's own, then what others have not begun.
void WorkerPool::take_tasks(const Job& job, std::size_t thread) {
  float* scratch = floats_of(scratch_[thread]);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[(thread + i) % parts_.size()];
    while (part.next.load(std::memory_order_relaxed) < part.end) {
      const std::size_t index = part.next.fetch_add(1, std::memory_order_relaxed);
      if (index < part.end) job.call(job.work, index, scratch);
    }
  }
}

std::uint32_t WorkerPool::wait_for_round(std::uint32_t seen) const {
  for (int i = 0; i < kSpins; ++i) {
    const std::uint32_t now = round_.load(std::memory_order_acquire);
    if (now != seen) return now;
    pause();
  }
  round_.wait(seen, std::memory_order_acquire);
  return round_.load(std::memory_order_acquire);
}

void WorkerPool::worker_main(std::size_t thread) {
  std::uint32_t seen = 0;
  for (;;) {
    seen = wait_for_round(seen);
    if (stopping_.load(std::memory_order_relaxed)) return;
    if (!join(seen)) continue;
    take_tasks(job_, thread);
    leave();
  }
}

}  // namespace weir::kernels
