#include "router/pass_through.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "cloud_adapters/wire/openai_embeddings.h"
#include "router/answer_gate.h"
#include "router/client_sink.h"
#include "router/gateway.h"
#include "router/gateway_parts.h"
#include "router/limit_headers.h"
#include "router/passed_answer.h"
#include "router/passed_names.h"
#include "router/receipts.h"
#include "router/request_ruling.h"
#include "router/small_response.h"
#include "router/worst_cost.h"

namespace weir {
namespace {

// One request on its way. All of it outlives the coroutines.
struct Passage {
  const Snapshot& snapshot;
  const Services& services;
  const Identity& who;
  AnswerGate& exchange;
  LimitHold& limits;
  std::optional<PassedAnswer>& answer;
  const PassedNames& names;
  EmbeddingUsage usage;  // of a request for vectors
};

bool embeds(const LedgerRow& row) { return row.operation == Operation::kEmbeddings; }

// A request for vectors is looked into where a rule asks; others hold what nobody here can
// look into. What names further models must be allowed to leave by what is said of each.
Result<Ruling> ruling_of(const Passage& passage, std::string_view body, const LedgerRow& row) {
  RuledRequest request{passage.snapshot,       passage.who,         passage.exchange.head(),
                       passage.services.clock, row.requested_model, body.size(),
                       passage.names.tools};
  if (embeds(row)) return rule_on(request, body);
  for (std::size_t i = 1; i < passage.names.models.size(); ++i) {
    request.model = passage.names.models[i];
    Result<Ruling> further = rule_on_opaque(request);
    if (!further || further->local_only() || further->redacts()) return further;
  }
  request.model = row.requested_model;
  return rule_on_opaque(request);
}

// By any name that the configuration or the price list has for it.
bool knows_model(const Snapshot& snapshot, const ServedBackend& served, std::string_view model) {
  const std::vector<ModelAlias>& models = served.config->models;
  const bool is_listed = std::any_of(models.begin(), models.end(), [&](const ModelAlias& each) {
    return each.name == model || each.upstream == model;
  });
  return is_listed || snapshot.prices.find(served.provider, model) != nullptr;
}

void note_backend(const ServedBackend& served, std::string model, LedgerRow& row) {
  const bool site = served.config->backend_class == BackendClass::kSite;
  row.route = site ? Route::kSite : Route::kCloud;
  row.backend = served.config->name;
  row.provider = served.provider;
  row.model = std::move(model);
  row.reason = Reason::kModelRequested;
  row.attempts = 1;
}

// What vectors cost at most is known, and nothing of what else is passed on; a site without a
// price costs nothing.
MoneyWish wish_of(const Passage& passage, const ServedBackend& served, std::size_t body_bytes,
                  const LedgerRow& row) {
  MoneyWish wish;
  if (embeds(row)) wish = embedding_bounds(passage.snapshot, served, row.model, body_bytes);
  if (!wish.most && row.route == Route::kSite) wish = {NanoUsd{}, NanoUsd{}};
  return wish;
}

// Room in the limits of the models that it names beside the one that is asked.
Result<void> reserve_further_models(const Passage& passage, const MoneyWish& wish) {
  for (std::size_t i = 1; i < passage.names.models.size(); ++i) {
    const Result<NanoUsd> further = passage.limits.begin_attempt(passage.names.models[i], wish);
    if (!further) return further.error();
    passage.limits.end_attempt({});
  }
  return {};
}

// Room in the limits of the model, then a permit, then a durable reservation.
Async<Result<EgressPermit>> reserve(const Passage& passage, const Ruling& ruling,
                                    const MoneyWish& wish, LedgerRow& row) {
  const Result<NanoUsd> granted = passage.limits.begin_attempt(row.model, wish);
  if (!granted) co_return granted.error();
  if (wish.most) row.reserved = *granted;
  const BackendClass where = row.route == Route::kSite ? BackendClass::kSite : BackendClass::kCloud;
  Result<EgressPermit> permit = passage.services.permits.issue(ruling, row.id, row.backend, where);
  if (!permit) co_return permit.error();
  row.permit_id = permit->id();
  const Result<void> reserved =
      co_await passage.services.ledger.reserve(reservation_of(row, passage.limits.bound()));
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

Async<Result<void>> try_once(Passage& passage, const ServedBackend& served, const Ruling& ruling,
                             const std::string& body, LedgerRow& row) {
  const MoneyWish wish = wish_of(passage, served, body.size(), row);
  Result<EgressPermit> permit = co_await reserve(passage, ruling, wish, row);
  if (!permit) co_return permit.error();
  const Result<OutboundBody> outbound = passage.services.permits.original_body(ruling, body);
  if (!outbound) co_return outbound.error();
  const RequestHead& head = passage.exchange.head();
  const std::string target = passed_target(head);
  const std::string fields = passed_fields(head);
  const std::string_view accept = head.fields.find("accept").value_or("*/*");
  const std::string_view type =
      embeds(row) ? "application/json" : head.fields.value("content-type");
  const ForwardedRequest request{head.method, target, type, accept, fields, row.id, *outbound};
  const auto span = std::chrono::milliseconds(served.config->total_timeout_ms);
  const Deadline deadline = Deadline::in(passage.services.clock.now(), span);
  passage.answer.emplace(passage.exchange, lines_of(passage, row),
                         embeds(row) ? &passage.usage : nullptr);
  Result<void> result = co_await served.remote->forward(
      request, *std::move(permit), *passage.answer, deadline, &row.egress_bytes);
  if (row.egress_bytes > 0) row.egress_backends = row.backend;
  co_return result;
}

bool is_stale(const Result<void>& result) {
  return !result && result.error().detail == "upstream_stale";
}

// What met a connection that its upstream had closed goes out once more: nobody worked on it.
Async<Result<void>> forward(Passage& passage, const ServedBackend& served, const Ruling& ruling,
                            const std::string& body, LedgerRow& row) {
  const Result<void> room =
      reserve_further_models(passage, wish_of(passage, served, body.size(), row));
  if (!room) co_return room.error();
  Result<void> result = co_await try_once(passage, served, ruling, body, row);
  if (!is_stale(result) || passage.exchange.cancel().raised()) co_return result;
  passage.limits.end_attempt({});
  row.reserved = std::nullopt;
  ++row.attempts;
  passage.services.metrics.count(Counter::kUpstreamRetries);
  result = co_await try_once(passage, served, ruling, body, row);
  co_return result;
}

// Whether the vectors may have been made and did not come: they had begun to, or it was us who
// ended the wait.
bool may_be_computed(const Passage& passage, const Error& error) {
  const int status = passage.answer ? passage.answer->status() : 0;
  return (status >= 200 && status < 300) || error.code == ErrorCode::kCancelled ||
         error.code == ErrorCode::kDeadline;
}

// What the provider said it used; or about what it was given, unless it refused that.
void note_usage(const Passage& passage, std::size_t body_bytes, const Result<void>& result,
                LedgerRow& row) {
  if (const std::optional<Usage> told = passage.usage.found()) {
    row.usage = *told;
  } else if (row.egress_bytes > 0 && !is_stale(result) &&
             (!passage.answer || passage.answer->status() < 400)) {
    row.usage.input_tokens = guessed_tokens_of_body(body_bytes);
    row.usage.estimated = true;
    row.usage.unseen = !result && may_be_computed(passage, result.error());
  }
}

// The provider, and the body that it gets. Notes who it is.
Result<const ServedBackend*> choose(const Passage& passage, const Ruling& ruling, std::string* body,
                                    LedgerRow& row) {
  const std::span<const ServedBackend> backends = passage.snapshot.backends;
  const PassThroughWish wish{passage.exchange.head().fields.value("x-weir-backend"),
                             row.requested_model, row.dialect};
  if (!embeds(row)) {
    Result<const ServedBackend*> served =
        choose_backend(backends, ruling, wish, passage.names.models);
    if (!served) return served.error();
    note_backend(**served, row.requested_model, row);
    row.unlisted_model = !knows_model(passage.snapshot, **served, row.model);
    return served;
  }
  const Result<EmbeddingProvider> provider =
      choose_embedding_provider(backends, ruling, wish, passage.services.clock.now());
  if (!provider) return provider.error();
  note_backend(*provider->served, std::string(provider->model), row);
  if (provider->model != row.requested_model) {
    *body = with_embedding_model(*body, provider->model);
  }
  return provider->served;
}

Async<Result<void>> pass_on(Passage& passage, LedgerRow& row) {
  std::string body = passage.exchange.take_body();
  row.reason = Reason::kRefused;
  const Result<void> admitted =
      passage.limits.admit(embeds(row) ? guessed_tokens_of_body(body.size()) : 0);
  if (!admitted) co_return admitted.error();
  const Result<Ruling> ruling = ruling_of(passage, body, row);
  if (!ruling) co_return ruling.error();
  if (ruling->matched() != nullptr) row.rule = ruling->matched()->name;
  if (ruling->local_only()) row.reason = *ruling->local_only();
  const Result<const ServedBackend*> served = choose(passage, *ruling, &body, row);
  if (!served) co_return served.error();
  const std::size_t body_bytes = body.size();
  Result<void> result = co_await forward(passage, **served, *ruling, body, row);
  if (embeds(row)) note_usage(passage, body_bytes, result, row);
  co_return result;
}

bool counts_users(std::span<const LimitRule> limits) {
  return std::any_of(limits.begin(), limits.end(),
                     [](const LimitRule& limit) { return limit.by_user(); });
}

Response refusal_of(const Error& error, const LedgerRow& row, const RouteLabel& label) {
  Response response = error_response(error, row.dialect);
  response.headers = answer_headers(to_string(row.id), label);
  add_retry_headers(error, response.headers);
  return response;
}

void note_result(const Result<void>& result, const std::optional<PassedAnswer>& answer,
                 LedgerRow& row) {
  if (!embeds(row) && row.egress_bytes > 0 && row.route == Route::kCloud) row.cost = std::nullopt;
  if (!result) return note_error(result.error(), row);
  row.http_status = answer->status();
  if (row.http_status >= 400) row.error_code = to_string(ErrorCode::kUpstreamStatus);
}

}  // namespace

bool Gateway::passes_on(const Exchange& client, const Destination& embeddings) const {
  if (embeddings.form != EmbeddingForm::kOpenAi) return false;
  return passes_embeddings(*snapshot_.load(), names_in_json(client.body()).model());
}

// As generate(), for what weir cannot read and for vectors: nothing is chosen but the provider,
// and nothing that a provider may have seen is tried twice.
Async<void> Gateway::pass_through(Exchange& client, Destination destination) {
  const InFlight in_flight(services_.metrics);
  AnswerGate exchange(client, services_.receipts != nullptr);
  const Asking with = asking();
  const std::shared_ptr<const Snapshot>& snapshot = with.snapshot;
  const bool embeds = destination.endpoint == Endpoint::kEmbeddings;
  LedgerRow row;
  row.operation = embeds ? Operation::kEmbeddings : Operation::kPassThrough;
  row.dialect = destination.dialect;
  row.unix_ms = services_.clock.unix_ms();
  row.id = ids_.next(row.unix_ms);
  row.policy_version = snapshot->policy_version;
  std::optional<LimitHold> limits;
  std::optional<PassedAnswer> answer;
  Result<void> result;
  const Scope scope = embeds ? Scope::kEmbeddings : Scope::kChat;
  const Result<Identity> who = identify(with, exchange.head(), scope, row);
  if (!who) {
    result = who.error();
  } else if (auto refusal =
                 refusal_without_receipt(services_.receipts, snapshot->config.receipts)) {
    result = *std::move(refusal);
  } else {
    row.reason = Reason::kInvalid;
    const Result<PassedNames> names = names_in(exchange.head(), exchange.body());
    if (!names) {
      result = names.error();
    } else if (names->several_users && counts_users(snapshot->config.limits)) {
      result = Error{ErrorCode::kInvalidRequest,
                     "The request names several end users, and a [[limit]] counts them.",
                     "several_end_users", "user"};
    } else {
      row.requested_model = names->model();
      const EndUser end_user = end_user_of(names->end_user);
      if (snapshot->config.ledger.end_users) row.end_user = end_user.account;
      limits.emplace(services_.limits, claim_of(*who, row, end_user));
      Passage passage{*snapshot, services_, *who, exchange, *limits, answer, *names, {}};
      result = co_await pass_on(passage, row);
    }
  }

  if (embeds) price(*snapshot, NanoUsd{}, row);
  note_result(result, answer, row);
  if (embeds && answer && row.cost) answer->add_line(kCostHeader, to_usd_string(*row.cost));
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
  co_await close_books(services_.ledger, limits ? &*limits : nullptr, std::move(row));
  co_await exchange.release();
}

}  // namespace weir
