// The clock seam. Durations come from the steady clock, dates from the wall clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace weir {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr std::int64_t kDayMs = 86'400'000;

// Thread-safe. Tests replace it with one that they move by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now() const = 0;
  virtual std::int64_t unix_ms() const = 0;
};

// The clocks of the operating system. Lives for the whole process.
const Clock& system_clock();

}  // namespace weir
