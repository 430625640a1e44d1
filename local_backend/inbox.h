// What other threads leave for the engine's thread: requests that wait for a
// slot, and the word that something changed.
//
// Thread-safe. Shared by the engine and its streams, so that a stream may outlive
// the engine.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "local_backend/kv_cache/prefix_archive.h"
#include "local_backend/sampler.h"
#include "local_backend/tenant.h"
#include "local_backend/token_mask.h"
#include "local_backend/token_stream.h"

namespace weir {

// A request that passed every check: the prompt leaves room for max_tokens.
struct EngineRequest {
  std::shared_ptr<Generation> generation;
  std::vector<TokenId> prompt;  // not empty; the sequence takes it
  std::size_t prompt_tokens = 0;
  SamplingParams sampling;  // max_tokens is set, to what the context has room for at most
  std::uint64_t seed = 0;
  std::shared_ptr<TokenMask> mask;
  Tenant tenant;
  std::string cache_salt;
  bool persist = false;              // what is read may go to the archive
  bool looked_up = false;            // in it; for the engine's thread
  std::shared_ptr<PrefixLoad> load;  // what was found there: until it is over, the request waits
  bool logprobs = false;
  std::size_t score_prompt = 0;
  SteadyTime queued_at;
  SteadyTime deadline = SteadyTime::max();

  // See Sequence.
  std::size_t reusable() const {
    return prompt.size() - 1 - std::min(score_prompt, prompt.size() - 1);
  }
  bool expired(SteadyTime now) const { return now >= deadline; }
  bool loading() const { return load != nullptr && !load->over(); }
};

class Inbox {
 public:
  // What a tenant's work so far counts, by weight: the lowest goes first.
  using Served = std::function<double(const Tenant&)>;

  explicit Inbox(std::size_t capacity) : capacity_(capacity) {}

  // False when it is full or the engine is stopping. Who has less than its share of the capacity
  // in it, by weight of those who wait, gets in also when it is full, up to twice the capacity.
  bool push(std::unique_ptr<EngineRequest> request);

  // The request whose turn it is, nullptr if none waits but for its load: the oldest of the tenant
  // that was served least, of equal ones the one that took its last turn longest ago. Whose turn
  // it is and does not fit is waited for. For the engine's thread, which alone takes
  // requests out: it stays there until take().
  EngineRequest* next(const Served& served);
  std::unique_ptr<EngineRequest> take(const EngineRequest* request);

  // Those who wait, each once. For the engine's thread, until it takes requests out.
  std::vector<const Tenant*> tenants() const;

  // Takes out every request that was cancelled while it waited, or came too late.
  std::vector<std::unique_ptr<EngineRequest>> take_stale(SteadyTime now);
  std::vector<std::unique_ptr<EngineRequest>> take_all();

  // Something changed: the wait ends, now or the next time.
  void poke();
  // Also ends at `until`, and when a request that waits runs out of time.
  void wait_until(SteadyTime until);

  void stop();
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  std::size_t size() const;

 private:
  using Queue = std::deque<std::unique_ptr<EngineRequest>>;

  bool has_room_locked(const Tenant& tenant) const;

  const std::size_t capacity_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool poked_ = false;                                      // under mutex_
  std::map<std::string, Queue> queues_;                     // under mutex_: none is empty
  std::size_t size_ = 0;                                    // under mutex_: of all
  std::uint64_t turns_ = 0;                                 // under mutex_: that were given
  std::unordered_map<std::string, std::uint64_t> turn_of_;  // under mutex_: the last one
};

}  // namespace weir
