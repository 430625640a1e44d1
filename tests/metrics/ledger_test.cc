#include "metrics/ledger.h"

#include <filesystem>
#include <vector>

#include "metrics/ledger_schema.h"
#include "metrics/report.h"
#include "metrics/sqlite.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

TEST_CASE("Ledger writes a local row without a reservation", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  CHECK(succeeds(ledger->settle(row(id_at(kNoonMs), Route::kLocal, NanoUsd{0}))));
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests WHERE route = 'local'") == 1);
  CHECK(query(dir.file("l.db"), "SELECT value FROM counters WHERE name = 'accepted'") == 0);
  CHECK(ledger->stats().rows == 1);
}

TEST_CASE("Ledger turns a reservation into one row that keeps its bound", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  const RequestId id = id_at(kNoonMs);
  REQUIRE(succeeds(ledger->reserve(reservation(id))));
  CHECK(ledger->stats().open == 1);
  REQUIRE(succeeds(ledger->settle(row(id))));
  CHECK(ledger->stats().open == 0);
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM reservations") == 0);
  CHECK(query(dir.file("l.db"), "SELECT bound_nanousd FROM requests") == 5'000);
  CHECK(query(dir.file("l.db"), "SELECT cost_nanousd FROM requests") == 3'000);
}

TEST_CASE("Ledger keeps the bound that the last attempt of a request gave it", "[ledger]") {
  const TempDir dir;
  const RequestId id = id_at(kNoonMs);
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    REQUIRE(succeeds(ledger->reserve(reservation(id, NanoUsd{100}))));
    REQUIRE(succeeds(ledger->reserve(reservation(id, NanoUsd{40}))));
    CHECK(ledger->stats().open == 1);
  }
  CHECK(query(dir.file("l.db"), "SELECT bound_nanousd FROM reservations") == 40);
  CHECK(query(dir.file("l.db"), "SELECT value FROM counters WHERE name = 'accepted'") == 1);
}

TEST_CASE("A reservation carries the backend and the reason of its last attempt", "[ledger]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    for (const Reason reason : {Reason::kHard, Reason::kLocalFailed}) {
      Reservation attempt = reservation(id_at(kNoonMs));
      attempt.backend = reason == Reason::kHard ? "first" : "second";
      attempt.reason = reason;
      REQUIRE(succeeds(ledger->reserve(std::move(attempt))));
    }
  }
  CHECK(query(dir.file("l.db"),
              "SELECT count(*) FROM reservations "
              "WHERE backend = 'second' AND reason = 'local-failed'") == 1);
}

TEST_CASE("Ledger settles the reservations of a dead process at their bound", "[ledger]") {
  const TempDir dir;
  const bool priced = GENERATE(true, false);
  CAPTURE(priced);
  const auto bound = priced ? std::optional(NanoUsd{5'000}) : std::nullopt;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs), bound))));
  }
  const auto ledger = open_ledger(dir.file("l.db"));
  CHECK(ledger->stats().recovered == 1);
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests WHERE state = 'recovered'") == 1);
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests WHERE cost_nanousd IS NULL") ==
        (priced ? 0 : 1));
  CHECK(query(dir.file("l.db"), "SELECT sum(cost_nanousd) FROM requests") == (priced ? 5'000 : 0));
  CHECK(check_ledger(dir.file("l.db"))->faults.empty());
}

TEST_CASE("A row keeps what the decision saw", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  LedgerRow r = row(id_at(kNoonMs));
  r.rule = "keep-here";
  r.quality_target = 0.75;
  r.confidence = 0.5;
  r.decision = R"({"options":[{"backend":"local"}]})";
  r.local_busy_us = 9;
  r.wasted_local_us = 4;
  REQUIRE(succeeds(ledger->settle(std::move(r))));
  CHECK(
      query(dir.file("l.db"),
            "SELECT count(*) FROM requests WHERE rule = 'keep-here' AND quality_target = 0.75 AND "
            "confidence = 0.5 AND wasted_local_us = 4 AND features IS NULL AND "
            "json_extract(decision, '$.options[0].backend') = 'local'") == 1);
}

TEST_CASE("Rows that differ in one word only are told apart", "[ledger]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    for (std::int64_t i = 0; i < 4; ++i) {
      LedgerRow r = row(id_at(kNoonMs, i));
      r.team = i % 2 == 0 ? "ab" : "a";  // with the next word the same letters
      r.key_id = i % 2 == 0 ? "c" : "bc";
      REQUIRE(succeeds(ledger->settle(std::move(r))));
    }
  }
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM kinds") == 2);
  CHECK(query(dir.file("l.db"),
              "SELECT count(*) FROM requests WHERE team = 'ab' AND key_id = 'c'") == 2);
  REQUIRE(succeeds(open_ledger(dir.file("l.db"))->settle(row(id_at(kNoonMs, 9)))));
  REQUIRE(succeeds(open_ledger(dir.file("l.db"))->settle(row(id_at(kNoonMs, 10)))));
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM kinds") == 3);  // also after a restart
}

