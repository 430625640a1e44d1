// How a coroutine of an I/O thread waits for news from another thread.
//
// Belongs to one coroutine and its thread; what caller() gave may be called from any
// thread at any time, also when the coroutine is long gone. Whoever looks for news and
// then waits, with no other wait in between, misses none.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "core/async.h"
#include "core/clock.h"

namespace weir {

class WakeUp {
 public:
  explicit WakeUp(const IoExecutor& executor) : timer_(std::make_shared<Timer>(executor)) {}

  // Ends the wait: posts, and touches nothing else.
  std::function<void()> caller() const {
    return [executor = timer_->get_executor(), weak = std::weak_ptr<Timer>(timer_)] {
      net::post(executor, [weak] {
        if (const auto alive = weak.lock()) alive->cancel();
      });
    };
  }

  // The same from the coroutine's own thread.
  void ring() const { timer_->cancel(); }

  // Until it is rung or called, or until `at`.
  Async<void> wait_until(SteadyTime at) const {
    timer_->expires_at(at);
    co_await timer_->async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
  }

 private:
  using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                          net::wait_traits<std::chrono::steady_clock>, IoExecutor>;

  std::shared_ptr<Timer> timer_;
};

}  // namespace weir
