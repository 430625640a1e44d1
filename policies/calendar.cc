#include "policies/calendar.h"

#include <chrono>

namespace weir {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

sys_days day_of(std::int64_t unix_ms) {
  return std::chrono::floor<days>(std::chrono::sys_time<milliseconds>(milliseconds(unix_ms)));
}

std::chrono::year_month month_of(std::int64_t unix_ms) {
  const std::chrono::year_month_day date(day_of(unix_ms));
  return date.year() / date.month();
}

std::int64_t unix_ms_of(sys_days day) { return milliseconds(day.time_since_epoch()).count(); }

}  // namespace

std::int64_t day_begin(std::int64_t unix_ms) { return unix_ms_of(day_of(unix_ms)); }

std::int64_t month_begin(std::int64_t unix_ms) {
  return unix_ms_of(sys_days(month_of(unix_ms) / 1));
}

std::int64_t next_day(std::int64_t unix_ms) { return unix_ms_of(day_of(unix_ms) + days(1)); }

std::int64_t next_month(std::int64_t unix_ms) {
  return unix_ms_of(sys_days((month_of(unix_ms) + std::chrono::months(1)) / 1));
}

}  // namespace weir
