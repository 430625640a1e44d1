// A moment as RFC 3339 in UTC, "2026-05-01T12:00:00.123Z".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// Appends 24 bytes. A moment outside the years 1970 to 9999 is clamped into them.
void append_timestamp(std::string* out, std::int64_t unix_ms);

std::string timestamp_text(std::int64_t unix_ms);

// Where a day "2026-05-01" begins, in ms since 1970; unset if it is none of the Gregorian calendar.
std::optional<std::int64_t> day_ms(std::string_view text);

}  // namespace weir
