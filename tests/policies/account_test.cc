#include "policies/account.h"

#include <chrono>

#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNoon = 1'772'366'400'000;  // 2026-03-01T12:00:00Z

Moment at(std::int64_t second) {
  return {kNoon + second * 1'000, SteadyTime(std::chrono::seconds(1'000 + second))};
}

Account account_with(const Limits& limits) {
  Account account;
  account.set_limits(limits);
  return account;
}

TEST_CASE("The tighter of the day's and the month's budget holds", "[policies]") {
  Limits limits;
  limits.daily_budget = NanoUsd{60};
  limits.monthly_budget = NanoUsd{100};
  Account account = account_with(limits);
  CHECK(account.left(kNoon) == NanoUsd{60});
  account.reserve(NanoUsd{60}, kNoon);
  CHECK(account.left(kNoon) == NanoUsd{0});
  CHECK(account.problem_of_money(NanoUsd{1}, {}, kNoon).kind == LimitKind::kDay);
  CHECK(account.problem_of_money(NanoUsd{1}, {}, kNoon).only_reserved);
  CHECK(account.problem_of_money(NanoUsd{1}, {}, kNoon).wait_s == 1);
  account.settle(NanoUsd{60}, NanoUsd{60}, kNoon, kNoon);
  CHECK_FALSE(account.problem_of_money(NanoUsd{1}, {}, kNoon).only_reserved);
  CHECK(account.problem_of_money(NanoUsd{1}, {}, kNoon).wait_s == 12 * 3'600);

  const std::int64_t tomorrow = kNoon + 24 * kHourMs;
  CHECK(account.left(tomorrow) == NanoUsd{40});
  CHECK(account.problem_of_money(NanoUsd{41}, {}, tomorrow).kind == LimitKind::kMonth);
  CHECK(account.left(kNoon + 31 * 24 * kHourMs) == NanoUsd{60});
}

TEST_CASE("Who asks for more than before needs room for the difference", "[policies]") {
  Limits limits;
  limits.monthly_budget = NanoUsd{100};
  Account account = account_with(limits);
  account.reserve(NanoUsd{60}, kNoon);
  CHECK(account.problem_of_money(NanoUsd{100}, NanoUsd{60}, kNoon).kind == LimitKind::kNone);
  CHECK(account.problem_of_money(NanoUsd{41}, {}, kNoon).only_reserved);
  CHECK_FALSE(account.problem_of_money(NanoUsd{101}, NanoUsd{60}, kNoon).only_reserved);
}

TEST_CASE("What was reserved before midnight counts for the day before", "[policies]") {
  Limits limits;
  limits.daily_budget = NanoUsd{100};
  Account account = account_with(limits);
  const std::int64_t late = kNoon + 11 * kHourMs;
  const std::int64_t early = kNoon + 13 * kHourMs;
  account.reserve(NanoUsd{70}, late);
  CHECK(account.left(early) == NanoUsd{30});  // it may still have to be paid
  account.settle(NanoUsd{70}, NanoUsd{50}, late, early);
  CHECK(account.left(early) == NanoUsd{100});
  CHECK(account.month(early).settled == NanoUsd{50});
}

TEST_CASE("Requests of a minute and requests at once are counted apart", "[policies]") {
  Limits limits;
  limits.requests_per_minute = 2;
  limits.concurrent_requests = 1;
  Account account = account_with(limits);
  account.begin_request(0, at(0));
  CHECK(account.problem_of_request(0, at(0)).kind == LimitKind::kConcurrent);
  account.end_request(at(0), 0, 0, at(1));
  CHECK(account.problem_of_request(0, at(1)).kind == LimitKind::kNone);
  account.begin_request(0, at(1));
  account.end_request(at(1), 0, 0, at(2));
  CHECK(account.problem_of_request(0, at(2)).kind == LimitKind::kRequests);
  CHECK(account.problem_of_request(0, at(2)).wait_s == 59);
  CHECK(account.requests(at(2)).remaining == 0);
  CHECK(account.requests(at(2)).reset_s == 60);
}

TEST_CASE("Tokens are guessed before and counted after", "[policies]") {
  Limits limits;
  limits.tokens_per_minute = 1'000;
  Account account = account_with(limits);
  CHECK_FALSE(account.problem_of_request(1'001, at(0)).wait_s);
  account.begin_request(600, at(0));
  CHECK(account.problem_of_request(500, at(0)).kind == LimitKind::kTokens);
  account.end_request(at(0), 600, 100, at(10));
  CHECK(account.tokens(at(10)).remaining == 900);
  account.begin_request(100, at(10));
  account.end_request(at(10), 100, 2'000, at(20));
  CHECK(account.tokens(at(20)).remaining == 0);
  CHECK(account.problem_of_request(1, at(20)).wait_s == 61);
}

TEST_CASE("An account that holds nothing is idle", "[policies]") {
  Limits limits;
  limits.monthly_budget = NanoUsd{10};
  limits.requests_per_minute = 5;
  Account account = account_with(limits);
  CHECK(account.idle(at(0)));
  account.begin_request(0, at(0));
  account.end_request(at(0), 0, 0, at(1));
  CHECK_FALSE(account.idle(at(2)));
  CHECK(account.idle(at(61)));
  account.reserve(NanoUsd{1}, kNoon);
  CHECK_FALSE(account.idle(at(61)));
  account.settle(NanoUsd{1}, NanoUsd{1}, kNoon, kNoon);
  CHECK_FALSE(account.idle(at(61)));
  CHECK(account.idle({kNoon + 31 * 24 * kHourMs, at(61).steady}));
}

TEST_CASE("How full the budgets are is told of each", "[policies]") {
  Limits limits;
  limits.daily_budget = NanoUsd{100};
  limits.monthly_budget = NanoUsd{1'000};
  Account account = account_with(limits);
  CHECK(account.fill(kNoon).day == 0);
  account.restore(NanoUsd{79}, NanoUsd{799}, kNoon);
  CHECK(account.fill(kNoon).day == 79);
  CHECK(account.fill(kNoon).month == 79);
  CHECK(account.fill(kNoon + 24 * kHourMs).day == 0);
  CHECK(account_with({}).fill(kNoon).month == 0);
  limits.daily_budget = NanoUsd{0};
  CHECK(account_with(limits).fill(kNoon).day == 100);
}

}  // namespace
}  // namespace weir
