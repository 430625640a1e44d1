// When work must be done: a point on the steady clock, and the wheel that
// closes what is late without a timer per operation.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/clock.h"

namespace weir {

struct Deadline {
  SteadyTime at = SteadyTime::max();

  static Deadline in(SteadyTime now, std::chrono::milliseconds span) { return {now + span}; }
  Deadline sooner(Deadline other) const { return {std::min(at, other.at)}; }
  bool passed(SteadyTime now) const { return now >= at; }
};

// Something that can be late: a connection waiting for bytes. Intrusive list
// node; it leaves the wheel when it is destroyed. Not thread-safe: node and
// wheel belong to one I/O thread.
class Expirable {
 public:
  Expirable() = default;
  Expirable(const Expirable&) = delete;
  Expirable& operator=(const Expirable&) = delete;
  virtual ~Expirable() { unlink(); }

  // Setting is one store: do it before every wait.
  void expires_at(SteadyTime when) { when_ = when; }
  void never_expires() { when_ = SteadyTime::max(); }

 protected:
  // Called at most once per expires_at(). Must not destroy a node of the wheel
  // before it returns.
  virtual void on_expired() = 0;

 private:
  friend class DeadlineWheel;
  void unlink() {
    if (prev_ == nullptr) return;
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = nullptr;
  }

  SteadyTime when_ = SteadyTime::max();
  Expirable* prev_ = nullptr;
  Expirable* next_ = nullptr;
};

// All that can be late on one I/O thread. Its owner calls expire() every
// `kTick` or so; an expiry is noticed within one tick.
class DeadlineWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{50};

  DeadlineWheel() { head_.prev_ = head_.next_ = &head_; }
  ~DeadlineWheel() {
    while (head_.next_ != &head_) head_.next_->unlink();
  }

  void add(Expirable& node) {
    node.unlink();
    node.prev_ = head_.prev_;
    node.next_ = &head_;
    head_.prev_->next_ = &node;
    head_.prev_ = &node;
  }

  // Calls on_expired() of every late node. O(nodes).
  void expire(SteadyTime now) {
    for (Expirable* node = head_.next_; node != &head_;) {
      Expirable* next = node->next_;
      if (now >= node->when_) {
        node->never_expires();
        node->on_expired();
      }
      node = next;
    }
  }

 private:
  struct Head final : Expirable {
    void on_expired() override {}
  };
  Head head_;
};

}  // namespace weir
