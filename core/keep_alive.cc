#include "core/keep_alive.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

namespace weir {
namespace {

constexpr double kMostSeconds = 1e9;  // thirty years: as good as no end

struct Unit {
  std::string_view name;
  double seconds;
};

// A longer name stands before those that it begins with.
constexpr std::array kUnits = {Unit{"ns", 1e-9},        Unit{"us", 1e-6}, Unit{"\xc2\xb5s", 1e-6},
                               Unit{"\xce\xbcs", 1e-6}, Unit{"ms", 1e-3}, Unit{"s", 1},
                               Unit{"m", 60},           Unit{"h", 3600}};

// Takes a number without a sign off the front.
std::optional<double> take_number(std::string_view* text) {
  const bool begins =
      !text->empty() && (text->front() == '.' || (text->front() >= '0' && text->front() <= '9'));
  if (!begins) return std::nullopt;
  double value = 0;
  const auto [stop, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (fault != std::errc()) return std::nullopt;
  text->remove_prefix(static_cast<std::size_t>(stop - text->data()));
  return value;
}

std::optional<double> take_unit(std::string_view* text) {
  for (const Unit& unit : kUnits) {
    if (!text->starts_with(unit.name)) continue;
    text->remove_prefix(unit.name.size());
    return unit.seconds;
  }
  return std::nullopt;
}

// A number alone is seconds; else each has its unit.
std::optional<double> seconds_in(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double seconds = 0;
  for (bool first = true; first || !text.empty(); first = false) {
    const auto number = take_number(&text);
    if (!number) return std::nullopt;
    const auto unit = first && text.empty() ? 1.0 : take_unit(&text);
    if (!unit) return std::nullopt;
    seconds += *number * *unit;
  }
  return negative ? -seconds : seconds;
}

}  // namespace

Result<KeepAlive> parse_keep_alive(std::string_view json) {
  const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
  const auto seconds = seconds_in(quoted ? json.substr(1, json.size() - 2) : json);
  if (!seconds || !std::isfinite(*seconds)) {
    return Error{
        ErrorCode::kInvalidRequest,
        "'keep_alive' must be a duration such as \"5m\", or a number of seconds: 0 unloads "
        "the model after this request, a negative one keeps it.",
        "invalid_value", "keep_alive"};
  }
  if (*seconds < 0 || *seconds > kMostSeconds) return KeepAlive{};
  return KeepAlive{std::chrono::milliseconds(std::llround(*seconds * 1000))};
}

}  // namespace weir
