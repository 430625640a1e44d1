// How much was used in the last minute.
//
// Counts by whole seconds and keeps each for 61 of them, so that no 60 seconds ever
// hold more than a limit allows; what was used is free again after 60 to 61 seconds.
// Seconds are those of a clock that never steps back. A plain value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace weir {

class RateWindow {
 public:
  static constexpr std::int64_t kSeconds = 61;

  // Adds `amount` at `second`, which is not before that of an earlier call.
  void add(std::int64_t second, std::int64_t amount);

  // Corrects what was added at `second` by `change`; what has left the window is not
  // touched. A correction upwards counts as used now.
  void correct(std::int64_t second, std::int64_t now, std::int64_t change);

  std::int64_t used(std::int64_t now);

  // After how many seconds `amount` fits under `limit`: 0 = at once; nothing if it never does.
  std::optional<std::int64_t> seconds_until_fit(std::int64_t now, std::int64_t limit,
                                                std::int64_t amount);

  // After how many seconds nothing of what is counted now is left.
  std::int64_t seconds_until_empty(std::int64_t now);

 private:
  void advance(std::int64_t now);
  std::int64_t& at(std::int64_t second) {
    return counts_[static_cast<std::size_t>(second % kSeconds)];
  }

  std::array<std::int64_t, kSeconds> counts_{};
  std::int64_t now_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace weir
