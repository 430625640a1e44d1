#include "router/serve.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cloud_adapters/upstream/https_client.h"
#include "core/rng.h"
#include "metrics/prices.h"
#include "router/answer_watch.h"
#include "router/cache_salt.h"
#include "router/content_look.h"
#include "router/error_response.h"
#include "router/gateway_parts.h"
#include "router/repair.h"
#include "router/restoring_sink.h"
#include "router/schema_watch.h"
#include "router/spare_answer.h"
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

constexpr std::string_view kUnsure = "low_confidence";     // Error::detail
constexpr std::string_view kNotAsAsked = "broken_schema";  // the same

bool is_local(const ServedBackend& served) {
  return served.backend->backend_class() == BackendClass::kLocal;
}

void note_attempt(const ServedBackend& served, const Candidate& candidate, Reason reason,
                  LedgerRow& row) {
  const Route route = route_of(served.backend->backend_class());
  row.escalated = route != Route::kLocal && (row.escalated || row.route == Route::kLocal);
  row.route = route;
  row.backend = served.backend->name();
  row.provider = served.provider;
  row.model_hash = served.local != nullptr ? served.local->hash() : std::string();
  row.model = candidate.model;
  row.reason = reason;
  row.seed = std::nullopt;
  row.usage = {};
  row.reserved = std::nullopt;
  ++row.attempts;
}

// Drawn here where the client names none (nor one below 0, which asks for any), so that the answer
// can be given again.
std::uint64_t seed_of(const ChatRequest& request, RequestId id) {
  const std::int64_t asked = request.sampling.seed.value_or(-1);
  if (asked >= 0) return static_cast<std::uint64_t>(asked);
  return Rng(static_cast<std::uint64_t>(id.value)).next();
}

// The local model and a site without a price cost nothing.
MoneyWish wish_of(const ServeInput& input, const ServedBackend& served, const Candidate& candidate,
                  const ChatRequest& asked) {
  constexpr MoneyWish kNothing{NanoUsd{}, NanoUsd{}};
  if (is_local(served)) return kNothing;
  const MoneyWish wish = cost_bounds(input.snapshot, served, asked, candidate.model);
  if (!wish.most && served.backend->backend_class() == BackendClass::kSite) return kNothing;
  return wish;
}

// The candidates of a decision, one after the other.
class Candidates {
 public:
  explicit Candidates(const ServeInput& input) : input_(input), line_(input.decision.candidates) {}

  const Candidate& now() const { return line_[at_]; }
  bool at_last() const { return at_ + 1 == line_.size(); }
  void move_on() { ++at_; }

  // An answer that the model was unsure of is better than none: should everybody else
  // fail, it is asked for again, and then shown.
  void come_back_later() {
    if (!input_.snapshot.config.routing.cloud_failure_to_local) return;
    line_.push_back({now().backend, now().model, now().name, Reason::kCloudFailed});
  }

  WatchTerms watch_terms() const {
    const RoutingConfig& routing = input_.snapshot.config.routing;
    WatchTerms terms;
    terms.judged = input_.decision.watched && at_ == 0;
    terms.least_confidence = 1 - input_.decision.threshold;
    terms.weights = input_.snapshot.config.confidence;
    terms.declines = input_.snapshot.config.local.declines;
    terms.may_escalate = std::any_of(
        line_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, line_.end(),
        [&](const Candidate& each) { return !is_local(input_.snapshot.backends[each.backend]); });
    terms.stays = input_.decision.stays;
    terms.hold_tokens = routing.hold_tokens;
    terms.hold_time = std::chrono::milliseconds(routing.hold_ms);
    return terms;
  }

  SchemaTerms schema_terms() const {
    return {.may_escalate = !at_last(),
            .may_repair = repairer_for(input_.snapshot, input_.ruling, input_.request) != nullptr};
  }

 private:
  const ServeInput& input_;
  std::vector<Candidate> line_;
  std::size_t at_ = 0;
};

Error rejection(const AnswerWatch& watch) {
  switch (watch.fault()) {
    case AnswerFault::kBrokenJson:
    case AnswerFault::kBrokenSchema:
      return {ErrorCode::kUnavailable, "The local model's answer is no JSON object.",
              "broken_json"};
    case AnswerFault::kOverflow:
      return {ErrorCode::kContextTooLong, "The answer does not fit the local model's context.",
              "context_length_exceeded"};
    case AnswerFault::kRepetition:
    case AnswerFault::kBrokenCall:
    case AnswerFault::kMissingCall:
    case AnswerFault::kEmpty:
      return {ErrorCode::kUnavailable, "The local model's answer is of no use.", "broken_answer"};
    case AnswerFault::kDeclined:
    case AnswerFault::kNone: break;
  }
  return {ErrorCode::kUnavailable, "The local model is unsure of its answer.",
          std::string(kUnsure)};
}

