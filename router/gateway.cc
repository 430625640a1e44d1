#include "router/gateway.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/openai_chat.h"
#include "router/dry_run.h"
#include "router/error_response.h"
#include "router/gateway_parts.h"
#include "router/model_lists.h"
#include "router/pass_through.h"
#include "router/receipts.h"
#include "router/request_ruling.h"
#include "router/small_response.h"
#include "router/token_count.h"
#include "router/web_page.h"

namespace weir {
namespace {

Credentials credentials_of(const RequestHead& head) {
  Credentials credentials;
  for (const http1::Field& field : head.fields) credentials.add(field.name, field.value);
  // Gemini's clients, and they alone, may write the key into the query.
  std::string_view query = head.query();
  const bool gemini = query.find("key=") != std::string_view::npos &&
                      find_destination(head).dialect == Dialect::kGemini;
  while (gemini && !query.empty()) {
    constexpr std::string_view kKey = "key=";
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with(kKey)) credentials.add("x-goog-api-key", pair.substr(kKey.size()));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return credentials;
}

// Why there is no answer at `destination`; nothing if there is one.
std::optional<Error> wrong_destination(const Destination& destination, const RequestHead& head) {
  const std::string where = std::string(head.method) + " " + std::string(head.path());
  switch (destination.endpoint) {
    case Endpoint::kWrongMethod:
      return Error{ErrorCode::kMethodNotAllowed,
                   where + ": this path takes " + std::string(allowed_methods(head)),
                   "method_not_allowed"};
    case Endpoint::kPassThrough: return wrong_pass_through(head);
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
  const std::string_view coding = head.fields.value("content-encoding");
  const bool plain = coding.empty() || http1::equal_ignoring_case(coding, "identity");
  if (!plain && destination.endpoint != Endpoint::kPassThrough) {
    return Error{ErrorCode::kInvalidRequest, "a compressed body is not read: send it as it is",
                 "unsupported_content_encoding", "content-encoding"};
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
  if (refusal_without_receipt(services_.receipts, snapshot->config.receipts)) return false;
  return services_.ledger.accepts_reservations() || snapshot->config.backends.empty();
}

std::string_view Gateway::common_fields(const RequestHead& head) {
  if (head.fields.value("origin").empty()) return {};
  const Asking with = asking();
  const Result<Identity> who = with.snapshot->teams.authenticate(credentials_of(head), *with.keys,
                                                                 services_.clock.unix_ms());
  return fields_for_pages(head, !who || who->key != nullptr);
}

std::optional<Response> Gateway::admit(const RequestHead& head) {
  if (is_preflight(head)) return preflight_answer(head);
  const Destination destination = find_destination(head);
  const std::optional<Error> error = wrong_destination(destination, head);
  if (!error) return std::nullopt;
  services_.metrics.count_refusal(error->detail);
  Response response = refusal(head, http_status(*error), *error);
  if (error->code == ErrorCode::kMethodNotAllowed) {
    response.headers.add("allow", allowed_methods(head));
  }
  return response;
}

Response Gateway::refusal(const RequestHead& head, int status, const Error& error) {
  Response response = error_response(error, find_destination(head).dialect);
  response.status = status;
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
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
    case Endpoint::kEmbeddings:
      if (passes_on(exchange, destination)) return pass_through(exchange, std::move(destination));
      return embeddings(exchange, std::move(destination));
    case Endpoint::kCountTokens: return count_tokens(exchange, std::move(destination));
    case Endpoint::kPassThrough: return pass_through(exchange, std::move(destination));
    default: return answer_at_once(exchange, std::move(destination));
  }
}

Async<void> Gateway::answer_at_once(Exchange& exchange, Destination destination) {
  Response response = small_answer(exchange, destination);
  response.headers.add("x-request-id", to_string(ids_.next(services_.clock.unix_ms())));
  co_await exchange.send(std::move(response));
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
    return Error{ErrorCode::kForbidden,
                 "requests of pages of other sites need the key of a [[team]]", "foreign_origin"};
  }
  if (who->key == nullptr && asks_for_public_name(head)) {
    return Error{ErrorCode::kForbidden,
                 "requests to a Host of the public internet need the key of a [[team]]; a proxy in "
                 "front may send the address that weir listens at",
                 "foreign_host"};
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
  const EndUser end_user = end_user_of(request->user);
  LimitClaim claim;
  claim.subject = {team->name, {}, end_user.account, {}, end_user.named};
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
      model_answer({*with.snapshot, *ruling, destination, codec_of(destination.dialect), exchange,
                    services_.clock.unix_ms()});
  return body ? json_response(200, *body) : error_response(body.error(), destination.dialect);
}

}  // namespace weir
