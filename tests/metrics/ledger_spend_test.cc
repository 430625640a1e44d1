#include <map>

#include "metrics/ledger.h"
#include "metrics/ledger_schema.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

constexpr std::int64_t kMonthMs = kNoonMs - kDayMs / 2;  // 1 May 2026, 00:00 UTC

LedgerRow paid(const std::string& team, std::int64_t unix_ms, std::int64_t count,
               std::optional<NanoUsd> cost) {
  LedgerRow r = row(id_at(unix_ms, count));
  r.team = team;
  r.cost = cost;
  return r;
}

std::map<std::string, std::int64_t> spend(const Ledger& ledger, std::int64_t since_ms) {
  std::map<std::string, std::int64_t> out;
  for (const SpendSum& sum : ledger.spend_since(since_ms, since_ms).value()) {
    std::int64_t& total = out[sum.team];
    if (__builtin_add_overflow(total, sum.since.value, &total)) total = INT64_MAX;
    CHECK(sum.lately == sum.since);
  }
  return out;
}

TEST_CASE("Spend counts what came at or after a moment, by team", "[ledger][spend]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  CHECK(spend(*ledger, kMonthMs).empty());
  REQUIRE(succeeds(ledger->settle(paid("ads", kMonthMs - 1, 9, NanoUsd{1'000}))));
  REQUIRE(succeeds(ledger->settle(paid("ads", kMonthMs, 0, NanoUsd{20}))));
  REQUIRE(succeeds(ledger->settle(paid("ads", kMonthMs + kDayMs, 0, NanoUsd{3}))));
  REQUIRE(succeeds(ledger->settle(paid("maps", kMonthMs + kDayMs, 1, NanoUsd{400}))));
  REQUIRE(succeeds(ledger->settle(paid("maps", kMonthMs + kDayMs, 2, std::nullopt))));
  CHECK(spend(*ledger, kMonthMs) ==
        std::map<std::string, std::int64_t>{{"ads", 23}, {"maps", 400}});
  CHECK(spend(*ledger, kMonthMs - 1)["ads"] == 1'023);
}

TEST_CASE("Spend is told by key, end user and model, and of late", "[ledger][spend]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  const auto add = [&](std::int64_t unix_ms, std::int64_t count, const char* user,
                       const char* model, std::int64_t cost) {
    LedgerRow r = paid("ads", unix_ms, count, NanoUsd{cost});
    r.key_id = "redred01";
    r.end_user = user;
    r.model = model;
    REQUIRE(succeeds(ledger->settle(std::move(r))));
  };
  add(kMonthMs, 0, "ann", "m", 1);
  add(kNoonMs, 1, "ann", "m", 20);
  add(kNoonMs, 2, "", "m", 300);
  add(kNoonMs, 3, "ann", "n", 4'000);
  const std::vector<SpendSum> sums = ledger->spend_since(kMonthMs, kNoonMs).value();
  REQUIRE(sums.size() == 3);
  CHECK(sums[0].end_user.empty());
  CHECK(sums[1].end_user == "ann");
  CHECK(sums[1].model == "m");
  CHECK(sums[1].key_id == "redred01");
  CHECK(sums[1].since == NanoUsd{21});
  CHECK(sums[1].lately == NanoUsd{20});
  CHECK(sums[2].lately == NanoUsd{4'000});
}

TEST_CASE("Spend counts what a dead process left open at its bound", "[ledger][spend]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs, 1), NanoUsd{5'000}))));
    REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs, 2), std::nullopt))));
    CHECK(spend(*ledger, kMonthMs).empty());  // set aside, not spent
  }
  CHECK(spend(*open_ledger(dir.file("l.db")), kMonthMs)["search"] == 5'000);
}

TEST_CASE("A retention shorter than a month loses no money", "[ledger][spend]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    for (std::int64_t i = 0; i < 40; ++i) {
      const std::int64_t at = kMonthMs - kDayMs + i * kDayMs / 4;
      REQUIRE(succeeds(
          ledger->settle(paid(i % 2 == 0 ? "ads" : "maps", at, i, NanoUsd{1 << (i / 2)}))));
    }
  }
  const auto before = spend(*open_ledger(dir.file("l.db")), kMonthMs);
  {
    const auto db = sqlite::Database::open(dir.file("l.db"), sqlite::Mode::kReadWrite).value();
    CHECK(retire_rows(db, kMonthMs + 5 * kDayMs, 21).value() == 21);  // ends within a day
  }
  CHECK(spend(*open_ledger(dir.file("l.db")), kMonthMs) == before);
  CHECK(before.at("ads") == (1 << 20) - 4);  // all but the two of 30 April
}

TEST_CASE("Spend without end is as spent as can be", "[ledger][spend]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  for (std::int64_t i = 0; i < 3; ++i) {
    REQUIRE(succeeds(ledger->settle(paid("ads", kNoonMs, i, NanoUsd{INT64_MAX / 2}))));
  }
  CHECK(spend(*ledger, kMonthMs)["ads"] == INT64_MAX);
}

}  // namespace
}  // namespace weir
