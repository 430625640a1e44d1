#include "router/gateway.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "core/hex.h"
#include "metrics/savings.h"
#include "router/answer_gate.h"
#include "router/body_log.h"
#include "router/client_sink.h"
#include "router/deliberation.h"
#include "router/dry_run.h"
#include "router/embedding_answer.h"
#include "router/endpoints.h"
#include "router/error_response.h"
#include "router/explanation.h"
#include "router/limit_headers.h"
#include "router/model_lists.h"
#include "router/receipts.h"
#include "router/token_count.h"

namespace weir {
namespace {

Credentials credentials_of(const RequestHead& head) {
  Credentials credentials;
  for (const http1::Field& field : head.fields) credentials.add(field.name, field.value);
  // Gemini's clients may write the key into the query.
  std::string_view query = head.query();
  while (!query.empty()) {
    constexpr std::string_view kKey = "key=";
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with(kKey)) credentials.add("x-goog-api-key", pair.substr(kKey.size()));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return credentials;
}

const Codec& codec_of(Dialect dialect) {
  const Codec* codec = find_codec(dialect);
  return codec != nullptr ? *codec : openai_chat_codec();
}

// The header lines of a client that steer its dialect: a provider of that dialect gets them.
std::string client_fields_of(const RequestHead& head, Dialect dialect) {
  constexpr std::array<std::string_view, 2> kAnthropic = {"anthropic-version", "anthropic-beta"};
  constexpr std::array<std::string_view, 1> kOpenAi = {"openai-beta"};
  std::string lines;
  const auto copy = [&](std::span<const std::string_view> names) {
    for (const http1::Field& field : head.fields) {
      for (const std::string_view name : names) {
        if (!http1::equal_ignoring_case(field.name, name)) continue;
        lines.append(name).append(": ").append(field.value).append("\r\n");
      }
    }
  };
  if (dialect == Dialect::kAnthropic) copy(kAnthropic);
  if (dialect == Dialect::kOpenAiChat || dialect == Dialect::kOpenAiResponses) copy(kOpenAi);
  return lines;
}

constexpr std::size_t kLongestEndUser = 128;

// As the client named them; a longer name by its SHA-256.
std::string end_user_of(std::string_view named) {
  if (named.size() <= kLongestEndUser) return std::string(named);
  const Sha256 digest = sha256_of(named);
  return "sha256:" + to_hex(std::as_bytes(std::span(digest)));
}

void note_request(const ChatRequest& request, LedgerRow& row) {
  row.dialect = request.dialect;
  row.requested_model = request.model;
  row.stream = request.stream;
}

LimitClaim claim_of(const Identity& who, const LedgerRow& row, std::string_view end_user) {
  LimitClaim claim;
  claim.subject = {row.team, row.key_id, end_user, {}};
  claim.team = *who.team;
  if (who.key != nullptr) claim.key = who.key->limits;
  return claim;
}

std::int64_t tokens_of(const Usage& usage) { return usage.prompt_tokens() + usage.output_tokens; }

void note_deliberation(const Deliberation& outcome, LedgerRow& row) {
  if (outcome.ruling.matched() != nullptr) row.rule = outcome.ruling.matched()->name;
  row.conversation = outcome.conversation.value;
  if (outcome.features) {
    row.features.assign(outcome.features->begin(), outcome.features->end());
    row.score = outcome.score;
  }
  row.decision = outcome.explanation;
  if (outcome.decision) row.propensity = outcome.decision->propensity;
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

// Whether one of the tries was broken. The client has seen the last one or none.
bool count_faults(const std::vector<AttemptNote>& attempts, bool seen, Metrics& metrics) {
  bool any = false;
  for (const AttemptNote& attempt : attempts) {
    if (attempt.schema != SchemaOutcome::kNone) {
      metrics.count_schema_check(attempt.backend, to_string(attempt.schema));
    }
    if (attempt.fault == AnswerFault::kNone) continue;
    any = true;
    if (attempt.schema != SchemaOutcome::kNone) continue;
    metrics.count_answer_fault(to_string(attempt.fault), seen && &attempt == &attempts.back());
  }
  return any;
}

std::int64_t microseconds(SteadyTime::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response error_response(const Error& error, Dialect dialect) {
  return json_response(http_status(error), codec_of(dialect).write_error(error, {}));
}

void add_retry_headers(const Error& error, HeaderLines& headers) {
  const std::string_view word = should_retry(error);
  if (!word.empty()) headers.add("x-should-retry", word);
  if (error.retry_after_s > 0) headers.add("retry-after", std::to_string(error.retry_after_s));
}

// Why there is no answer at `destination`; nothing if there is one.
std::optional<Error> wrong_destination(const Destination& destination, const RequestHead& head) {
  const std::string where = std::string(head.method) + " " + std::string(head.path());
  switch (destination.endpoint) {
    case Endpoint::kWrongMethod:
      return Error{ErrorCode::kMethodNotAllowed,
                   where + ": this path takes " + std::string(allowed_methods(head)),
                   "method_not_allowed"};
    case Endpoint::kPassThrough:
    case Endpoint::kNotServed:
      return Error{ErrorCode::kNotImplemented, where + " is not served by weir", "not_implemented"};
    case Endpoint::kUnknown:
      return Error{ErrorCode::kNotFound, where + ": there is no such path", "unknown_url"};
    default: break;
  }
  if (destination.stream && !destination.is_sse) {
    return Error{ErrorCode::kInvalidRequest,
                 where + ": a stream is served as events alone, which alt=sse asks for",
                 "stream_needs_sse", "alt"};
  }
  if (!takes_body(destination.endpoint) && head.has_body()) {
    return Error{ErrorCode::kInvalidRequest, "this path takes no body", "no_body"};
  }
  return std::nullopt;
}

const Team* team_to_explain(const Teams& teams, std::string_view name) {
  if (name.empty() && teams.all().size() == 1) return &teams.all().front();
  for (const Team& team : teams.all()) {
    if (team.name == name) return &team;
  }
  return nullptr;
}

}  // namespace

Gateway::Gateway(Services services, std::shared_ptr<const Snapshot> snapshot, RequestLog* log,
                 RequestIdSource& ids)
    : services_(services), snapshot_(std::move(snapshot)), log_(log), ids_(ids) {}

void Gateway::use(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_.store(std::move(snapshot));
}

void Gateway::use(std::shared_ptr<const KeyRing> keys) { keys_.store(std::move(keys)); }

std::shared_ptr<const Snapshot> Gateway::snapshot() const { return snapshot_.load(); }

bool Gateway::ready() const {
  if (draining_.load(std::memory_order_relaxed)) return false;
  const std::shared_ptr<const Snapshot> snapshot = snapshot_.load();
  return services_.ledger.accepts_reservations() || !snapshot->local_models.empty();
}

std::optional<Response> Gateway::admit(const RequestHead& head) {
  const Destination destination = find_destination(head);
  const std::optional<Error> error = wrong_destination(destination, head);
  if (!error) return std::nullopt;
  services_.metrics.count_refusal(error->detail);
  Response response = error_response(*error, destination.dialect);
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
  if (destination.endpoint == Endpoint::kWrongMethod) {
    response.headers.add("allow", allowed_methods(head));
  }
  return response;
}

bool Gateway::wants_long_body(const RequestHead& head) {
  const Asking with = asking();
  return with.snapshot->teams
      .authenticate(credentials_of(head), *with.keys, services_.clock.unix_ms())
      .has_value();
}

Async<void> Gateway::handle(Exchange& exchange) {
  Destination destination = find_destination(exchange.head());
  switch (destination.endpoint) {
    case Endpoint::kGenerate: return generate(exchange, std::move(destination));
    case Endpoint::kEmbeddings: return embeddings(exchange, std::move(destination));
    case Endpoint::kCountTokens: return count_tokens(exchange, std::move(destination));
    default: return answer_at_once(exchange, std::move(destination));
  }
}

Async<void> Gateway::answer_at_once(Exchange& exchange, Destination destination) {
  Response response = small_answer(exchange, destination);
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
  co_await exchange.send(std::move(response));
}

// A request for words on its way through the house, and the row it will leave behind.
struct Gateway::Job {
  Job(Exchange& from, Destination to, Asking with, const Services& services, RequestId request_id)
      : destination(std::move(to)),
        codec(codec_of(destination.dialect)),
        in_flight(services.metrics),
        exchange(from, services.receipts != nullptr),
        asking(std::move(with)),
        snapshot(*asking.snapshot),
        id(to_string(request_id)),
        client_fields(client_fields_of(exchange.head(), destination.dialect)),
        sink(exchange, request, codec, id) {
    row.id = request_id;
    row.dialect = destination.dialect;
    request.dialect = destination.dialect;
    row.policy_version = snapshot.policy_version;
  }

  const Destination destination;
  const Codec& codec;  // of the client
  InFlight in_flight;
  AnswerGate exchange;
  const Asking asking;
  const Snapshot& snapshot;
  const std::string id;
  const std::string client_fields;
  ChatRequest request;
  ClientSink sink;
  ConversationKey conversation;
  std::optional<NanoUsd> spent_before = NanoUsd{};  // on attempts that failed; unset = unpriced
  std::optional<LimitHold> limits;                  // once it is known who asks
  std::vector<AttemptNote> attempts;
  bool may_log_body = false;
  LedgerRow row;
};

// What it will probably use: its text, and an answer as long as others were.
std::int64_t Gateway::expected_tokens(const ChatRequest& request) const {
  const std::int64_t prompt = guessed_prompt_tokens(request);
  return prompt + experience_.guess(prompt, request.sampling.max_tokens).output_tokens;
}

// Step 2 of docs/architecture.md: who asks, and whether for this.
Result<Identity> Gateway::identify(const Asking& asking, const RequestHead& head, Scope scope,
                                   LedgerRow& row) const {
  row.reason = Reason::kRefused;
  const Teams& teams = asking.snapshot->teams;
  Result<Identity> who =
      teams.authenticate(credentials_of(head), *asking.keys, services_.clock.unix_ms());
  if (!who) return who;
  if (who->key == nullptr && is_from_foreign_page(head)) {
    return Error{ErrorCode::kForbidden, "requests of web pages need a [[team]] with a key",
                 "foreign_origin"};
  }
  row.team = who->team->name;
  if (who->key == nullptr) return who;
  row.key_id = who->key->id;
  if (who->key->allows(scope)) return who;
  return Error{
      ErrorCode::kForbidden,
      "The API key is not for this: it lacks the scope '" + std::string(to_string(scope)) + "'.",
      "insufficient_scope"};
}

// Steps 2 to 8 of docs/architecture.md; step 1, reading the request, is behind us
// in router/http.
Async<Result<Usage>> Gateway::answer(Job& job) {
  const Snapshot& snapshot = job.snapshot;
  const RequestHead& head = job.exchange.head();
  LedgerRow& row = job.row;

  // 2. who asks
  const Result<Identity> who = identify(job.asking, head, Scope::kChat, row);
  if (!who) co_return who.error();
  row.baseline_model = snapshot.baseline_model(*who->team);
  row.quality_target = who->team->quality_target.value_or(0);
  if (auto refusal = refusal_without_receipt(services_.receipts, snapshot.config.receipts)) {
    co_return *std::move(refusal);
  }
  if (services_.bodies != nullptr && who->team->log_bodies) {
    job.exchange.keep_bodies(static_cast<std::size_t>(snapshot.config.bodies.max_body_kb) << 10);
  }

  // 3. what is asked, and whether there is room for it
  row.reason = Reason::kInvalid;
  Result<ChatRequest> parsed =
      job.codec.parse_request(job.exchange.take_body(), job.destination.path());
  if (!parsed) co_return parsed.error();
  job.request = std::move(*parsed);
  note_request(job.request, row);
  if (job.request.stream) job.in_flight.is_stream();
  if (snapshot.embeds(job.request.model)) {
    co_return Error{ErrorCode::kInvalidRequest, "This model makes embeddings and no text.",
                    "model_not_generating", "model"};
  }
  row.reason = Reason::kRefused;
  const std::string end_user = end_user_of(job.request.user);
  if (snapshot.config.ledger.end_users) row.end_user = end_user;
  job.limits.emplace(services_.limits, claim_of(*who, row, end_user));
  const Result<void> admitted = job.limits->admit(expected_tokens(job.request));
  job.sink.say_always(limit_headers(*job.limits, row.dialect, row.unix_ms));
  if (!admitted) co_return admitted.error();

  if (job.request.messages.empty()) co_return co_await load_model(job);

  // 4. where it may run, 5. where it shall
  const Result<Deliberation> outcome =
      deliberate({snapshot, *who, head, job.request, services_.clock, conversations_, experience_,
                  *job.limits});
  if (!outcome) co_return outcome.error();
  job.may_log_body = outcome->ruling.may_log_bodies();
  job.conversation = outcome->conversation;
  note_deliberation(*outcome, row);
  if (!outcome->decision) co_return outcome->decision.error();

  // 6. to 8. reserve, run the candidates, write their events
  co_return co_await serve({snapshot, services_, job.request, outcome->ruling, *outcome->decision,
                            job.sink, *job.limits, job.attempts, schema_checks_, job.client_fields},
                           row, job.spent_before);
}

// Ollama's request without a message: its model is loaded, or unloaded, and says so.
Async<Result<Usage>> Gateway::load_model(Job& job) {
  OnDemandModel* model = job.snapshot.answering_model(job.request.model);
  if (model == nullptr) {
    co_return Error{ErrorCode::kNotFound, "only a model of this process can be loaded",
                    "model_not_found", "model"};
  }
  LedgerRow& row = job.row;
  row.route = Route::kLocal;
  row.backend = kLocalBackend;
  row.model = model->model_name();
  row.reason = Reason::kModelRequested;
  if (wants_unload(job.request)) {
    model->unload();
  } else {
    const Result<std::optional<KeepAlive>> keep_alive = keep_alive_of(job.request);
    if (!keep_alive) co_return keep_alive.error();
    const Deadline deadline =
        Deadline::in(services_.clock.now(),
                     std::chrono::milliseconds(job.snapshot.config.local.total_timeout_ms));
    const Result<void> loaded = co_await model->load(*keep_alive, job.sink.cancel(), deadline);
    if (!loaded) co_return loaded.error();
  }
  std::string body = write_ollama_load_answer(job.request, row.model, row.unix_ms / 1'000);
  if (job.request.stream) body += '\n';
  RouteLabel label;
  label.route = to_string(row.route);
  label.backend = row.backend;
  label.model = row.model;
  label.reason = row.reason;
  job.sink.begin_attempt(label);
  StreamEvent whole;
  whole.kind = EventKind::kWhole;
  whole.raw = body;
  whole.raw_dialect = job.request.dialect;
  co_await job.sink.write(whole);
  co_return Usage{};
}

// Step 9: receipt and row are durable, in this order, before the client gets the last
// byte, which waits at the gate. When the disk refuses the row, it waits in the ledger's
// memory and the answer leaves all the same: paid ones are covered by their reservation.
Async<void> Gateway::generate(Exchange& exchange, Destination destination) {
  const std::int64_t unix_ms = services_.clock.unix_ms();
  Job job(exchange, std::move(destination), asking(), services_, ids_.next(unix_ms));
  LedgerRow& row = job.row;
  row.unix_ms = unix_ms;
  const Result<Usage> result = co_await answer(job);

  row.http_status = 200;
  if (!result) note_error(result.error(), row);
  if (!result && !job.sink.started()) row.wasted_local_us += row.usage.local_busy_us;
  const bool seen = result.has_value() || job.sink.started();
  const bool faulty = count_faults(job.attempts, seen, services_.metrics);
  const bool went_wrong = job.attempts.size() > 1 || (!result && !job.attempts.empty());
  if (!row.decision.empty() || went_wrong || faulty) {
    close_explanation(row.decision, job.attempts);
  }
  price(job.snapshot, job.spent_before, row);
  if (job.limits) job.limits->finish(row.cost.value_or(NanoUsd{}), tokens_of(row.usage));
  row.finish = job.sink.finish_reason();
  const SteadyTime began = exchange.received_at();
  if (const auto first = job.sink.first_output()) row.ttft_us = microseconds(*first - began);
  row.duration_us = microseconds(services_.clock.now() - began);
  services_.metrics.count(row);
  if (log_ != nullptr && job.snapshot.config.log.requests) log_->write(row);
  if (result) {
    conversations_.remember(job.conversation, row.backend, services_.clock.now());
    experience_.learn(row.usage);
  }

  const std::string backend = row.backend;
  const std::string model = row.model;
  RouteLabel label{to_string(row.route), backend, model, row.reason, row.cost, row.saved};
  if (job.sink.has_losses()) services_.metrics.count_loss(to_string(row.dialect), row.backend);
  if (result) {
    co_await job.sink.finish(label);
  } else {
    label.cost = label.saved = std::nullopt;
    co_await job.sink.fail(result.error(), label);
  }
  if (job.may_log_body) log_body(services_.bodies, row, job.snapshot.config, job.exchange);
  co_await leave_receipt(services_.receipts, row, job.snapshot, job.exchange);
  co_await services_.ledger.settle(std::move(row));
  co_await job.exchange.release();
}

// As generate(), for what only a model of this process answers. What it saved is not known:
// no model is its baseline.
Async<void> Gateway::embeddings(Exchange& client, Destination destination) {
  const InFlight in_flight(services_.metrics);
  AnswerGate exchange(client, services_.receipts != nullptr);
  const Asking with = asking();
  const std::shared_ptr<const Snapshot>& snapshot = with.snapshot;
  LedgerRow row;
  row.operation = Operation::kEmbeddings;
  row.dialect = destination.dialect;
  row.unix_ms = services_.clock.unix_ms();
  row.id = ids_.next(row.unix_ms);
  row.policy_version = snapshot->policy_version;
  const std::string id = to_string(row.id);
  std::optional<LimitHold> limits;
  Result<std::string> body = std::string();
  const Result<Identity> who = identify(with, exchange.head(), Scope::kEmbeddings, row);
  if (!who) {
    body = who.error();
  } else if (auto refusal =
                 refusal_without_receipt(services_.receipts, snapshot->config.receipts)) {
    body = *std::move(refusal);
  } else {
    limits.emplace(services_.limits, claim_of(*who, row, {}));
    body = co_await answer_embeddings({*snapshot, *who, exchange, services_.clock, *limits,
                                       embedding_codec_of(destination.form), destination.path()},
                                      row);
  }

  row.http_status = 200;
  if (!body) note_error(body.error(), row);
  if (!body) row.wasted_local_us = row.usage.local_busy_us;
  price(*snapshot, NanoUsd{}, row);
  if (limits) limits->finish({}, tokens_of(row.usage));
  row.duration_us = microseconds(services_.clock.now() - exchange.received_at());
  services_.metrics.count(row);
  if (log_ != nullptr && snapshot->config.log.requests) log_->write(row);
  const std::string backend = row.backend;
  const std::string model = row.model;
  const RouteLabel label{to_string(row.route),           backend,     model, row.reason,
                         body ? row.cost : std::nullopt, std::nullopt};
  if (!exchange.cancel().raised()) {
    Response response =
        body ? json_response(200, std::move(*body)) : error_response(body.error(), row.dialect);
    response.headers = answer_headers(id, label);
    if (limits) response.headers.add(limit_headers(*limits, row.dialect, row.unix_ms));
    if (!body) add_retry_headers(body.error(), response.headers);
    co_await exchange.send(std::move(response));
  }
  co_await leave_receipt(services_.receipts, row, *snapshot, exchange);
  co_await services_.ledger.settle(std::move(row));
  co_await exchange.release();
}

Async<void> Gateway::count_tokens(Exchange& exchange, Destination destination) {
  const Asking with = asking();
  const Codec& codec = codec_of(destination.dialect);
  LedgerRow unwritten;
  const Result<Identity> who = identify(with, exchange.head(), Scope::kChat, unwritten);
  Result<TokenCount> count = TokenCount();
  if (who) {
    count = co_await count_prompt_tokens(
        {*with.snapshot, *who, exchange, services_.clock, codec, destination.path()});
  } else {
    count = who.error();
  }
  if (exchange.cancel().raised()) co_return;
  Response response = count ? json_response(200, codec.write_token_count(count->tokens))
                            : error_response(count.error(), destination.dialect);
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
  if (count) response.headers.add("x-weir-count", count->exact ? "exact" : "estimate");
  if (!count) add_retry_headers(count.error(), response.headers);
  co_await exchange.send(std::move(response));
}

Response Gateway::explain(Exchange& exchange) {
  const std::shared_ptr<const Snapshot> snapshot = snapshot_.load();
  const RequestHead& head = exchange.head();
  const Team* team = team_to_explain(snapshot->teams, head.fields.value("x-weir-team"));
  if (team == nullptr) {
    return error_response(
        {ErrorCode::kNotFound, "x-weir-team must name a [[team]]", "unknown_team", "x-weir-team"},
        Dialect::kOpenAiChat);
  }
  const Result<ChatRequest> request = openai_chat_codec().parse_request(exchange.take_body());
  if (!request) return error_response(request.error(), Dialect::kOpenAiChat);
  const Identity who{team, nullptr};
  LimitClaim claim;
  claim.subject = {team->name, {}, request->user, {}};
  claim.team = *team;
  claim.dry_run = true;
  const LimitHold limits(services_.limits, claim);
  return json_response(200, dry_run({*snapshot, who, head, *request, services_.clock,
                                     conversations_, experience_, limits}));
}

// What needs neither a model nor a row.
Response Gateway::small_answer(Exchange& exchange, const Destination& destination) const {
  switch (destination.endpoint) {
    case Endpoint::kHealth: return json_response(200, R"({"status":"ok"})");
    case Endpoint::kReady:
      return ready() ? json_response(200, R"({"status":"ready"})")
                     : json_response(503, R"({"status":"not ready"})");
    case Endpoint::kGreeting: {
      Response greeting = json_response(200, "weir is running\n");
      greeting.content_type = "text/plain; charset=utf-8";
      return greeting;
    }
    default: break;
  }
  const Asking with = asking();
  LedgerRow unwritten;
  const Result<Identity> who = identify(with, exchange.head(), Scope::kModels, unwritten);
  if (!who) return error_response(who.error(), destination.dialect);
  const std::vector<std::string_view> privacy = values_of(exchange.head(), "x-weir-privacy");
  const Result<Ruling> ruling = rule(*who->team, {privacy, {}, {}, who->key});
  if (!ruling) return error_response(ruling.error(), destination.dialect);
  const Result<std::string> body =
      model_answer({*with.snapshot, *ruling, destination, codec_of(destination.dialect), exchange});
  return body ? json_response(200, *body) : error_response(body.error(), destination.dialect);
}

}  // namespace weir
