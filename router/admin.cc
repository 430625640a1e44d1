#include "router/admin.h"

#include <utility>

namespace weir {
namespace {

constexpr std::string_view kExplainPath = "/admin/explain";

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

AdminHandler::AdminHandler(const Metrics& metrics, Gateway& gateway, std::function<void()> refresh)
    : metrics_(metrics), gateway_(gateway), refresh_(std::move(refresh)) {}

std::optional<Response> AdminHandler::admit(const RequestHead& head) {
  const bool posts = head.path() == kExplainPath;
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (posts ? head.method == "POST" : reads && !head.has_body()) return std::nullopt;
  Response response = text_response(405, posts ? "this path takes POST with a chat request\n"
                                               : "this path takes GET without a body\n");
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
  } else if (path == "/healthz") {
    co_await exchange.send(text_response(200, "ok\n"));
  } else if (path == "/readyz") {
    const bool ready = gateway_.ready();
    co_await exchange.send(text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
  } else {
    co_await exchange.send(
        text_response(404, "here are /metrics, /healthz, /readyz and POST /admin/explain\n"));
  }
}

}  // namespace weir