TEST_CASE("More kinds than are remembered are still told apart", "[ledger]") {
  const TempDir dir;
  net::io_context io(1);
  const auto ledger = open_ledger(dir.file("l.db"));
  constexpr std::int64_t kKinds = 9'000;
  std::vector<std::optional<Result<void>>> results(2 * kKinds);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    LedgerRow r = row(id_at(kNoonMs, number));
    r.backend = std::to_string(number % kKinds);
    net::co_spawn(io, store_result(ledger->settle(std::move(r)), &results[i]), net::detached);
  }
  io.run();
  CHECK(query(dir.file("l.db"),
              "SELECT count(*) FROM requests WHERE backend = (id & 1048575) % 9000") == 2 * kKinds);
  CHECK(check_ledger(dir.file("l.db"))->faults.empty());
}

TEST_CASE("Names that nobody serves make no kinds", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  for (std::int64_t i = 0; i < 20; ++i) {
    LedgerRow r = row(id_at(kNoonMs, i), Route::kNone, NanoUsd{0});
    r.model.clear();
    r.requested_model = "made-up-" + std::to_string(i);
    r.error_code = "code-" + std::to_string(i);
    REQUIRE(succeeds(ledger->settle(std::move(r))));
  }
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM kinds") == 1);
  CHECK(query(dir.file("l.db"),
              "SELECT count(DISTINCT requested_model || error_code) FROM requests "
              "WHERE requested_model LIKE 'made-up-%'") == 20);
}

