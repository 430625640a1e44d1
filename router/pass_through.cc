#include "router/pass_through.h"

#include <chrono>
#include <optional>
#include <utility>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/wire/json.h"
#include "router/answer_gate.h"
#include "router/client_sink.h"
#include "router/deliberation.h"
#include "router/gateway.h"
#include "router/gateway_parts.h"
#include "router/limit_headers.h"
#include "router/receipts.h"
#include "router/small_response.h"

namespace weir {
namespace {

// A short answer goes out in one piece.
constexpr std::uint64_t kShortAnswerBytes = std::uint64_t{64} * 1024;

// The answer on its way to the client.
class PassedAnswer final : public ForwardSink {
 public:
  // `lines` are what weir itself says of it.
  PassedAnswer(Exchange& exchange, HeaderLines lines)
      : exchange_(exchange), lines_(std::move(lines)) {}

  void begin(const ForwardedHead& head) override {
    status_ = head.status;
    content_type_ = head.content_type;
    for (const http1::Field& field : head.fields) lines_.add(field.name, field.value);
    const bool empty = status_ == 204 || status_ == 304;
    streams_ = !empty && head.length.value_or(kShortAnswerBytes + 1) > kShortAnswerBytes;
    if (streams_) exchange_.start_stream({status_, lines_, content_type_});
  }

  Async<WriteResult> write(std::string_view bytes) override {
    if (!first_byte_) first_byte_ = exchange_.io_thread().clock.now();
    if (streams_) co_return co_await exchange_.write_some(bytes);
    body_.append(bytes);
    co_return WriteResult::kOk;
  }

  CancelSignal& cancel() override { return exchange_.cancel(); }

  Async<WriteResult> finish() {
    if (streams_) co_return co_await exchange_.finish();
    Response response;
    response.status = status_;
    response.headers = std::move(lines_);
    response.content_type = content_type_;
    response.body = std::move(body_);
    co_return co_await exchange_.send(std::move(response));
  }

  int status() const { return status_; }  // 0 before begin()
  std::optional<SteadyTime> first_byte() const { return first_byte_; }

