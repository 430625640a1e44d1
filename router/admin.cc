#include "router/admin.h"

#include <utility>

#include "cloud_adapters/wire/openai_chat.h"
#include "policies/team.h"
#include "router/endpoints.h"
#include "router/local_models.h"
#include "router/small_response.h"
#include "router/web_page.h"

namespace weir {
namespace {

constexpr std::string_view kAdmin = "/admin/";
constexpr std::string_view kExplainPath = "/admin/explain";
constexpr std::string_view kModelsPath = "/admin/models";
constexpr std::string_view kLoad = "/load";
constexpr std::string_view kUnload = "/unload";

bool changes_model(std::string_view path) {
  const bool below = path.starts_with(kModelsPath) && path.size() > kModelsPath.size() &&
                     path[kModelsPath.size()] == '/';
  return below && (path.ends_with(kLoad) || path.ends_with(kUnload));
}

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

AdminHandler::AdminHandler(const Metrics& metrics, Gateway& gateway, ModelStore& models,
                           KeyAdmin& keys, std::function<void()> refresh)
    : metrics_(metrics),
      gateway_(gateway),
      models_(models),
      keys_(keys),
      refresh_(std::move(refresh)) {}

// Who has no token learns nothing of what is below /admin/, not even what is there.
std::optional<Error> AdminHandler::refuse(const RequestHead& head) const {
  if (is_from_foreign_page(head)) {
    return Error{ErrorCode::kForbidden, "a web page may ask nothing here", "foreign_origin"};
  }
  const std::shared_ptr<const Snapshot> snapshot = gateway_.snapshot();
  if (!snapshot->config.server.admin_allow_remote && asks_for_public_name(head)) {
    return Error{ErrorCode::kForbidden,
                 "the Host is a name of the public internet, and [server] admin_allow_remote is "
                 "not set",
                 "foreign_host"};
  }
  if (!head.path().starts_with(kAdmin)) return std::nullopt;
  const std::string_view token = snapshot->config.server.admin_token.reveal();
  if (token.empty()) {
    if (!KeyAdmin::owns(head.path())) return std::nullopt;
    return Error{ErrorCode::kForbidden,
                 "keys are managed here once [server] admin_token is set; weir keys works without",
                 "admin_token_not_set"};
  }
  Credentials credentials;
  for (const http1::Field& field : head.fields) credentials.add(field.name, field.value);
  const bool same = equal_in_constant_time(sha256_of(credentials.key()), sha256_of(token));
  if (same && !credentials.conflicting()) return std::nullopt;
  return Error{ErrorCode::kUnauthorized, "this needs 'Authorization: Bearer ADMIN_TOKEN'",
               "invalid_admin_token"};
}

std::optional<Response> AdminHandler::admit(const RequestHead& head) {
  if (const std::optional<Error> refused = refuse(head)) {
    return error_response(*refused);
  }
  if (KeyAdmin::owns(head.path())) {
    const std::string_view allowed = KeyAdmin::methods_of(head.path());
    if (allowed.find(head.method) != std::string_view::npos) return std::nullopt;
    Response response = text_response(405, "this path takes " + std::string(allowed) + "\n");
    response.headers.add("allow", allowed);
    return response;
  }
  const bool posts = head.path() == kExplainPath || changes_model(head.path());
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (posts ? head.method == "POST" : reads && !head.has_body()) return std::nullopt;
  Response response =
      text_response(405, posts ? "this path takes POST\n" : "this path takes GET without a body\n");
  response.headers.add("allow", posts ? "POST" : "GET, HEAD");
  return response;
}

Async<void> AdminHandler::handle(Exchange& exchange) {
  const std::string_view path = exchange.head().path();
  if (path == "/metrics") {
    refresh_();
    Response response = text_response(200, metrics_.exposition());
    response.content_type = kExpositionContentType;
    co_await exchange.send(std::move(response));
  } else if (path == kExplainPath) {
    co_await exchange.send(gateway_.explain(exchange));
  } else if (path == kModelsPath) {
    co_await exchange.send(json_response(200, local_models_json(models_)));
  } else if (changes_model(path)) {
    co_await exchange.send(change_model(path));
  } else if (KeyAdmin::owns(path)) {
    co_await keys_.handle(exchange);
  } else if (path == "/healthz") {
    co_await exchange.send(text_response(200, "ok\n"));
  } else if (path == "/readyz") {
    const bool ready = gateway_.ready();
    co_await exchange.send(text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
  } else {
    co_await exchange.send(
        text_response(404,
                      "here are /metrics, /healthz, /readyz, /admin/models, /admin/keys, "
                      "/admin/audit and POST /admin/explain, /admin/models/NAME/load and "
                      ".../unload\n"));
  }
}

// Begins it, and does not wait.
Response AdminHandler::change_model(std::string_view path) {
  const bool load = path.ends_with(kLoad);
  path.remove_prefix(kModelsPath.size() + 1);
  path.remove_suffix(load ? kLoad.size() : kUnload.size());
  const std::string name = http1::percent_decoded(path);
  const bool known = load ? models_.request_load(name) : models_.request_unload(name);
  if (!known) return text_response(404, "there is no local model of this name\n");
  return json_response(202, local_models_json(models_));
}

}  // namespace weir
