// The identity of one request: 64 bits, increasing with time, unique in a host.
//
// 43 bits of wall-clock milliseconds, then 20 bits that count up within a
// millisecond from a start that differs between processes. The number is the
// ledger's primary key, so rows are appended in key order; the text form is what
// clients see.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

struct RequestId {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(RequestId, RequestId) = default;
  std::int64_t unix_ms() const { return value >> 20; }
};

// "req_" and 13 characters of Crockford base32, most significant first, so that
// text order is time order.
std::string to_string(RequestId id);
std::optional<RequestId> parse_request_id(std::string_view text);

// Makes ids that only ever grow, also when the wall clock steps back. Thread-safe.
class RequestIdSource {
 public:
  // Never returns the same id twice in a process; `salt` keeps two processes
  // that share a ledger apart. Pass the last id of the ledger as `floor`.
  explicit RequestIdSource(std::uint32_t salt, RequestId floor = {});

  RequestId next(std::int64_t unix_ms);

 private:
  std::int64_t salt_;
  std::atomic<std::int64_t> last_;
};

}  // namespace weir
