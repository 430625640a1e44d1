// A thread for what would keep its owner waiting: errands, one after the other.
//
// The thread begins with the first errand. An errand's two functions are made, called with
// what came of it, and destroyed on the owner's thread; only `run` itself is called elsewhere.
// So what they hold need not be thread-safe. Belongs to its owner's thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "core/clock.h"

namespace weir {

class SideThread {
 public:
  // Waits for whoever computes: it gets what they leave of the processors.
  enum class Priority : std::uint8_t { kUsual, kLowest };

  // `news` is called on the thread when an errand is done; it must be quick.
  SideThread(Priority priority, std::function<void()> news)
      : priority_(priority), news_(std::move(news)) {}
  // Waits for the errand that runs; the others are dropped.
  ~SideThread();
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  // `after` gets the answer of `run` from collect(), false if that threw, or is never called;
  // it must not throw.
  void give(std::function<bool()> run, std::function<void(bool)> after);
  // Given, and `after` was not called yet.
  std::size_t under_way() const { return under_way_; }
  // What is done.
  void collect();
  // Waits until there is something to collect, or until then.
  void wait_until(SteadyTime until);
  // The owner goes: errands that take long should end.
  bool stopping() const { return stopping_; }
  void stop();

 private:
  struct Errand {
    std::function<bool()> run;
    std::function<void(bool)> after;
    bool answer = false;
  };

  void work();

  const Priority priority_;
  const std::function<void()> news_;
  std::size_t under_way_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Errand> waiting_;  // under mutex_
  std::deque<Errand> done_;     // under mutex_
  std::thread thread_;
};

}  // namespace weir
