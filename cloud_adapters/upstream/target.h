// Where a backend's requests go. Comes from the configuration and from nowhere else.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir {

struct UpstreamTimeouts {
  std::chrono::milliseconds connect{5'000};  // name, TCP and TLS together; also the pool's queue
  std::chrono::milliseconds first_byte{60'000};
  std::chrono::milliseconds idle{60'000};    // between two bytes, either way
  std::chrono::milliseconds total{600'000};  // of one exchange
};

struct PoolLimits {
  std::size_t connections = 256;  // of one I/O thread, busy and idle
  std::size_t idle = 64;
  std::size_t waiting = 256;  // requests in the queue for a connection
  std::chrono::milliseconds idle_time{30'000};
};

struct UpstreamTarget {
  std::string name;  // of the backend: what a permit must name
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 443;
  bool tls = true;
  std::string base_path;  // "" or "/v1": starts with a slash, does not end with one
  // Tried in place of those that the host has, which then is not looked up. So tests see what
  // comes of several.
  std::vector<boost::asio::ip::tcp::endpoint> addresses;
  UpstreamTimeouts timeouts;
  PoolLimits pool;
};

// Reads "https://api.example.com/v1". kInvalidConfig for anything but http and
// https, for user names, queries, fragments and odd characters, and for plain
// http to a host that is not loopback unless `allow_plaintext`.
Result<UpstreamTarget> parse_target(std::string name, std::string_view base_url,
                                    bool allow_plaintext);

// The Host header's value: brackets around IPv6, the port unless it is the scheme's own.
std::string host_header(const UpstreamTarget& target);

}  // namespace weir
