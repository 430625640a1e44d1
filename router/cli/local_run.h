// Runs a local model for a verb, without a server around it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "core/async.h"
#include "core/chat.h"
#include "core/event.h"
#include "core/result.h"
#include "core/usage.h"
#include "local_backend/local_backend.h"

namespace weir::cli {

// The answer to `request`, in `sink`, with the signals of the prompt. All of it outlives the
// coroutine.
Async<Result<Usage>> local_answer(LocalBackend& backend, const ChatRequest& request,
                                  EventSink& sink);

// Blocks until `work` is done. kInternal if it threw.
template <class T>
Result<T> run_blocking(Async<Result<T>> work) {
  net::io_context io;
  std::optional<Result<T>> result;
  net::co_spawn(io.get_executor(), std::move(work),
                [&](const std::exception_ptr& thrown, Result<T> done) {
                  if (!thrown) result = std::move(done);
                });
  io.run();
  if (!result) return Error{ErrorCode::kInternal, "the answer could not be made"};
  return std::move(*result);
}

}  // namespace weir::cli