// The redaction of a request is made once, for all its tries.
Result<const privacy::Redaction*> redaction_of(const ServeInput& input) {
  std::optional<privacy::Redaction>& redaction = input.disguise->redaction;
  if (!redaction) {
    const privacy::FindingKinds kinds = input.ruling.redacted_kinds();
    TimedScan scan(input.snapshot.scanner, privacy::guesses_for(kinds), input.services.clock);
    redaction.emplace(input.request.original, scan.scan(), kinds);
    input.disguise->late = scan.late();
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      const auto kind = static_cast<FindingKind>(i);
      const std::uint32_t values = redaction->aliases().count(kind);
      if (values > 0) input.services.metrics.count_redactions(to_string(kind), values);
    }
  }
  if (!input.disguise->late) return &*redaction;
  return Error{ErrorCode::kForbidden, "The request could not be looked through in time.",
               std::string(kRedactionFailed)};
}

// So is its question, if it is to be delegated; null if it is not.
Async<Result<const Delegation*>> delegation_of(const ServeInput& input, LedgerRow& row) {
  if (!input.ruling.delegates()) co_return nullptr;
  auto& delegation = input.disguise->delegation;
  if (!delegation) {
    const Result<const privacy::Redaction*> redaction = redaction_of(input);
    if (!redaction) co_return redaction.error();
    delegation.emplace(co_await Delegation::begin(input, **redaction, row));
  }
  if (!*delegation) co_return delegation->error();
  co_return (*delegation)->get();
}

Result<OutboundBody> outbound_body(const ServeInput& input, const Delegation* delegation) {
  const PermitIssuer& permits = input.services.permits;
  if (delegation != nullptr) return permits.delegated_body(input.ruling, delegation->rewrite());
  if (!input.ruling.redacts()) return permits.original_body(input.ruling, input.request);
  const Result<const privacy::Redaction*> redaction = redaction_of(input);
  if (!redaction) return redaction.error();
  return permits.redacted_body(input.ruling, **redaction);
}

// "email=2, phone=1"
std::string redactions_of(const privacy::Aliases& aliases) {
  std::string text;
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    const auto kind = static_cast<FindingKind>(i);
    if (aliases.count(kind) == 0) continue;
    if (!text.empty()) text += ", ";
    text.append(to_string(kind)).append("=").append(std::to_string(aliases.count(kind)));
  }
  return text.empty() ? "none" : text;
}

// Runs a backend outside this process; the answer to a redacted request gets its values back.
Async<Result<Usage>> run_remote(const ServeInput& input, Backend& backend, Attempt attempt,
                                EventSink& sink, Deadline deadline, Usage* used) {
  if (!attempt.body || !attempt.body->redacted()) {
    co_return co_await backend.run(std::move(attempt), sink, deadline, used);
  }
  const bool wants_json = input.request.response_format.kind != ResponseFormatKind::kText;
  RestoringSink restoring(sink, input.disguise->redaction->aliases(), wants_json);
  co_return co_await backend.run(std::move(attempt), restoring, deadline, used);
}

// A local try, whose answer is shown when it may be.
Async<Result<Usage>> watched(const ServeInput& input, Backend& backend, Attempt attempt,
                             WatchTerms terms, RouteLabel label, Deadline deadline,
                             LedgerRow& row) {
  AnswerWatch watch(input.sink, input.request, input.services.clock, terms, label);
  attempt.watched = terms.judged && terms.hold_tokens > 0;
  Result<Usage> result = co_await backend.run(std::move(attempt), watch, deadline, &row.usage);
  AttemptNote& note = input.attempts.back();
  note.confidence = watch.confidence();
  note.signals = watch.signals();
  note.fault = watch.fault();
  if (watch.confidence()) row.confidence = watch.confidence();
  if (watch.rejected()) co_return rejection(watch);
  const bool of_no_use = watch.fault() == AnswerFault::kDeclined && row.reason == Reason::kEasy;
  if (watch.unsure() || of_no_use) row.reason = terms.stays;
  co_return result;
}

