#include "router/web_page.h"

#include <string_view>

#include "router/config.h"

namespace weir {

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

bool is_preflight(const RequestHead& head) {
  return head.method == "OPTIONS" && head.fields.find("origin") &&
         head.fields.find("access-control-request-method");
}

Response preflight_answer(const RequestHead& head) {
  Response response;
  response.status = 204;
  response.headers.add("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
  const std::string_view wanted = head.fields.value("access-control-request-headers");
  if (!wanted.empty()) response.headers.add("access-control-allow-headers", wanted);
  if (head.fields.value("access-control-request-private-network") == "true") {
    response.headers.add("access-control-allow-private-network", "true");
  }
  response.headers.add("access-control-max-age", "600");
  return response;
}

std::string_view fields_for_pages(const RequestHead& head, bool keyed) {
  if (head.fields.value("origin").empty()) return {};
  if (is_from_foreign_page(head) && !keyed && !is_preflight(head)) return {};
  return "access-control-allow-origin: *\r\naccess-control-expose-headers: *\r\n";
}

}  // namespace weir
