#include "router/foreign_page.h"

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

}  // namespace weir
