#include "local_backend/kernels/worker_pool.h"

#include <algorithm>
#include <new>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace weir::kernels {
namespace {

constexpr int kSpins = 2000;  // some tens of microseconds

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads) : scratch_(std::max<std::size_t>(threads, 1)) {
  for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this, i] { worker_main(i); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkerPool::run_shared(Job job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    job_ = job;
    open_ = true;
    next_.store(0, std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    wake = sleeping_ != 0;
  }
  if (wake) work_ready_.notify_all();
  take_tasks(job, floats_of(scratch_.front()));
  std::unique_lock lock(mutex_);
  open_ = false;
  all_left_.wait(lock, [this] { return inside_ == 0; });
}

void WorkerPool::reserve(Memory* memory, std::size_t bytes) {
  const std::size_t lines = (bytes + sizeof(Line) - 1) / sizeof(Line);
  if (memory->size() < lines) memory->resize(lines);
}

void WorkerPool::reserve_floats(Memory* memory, std::size_t floats) {
  if (floats > memory->max_size()) throw std::bad_alloc();
  reserve(memory, floats * sizeof(float));
}

void WorkerPool::take_tasks(const Job& job, float* scratch) {
  for (;;) {
    const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= job.tasks) return;
    job.call(job.work, index, scratch);
  }
}

void WorkerPool::spin_for_work(std::uint64_t seen) const {
  for (int i = 0; i < kSpins && round_.load(std::memory_order_acquire) == seen; ++i) pause();
}

void WorkerPool::worker_main(std::size_t thread) {
  std::uint64_t seen = 0;
  for (;;) {
    spin_for_work(seen);
    std::unique_lock lock(mutex_);
    ++sleeping_;
    work_ready_.wait(lock, [&] { return stopping_ || round_ != seen; });
    --sleeping_;
    if (stopping_) return;
    seen = round_;
    if (!open_) continue;
    ++inside_;
    const Job job = job_;
    lock.unlock();
    take_tasks(job, floats_of(scratch_[thread]));
    lock.lock();
    if (--inside_ == 0) all_left_.notify_one();
  }
}

}  // namespace weir::kernels
