#include "policies/calendar.h"

#include "core/clock.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kMarch = 1'772'366'400'000;  // 2026-03-01T12:00:00Z

TEST_CASE("A month begins at midnight UTC of its first day", "[policies]") {
  CHECK(month_begin(kMarch) == 1'772'323'200'000);
  CHECK(month_begin(1'772'323'200'000) == 1'772'323'200'000);
  CHECK(month_begin(1'772'323'199'999) == 1'769'904'000'000);  // 2026-02-01
  CHECK(month_begin(0) == 0);
  CHECK(next_month(1'769'904'000'000) == 1'772'323'200'000);
  CHECK(next_month(kMarch) == month_begin(kMarch) + 31 * kDayMs);
}

TEST_CASE("A day begins at midnight UTC", "[policies]") {
  CHECK(day_begin(kMarch) == 1'772'323'200'000);
  CHECK(day_begin(kMarch + kDayMs / 2) == 1'772'323'200'000 + kDayMs);
  CHECK(day_begin(kMarch + kDayMs / 2 - 1) == 1'772'323'200'000);
  CHECK(next_day(kMarch) == 1'772'323'200'000 + kDayMs);
}

TEST_CASE("December ends with the year", "[policies]") {
  constexpr std::int64_t kNewYear = 1'798'761'600'000;  // 2027-01-01T00:00:00Z
  CHECK(next_month(kNewYear - 1) == kNewYear);
  CHECK(next_day(kNewYear - 1) == kNewYear);
}

}  // namespace
}  // namespace weir
