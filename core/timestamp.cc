#include "core/timestamp.h"

#include <algorithm>
#include <chrono>

#include "core/clock.h"

namespace weir {
namespace {

constexpr std::int64_t kLastMs = 253'402'300'799'999;  // the end of 9999

void append_number(std::string* out, std::int64_t value, int digits, char after) {
  char text[5];
  for (int i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  text[digits] = after;
  out->append(text, static_cast<std::size_t>(digits) + 1);
}

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  return value;
}

}  // namespace

void append_timestamp(std::string* out, std::int64_t unix_ms) {
  const std::int64_t ms = std::clamp<std::int64_t>(unix_ms, 0, kLastMs);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{ms / kDayMs}}};
  const std::int64_t of_day = ms % kDayMs;
  append_number(out, static_cast<int>(date.year()), 4, '-');
  append_number(out, static_cast<unsigned>(date.month()), 2, '-');
  append_number(out, static_cast<unsigned>(date.day()), 2, 'T');
  append_number(out, of_day / 3'600'000, 2, ':');
  append_number(out, of_day / 60'000 % 60, 2, ':');
  append_number(out, of_day / 1'000 % 60, 2, '.');
  append_number(out, of_day % 1'000, 3, 'Z');
}

std::string timestamp_text(std::int64_t unix_ms) {
  std::string text;
  append_timestamp(&text, unix_ms);
  return text;
}

std::optional<std::int64_t> day_ms(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDayMs;
}

}  // namespace weir
