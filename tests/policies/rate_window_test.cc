#include "policies/rate_window.h"

#include <deque>
#include <numeric>
#include <random>
#include <utility>

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("What is used is free again after a minute", "[policies]") {
  RateWindow window;
  window.add(100, 3);
  window.add(130, 2);
  CHECK(window.used(130) == 5);
  CHECK(window.used(160) == 5);
  CHECK(window.used(161) == 2);
  CHECK(window.used(190) == 2);
  CHECK(window.used(191) == 0);
  CHECK(window.used(1'000'000) == 0);
}

TEST_CASE("The wait is until just so much is free that the amount fits", "[policies]") {
  RateWindow window;
  window.add(100, 3);
  window.add(130, 2);
  CHECK(window.seconds_until_fit(130, 6, 1) == 0);
  CHECK(window.seconds_until_fit(130, 5, 1) == 31);
  CHECK(window.seconds_until_fit(130, 5, 4) == 61);
  CHECK_FALSE(window.seconds_until_fit(130, 5, 6));
  CHECK(window.seconds_until_empty(130) == 61);
  CHECK(window.seconds_until_empty(150) == 41);
  CHECK(window.seconds_until_empty(191) == 0);
  CHECK(RateWindow().seconds_until_empty(5) == 0);
}

TEST_CASE("A correction changes what the window still holds and nothing else", "[policies]") {
  RateWindow window;
  window.add(100, 10);
  window.correct(100, 110, -4);
  CHECK(window.used(110) == 6);
  window.correct(100, 120, 5);  // used later than guessed
  CHECK(window.used(161) == 5);
  window.correct(100, 170, -6);  // has left
  CHECK(window.used(170) == 5);
  window.correct(120, 171, -50);
  CHECK(window.used(171) == 0);
}

TEST_CASE("No minute ever holds more than a limit that is asked before each use", "[policies]") {
  std::mt19937_64 random(20'261'126);
  constexpr std::int64_t kLimit = 40;
  RateWindow window;
  std::deque<std::pair<std::int64_t, std::int64_t>> log;  // of the last minute, in milliseconds
  std::int64_t now_ms = 0;
  std::int64_t taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    now_ms += static_cast<std::int64_t>(random() % 2'500);
    const auto amount = static_cast<std::int64_t>(1 + random() % 5);
    const auto wait = window.seconds_until_fit(now_ms / 1'000, kLimit, amount);
    REQUIRE(wait.has_value());
    if (*wait != 0) continue;
    window.add(now_ms / 1'000, amount);
    log.emplace_back(now_ms, amount);
    ++taken;
    while (log.front().first <= now_ms - 60'000) log.pop_front();
    const std::int64_t used =
        std::accumulate(log.begin(), log.end(), std::int64_t{0},
                        [](std::int64_t sum, const auto& each) { return sum + each.second; });
    REQUIRE(used <= kLimit);
  }
  CHECK(taken > 4'000);  // and it is used: 25,000 s hold 16,000 at most, three by three
}

}  // namespace
}  // namespace weir
