// Work that waits for a disk, done away from the I/O threads.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/async.h"

namespace weir {

// Runs `work` on a thread of `pool` and goes on with its result on the caller's I/O
// thread. `work` must not throw. The pool is joined before the I/O contexts go.
template <class Work>
Async<std::invoke_result_t<Work>> run_blocking(net::thread_pool& pool, Work work) {
  constexpr net::use_awaitable_t<IoExecutor> kAwait{};
  using Value = std::invoke_result_t<Work>;
  std::optional<Value> value;  // lives in this coroutine, which waits
  co_await net::async_initiate<decltype(kAwait), void()>(
      [&](auto handler) {
        const IoExecutor executor = net::get_associated_executor(handler);
        net::post(pool, [&value, &work, guard = net::make_work_guard(executor), executor,
                         handler = std::move(handler)]() mutable {
          value.emplace(work());
          net::post(executor, std::move(handler));
        });
      },
      kAwait);
  co_return std::move(*value);
}

}  // namespace weir
