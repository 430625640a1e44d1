#include "router/serve.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cloud_adapters/upstream/https_client.h"
#include "metrics/prices.h"
#include "router/worst_cost.h"

namespace weir {
namespace {

Route route_of(BackendClass backend_class) {
  switch (backend_class) {
    case BackendClass::kLocal: return Route::kLocal;
    case BackendClass::kSite: return Route::kSite;
    case BackendClass::kCloud: return Route::kCloud;
  }
  return Route::kCloud;
}

bool is_local(const ServedBackend& served) {
  return served.backend->backend_class() == BackendClass::kLocal;
}

Reservation reservation_of(const ServeInput& input, const ServedBackend& served,
                           const Candidate& candidate, const LedgerRow& row,
                           const EgressPermit& permit) {
  Reservation reservation;
  reservation.id = row.id;
  reservation.unix_ms = row.unix_ms;
  reservation.team = row.team;
  reservation.key_id = row.key_id;
  reservation.requested_model = row.requested_model;
  reservation.model = candidate.model;
  reservation.backend = served.backend->name();
  reservation.route = route_of(served.backend->backend_class());
  reservation.bound = worst_cost(input.snapshot, served, input.request, candidate.model);
  reservation.permit_id = permit.id();
  reservation.policy_version = row.policy_version;
  reservation.reason = row.reason;
  reservation.dialect = row.dialect;
  return reservation;
}

void note_attempt(const ServedBackend& served, const Candidate& candidate, Reason reason,
                  LedgerRow& row) {
  const Route route = route_of(served.backend->backend_class());
  row.escalated = row.escalated || (row.route == Route::kLocal && route != Route::kLocal);
  row.route = route;
  row.backend = served.backend->name();
  row.provider = served.provider;
  row.model_hash = served.model_hash;
  row.model = candidate.model;
  row.reason = reason;
  row.usage = {};
  ++row.attempts;
}

// One try of one candidate. row.usage holds what was used, also after an error.
Async<Result<Usage>> attempt(const ServeInput& input, const Candidate& candidate, Reason reason,
                             LedgerRow& row) {
  const ServedBackend& served = input.snapshot.backends[candidate.backend];
  note_attempt(served, candidate, reason, row);
  Attempt attempt{input.request, row.id, candidate.model, std::nullopt, std::nullopt, row.team};
  if (row.route != Route::kLocal) {
    Result<EgressPermit> permit = input.services.permits.issue(
        input.ruling, row.id, served.backend->name(), served.backend->backend_class());
    if (!permit) co_return permit.error();
    row.permit_id = permit->id();
    const Result<void> reserved = co_await input.services.ledger.reserve(
        reservation_of(input, served, candidate, row, *permit));
    if (!reserved) co_return reserved.error();
    attempt.permit.emplace(std::move(*permit));
    attempt.body = input.services.permits.original_body(input.ruling, input.request);
  }
  if (input.sink.cancel().raised()) {
    co_return Error{ErrorCode::kCancelled, "the client has gone"};
  }
  RouteLabel label;
  label.route = to_string(row.route);
  label.backend = served.backend->name();
  label.model = candidate.model;
  label.reason = row.reason;
  input.sink.begin_attempt(label);
  const auto span = std::chrono::milliseconds(served.config != nullptr
                                                  ? served.config->total_timeout_ms
                                                  : input.snapshot.config.local.total_timeout_ms);
  co_return co_await served.backend->run(
      std::move(attempt), input.sink, Deadline::in(input.services.clock.now(), span), &row.usage);
}

// Whether another candidate may do what this one could not.
bool may_move_on(const ServedBackend& served, const Error& error) {
  if (error.code == ErrorCode::kCancelled) return false;
  if (is_local(served)) return error.code != ErrorCode::kInvalidRequest;
  return another_try_may_help(error) || error.code == ErrorCode::kStorage;
}

// Whether the same backend deserves another try at once: what failed took no time
// and nobody asked us to wait.
bool may_repeat(const ServedBackend& served, const Error& error, std::int64_t repeated) {
  if (is_local(served)) return false;
  if (error.detail == "upstream_stale") return repeated == 0;
  if (repeated >= served.config->retries) return false;
  switch (error.code) {
    case ErrorCode::kUpstreamConnect:
    case ErrorCode::kUpstreamClosed: return true;
    case ErrorCode::kUpstreamStatus:
      return error.upstream != nullptr && error.upstream->status >= 500 &&
             error.upstream->retry_after.empty() && error.upstream->should_retry != "false";
    default: return false;
  }
}

// What a failed attempt cost. Tokens without a price make the whole sum unknown.
void add_spent(const Snapshot& snapshot, const LedgerRow& row, std::optional<NanoUsd>& spent) {
  const bool used = row.usage.prompt_tokens() + row.usage.output_tokens > 0;
  if (row.route == Route::kLocal || !used || !spent) return;
  const Price* price = snapshot.prices.find(row.provider, row.model);
  if (price != nullptr) {
    *spent += cost(row.usage, *price);
  } else if (row.route == Route::kCloud) {
    spent.reset();
  }
}

Reason fallback_reason(const ServedBackend& failed, const Error& error) {
  if (!is_local(failed)) return Reason::kCloudFailed;
  return error.code == ErrorCode::kContextTooLong ? Reason::kContextLength : Reason::kLocalFailed;
}

}  // namespace

Async<Result<Usage>> serve(ServeInput input, LedgerRow& row, std::optional<NanoUsd>& spent_before) {
  const std::vector<Candidate>& candidates = input.decision.candidates;
  std::size_t at = 0;
  std::int64_t repeated = 0;
  Reason reason = candidates.front().reason;
  while (true) {
    const Candidate& candidate = candidates[at];
    const ServedBackend& served = input.snapshot.backends[candidate.backend];
    Result<Usage> result = co_await attempt(input, candidate, reason, row);
    if (result) row.usage = *result;
    if (result || input.sink.started() || input.sink.cancel().raised()) co_return result;
    const bool is_last = at + 1 == candidates.size();
    const bool stale = result.error().detail == "upstream_stale";
    if ((is_last || stale) && may_repeat(served, result.error(), repeated)) {
      ++repeated;
      input.services.metrics.count(Counter::kUpstreamRetries);
    } else if (!is_last && may_move_on(served, result.error())) {
      reason = fallback_reason(served, result.error());
      repeated = 0;
      ++at;
    } else {
      co_return result;
    }
    add_spent(input.snapshot, row, spent_before);
    row.local_busy_us += row.usage.local_busy_us;
  }
}

}  // namespace weir
