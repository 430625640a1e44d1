#include "router/progress_bar.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

namespace weir {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kRedrawEvery = std::chrono::milliseconds(50);
constexpr std::uint64_t kCells = 30;

std::string amount(std::uint64_t bytes, double unit) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / unit);
  return text;
}

}  // namespace

std::string progress_line(const std::string& label, LoadProgress progress) {
  const double share = progress.total == 0 ? 1.0
                                           : static_cast<double>(progress.done) /
                                                 static_cast<double>(progress.total);
  const auto full = static_cast<std::size_t>(share * double{kCells});
  const bool large = progress.total >= 1'000'000'000;
  const double unit = large ? 1e9 : 1e6;
  return label + "  [" + std::string(full, '#') + std::string(kCells - full, ' ') + "] " +
         std::to_string(static_cast<int>(share * 100)) + " %, " + amount(progress.done, unit) +
         " of " + amount(progress.total, unit) + (large ? " GB" : " MB");
}

WatchLoad progress_bar(std::string label) {
  if (::isatty(STDERR_FILENO) == 0) return [](LoadProgress) { return true; };
  return [label = std::move(label), next = SteadyClock::now()](LoadProgress progress) mutable {
    const bool over = progress.done == progress.total;
    if (!over && SteadyClock::now() < next) return true;
    next = SteadyClock::now() + kRedrawEvery;
    const std::string line = over ? "" : progress_line(label, progress);
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    std::fflush(stderr);
    return true;
  };
}

}  // namespace weir
