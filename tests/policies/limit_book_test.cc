#include "policies/limit_book.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kNoon = 1'772'366'400'000;  // 2026-03-01T12:00:00Z
constexpr std::int64_t kHourMs = 3'600'000;

class HandClock final : public Clock {
 public:
  SteadyTime now() const override { return SteadyTime(std::chrono::milliseconds(steady_ms)); }
  std::int64_t unix_ms() const override { return kNoon + wall_ms; }
  void pass(std::int64_t ms) {
    steady_ms += ms;
    wall_ms += ms;
  }
  std::int64_t steady_ms = 1'000'000;
  std::int64_t wall_ms = 0;
};

LimitClaim claim_of(std::string_view team, std::string_view user = {}) {
  LimitClaim claim;
  claim.subject = {team, "redred01", user, {}};
  return claim;
}

LimitClaim budget_of(std::string_view team, NanoUsd monthly) {
  LimitClaim claim = claim_of(team);
  claim.team.monthly_budget = monthly;
  return claim;
}

MoneyWish wish(std::int64_t most) { return {NanoUsd{most}, NanoUsd{most}}; }

LimitRule rule_of(std::string name, std::vector<std::string> per = {}) {
  LimitRule rule;
  rule.name = std::move(name);
  rule.per = std::move(per);
  return rule;
}

TEST_CASE("What is held and what is spent never exceed the cap together", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold first(book, claim);
  CHECK(first.begin_attempt("m", wish(60)).value() == NanoUsd{60});
  LimitHold second(book, claim);
  CHECK(second.begin_attempt("m", wish(50)).error().code == ErrorCode::kBudgetExceeded);
  CHECK(second.begin_attempt("m", wish(40)).has_value());
  first.finish(NanoUsd{10}, 0);
  CHECK(second.left("m") == NanoUsd{50});
  second.finish(NanoUsd{40}, 0);
  CHECK(second.left("m") == NanoUsd{50});
}

TEST_CASE("A hold that is dropped gives its money and its place back", "[policies]") {
  LimitBook book;
  LimitClaim claim = budget_of("red", NanoUsd{100});
  claim.team.concurrent_requests = 1;
  {
    LimitHold hold(book, claim);
    REQUIRE(hold.admit(0).has_value());
    CHECK(hold.begin_attempt("m", wish(30)).has_value());
    CHECK(LimitHold(book, claim).admit(0).error().code == ErrorCode::kRateLimited);
  }
  LimitHold next(book, claim);
  CHECK(next.admit(0).has_value());
  CHECK(next.left("m") == NanoUsd{100});
}

TEST_CASE("Attempts that failed are charged what they cost, the last one the rest", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold hold(book, claim);
  REQUIRE(hold.begin_attempt("a", wish(30)).has_value());
  hold.end_attempt(NanoUsd{5});
  REQUIRE(hold.begin_attempt("b", wish(30)).has_value());
  hold.finish(NanoUsd{12}, 0);
  hold.finish(NanoUsd{12}, 0);
  CHECK(LimitHold(book, claim).left("a") == NanoUsd{88});
}

NanoUsd reserved_in(LimitBook& book) { return book.teams().front().budget.reserved; }

TEST_CASE("What the ledger may charge is held until the ledger knows better", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold hold(book, claim);
  REQUIRE(hold.begin_attempt("a", wish(60)).has_value());
  CHECK(hold.bound() == NanoUsd{60});
  hold.end_attempt(NanoUsd{5});
  CHECK(reserved_in(book) == NanoUsd{60});

  CHECK(hold.begin_attempt("b", wish(96)).error().detail == "budget_exceeded");
  REQUIRE(hold.begin_attempt("b", wish(30)).has_value());  // of what the first did not use
  CHECK(hold.bound() == NanoUsd{35});
  CHECK(reserved_in(book) == NanoUsd{60});
  hold.bound_is_durable();
  CHECK(reserved_in(book) == NanoUsd{35});

  hold.end_attempt({});
  REQUIRE(hold.begin_attempt("c", {NanoUsd{500}, NanoUsd{40}}).value() == NanoUsd{95});
  CHECK(hold.bound() == NanoUsd{100});
  CHECK(reserved_in(book) == NanoUsd{100});
  hold.finish(NanoUsd{12}, 0);
  CHECK(reserved_in(book) == NanoUsd{0});
  CHECK(LimitHold(book, claim).left("a") == NanoUsd{88});
}

