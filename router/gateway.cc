#include "router/gateway.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "metrics/savings.h"
#include "router/client_sink.h"
#include "router/conversation.h"
#include "router/difficulty.h"
#include "router/endpoints.h"
#include "router/error_response.h"
#include "router/explanation.h"
#include "router/features.h"
#include "router/worst_cost.h"

namespace weir {
namespace {

constexpr std::string_view kOwner = "weir";

// Where clients put the id of a session, the most specific first.
constexpr std::array<std::string_view, 3> kSessionHeaders = {"x-session-id", "session-id",
                                                             "x-session-affinity"};

Credentials credentials_of(const RequestHead& head) {
  Credentials credentials;
  for (const http1::Field& field : head.fields) credentials.add(field.name, field.value);
  return credentials;
}

// The id part of a key that was found good; nothing when everybody may ask.
std::string key_id_of(const RequestHead& head, const Teams& teams) {
  if (teams.anonymous()) return {};
  return std::string(key_id(credentials_of(head).key()).value_or(std::string_view()));
}

std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const http1::Field& field : head.fields) {
    if (http1::equal_ignoring_case(field.name, name)) values.push_back(field.value);
  }
  return values;
}

std::string_view session_of(const RequestHead& head) {
  for (const std::string_view name : kSessionHeaders) {
    if (const std::string_view value = head.fields.value(name); !value.empty()) return value;
  }
  return {};
}

// Whether this is a later turn of a conversation.
bool has_answer(const ChatRequest& request) {
  return std::any_of(request.messages.begin(), request.messages.end(),
                     [](const Message& message) { return message.role == Role::kAssistant; });
}

void note_request(const ChatRequest& request, LedgerRow& row) {
  row.dialect = request.dialect;
  row.requested_model = request.model;
  row.stream = request.stream;
}

// A page of another site may not spend what this machine may: without keys, a
// request that a browser sends for one is refused.
bool is_from_foreign_page(const RequestHead& head) {
  std::string_view origin = head.fields.value("origin");
  const std::size_t scheme = origin.find("://");
  if (origin.empty()) return false;
  if (scheme == std::string_view::npos) return true;
  origin.remove_prefix(scheme + 3);
  const std::size_t bracket = origin.find(']');
  const std::size_t end = origin.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = origin.substr(0, end);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return !is_loopback(host);
}

void note_error(const Error& error, LedgerRow& row) {
  row.http_status = http_status(error);
  row.error_code = code_word(error);
}

void price(const Snapshot& snapshot, std::optional<NanoUsd> spent_before, LedgerRow& row) {
  Pricing pricing;
  pricing.paid = snapshot.prices.find(row.provider, row.model);
  pricing.baseline = snapshot.baseline_price(row.baseline_model);
  pricing.local_usd_per_hour = snapshot.config.local.cost_usd_per_hour;
  row.local_busy_us += row.usage.local_busy_us;
  apply_prices(row, pricing);
  if (!spent_before) row.cost = row.saved = std::nullopt;
  if (row.cost) *row.cost += *spent_before;
  if (row.saved) *row.saved = *row.saved - *spent_before;
}