 private:
  Exchange& exchange_;
  HeaderLines lines_;
  int status_ = 0;
  std::string content_type_;
  bool streams_ = false;
  std::string body_;
  std::optional<SteadyTime> first_byte_;
};

bool is_json(const RequestHead& head) {
  const std::string_view type = head.fields.value("content-type");
  return http1::equal_ignoring_case(http1::trimmed(type.substr(0, type.find(';'))),
                                    "application/json");
}

// The "model" of a JSON body; empty if there is none. The body stays the provider's to judge.
std::string model_of(const RequestHead& head, const std::string& body) {
  if (!is_json(head) || body.empty()) return {};
  const auto document = JsonDocument::parse(body, body.capacity());
  if (!document) return {};
  std::string_view model;
  if ((*document)->root()["model"].get(model) != simdjson::SUCCESS) return {};
  return std::string(model);
}

// One request on its way. All of it outlives the coroutines.
struct Passage {
  const Snapshot& snapshot;
  const Services& services;
  const Identity& who;
  AnswerGate& exchange;
  LimitHold& limits;
  std::optional<PassedAnswer>& answer;
};

Result<Ruling> rule_on(const Passage& passage, std::string_view model, std::size_t body_bytes) {
  RuleFacts facts;
  facts.team = passage.who.team->name;
  facts.model = model;
  const http1::Fields& fields = passage.exchange.head().fields;
  const std::vector<http1::Field> headers(fields.begin(), fields.end());
  facts.headers = headers;
  facts.body_bytes = body_bytes;
  const auto privacy = values_of(passage.exchange.head(), "x-weir-privacy");
  const std::vector<Rule>& rules = passage.snapshot.config.rules;
  return rule(*passage.who.team,
              {privacy, rules, facts, passage.who.key, true, looks_inside(rules, facts)});
}

void note_backend(const ServedBackend& served, LedgerRow& row) {
  const bool site = served.config->backend_class == BackendClass::kSite;
  row.route = site ? Route::kSite : Route::kCloud;
  row.backend = served.config->name;
  row.provider = served.provider;
  row.model = row.requested_model;
  row.reason = Reason::kModelRequested;
  row.attempts = 1;
}

// Room in the limits, then a permit, then a durable reservation. What it costs is not known
// beforehand, nor afterwards; a site without a price costs nothing.
Async<Result<EgressPermit>> reserve(const Passage& passage, const Ruling& ruling, LedgerRow& row) {
  MoneyWish wish;
  if (row.route == Route::kSite) wish = {NanoUsd{}, NanoUsd{}};
  const Result<NanoUsd> granted = passage.limits.begin_attempt(row.model, wish);
  if (!granted) co_return granted.error();
  const BackendClass where = row.route == Route::kSite ? BackendClass::kSite : BackendClass::kCloud;
  Result<EgressPermit> permit = passage.services.permits.issue(ruling, row.id, row.backend, where);
  if (!permit) co_return permit.error();
  row.permit_id = permit->id();
  const Result<void> reserved =
      co_await passage.services.ledger.reserve(reservation_of(row, wish.most));
  if (!reserved) co_return reserved.error();
  co_return permit;
}

HeaderLines lines_of(const Passage& passage, const LedgerRow& row) {
  RouteLabel label;
  label.route = to_string(row.route);
  label.backend = row.backend;
  label.model = row.model;
  label.reason = row.reason;
  HeaderLines lines = answer_headers(to_string(row.id), label);
  lines.add(limit_headers(passage.limits, row.dialect, row.unix_ms));
  return lines;
}

Async<Result<void>> forward(const Passage& passage, const ServedBackend& served,
                            const Ruling& ruling, const std::string& body, LedgerRow& row) {
  Result<EgressPermit> permit = co_await reserve(passage, ruling, row);
  if (!permit) co_return permit.error();
  const Result<OutboundBody> outbound = passage.services.permits.original_body(ruling, body);
  if (!outbound) co_return outbound.error();
  const RequestHead& head = passage.exchange.head();
  const std::string target = passed_target(head);
  const std::string fields = passed_fields(head);
  const std::string_view accept = head.fields.find("accept").value_or("*/*");
  const ForwardedRequest request{
      head.method, target, head.fields.value("content-type"), accept, fields, row.id, *outbound};
  const auto span = std::chrono::milliseconds(served.config->total_timeout_ms);
  const Deadline deadline = Deadline::in(passage.services.clock.now(), span);
  passage.answer.emplace(passage.exchange, lines_of(passage, row));
  Result<void> result = co_await served.remote->forward(
      request, *std::move(permit), *passage.answer, deadline, &row.egress_bytes);
  if (row.egress_bytes > 0) row.egress_backends = row.backend;
  co_return result;
}

Async<Result<void>> pass_on(const Passage& passage, LedgerRow& row) {
  const RequestHead& head = passage.exchange.head();
  const std::string body = passage.exchange.take_body();
  row.requested_model = model_of(head, body);
  row.reason = Reason::kRefused;
  const Result<void> admitted = passage.limits.admit(0);
  if (!admitted) co_return admitted.error();
  const Result<Ruling> ruling = rule_on(passage, row.requested_model, body.size());
  if (!ruling) co_return ruling.error();
  if (ruling->matched() != nullptr) row.rule = ruling->matched()->name;
  if (ruling->local_only()) row.reason = *ruling->local_only();
  const Result<const ServedBackend*> served =
      choose_backend(passage.snapshot.backends, *ruling,
                     {head.fields.value("x-weir-backend"), row.requested_model, row.dialect});
  if (!served) co_return served.error();
  note_backend(**served, row);
  co_return co_await forward(passage, **served, *ruling, body, row);
}

Response refusal_of(const Error& error, const LedgerRow& row, const RouteLabel& label) {
  Response response = error_response(error, row.dialect);
  response.headers = answer_headers(to_string(row.id), label);
  add_retry_headers(error, response.headers);
  return response;
}

void note_result(const Result<void>& result, const std::optional<PassedAnswer>& answer,
                 LedgerRow& row) {
  if (row.egress_bytes > 0 && row.route == Route::kCloud) row.cost = std::nullopt;
  if (!result) return note_error(result.error(), row);
  row.http_status = answer->status();
  if (row.http_status >= 400) row.error_code = to_string(ErrorCode::kUpstreamStatus);
}

}  // namespace

// As generate(), for what weir cannot read: nothing is chosen but the provider, and nothing
// is tried twice.
Async<void> Gateway::pass_through(Exchange& client, Destination destination) {
  const InFlight in_flight(services_.metrics);
  AnswerGate exchange(client, services_.receipts != nullptr);
  const Asking with = asking();
  const std::shared_ptr<const Snapshot>& snapshot = with.snapshot;
  LedgerRow row;
  row.operation = Operation::kPassThrough;
  row.dialect = destination.dialect;
  row.unix_ms = services_.clock.unix_ms();
  row.id = ids_.next(row.unix_ms);
  row.policy_version = snapshot->policy_version;
  std::optional<LimitHold> limits;
  std::optional<PassedAnswer> answer;
  Result<void> result;
  const Result<Identity> who = identify(with, exchange.head(), Scope::kChat, row);
  if (!who) {
    result = who.error();
  } else if (auto refusal =
                 refusal_without_receipt(services_.receipts, snapshot->config.receipts)) {
    result = *std::move(refusal);
  } else {
    limits.emplace(services_.limits, claim_of(*who, row, {}));
    const Passage passage{*snapshot, services_, *who, exchange, *limits, answer};
    result = co_await pass_on(passage, row);
  }

  note_result(result, answer, row);
  if (limits) limits->finish({}, 0);
  const SteadyTime began = exchange.received_at();
  if (answer && answer->first_byte()) row.ttft_us = microseconds(*answer->first_byte() - began);
  row.duration_us = microseconds(services_.clock.now() - began);
  services_.metrics.count(row);
  if (log_ != nullptr && snapshot->config.log.requests) log_->write(row);
  if (result) {
    co_await answer->finish();
  } else if (!exchange.cancel().raised() && !exchange.started()) {
    const RouteLabel label{to_string(row.route), row.backend, row.model, row.reason, {}, {}};
    co_await exchange.send(refusal_of(result.error(), row, label));
  }
  co_await leave_receipt(services_.receipts, row, *snapshot, exchange);
  co_await services_.ledger.settle(std::move(row));
  co_await exchange.release();
}

}  // namespace weir