TEST_CASE("A model that is left keeps what it was charged, one that is asked again its hold",
          "[policies]") {
  LimitBook book;
  LimitRule rule = rule_of("per model", {"model"});
  rule.monthly_budget = NanoUsd{100};
  book.use({rule}, {});
  LimitHold hold(book, claim_of("red"));
  const LimitHold other(book, claim_of("red"));
  REQUIRE(hold.begin_attempt("a", wish(60)).has_value());
  hold.end_attempt(NanoUsd{5});
  REQUIRE(hold.begin_attempt("b", wish(30)).has_value());
  CHECK(other.left("a") == NanoUsd{40});
  hold.bound_is_durable();
  CHECK(other.left("a") == NanoUsd{95});
  CHECK(other.left("b") == NanoUsd{70});
  hold.end_attempt(NanoUsd{1});
  REQUIRE(hold.begin_attempt("a", wish(20)).has_value());
  hold.bound_is_durable();
  CHECK(other.left("a") == NanoUsd{75});
  CHECK(other.left("b") == NanoUsd{99});
  hold.finish(NanoUsd{10}, 0);
  CHECK(other.left("a") == NanoUsd{91});
  CHECK(other.left("b") == NanoUsd{99});
}

TEST_CASE("A request whose row is lost costs what the next start will charge", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold hold(book, claim);
  REQUIRE(hold.begin_attempt("m", wish(60)).has_value());
  hold.finish_at_bound(0);
  CHECK(reserved_in(book) == NanoUsd{0});
  CHECK(LimitHold(book, claim).left("m") == NanoUsd{40});
}

TEST_CASE("An attempt that nothing bounds leaves the request without a bound", "[policies]") {
  LimitBook book;
  LimitHold hold(book, claim_of("red"));
  REQUIRE(hold.begin_attempt("a", {}).has_value());
  CHECK(hold.bound() == std::nullopt);
  hold.end_attempt({});
  REQUIRE(hold.begin_attempt("b", wish(30)).has_value());
  CHECK(hold.bound() == std::nullopt);
}

TEST_CASE("What costs more than was held is spent all the same", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold hold(book, claim);
  REQUIRE(hold.begin_attempt("m", wish(10)).has_value());
  hold.finish(NanoUsd{150}, 0);
  CHECK(hold.left("m") == NanoUsd{0});
  CHECK(LimitHold(book, claim).begin_attempt("m", wish(1)).error().code ==
        ErrorCode::kBudgetExceeded);
  CHECK(LimitHold(book, claim).begin_attempt("local", wish(0)).has_value());
}

TEST_CASE("Where less is enough, what is left is taken", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold first(book, claim);
  CHECK(first.begin_attempt("m", {NanoUsd{500}, NanoUsd{40}}).value() == NanoUsd{100});
  LimitHold second(book, claim);
  const Result<NanoUsd> denied = second.begin_attempt("m", {NanoUsd{500}, NanoUsd{40}});
  CHECK(denied.error().code == ErrorCode::kBudgetExceeded);
}

TEST_CASE("Who lacks only what others have reserved is asked to come back in a moment",
          "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  LimitHold open(book, claim);
  REQUIRE(open.begin_attempt("m", wish(60)).has_value());
  LimitHold next(book, claim);
  const Error reserved = next.begin_attempt("m", wish(50)).error();
  CHECK(reserved.detail == "budget_reserved");
  CHECK(reserved.retry_after_s == 1);
  const Error spent = next.begin_attempt("m", wish(101)).error();
  CHECK(spent.detail == "budget_exceeded");
  CHECK(spent.retry_after_s > 1);
}

TEST_CASE("A refusal whose reason has gone by now says when to come back", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  const Error late = LimitHold(book, claim).denial("m", wish(50));
  CHECK(late.code == ErrorCode::kBudgetExceeded);
  CHECK(late.detail == "budget_reserved");
  CHECK(late.retry_after_s == 1);
}

