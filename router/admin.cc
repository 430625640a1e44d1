#include "router/admin.h"

#include <utility>

namespace weir {
namespace {

Response text_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

AdminHandler::AdminHandler(const Metrics& metrics, const Gateway& gateway,
                           std::function<void()> refresh)
    : metrics_(metrics), gateway_(gateway), refresh_(std::move(refresh)) {}

std::optional<Response> AdminHandler::admit(const RequestHead& head) {
  if (head.method == "GET" || head.method == "HEAD") return std::nullopt;
  Response response = text_response(405, "this listener answers GET\n");
  response.headers.add("allow", "GET, HEAD");
  return response;
}

Async<void> AdminHandler::handle(Exchange& exchange) {
  const std::string_view path = exchange.head().path();
  if (path == "/metrics") {
    refresh_();
    Response response = text_response(200, metrics_.exposition());
    response.content_type = kExpositionContentType;
    co_await exchange.send(std::move(response));
  } else if (path == "/healthz") {
    co_await exchange.send(text_response(200, "ok\n"));
  } else if (path == "/readyz") {
    const bool ready = gateway_.ready();
    co_await exchange.send(text_response(ready ? 200 : 503, ready ? "ready\n" : "not ready\n"));
  } else {
    co_await exchange.send(text_response(404, "here are /metrics, /healthz and /readyz\n"));
  }
}

}  // namespace weir