TEST_CASE("Ledger counts a request once however often it settles", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  CHECK(succeeds(ledger->settle(row(id_at(kNoonMs), Route::kCloud, NanoUsd{3'000}))));
  CHECK(succeeds(ledger->settle(row(id_at(kNoonMs), Route::kCloud, NanoUsd{9'000}))));
  CHECK(query(dir.file("l.db"), "SELECT sum(cost_nanousd) FROM requests") == 3'000);
}

TEST_CASE("Ledger remembers the greatest id over a restart", "[ledger]") {
  const TempDir dir;
  const RequestId id = id_at(kNoonMs, 42);
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    REQUIRE(succeeds(ledger->settle(row(id))));
    REQUIRE(succeeds(ledger->settle(row(id_at(kNoonMs, 41)))));
    CHECK(ledger->last_id() == id);
  }
  CHECK(open_ledger(dir.file("l.db"))->last_id() == id);
}

TEST_CASE("Ledger keeps a second server out of its file", "[ledger]") {
  const TempDir dir;
  const auto first = open_ledger(dir.file("l.db"));
  LedgerOptions options;
  options.path = dir.file("l.db");
  const auto second = Ledger::open(options);
  REQUIRE(second.has_error());
  CHECK(second.error().code == ErrorCode::kStorage);
}

TEST_CASE("Ledger refuses a file of a newer schema and one that is no ledger", "[ledger]") {
  const TempDir dir;
  LedgerOptions options;
  options.path = dir.file("l.db");
  SECTION("newer") {
    const auto db = sqlite::Database::open(options.path, sqlite::Mode::kReadWrite);
    REQUIRE(db->execute("PRAGMA user_version = 99").has_value());
  }
  SECTION("no ledger") {
    std::FILE* file = std::fopen(options.path.c_str(), "w");
    for (int i = 0; i < 500; ++i) std::fputs("this is not a database\n", file);
    std::fclose(file);
  }
  SECTION("no directory") { options.path = dir.file("missing/l.db"); }
  const auto ledger = Ledger::open(options);
  REQUIRE(ledger.has_error());
  CHECK(ledger.error().code == ErrorCode::kStorage);
}

TEST_CASE("What an I/O thread has ready at once is in one commit", "[ledger]") {
  const TempDir dir;
  net::io_context io(1);
  const auto ledger = open_ledger(dir.file("l.db"));
  std::vector<std::optional<Result<void>>> results(200);
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto work = ledger->settle(row(id_at(kNoonMs, static_cast<std::int64_t>(i))));
    net::co_spawn(io, store_result(std::move(work), &results[i]), net::detached);
  }
  io.run();
  for (const auto& result : results) CHECK(result->has_value());
  CHECK(ledger->stats().batches == 1);
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests") == 200);
}

TEST_CASE("Ledger refuses work above its capacity and says so", "[ledger]") {
  const TempDir dir;
  LedgerOptions options;
  options.path = dir.file("l.db");
  options.queue_capacity = 0;
  const auto ledger = Ledger::open(options).value();
  const auto reserved = wait_for(ledger->reserve(reservation(id_at(kNoonMs))));
  CHECK(reserved.error().code == ErrorCode::kOverloaded);
  const auto settled = wait_for(ledger->settle(row(id_at(kNoonMs))));
  CHECK(settled.error().code == ErrorCode::kOverloaded);
  CHECK(ledger->stats().lost_rows == 1);
}

TEST_CASE("Ledger refuses work after close", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  ledger->close();
  CHECK_FALSE(ledger->accepts_reservations());
  CHECK(wait_for(ledger->settle(row(id_at(kNoonMs)))).error().code == ErrorCode::kStorage);
}

TEST_CASE("Ledger loses no queued row when it is destroyed", "[ledger]") {
  const TempDir dir;
  net::io_context io(1);
  std::vector<std::optional<Result<void>>> results(500);
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto work = ledger->settle(row(id_at(kNoonMs, static_cast<std::int64_t>(i))));
      net::co_spawn(io, store_result(std::move(work), &results[i]), net::detached);
    }
    io.poll();
  }
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests") == 500);
  io.run();
  for (const auto& result : results) CHECK(result->has_value());
}

TEST_CASE("What an I/O thread is still gathering is durable when the ledger closes", "[ledger]") {
  const TempDir dir;
  net::io_context io(1);
  std::vector<std::optional<Result<void>>> results(5);
  const auto ledger = open_ledger(dir.file("l.db"));
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto work = ledger->settle(row(id_at(kNoonMs, static_cast<std::int64_t>(i))));
    net::co_spawn(io, store_result(std::move(work), &results[i]), net::detached);
  }
  while (ledger->stats().queued < results.size()) io.poll_one();
  CHECK(ledger->stats().batches == 0);
  ledger->close();
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests") == 5);
  io.run();
  for (const auto& result : results) CHECK(result->has_value());
}

TEST_CASE("Ledger backs up a consistent file while it serves", "[ledger]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs, 1)))));
  REQUIRE(succeeds(ledger->settle(row(id_at(kNoonMs, 2)))));
  REQUIRE(ledger->backup(dir.file("copy.db")).has_value());
  REQUIRE(succeeds(ledger->settle(row(id_at(kNoonMs, 3)))));
  CHECK(query(dir.file("copy.db"), "SELECT count(*) FROM requests") == 1);
  CHECK(check_ledger(dir.file("copy.db"))->faults.empty());
  CHECK(ledger->backup(dir.file("copy.db")).error().code == ErrorCode::kStorage);
  CHECK(std::filesystem::status(dir.file("copy.db")).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(backup_ledger(dir.file("none.db"), dir.file("of_none.db")).error().code ==
        ErrorCode::kNotFound);
}

TEST_CASE("Retention turns old rows into daily sums that reports still count", "[ledger]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    for (std::int64_t i = 0; i < 30; ++i) {
      LedgerRow r = row(id_at(kNoonMs + i * kDayMs / 10, i));
      r.features = {1.0F};
      REQUIRE(succeeds(ledger->settle(std::move(r))));
    }
  }
  const Report before = read_report(dir.file("l.db"), {}).value();
  {
    const auto db = sqlite::Database::open(dir.file("l.db"), sqlite::Mode::kReadWrite).value();
    const std::int64_t cutoff = kNoonMs + 2 * kDayMs;
    CHECK(retire_rows(db, cutoff, 16).value() == 16);
    CHECK(retire_rows(db, cutoff, 16).value() == 4);
    CHECK(retire_rows(db, cutoff, 16).value() == 0);
  }
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM requests") == 10);
  CHECK(query(dir.file("l.db"), "SELECT count(*) FROM explanations") == 10);
  const Report after = read_report(dir.file("l.db"), {}).value();
  CHECK(after.total.requests == before.total.requests);
  CHECK(after.total.cost == before.total.cost);
  CHECK(after.total.usage == before.total.usage);
}

}  // namespace
}  // namespace weir