TEST_CASE("What has no bound fits no budget, and without a budget it is let through",
          "[policies]") {
  LimitBook book;
  LimitHold capped(book, budget_of("red", NanoUsd{100}));
  CHECK(capped.begin_attempt("m", {}).error().code == ErrorCode::kBudgetExceeded);
  LimitHold open(book, claim_of("blue"));
  CHECK(open.begin_attempt("m", {}).has_value());
  CHECK_FALSE(open.left("m").has_value());
}

TEST_CASE("A refusal names the limit and when it ends", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  LimitClaim claim = claim_of("red");
  claim.team.requests_per_minute = 1;
  claim.team.daily_budget = NanoUsd{5};
  LimitHold first(book, claim);
  REQUIRE(first.admit(0).has_value());
  clock.pass(20'000);
  const Error rate = LimitHold(book, claim).admit(0).error();
  CHECK(rate.code == ErrorCode::kRateLimited);
  CHECK(rate.message.find("team:red") != std::string::npos);
  CHECK(rate.retry_after_s == 41);
  const Error money = LimitHold(book, claim).begin_attempt("m", wish(6)).error();
  CHECK(money.message.find("2026-03-02T00:00:00") != std::string::npos);
  CHECK(money.retry_after_s == 12 * 3'600 - 20);
}

TEST_CASE("Each end user has an account of a limit that is per user", "[policies]") {
  LimitBook book;
  LimitRule rule = rule_of("each", {"user"});
  rule.requests_per_minute = 1;
  book.use({rule}, {});
  LimitHold ann(book, claim_of("red", "ann"));
  CHECK(ann.admit(0).has_value());
  CHECK_FALSE(LimitHold(book, claim_of("red", "ann")).admit(0).has_value());
  CHECK(LimitHold(book, claim_of("red", "bob")).admit(0).has_value());
}

TEST_CASE("A limit of a model counts what is asked of that model alone", "[policies]") {
  LimitBook book;
  LimitRule rule = rule_of("dear");
  rule.models = {"gpt-*"};
  rule.requests_per_minute = 1;
  rule.daily_budget = NanoUsd{10};
  book.use({rule}, {});
  LimitHold hold(book, claim_of("red"));
  REQUIRE(hold.admit(0).has_value());
  CHECK(hold.left("gpt-4.1") == NanoUsd{10});
  CHECK_FALSE(hold.left("tiny"));
  REQUIRE(hold.begin_attempt("tiny", wish(0)).has_value());
  REQUIRE(hold.begin_attempt("gpt-4.1", wish(10)).has_value());
  LimitHold other(book, claim_of("blue"));
  const Error error = other.begin_attempt("gpt-4.1", wish(0)).error();
  CHECK(error.detail == kRateLimitExceeded);
  CHECK(other.begin_attempt("tiny", wish(0)).has_value());
}

TEST_CASE("A refused request leaves no trace in the other limits", "[policies]") {
  LimitBook book;
  LimitRule rule = rule_of("all");
  rule.requests_per_minute = 1;
  book.use({rule}, {});
  LimitClaim claim = claim_of("red");
  claim.team.requests_per_minute = 10;
  LimitHold first(book, claim);
  REQUIRE(first.admit(0).has_value());
  for (int i = 0; i < 5; ++i) CHECK_FALSE(LimitHold(book, claim).admit(0).has_value());
  LimitHold last(book, claim);
  CHECK_FALSE(last.admit(0).has_value());
  CHECK(last.requests().remaining == 0);  // of "all", the tighter one
  book.use({}, {});
  LimitHold next(book, claim);
  CHECK(next.admit(0).has_value());
  CHECK(next.requests().remaining == 8);
}

TEST_CASE("A limit that comes later learns what was spent before", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  book.use({}, {});
  LimitRule rule = rule_of("late", {"user"});
  rule.monthly_budget = NanoUsd{100};
  CHECK(book.use({rule}, {}) == std::vector<std::string>{"late"});
  book.restore({{"red", "k", "ann", "m", NanoUsd{1}, NanoUsd{70}}}, {"late"});
  LimitHold ann(book, claim_of("red", "ann"));
  CHECK(ann.left("m") == NanoUsd{30});
  CHECK(LimitHold(book, claim_of("red", "bob")).left("m") == NanoUsd{100});

  rule.monthly_budget = NanoUsd{90};
  CHECK(book.use({rule}, {}).empty());  // another cap, the same account
  CHECK(LimitHold(book, claim_of("red", "ann")).left("m") == NanoUsd{20});
  rule.per = {};
  CHECK(book.use({rule}, {}) == std::vector<std::string>{"late"});
  CHECK(LimitHold(book, claim_of("red", "ann")).left("m") == NanoUsd{90});
}

TEST_CASE("What was spent before the process began counts for team, key and limits", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  LimitRule rule = rule_of("model");
  rule.models = {"m"};
  rule.daily_budget = NanoUsd{100};
  book.use({rule}, {{"red", {}}});
  book.restore({{"red", "redred01", "", "m", NanoUsd{10}, NanoUsd{30}},
                {"red", "other001", "", "n", NanoUsd{1}, NanoUsd{4}}});
  LimitClaim claim = budget_of("red", NanoUsd{1'000});
  claim.key.daily_budget = NanoUsd{500};
  const LimitHold hold(book, claim);
  CHECK(hold.left("n") == NanoUsd{490});
  CHECK(hold.left("m") == NanoUsd{90});
  CHECK(book.teams().front().budget.settled == NanoUsd{34});
}

TEST_CASE("A clock that steps back spends no day twice", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  LimitClaim claim = claim_of("red");
  claim.team.daily_budget = NanoUsd{100};
  clock.pass(24 * kHourMs);
  LimitHold(book, claim).left("m");
  clock.wall_ms = 0;  // a day back
  for (int i = 0; i < 10; ++i) {
    LimitHold hold(book, claim);
    if (hold.begin_attempt("m", wish(30))) hold.finish(NanoUsd{30}, 0);
  }
  CHECK(LimitHold(book, claim).left("m") == NanoUsd{10});
}

TEST_CASE("Budgets warn once a period at 80, 95 and 100 percent", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  std::vector<std::pair<std::string, std::int64_t>> warnings;
  std::vector<std::pair<std::string, LimitKind>> denials;
  book.observe(
      {[&](const LimitEvent& event) { denials.emplace_back(event.limit, event.kind); },
       [&](const LimitEvent& event) { warnings.emplace_back(event.limit, event.percent); }});
  const LimitClaim claim = budget_of("red", NanoUsd{100});
  const auto spend = [&](std::int64_t amount) {
    LimitHold hold(book, claim);
    if (hold.begin_attempt("m", wish(amount))) hold.finish(NanoUsd{amount}, 0);
  };
  for (int i = 0; i < 12; ++i) spend(10);
  using Warnings = std::vector<std::pair<std::string, std::int64_t>>;
  CHECK(warnings == Warnings{{"team:red", 80}, {"team:red", 100}});
  CHECK(denials.size() == 2);
  CHECK(denials.front() == std::pair<std::string, LimitKind>{"team:red", LimitKind::kMonth});
  clock.pass(31 * 24 * kHourMs);
  spend(96);
  CHECK(warnings.back() == std::pair<std::string, std::int64_t>{"team:red", 95});
  LimitClaim dry = claim;
  dry.dry_run = true;
  const std::size_t told = denials.size();
  CHECK(LimitHold(book, dry).denial("m", wish(50)).code == ErrorCode::kBudgetExceeded);
  CHECK(denials.size() == told);
}

TEST_CASE("Many end users are bounded, and those at rest make room", "[policies]") {
  HandClock clock;
  LimitBook book(clock);
  LimitRule rule = rule_of("each", {"user"});
  rule.requests_per_minute = 1;
  book.use({rule}, {});
  std::size_t refused = 0;
  for (std::size_t i = 0; i < LimitBook::kMostAccounts + 10; ++i) {
    const std::string user = std::to_string(i);
    LimitHold hold(book, claim_of("red", user));
    if (!hold.admit(0)) ++refused;
  }
  CHECK(refused == 12);  // the team and the key are two more accounts
  clock.pass(62'000);
  CHECK(LimitHold(book, claim_of("red", "newcomer")).admit(0).has_value());
}

// One account after another by hand, as the documentation says it.
struct SimpleAccount {
  std::int64_t settled = 0;
  std::int64_t reserved = 0;
};

TEST_CASE("Random requests come out as in a simple model", "[policies]") {
  std::mt19937_64 random(20'261'126);
  HandClock clock;
  LimitBook book(clock);
  LimitRule per_model = rule_of("model", {"model"});
  per_model.monthly_budget = NanoUsd{700};
  LimitRule per_user = rule_of("user", {"user", "team"});
  per_user.monthly_budget = NanoUsd{300};
  book.use({per_model, per_user}, {});
  constexpr std::int64_t kTeamCap = 1'500;

  struct Open {
    std::unique_ptr<LimitHold> hold;
    std::array<SimpleAccount*, 3> accounts{};
    std::int64_t reserved = 0;
  };
  std::array<SimpleAccount, 2> teams{};
  std::array<SimpleAccount, 3> models{};
  std::array<std::array<SimpleAccount, 4>, 2> users{};
  std::vector<Open> open;
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::size_t>(random() % bound);
  };
  const std::array<std::int64_t, 3> caps = {kTeamCap, 700, 300};
  std::size_t granted_count = 0;
  std::size_t denied_count = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (step % 2'000 == 0) {  // a new month: what is settled is forgotten
      clock.pass(31 * 24 * kHourMs);
      for (Open& each : open) each.hold->finish({}, 0);
      open.clear();
      teams = {};
      models = {};
      users = {};
    }
    if (open.empty() || below(2) == 0) {
      const std::size_t team = below(2);
      const std::size_t user = below(4);
      const std::size_t model = below(3);
      const auto most = static_cast<std::int64_t>(below(40));
      const auto least = below(2) == 0 ? most : most / 3;
      LimitClaim claim = claim_of(team == 0 ? "red" : "blue");
      const std::string name = std::to_string(user);
      claim.subject.user = name;
      claim.team.monthly_budget = NanoUsd{kTeamCap};
      Open next;
      next.hold = std::make_unique<LimitHold>(book, claim);
      next.accounts = {&teams[team], &models[model], &users[team][user]};
      std::int64_t left = most;
      for (std::size_t i = 0; i < caps.size(); ++i) {
        const SimpleAccount& account = *next.accounts[i];
        left =
            std::min(left, std::max<std::int64_t>(0, caps[i] - account.settled - account.reserved));
      }
      const Result<NanoUsd> granted =
          next.hold->begin_attempt(std::to_string(model), {NanoUsd{most}, NanoUsd{least}});
      REQUIRE(granted.has_value() == (left >= least));
      if (!granted) {
        ++denied_count;
        continue;
      }
      ++granted_count;
      REQUIRE(granted->value == left);
      next.reserved = left;
      for (SimpleAccount* account : next.accounts) account->reserved += left;
      open.push_back(std::move(next));
    } else {
      const std::size_t which = below(open.size());
      Open done = std::move(open[which]);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
      const auto spent = static_cast<std::int64_t>(
          below(static_cast<std::uint64_t>(done.reserved) + 1) + (below(20) == 0 ? 3 : 0));
      done.hold->finish(NanoUsd{spent}, 0);
      for (SimpleAccount* account : done.accounts) {
        account->reserved -= done.reserved;
        account->settled += spent;
      }
    }
  }
  CHECK(granted_count > 2'500);
  CHECK(denied_count > 500);
}

TEST_CASE("Threads that reserve at once never pass the cap", "[policies]") {
  LimitBook book;
  const LimitClaim claim = budget_of("red", NanoUsd{10'000});
  std::atomic<std::int64_t> spent{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        LimitHold hold(book, claim);
        if (!hold.admit(1)) continue;
        if (!hold.begin_attempt("m", wish(7))) continue;
        hold.finish(NanoUsd{7}, 1);
        spent += 7;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(spent <= 10'000);
  CHECK(spent > 10'000 - 7);
  CHECK(book.teams().front().budget.settled.value == spent);
  CHECK(book.teams().front().budget.reserved.value == 0);
}

}  // namespace
}  // namespace weir
