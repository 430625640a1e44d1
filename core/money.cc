#include "core/money.h"

#include <array>
#include <charconv>
#include <limits>

namespace weir {
namespace {

constexpr std::uint64_t kNanosPerDollar = 1'000'000'000;
constexpr std::uint64_t kNanosPerCent = kNanosPerDollar / 100;

// Appends digit to *value; false on overflow of int64.
bool push_digit(std::uint64_t* value, char digit) {
  const auto add = static_cast<std::uint64_t>(digit - '0');
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (*value > (kMax - add) / 10) return false;
  *value = *value * 10 + add;
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

NanoUsd saturating_sum(NanoUsd a, NanoUsd b) {
  NanoUsd sum;
  if (!__builtin_add_overflow(a.value, b.value, &sum.value)) return sum;
  using Limits = std::numeric_limits<std::int64_t>;
  return {a.value < 0 ? Limits::min() : Limits::max()};
}

std::string to_usd_string(NanoUsd amount) {
  const bool negative = amount.value < 0;
  const auto raw = static_cast<std::uint64_t>(amount.value);
  const std::uint64_t magnitude = negative ? ~raw + 1 : raw;
  std::array<char, 32> text{};  // "-9223372036.854775808" at most
  char* end = text.data();
  if (negative) *end++ = '-';
  end = std::to_chars(end, text.data() + text.size(), magnitude / kNanosPerDollar).ptr;
  *end++ = '.';
  std::uint64_t decimals = magnitude % kNanosPerDollar;
  for (std::uint64_t place = kNanosPerDollar / 10; place > 0; place /= 10) {
    *end++ = static_cast<char>('0' + decimals / place);
    decimals %= place;
    if (decimals == 0 && place <= kNanosPerCent) break;
  }
  return {text.data(), end};
}

std::optional<NanoUsd> parse_usd(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view decimals =
      dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  if (whole.empty() || decimals.size() > 9) return std::nullopt;
  if (dot != std::string_view::npos && decimals.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::string_view part : {whole, decimals}) {
    for (const char c : part) {
      if (!is_digit(c) || !push_digit(&value, c)) return std::nullopt;
    }
  }
  for (std::size_t i = decimals.size(); i < 9; ++i) {
    if (!push_digit(&value, '0')) return std::nullopt;
  }
  const auto signed_value = static_cast<std::int64_t>(value);
  return NanoUsd{negative ? -signed_value : signed_value};
}

}  // namespace weir