SchemaOutcome outcome_of(const SchemaWatch& watch, bool answered) {
  if (watch.rejected()) return SchemaOutcome::kWithheld;
  if (watch.fault() != AnswerFault::kNone) return SchemaOutcome::kShown;
  if (!answered) return SchemaOutcome::kNone;
  return watch.unchecked() ? SchemaOutcome::kUnchecked : SchemaOutcome::kRight;
}

// A try elsewhere, whose answer is held against the JSON that was asked for.
Async<Result<Usage>> checked(const ServeInput& input, Backend& backend, Attempt attempt,
                             SchemaTerms terms, RouteLabel label, Deadline deadline,
                             SpareAnswer& spare, LedgerRow& row) {
  SchemaWatch watch(input.sink, input.request, {input.checks, row.team}, terms, label);
  Result<Usage> result =
      co_await run_remote(input, backend, std::move(attempt), watch, deadline, &row.usage);
  if (result) row.usage = *result;
  AttemptNote& note = input.attempts.back();
  note.fault = watch.fault();
  note.schema = outcome_of(watch, result.has_value());
  if (!watch.rejected()) co_return result;
  if (input.sink.complete()) {
    const bool text_is_right = watch.fault() == AnswerFault::kBrokenCall;
    spare.keep(input.sink, row, input.attempts.size() - 1,
               text_is_right ? std::string_view() : watch.text());
  }
  co_return Error{
      ErrorCode::kUpstreamProtocol,
      std::string(backend.name()) + " answered with JSON that is not what was asked for",
      std::string(kNotAsAsked)};
}

