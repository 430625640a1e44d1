// Says that nobody waits for an answer any more, to whoever works on it.
//
// Belongs to one request and its I/O thread: no locks. A worker registers what
// to do (close a socket, cancel a sequence); the session raises it when the
// client goes. Other threads are told by the registered action itself.
#pragma once

#include <functional>
#include <utility>

namespace weir {

class CancelSignal {
 public:
  CancelSignal() = default;
  CancelSignal(const CancelSignal&) = delete;
  CancelSignal& operator=(const CancelSignal&) = delete;

  bool raised() const { return raised_; }

  // Runs the registered action at most once. Further calls do nothing.
  void raise() {
    raised_ = true;
    if (auto action = std::exchange(action_, nullptr)) action();
  }

 private:
  friend class CancelScope;
  bool raised_ = false;
  std::function<void()> action_;
};

// Registers an action for as long as the scope lives. Scopes nest: the inner
// one replaces the outer and puts it back. Runs at once if already raised.
class CancelScope {
 public:
  CancelScope(CancelSignal& signal, std::function<void()> action)
      : signal_(signal), outer_(std::exchange(signal.action_, std::move(action))) {
    if (signal_.raised_) signal_.raise();
  }
  ~CancelScope() { signal_.action_ = std::move(outer_); }
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;

 private:
  CancelSignal& signal_;
  std::function<void()> outer_;
};

}  // namespace weir
