// What other threads leave for the engine's thread: requests that wait for a
// slot, and the word that something changed.
//
// Thread-safe. Shared by the engine and its streams, so that a stream may outlive
// the engine.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "local_backend/sampler.h"
#include "local_backend/token_mask.h"
#include "local_backend/token_stream.h"

namespace weir {

// A request that passed every check: the prompt leaves room for max_tokens.
struct EngineRequest {
  std::shared_ptr<Generation> generation;
  std::vector<TokenId> prompt;  // not empty
  SamplingParams sampling;      // max_tokens is set, to what the context has room for at most
  std::uint64_t seed = 0;
  std::shared_ptr<TokenMask> mask;
  std::string cache_salt;
};

class Inbox {
 public:
  explicit Inbox(std::size_t capacity) : capacity_(capacity) {}

  // False when it is full or the engine is stopping.
  bool push(std::unique_ptr<EngineRequest> request);

  // The oldest request, if there is one and `fits` says so.
  template <class Fits>
  std::unique_ptr<EngineRequest> pop_if(const Fits& fits) {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() || !fits(*queue_.front())) return nullptr;
    auto request = std::move(queue_.front());
    queue_.pop_front();
    return request;
  }

  // Takes out every request that was cancelled while it waited.
  std::vector<std::unique_ptr<EngineRequest>> take_cancelled();
  std::vector<std::unique_ptr<EngineRequest>> take_all();

  // Something changed: wait() returns, now or the next time.
  void poke();
  void wait();

  void stop();
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  std::size_t size() const;

 private:
  const std::size_t capacity_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool poked_ = false;                                // under mutex_
  std::deque<std::unique_ptr<EngineRequest>> queue_;  // under mutex_
};

}  // namespace weir
