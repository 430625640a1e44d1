#include "cloud_adapters/upstream/target.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

#include "core/async.h"

namespace weir {
namespace {

bool take_prefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool is_host_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_';
}

bool is_path_byte(char byte) {
  return is_host_byte(byte) ||
         std::string_view("/~!$&'()*+,;=:@").find(byte) != std::string_view::npos;
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  boost::system::error_code error;
  const net::ip::address address = net::ip::make_address(host, error);
  return !error && address.is_loopback();
}

// "host", "host:80", "[::1]:80"
bool read_authority(std::string_view text, UpstreamTarget* target) {
  std::string_view host = text.substr(0, text.find(':'));
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    boost::system::error_code error;
    net::ip::make_address_v6(std::string(host), error);
    if (error) return false;
  } else {
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_byte)) return false;
    text.remove_prefix(host.size());
  }
  target->host = host;
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  const auto [end, error] =
      std::from_chars(text.data() + 1, text.data() + text.size(), target->port);
  return error == std::errc() && end == text.data() + text.size() && target->port != 0;
}

}  // namespace

Result<UpstreamTarget> parse_target(std::string name, std::string_view base_url,
                                    bool allow_plaintext) {
  UpstreamTarget target;
  target.tls = take_prefix(&base_url, "https://");
  if (!target.tls && !take_prefix(&base_url, "http://")) {
    return Error(ErrorCode::kInvalidConfig, "a base URL must start with https:// or http://");
  }
  target.port = target.tls ? 443 : 80;
  const std::size_t slash = std::min(base_url.find('/'), base_url.size());
  if (!read_authority(base_url.substr(0, slash), &target)) {
    return Error(ErrorCode::kInvalidConfig, "the base URL of " + name + " names no usable host");
  }
  std::string_view path = base_url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!std::all_of(path.begin(), path.end(), is_path_byte)) {
    return Error(ErrorCode::kInvalidConfig, "the base URL of " + name + " has an unusable path");
  }
  if (!target.tls && !allow_plaintext && !is_loopback(target.host)) {
    return Error(ErrorCode::kInvalidConfig,
                 "the base URL of " + name + " is plain http to a host that is not loopback");
  }
  target.base_path = path;
  target.name = std::move(name);
  return target;
}

std::string host_header(const UpstreamTarget& target) {
  const bool ipv6 = target.host.find(':') != std::string::npos;
  std::string value;
  if (ipv6) value.push_back('[');
  value.append(target.host);
  if (ipv6) value.push_back(']');
  if (target.port != (target.tls ? 443 : 80)) {
    value.append(":").append(std::to_string(target.port));
  }
  return value;
}

}  // namespace weir