// Counts a request, and a stream, for as long as it lives.
class InFlight {
 public:
  explicit InFlight(Metrics& metrics) : metrics_(metrics) { add(Gauge::kRequestsInFlight, 1); }
  ~InFlight() {
    add(Gauge::kRequestsInFlight, -1);
    if (stream_) add(Gauge::kStreamsInFlight, -1);
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  void is_stream() {
    stream_ = true;
    add(Gauge::kStreamsInFlight, 1);
  }

 private:
  void add(Gauge gauge, double delta) { metrics_.add(gauge, delta); }

  Metrics& metrics_;
  bool stream_ = false;
};

std::int64_t microseconds(SteadyTime::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response error_response(const Error& error) {
  return json_response(http_status(error), openai_chat_codec().write_error(error, {}));
}

Error wrong_endpoint(Endpoint endpoint, const RequestHead& head) {
  const std::string where = std::string(head.method) + " " + std::string(head.path());
  switch (endpoint) {
    case Endpoint::kWrongMethod:
      return {ErrorCode::kMethodNotAllowed,
              where + ": this path takes " + std::string(allowed_methods(head.path())),
              "method_not_allowed"};
    case Endpoint::kNotImplemented:
      return {ErrorCode::kNotImplemented, where + " is not served by weir yet", "not_implemented"};
    default: return {ErrorCode::kNotFound, where + ": there is no such path", "unknown_url"};
  }
}

RuleFacts facts_of(const Team& team, const RequestHead& head, const ChatRequest& request,
                   const Snapshot& snapshot) {
  RuleFacts facts;
  facts.team = team.name;
  facts.model = request.model.empty() ? snapshot.config.routing.default_model : request.model;
  facts.headers = {head.fields.begin(), head.fields.end()};
  facts.body_bytes = request.original.size();
  facts.has_tools = !request.tools.empty();
  return facts;
}

auto worst_cost_of(const Snapshot& snapshot, const ChatRequest& request) {
  return [&snapshot, &request](std::size_t backend, std::string_view model) {
    return worst_cost(snapshot, snapshot.backends[backend], request, model);
  };
}

// The score of an auto request, with what it was made from.
double score_of(const ChatRequest& request, const RoutingConfig& routing, LedgerRow& row) {
  if (!needs_score(request, routing)) return 0;
  const Features features = extract_features(request);
  row.features.assign(features.begin(), features.end());
  row.score = difficulty(features);
  return *row.score;
}

}  // namespace

Gateway::Gateway(Services services, std::shared_ptr<const Snapshot> snapshot, RequestLog* log,
                 RequestIdSource& ids)
    : services_(services), snapshot_(std::move(snapshot)), log_(log), ids_(ids) {}

void Gateway::use(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_.store(std::move(snapshot));
}

std::shared_ptr<const Snapshot> Gateway::snapshot() const { return snapshot_.load(); }

bool Gateway::ready() const {
  if (draining_.load(std::memory_order_relaxed)) return false;
  return services_.ledger.accepts_reservations() || snapshot_.load()->local != nullptr;
}

std::optional<Response> Gateway::admit(const RequestHead& head) {
  const Endpoint endpoint = find_endpoint(head.method, head.path());
  if (endpoint == Endpoint::kChatCompletions) return std::nullopt;
  const bool is_served = endpoint < Endpoint::kWrongMethod;
  if (is_served && !head.has_body()) return std::nullopt;
  const Error error = is_served
                          ? Error{ErrorCode::kInvalidRequest, "this path takes no body", "no_body"}
                          : wrong_endpoint(endpoint, head);
  services_.metrics.count_refusal(error.detail);
  Response response = error_response(error);
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
  if (endpoint == Endpoint::kWrongMethod) {
    response.headers.add("allow", allowed_methods(head.path()));
  }
  return response;
}

bool Gateway::wants_long_body(const RequestHead& head) {
  return snapshot_.load()->teams.authenticate(credentials_of(head)).has_value();
}

Async<void> Gateway::handle(Exchange& exchange) {
  if (find_endpoint(exchange.head().method, exchange.head().path()) == Endpoint::kChatCompletions) {
    co_await chat(exchange);
  } else {
    Response response = small_answer(exchange.head());
    response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
    co_await exchange.send(std::move(response));
  }
}

// A chat request on its way through the house, and the row it will leave behind.
struct Gateway::Job {
  Job(Exchange& from, std::shared_ptr<const Snapshot> with, Metrics& metrics, RequestId request_id)
      : in_flight(metrics),
        exchange(from),
        snapshot(std::move(with)),
        id(to_string(request_id)),
        sink(from, request, openai_chat_codec(), id) {
    row.id = request_id;
    row.policy_version = snapshot->policy_version;
  }

