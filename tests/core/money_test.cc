#include "core/money.h"

#include <limits>

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("parse_usd reads decimals exactly", "[core]") {
  CHECK(parse_usd("2.50") == NanoUsd{2'500'000'000});
  CHECK(parse_usd("0.000000001") == NanoUsd{1});
  CHECK(parse_usd("-0.15") == NanoUsd{-150'000'000});
  CHECK(parse_usd("9223372036.854775807") == NanoUsd{std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE("parse_usd refuses what is not an exact amount", "[core]") {
  const char* text = GENERATE("", ".", "1.", ".5", "1e3", " 1", "1 ", "+1", "--1", "1.0000000001",
                              "9223372036.854775808", "0x1", "1,5");
  CAPTURE(text);
  CHECK_FALSE(parse_usd(text).has_value());
}

TEST_CASE("an amount printed and read again is the same amount", "[core]") {
  const std::int64_t value = GENERATE(0, 1, -1, 999'999'999, 1'000'000'000, 92'070'000'000,
                                      -123'456'789, std::numeric_limits<std::int64_t>::max());
  CAPTURE(value);
  CHECK(parse_usd(to_usd_string({value})) == NanoUsd{value});
}

TEST_CASE("to_usd_string shows at least cents", "[core]") {
  CHECK(to_usd_string({0}) == "0.00");
  CHECK(to_usd_string({92'070'000'000}) == "92.07");
  CHECK(to_usd_string({-1}) == "-0.000000001");
  CHECK(to_usd_string({std::numeric_limits<std::int64_t>::min()}) == "-9223372036.854775808");
}

}  // namespace
TEST_CASE("A sum that is out of range is the greatest or the least amount", "[core]") {
  constexpr NanoUsd kMost{std::numeric_limits<std::int64_t>::max()};
  constexpr NanoUsd kLeast{std::numeric_limits<std::int64_t>::min()};
  CHECK(saturating_sum({2}, {3}) == NanoUsd{5});
  CHECK(saturating_sum(kMost, {1}) == kMost);
  CHECK(saturating_sum(kLeast, {-1}) == kLeast);
  CHECK(saturating_sum(kMost, kLeast) == NanoUsd{-1});
}

}  // namespace weir
