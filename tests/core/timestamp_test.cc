#include "core/timestamp.h"

#include "core/clock.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A day is one of the calendar", "[core]") {
  CHECK(day_ms("1970-01-01") == 0);
  CHECK(day_ms("1970-03-01") == 59 * kDayMs);
  CHECK(day_ms("2000-02-29").has_value());
  for (const char* const none :
       {"2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
        "2026-1-01", "2026-01-1", "+026-01-01", "2026-01-01Z", "2026/01/01", ""}) {
    CAPTURE(none);
    CHECK_FALSE(day_ms(none).has_value());
  }
}

TEST_CASE("A moment is written in UTC, and clamped into the years that have four digits",
          "[core]") {
  CHECK(timestamp_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(timestamp_text(*day_ms("2028-02-29") + 86'399'999) == "2028-02-29T23:59:59.999Z");
  CHECK(timestamp_text(-1) == "1970-01-01T00:00:00.000Z");
  CHECK(timestamp_text(1'000 * *day_ms("9999-12-31")) == "9999-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace weir
