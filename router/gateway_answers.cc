// The requests that leave a row behind: for words in any dialect, and for vectors.
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/wire/ollama.h"
#include "core/hex.h"
#include "metrics/savings.h"
#include "router/answer_gate.h"
#include "router/body_log.h"
#include "router/client_sink.h"
#include "router/deliberation.h"
#include "router/embedding_answer.h"
#include "router/error_response.h"
#include "router/explanation.h"
#include "router/gateway.h"
#include "router/gateway_parts.h"
#include "router/limit_headers.h"
#include "router/member_names.h"
#include "router/model_tags.h"
#include "router/passed_names.h"
#include "router/receipts.h"
#include "router/request_ruling.h"
#include "router/small_response.h"

namespace weir {
namespace {

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

// Of a request for vectors, where anything asks for it.
EndUser end_user_in(std::string_view body, const LedgerConfig& ledger) {
  return ledger.end_users ? end_user_of(names_in_json(body).end_user) : EndUser();
}

void note_request(const ChatRequest& request, LedgerRow& row) {
  row.dialect = request.dialect;
  row.requested_model = request.model;
  row.stream = request.stream;
}

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

}  // namespace

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
  Disguise disguise;
  bool may_log_body = false;
  LedgerRow row;
};

// What it will probably use: its text, and an answer as long as others were.
std::int64_t Gateway::expected_tokens(const ChatRequest& request) const {
  const std::int64_t prompt = guessed_prompt_tokens(request);
  return prompt + experience_.guess(prompt, request.sampling.max_tokens).output_tokens;
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
  const Result<void> spelled = check_spelling(*parsed);
  if (!spelled) co_return spelled.error();
  job.request = std::move(*parsed);
  job.request.model = name_of_tag(snapshot, job.request.model);
  note_request(job.request, row);
  if (job.request.stream) job.in_flight.is_stream();
  if (snapshot.embeds(job.request.model)) {
    co_return Error{ErrorCode::kInvalidRequest, "This model makes embeddings and no text.",
                    "model_not_generating", "model"};
  }
  row.reason = Reason::kRefused;
  const EndUser end_user = end_user_of(job.request.user);
  if (snapshot.config.ledger.end_users) row.end_user = end_user.account;
  job.limits.emplace(services_.limits, claim_of(*who, row, end_user));
  const Result<void> admitted = job.limits->admit(expected_tokens(job.request));
  job.sink.say_always(limit_headers(*job.limits, row.dialect, row.unix_ms));
  if (!admitted) co_return admitted.error();
  const bool money = job.limits->left(job.request.model).has_value();
  const Result<void> named = check_fallbacks(job.request, *who, snapshot, money);
  if (!named) co_return named.error();
  const Result<void> tier = check_tier(job.request, money);
  if (!tier) co_return tier.error();

  if (job.request.messages.empty()) co_return co_await load_model(job, *who, head);

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
                            job.sink, *job.limits, job.attempts, schema_checks_, job.client_fields,
                            &job.disguise, job.destination.is_beta ? "beta=true" : ""},
                           row, job.spent_before);
}

// Ollama's request without a message: its model is loaded, or unloaded, and says so.
Async<Result<Usage>> Gateway::load_model(Job& job, const Identity& who, const RequestHead& head) {
  OnDemandModel* model = job.snapshot.answering_model(job.request.model);
  if (model == nullptr) {
    co_return Error{ErrorCode::kNotFound, "only a model of this process can be loaded",
                    "model_not_found", "model"};
  }
  const Result<Ruling> ruling =
      rule_on_use({job.snapshot, who, head, services_.clock, job.request.model,
                   job.request.original.size(), brings_tools(job.request)},
                  job.request, model->model_name());
  if (!ruling) co_return ruling.error();
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

// What the client's dialect has no words for is an answer that nobody has.
Result<Usage> Gateway::close_answer(Job& job, const RouteLabel& label, Usage usage) {
  const Result<void> closed = job.sink.close(label);
  if (closed) return usage;
  note_error(closed.error(), job.row);
  apply_failure(job.row);
  return closed.error();
}

// Step 9: receipt and row are durable, in this order, before the client gets the last
// byte, which waits at the gate. When the disk refuses the row, it waits in the ledger's
// memory and the answer leaves all the same: paid ones are covered by their reservation.
Async<void> Gateway::generate(Exchange& exchange, Destination destination) {
  const std::int64_t unix_ms = services_.clock.unix_ms();
  Job job(exchange, std::move(destination), asking(), services_, ids_.next(unix_ms));
  LedgerRow& row = job.row;
  row.unix_ms = unix_ms;
  Result<Usage> result = co_await answer(job);

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
  const std::string backend = row.backend;
  const std::string model = row.model;
  RouteLabel label{to_string(row.route), backend, model, row.reason, row.cost, row.saved};
  if (result) result = close_answer(job, label, *std::move(result));
  row.finish = job.sink.finish_reason();
  const SteadyTime began = exchange.received_at();
  if (const auto first = job.sink.first_output()) row.ttft_us = microseconds(*first - began);
  row.shows_reasoning = job.sink.shows_reasoning();
  row.duration_us = microseconds(services_.clock.now() - began);
  services_.metrics.count(row);
  if (log_ != nullptr && job.snapshot.config.log.requests) log_->write(row);
  if (result) {
    conversations_.remember(job.conversation, row.backend, services_.clock.now());
    experience_.learn(row.usage);
  }

  if (job.sink.has_losses()) services_.metrics.count_loss(to_string(row.dialect), row.backend);
  if (result) {
    co_await job.sink.finish(label);
  } else {
    label.cost = label.saved = std::nullopt;
    co_await job.sink.fail(result.error(), label);
  }
  if (job.may_log_body) log_body(services_.bodies, row, job.snapshot.config, job.exchange);
  co_await leave_receipt(services_.receipts, row, job.snapshot, job.exchange);
  LimitHold* limits = job.limits ? &*job.limits : nullptr;
  co_await close_books(services_.ledger, limits, std::move(row));
  co_await job.exchange.release();
}

// As generate(), for what a model of this process answers. What it saved is not known:
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
    const EndUser end_user = end_user_in(exchange.body(), snapshot->config.ledger);
    row.end_user = end_user.account;
    limits.emplace(services_.limits, claim_of(*who, row, end_user));
    body = co_await answer_embeddings({*snapshot, *who, exchange, services_.clock, *limits,
                                       embedding_codec_of(destination.form), destination.path()},
                                      row);
  }

  row.http_status = 200;
  if (!body) note_error(body.error(), row);
  if (!body) row.wasted_local_us = row.usage.local_busy_us;
  price(*snapshot, NanoUsd{}, row);
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
  co_await close_books(services_.ledger, limits ? &*limits : nullptr, std::move(row));
  co_await exchange.release();
}

}  // namespace weir
