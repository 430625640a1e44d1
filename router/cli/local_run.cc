#include "router/cli/local_run.h"

namespace weir::cli {

Async<Result<Usage>> local_answer(LocalBackend& backend, const ChatRequest& request,
                                  EventSink& sink) {
  Usage partial;
  Attempt attempt{request, RequestId{1}, "local", std::nullopt, std::nullopt, {}};
  attempt.watched = true;
  co_return co_await backend.run(std::move(attempt), sink, Deadline{}, &partial);
}

}  // namespace weir::cli