  InFlight in_flight;
  Exchange& exchange;
  const std::shared_ptr<const Snapshot> snapshot;
  const std::string id;
  ChatRequest request;
  ClientSink sink;
  ConversationKey conversation;
  std::optional<NanoUsd> spent_before = NanoUsd{};  // on attempts that failed; unset = unpriced
  std::optional<BudgetHold> budget;                 // once the team is known
  std::vector<AttemptNote> attempts;
  LedgerRow row;
};

// Steps 2 to 8 of docs/architecture.md; step 1, reading the request, is behind us
// in router/http.
Async<Result<Usage>> Gateway::answer(Job& job) {
  const Snapshot& snapshot = *job.snapshot;
  const RequestHead& head = job.exchange.head();
  LedgerRow& row = job.row;

  // 2. who asks
  row.reason = Reason::kRefused;
  const Result<const Team*> team = snapshot.teams.authenticate(credentials_of(head));
  if (!team) co_return team.error();
  if (snapshot.teams.anonymous() && is_from_foreign_page(head)) {
    co_return Error{ErrorCode::kForbidden, "requests of web pages need a [[team]] with a key",
                    "foreign_origin"};
  }
  row.team = (*team)->name;
  row.key_id = key_id_of(head, snapshot.teams);
  row.baseline_model = snapshot.baseline_model(**team);
  row.quality_target = (*team)->quality_target.value_or(0);
  job.budget.emplace(services_.budgets, row.team, row.unix_ms);

  // 3. what is asked
  row.reason = Reason::kInvalid;
  Result<ChatRequest> parsed = openai_chat_codec().parse_request(job.exchange.take_body());
  if (!parsed) co_return parsed.error();
  job.request = std::move(*parsed);
  note_request(job.request, row);
  if (job.request.stream) job.in_flight.is_stream();

  // 4. where it may run
  row.reason = Reason::kRefused;
  const std::vector<std::string_view> privacy = values_of(head, "x-weir-privacy");
  const Result<Ruling> ruling =
      rule(**team, {privacy, snapshot.config.rules, facts_of(**team, head, job.request, snapshot)});
  if (!ruling) co_return ruling.error();
  if (ruling->matched() != nullptr) row.rule = ruling->matched()->name;

  // 5. where it shall run
  job.conversation = conversation_key(row.team, job.request, session_of(head));
  row.conversation = job.conversation.value;
  const ConversationMemory::Place earlier = has_answer(job.request)
                                                ? conversations_.last_place(job.conversation)
                                                : ConversationMemory::Place{};
  const std::vector<BackendOption> backends = snapshot.options(job.request, services_.clock.now());
  const DecisionInput input{*ruling,
                            job.request,
                            snapshot.config.routing,
                            backends,
                            score_of(job.request, snapshot.config.routing, row),
                            earlier.backend,
                            worst_cost_of(snapshot, job.request),
                            services_.budgets.left(row.team, row.unix_ms),
                            expected_work(job.request, earlier, snapshot),
                            snapshot.config.local.cost_usd_per_hour};
  Options options;
  const Result<Decision> decision = decide(input, &options);
  row.decision = open_explanation(input, options, decision);
  if (!decision) co_return decision.error();
  row.propensity = decision->propensity;

  // 6. to 8. reserve, run the candidates, write their events
  co_return co_await serve(
      {snapshot, services_, job.request, *ruling, *decision, job.sink, *job.budget, job.attempts},
      row, job.spent_before);
}

ExpectedWork Gateway::expected_work(const ChatRequest& request,
                                    const ConversationMemory::Place& earlier,
                                    const Snapshot& snapshot) const {
  ExpectedWork work;
  work.prompt_tokens = guessed_prompt_tokens(request);
  const Experience::Guess guess =
      experience_.guess(work.prompt_tokens, request.sampling.max_tokens);
  work.output_tokens = guess.output_tokens;
  work.local_busy_us = guess.local_busy_us;
  const std::chrono::seconds warm(snapshot.config.routing.cache_warm_s);
  work.warm = !earlier.backend.empty() && services_.clock.now() - earlier.last <= warm;
  return work;
}

// Step 9: the row is durable before the client gets the last byte. When the disk
// refuses it, the row waits in the ledger's memory and the answer leaves all the
// same: paid ones are covered by their reservation.
Async<void> Gateway::chat(Exchange& exchange) {
  const std::int64_t unix_ms = services_.clock.unix_ms();
  Job job(exchange, snapshot_.load(), services_.metrics, ids_.next(unix_ms));
  LedgerRow& row = job.row;
  row.unix_ms = unix_ms;
  const Result<Usage> result = co_await answer(job);

  row.http_status = 200;
  if (!result) note_error(result.error(), row);
  if (!result && !job.sink.started()) row.wasted_local_us += row.usage.local_busy_us;
  if (!row.decision.empty()) close_explanation(row.decision, job.attempts);
  price(*job.snapshot, job.spent_before, row);
  if (job.budget) job.budget->settle(row.cost.value_or(NanoUsd{}));
  row.finish = job.sink.finish_reason();
  const SteadyTime began = exchange.received_at();
  if (const auto first = job.sink.first_output()) row.ttft_us = microseconds(*first - began);
  row.duration_us = microseconds(services_.clock.now() - began);
  services_.metrics.count(row);
  if (log_ != nullptr && job.snapshot->config.log.requests) log_->write(row);
  if (result) {
    conversations_.remember(job.conversation, row.backend, services_.clock.now());
    experience_.learn(row.usage);
  }

  const std::string backend = row.backend;
  const std::string model = row.model;
  RouteLabel label{to_string(row.route), backend, model, row.reason, row.cost, row.saved};
  co_await services_.ledger.settle(std::move(row));
  if (result) {
    co_await job.sink.finish(label);
  } else {
    label.cost = label.saved = std::nullopt;
    co_await job.sink.fail(result.error(), label);
  }
}

Response Gateway::small_answer(const RequestHead& head) const {
  const std::shared_ptr<const Snapshot> snapshot = snapshot_.load();
  const Endpoint endpoint = find_endpoint(head.method, head.path());
  if (endpoint == Endpoint::kHealth) return json_response(200, R"({"status":"ok"})");
  if (endpoint == Endpoint::kReady) {
    return ready() ? json_response(200, R"({"status":"ready"})")
                   : json_response(503, R"({"status":"not ready"})");
  }
  const Result<const Team*> team = snapshot->teams.authenticate(credentials_of(head));
  if (!team) return error_response(team.error());
  const std::vector<std::string_view> privacy = values_of(head, "x-weir-privacy");
  const Result<Ruling> ruling = rule(**team, {privacy});
  if (!ruling) return error_response(ruling.error());
  std::vector<ModelEntry> models;
  for (const std::string_view name : snapshot->model_names(*ruling)) {
    models.push_back({name, kOwner, 0});
  }
  if (endpoint == Endpoint::kModels) {
    return json_response(200, openai_chat_codec().write_model_list(models));
  }
  const std::string wanted = model_id_of(head.path());
  for (const ModelEntry& model : models) {
    if (model.id == wanted) return json_response(200, openai_chat_codec().write_model(model));
  }
  return error_response(
      {ErrorCode::kNotFound, "there is no model of this name", "model_not_found", "model"});
}

}  // namespace weir
