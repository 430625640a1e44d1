// Keeps requests away from a target that cannot be reached.
//
// After `failures` connections in a row could not be made the target is down for
// `pause`; then requests try again, and one more failure pauses again. Shared by
// all threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/clock.h"

namespace weir {

class Breaker {
 public:
  explicit Breaker(std::uint32_t failures = 5,
                   std::chrono::milliseconds pause = std::chrono::seconds(5))
      : limit_(failures), pause_(pause) {}

  bool available(SteadyTime now) const {
    return now.time_since_epoch().count() >= down_until_.load(std::memory_order_relaxed);
  }

  void connected() {
    if (failures_.load(std::memory_order_relaxed) != 0) {
      failures_.store(0, std::memory_order_relaxed);
    }
  }

  void failed(SteadyTime now) {
    if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 < limit_) return;
    down_until_.store((now + pause_).time_since_epoch().count(), std::memory_order_relaxed);
  }

 private:
  const std::uint32_t limit_;
  const SteadyTime::duration pause_;
  std::atomic<std::uint32_t> failures_{0};
  std::atomic<SteadyTime::rep> down_until_{SteadyTime::min().time_since_epoch().count()};
};

}  // namespace weir