// One try of one candidate. row.usage holds what was used, also after an error.
Async<Result<Usage>> attempt(const ServeInput& input, const Candidates& candidates, Reason reason,
                             SpareAnswer& spare, LedgerRow& row) {
  const Candidate& candidate = candidates.now();
  const ServedBackend& served = input.snapshot.backends[candidate.backend];
  note_attempt(served, candidate, reason, row);
  input.attempts.push_back({served.backend->name(), candidate.model, reason, {}, {}, {}, {}, 0});
  const Delegation* delegation = nullptr;
  if (row.route != Route::kLocal) {
    const Result<const Delegation*> made = co_await delegation_of(input, row);
    if (!made) co_return made.error();
    delegation = *made;
  }
  const ChatRequest& asked = delegation != nullptr ? delegation->question() : input.request;
  const std::string salt = row.route == Route::kLocal ? cache_salt_of(row.team) : std::string();
  Attempt attempt{asked, row.id, candidate.model, std::nullopt, std::nullopt, salt};
  attempt.team = row.team;
  attempt.team_weight = input.ruling.team().weight;
  if (delegation == nullptr) {
    attempt.client_fields = input.client_fields;
    attempt.client_query = input.client_query;
  }
  attempt.persist = input.ruling.may_persist();
  attempt.egress_bytes = &row.egress_bytes;
  attempt.unix_ms = row.unix_ms;
  if (row.route == Route::kLocal) attempt.seed = row.seed = seed_of(input.request, row.id);
  const MoneyWish wish = wish_of(input, served, candidate, asked);
  const Result<NanoUsd> granted = input.limits.begin_attempt(candidate.model, wish);
  if (!granted) co_return granted.error();
  if (wish.most) row.reserved = *granted;
  if (wish.most && *granted < *wish.most) {
    attempt.answer_tokens =
        answer_tokens_for(input.snapshot, served, asked, candidate.model, *granted);
    row.reason = Reason::kBudgetShortened;
  }
  if (row.route != Route::kLocal) {
    Result<EgressPermit> permit = input.services.permits.issue(
        input.ruling, row.id, served.backend->name(), served.backend->backend_class());
    if (!permit) co_return permit.error();
    row.permit_id = permit->id();
    const Result<void> reserved =
        co_await input.services.ledger.reserve(reservation_of(row, input.limits.bound()));
    if (!reserved) co_return reserved.error();
    input.limits.bound_is_durable();
    attempt.permit.emplace(std::move(*permit));
    Result<OutboundBody> body = outbound_body(input, delegation);
    if (!body) co_return body.error();
    attempt.body = *body;
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
  if (attempt.body && attempt.body->redacted()) {
    row.redacted = redactions_of(input.disguise->redaction->aliases());
    input.sink.note_redactions(row.redacted);
  }
  const auto span = std::chrono::milliseconds(served.config != nullptr
                                                  ? served.config->total_timeout_ms
                                                  : input.snapshot.config.local.total_timeout_ms);
  const Deadline deadline = Deadline::in(input.services.clock.now(), span);
  if (is_local(served)) {
    Result<Usage> result = co_await watched(input, *served.backend, std::move(attempt),
                                            candidates.watch_terms(), label, deadline, row);
    // By now it is loaded, perhaps from another file.
    if (served.local != nullptr) row.model_hash = served.local->hash();
    co_return result;
  }
  if (delegation != nullptr) {
    co_return co_await delegation->run(input, *served.backend, std::move(attempt), label, deadline,
                                       row);
  }
  if (SchemaRecord::asked_for(input.request)) {
    co_return co_await checked(input, *served.backend, std::move(attempt),
                               candidates.schema_terms(), label, deadline, spare, row);
  }
  co_return co_await run_remote(input, *served.backend, std::move(attempt), input.sink, deadline,
                                &row.usage);
}

// Whether another candidate may do what this one could not.
bool may_move_on(const ServedBackend& served, const Error& error) {
  if (error.code == ErrorCode::kCancelled) return false;
  if (is_local(served)) return error.code != ErrorCode::kInvalidRequest;
  if (error.detail == kRedactionFailed || error.detail == kDelegationFailed) return true;
  const bool knows_no_such_model = error.upstream != nullptr && error.upstream->status == 404;
  return another_try_may_help(error) || knows_no_such_model || error.code == ErrorCode::kStorage ||
         error.code == ErrorCode::kBudgetExceeded;
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

Reason fallback_reason(const ServedBackend& failed, const Error& error) {
  if (error.code == ErrorCode::kBudgetExceeded) return Reason::kBudgetSpent;
  if (error.detail == kRateLimitExceeded) return Reason::kLimitReached;
  if (error.detail == kRedactionFailed || error.detail == kDelegationFailed) return Reason::kOpaque;
  if (!is_local(failed)) return Reason::kCloudFailed;
  if (error.detail == kUnsure) return Reason::kLowConfidence;
  if (error.code == ErrorCode::kUnsupportedParameter) return Reason::kCapability;
  return error.code == ErrorCode::kContextTooLong ? Reason::kContextLength : Reason::kLocalFailed;
}

void note_egress(const Backend& backend, LedgerRow& row) {
  if (!row.egress_backends.empty()) row.egress_backends += ',';
  row.egress_backends += backend.name();
}

void note_outcome(const ServeInput& input, const Result<Usage>& result, const LedgerRow& row) {
  AttemptNote& note = input.attempts.back();
  note.local_busy_us = row.usage.local_busy_us;
  note.outcome = result ? "answered" : code_word(result.error());
}

}  // namespace

Async<Result<Usage>> serve(ServeInput input, LedgerRow& row, std::optional<NanoUsd>& spent_before) {
  Candidates candidates(input);
  SpareAnswer spare;
  std::int64_t repeated = 0;
  Reason reason = candidates.now().reason;
  while (true) {
    const Candidate& candidate = candidates.now();
    const ServedBackend& served = input.snapshot.backends[candidate.backend];
    const std::uint64_t egress_before = row.egress_bytes;
    Result<Usage> result = co_await attempt(input, candidates, reason, spare, row);
    if (row.egress_bytes > egress_before) note_egress(*served.backend, row);
    if (result) row.usage = *result;
    note_outcome(input, result, row);
    if (result || input.sink.started() || input.sink.cancel().raised()) co_return result;
    if (result.error().detail == kUnsure) candidates.come_back_later();
    if (spare.is_of(input.attempts.size() - 1)) {
      const ServedBackend* local = repairer_for(input.snapshot, input.ruling, input.request);
      if (local != nullptr && !is_blank(spare.text())) {
        Result<Usage> repaired = co_await repair(input, *local, spare, row);
        if (repaired || input.sink.cancel().raised()) co_return repaired;
      }
    }
    const bool stale = result.error().detail == "upstream_stale";
    if ((candidates.at_last() || stale) && may_repeat(served, result.error(), repeated)) {
      ++repeated;
      input.services.metrics.count(Counter::kUpstreamRetries);
    } else if (!candidates.at_last() && may_move_on(served, result.error())) {
      reason = fallback_reason(served, result.error());
      repeated = 0;
      candidates.move_on();
    } else if (spare) {
      co_return spare.bring_back(input, row, spent_before);
    } else {
      co_return result;
    }
    input.limits.end_attempt(add_spent(input.snapshot, row, spent_before));
    row.local_busy_us += row.usage.local_busy_us;
    row.wasted_local_us += row.usage.local_busy_us;
  }
}

}  // namespace weir
