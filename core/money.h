// Money: integer nano-dollars. No floating point ever holds an amount.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// One US dollar is 10^9 of these. The range is about +-9.2 billion dollars.
struct NanoUsd {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(NanoUsd, NanoUsd) = default;
  friend constexpr NanoUsd operator+(NanoUsd a, NanoUsd b) { return {a.value + b.value}; }
  friend constexpr NanoUsd operator-(NanoUsd a, NanoUsd b) { return {a.value - b.value}; }
  constexpr NanoUsd& operator+=(NanoUsd other) {
    value += other.value;
    return *this;
  }
};

// As +, but what would be out of range is the greatest or the least amount there is.
NanoUsd saturating_sum(NanoUsd a, NanoUsd b);

// "0.000123456": at least two and at most nine decimals, '-' before a negative amount.
std::string to_usd_string(NanoUsd amount);

// Reads a decimal such as "2.50" or "-0.000001" exactly; nullopt for anything
// else, for more than nine decimals and for amounts out of range.
std::optional<NanoUsd> parse_usd(std::string_view text);

}  // namespace weir
