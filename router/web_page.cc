#include "router/web_page.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/http1.h"
#include "router/config.h"

namespace weir {
namespace {

// "[::1]:8090" is "::1".
std::string_view without_port(std::string_view authority) {
  const std::size_t bracket = authority.find(']');
  const std::size_t end = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = authority.substr(0, end);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         (!host.empty() && host.back() >= '0' && host.back() <= '9' &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace

bool is_from_foreign_page(const RequestHead& head) {
  std::string_view origin = head.fields.value("origin");
  const std::size_t scheme = origin.find("://");
  if (origin.empty()) return false;
  if (scheme == std::string_view::npos) return true;
  origin.remove_prefix(scheme + 3);
  return !is_loopback(without_port(origin));
}

bool asks_for_public_name(const RequestHead& head) {
  constexpr std::array<std::string_view, 6> kPrivate = {".localhost", ".local",     ".internal",
                                                        ".lan",       ".home.arpa", ".test"};
  const std::string_view host = without_port(head.fields.value("host"));
  if (host.find('.') == std::string_view::npos || is_address(host)) return false;
  return std::none_of(kPrivate.begin(), kPrivate.end(), [host](std::string_view end) {
    return host.size() > end.size() &&
           http1::equal_ignoring_case(host.substr(host.size() - end.size()), end);
  });
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
