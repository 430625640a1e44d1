// Days and months of UTC, for budgets. Milliseconds since 1970.
#pragma once

#include <cstdint>

namespace weir {

// When the day, or the month, that holds `unix_ms` began.
std::int64_t day_begin(std::int64_t unix_ms);
std::int64_t month_begin(std::int64_t unix_ms);

// When the next one begins.
std::int64_t next_day(std::int64_t unix_ms);
std::int64_t next_month(std::int64_t unix_ms);

}  // namespace weir
