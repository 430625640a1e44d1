#include "router/cli/local_run.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace weir::cli {

Result<Usage> run_local(LocalBackend& backend, const ChatRequest& request, EventSink& sink) {
  net::io_context io;
  Usage partial;
  std::optional<Result<Usage>> result;
  Attempt attempt{request, RequestId{1}, "local", std::nullopt, std::nullopt, {}};
  attempt.watched = true;
  net::co_spawn(io.get_executor(), backend.run(std::move(attempt), sink, Deadline{}, &partial),
                [&](const std::exception_ptr& thrown, Result<Usage> usage) {
                  if (!thrown) result = std::move(usage);
                });
  io.run();
  if (!result) return Error{ErrorCode::kInternal, "the answer could not be made"};
  return std::move(*result);
}

}  // namespace weir::cli
