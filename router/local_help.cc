#include "router/local_help.h"

#include <algorithm>
#include <string>
#include <utility>

#include "router/cache_salt.h"
#include "router/serve.h"

namespace weir {

const ServedBackend* local_helper(const Snapshot& snapshot,
                                  const std::function<bool(const Capabilities&)>& can) {
  const auto found = std::find_if(snapshot.backends.begin(), snapshot.backends.end(),
                                  [&](const ServedBackend& each) {
                                    return each.backend->backend_class() == BackendClass::kLocal &&
                                           !each.named_only && can(each.backend->capabilities());
                                  });
  return found == snapshot.backends.end() ? nullptr : &*found;
}

Async<Result<Usage>> ask_helper(const ServeInput& input, const ServedBackend& helper,
                                const ChatRequest& request, EventSink& sink, const LedgerRow& row,
                                Usage* used) {
  const std::string salt = cache_salt_of(row.team);
  Attempt attempt{request,      row.id,       helper.local_models.front().upstream,
                  std::nullopt, std::nullopt, salt};
  attempt.team = row.team;
  attempt.team_weight = input.ruling.team().weight;
  attempt.persist = input.ruling.may_persist();
  attempt.unix_ms = row.unix_ms;
  attempt.watched = true;
  const auto span = std::chrono::milliseconds(input.snapshot.config.local.total_timeout_ms);
  const Deadline deadline = Deadline::in(input.services.clock.now(), span);
  Result<Usage> result = co_await helper.backend->run(std::move(attempt), sink, deadline, used);
  if (result) *used = *result;
  co_return result;
}

Message text_message(Role role, std::string_view text) {
  Message message;
  message.role = role;
  message.parts.push_back({TextPart{text}, {}});
  return message;
}

Async<WriteResult> BorrowedVoice::write(const StreamEvent& event) {
  if (event.kind == EventKind::kReasoningDelta) co_return WriteResult::kOk;
  StreamEvent said = event;
  said.normalised = {};
  if (event.kind == EventKind::kUsage) said.usage = usage_;
  co_return co_await next_.write(said);
}

}  // namespace weir
