// How the head of an answer is written: status line, date, framing, headers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// The standard phrase of a status, or "Unknown".
std::string_view reason_phrase(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7), computed once a second.
// Not thread-safe.
class HttpDate {
 public:
  std::string_view at(std::int64_t unix_seconds);

 private:
  std::int64_t second_ = -1;
  std::array<char, 32> text_{};
};

enum class ConnectionField : std::uint8_t { kNone, kClose, kKeepAlive };

struct ResponseHeadParts {
  int status = 200;
  std::string_view date;
  std::string_view content_type;                // no field if empty
  std::optional<std::uint64_t> content_length;  // no field if absent
  bool chunked = false;
  ConnectionField connection = ConnectionField::kNone;
  std::string_view headers;  // complete lines
  std::string_view common;   // more of them
};

// The head with its empty line, always as HTTP/1.1.
std::string response_head(const ResponseHeadParts& parts);

// 204 and 304 have no body and no length.
inline bool status_has_body(int status) { return status != 204 && status != 304; }

}  // namespace weir
