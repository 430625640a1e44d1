// accepted = settled + released + open, whatever happens in between.
#include <thread>

#include "core/rng.h"
#include "metrics/ledger.h"
#include "metrics/report.h"
#include "tests/metrics/fault_vfs.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

// One process's life: reserves and settles at random, and may die with some open.
void live(const std::string& path, Rng& rng, std::int64_t* count) {
  const auto ledger = open_ledger(path);
  CHECK(ledger->stats().imbalance() == 0);
  CHECK(ledger->stats().open == 0);
  std::vector<RequestId> open;
  for (int step = 0; step < 250; ++step) {
    if (open.empty() || rng.next() % 2 == 0) {
      open.push_back(id_at(kNoonMs, ++*count));
      REQUIRE(succeeds(ledger->reserve(reservation(open.back()))));
      if (rng.next() % 8 == 0) REQUIRE(succeeds(ledger->reserve(reservation(open.back()))));
    } else {
      const auto at = open.begin() + static_cast<std::ptrdiff_t>(rng.next() % open.size());
      const NanoUsd cost{rng.next() % 3 == 0 ? 0 : 3'000};
      REQUIRE(succeeds(
          ledger->settle(row(*at, cost.value == 0 ? Route::kLocal : Route::kCloud, cost))));
      if (rng.next() % 8 == 0) REQUIRE(succeeds(ledger->settle(row(*at))));  // changes nothing
      open.erase(at);
    }
    const LedgerStats stats = ledger->stats();
    REQUIRE(stats.imbalance() == 0);
    REQUIRE(stats.open == static_cast<std::int64_t>(open.size()));
  }
}

TEST_CASE("Accepted is settled and released and open, over thousands of steps and restarts",
          "[ledger][conservation]") {
  const TempDir dir;
  Rng rng(20'261'125);
  std::int64_t count = 0;
  for (int restart = 0; restart < 8; ++restart) live(dir.file("l.db"), rng, &count);
  const auto ledger = open_ledger(dir.file("l.db"));
  const LedgerStats stats = ledger->stats();
  CHECK(stats.accepted == count);
  CHECK(stats.released ==
        query(dir.file("l.db"), "SELECT count(*) FROM requests WHERE cost_nanousd = 0"));
  CHECK(stats.settled ==
        query(dir.file("l.db"), "SELECT count(*) FROM requests WHERE cost_nanousd > 0"));
  CHECK(stats.imbalance() == 0);
  const LedgerCheck check = check_ledger(dir.file("l.db")).value();
  CHECK(check.faults.empty());
  CHECK(check.released == stats.released);
}

TEST_CASE("Books that lost a reservation show the imbalance", "[ledger][conservation]") {
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"));
    REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs)))));
  }
  const auto db = sqlite::Database::open(dir.file("l.db"), sqlite::Mode::kReadWrite).value();
  REQUIRE(db.execute("DELETE FROM open_reservations").has_value());
  CHECK(open_ledger(dir.file("l.db"))->stats().imbalance() == 1);
  CHECK_FALSE(check_ledger(dir.file("l.db"))->faults.empty());
}

// Reserves and settles one after the other, until `left` is used up.
Async<void> one_client(Ledger& ledger, std::int64_t& left) {
  while (left-- > 0) {
    const std::int64_t number = left;
    const RequestId id = id_at(kNoonMs, number + 1);
    const auto reserved = co_await ledger.reserve(reservation(id));
    if (!reserved) co_return;
    const NanoUsd cost{number % 3 == 0 ? 0 : 3'000};
    const auto settled = co_await ledger.settle(row(id, Route::kCloud, cost));
    if (!settled) co_return;
  }
}

TEST_CASE("The books balance whenever somebody looks", "[ledger][conservation]") {
  const TempDir dir;
  net::io_context io(1);
  const auto ledger = open_ledger(dir.file("l.db"));
  std::atomic<bool> done{false};
  std::int64_t looks = 0;
  std::int64_t unbalanced = 0;
  std::thread looker([&] {
    while (!done) {
      ++looks;
      unbalanced += ledger->stats().imbalance() != 0 ? 1 : 0;
    }
  });
  std::int64_t left = 5'000;
  for (int i = 0; i < 200; ++i) net::co_spawn(io, one_client(*ledger, left), net::detached);
  io.run();
  done = true;
  looker.join();
  CHECK(looks > 0);
  CHECK(unbalanced == 0);
  CHECK(ledger->stats().accepted == 5'000);
  CHECK(ledger->stats().released == 1'667);
}

TEST_CASE("A batch that the disk refused changes no books", "[ledger][conservation][fault]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
  const RequestId id = id_at(kNoonMs, 1);
  REQUIRE(succeeds(ledger->reserve(reservation(id))));
  set_fault(Fault::kDiskFull);
  CHECK_FALSE(succeeds(ledger->settle(row(id))));
  CHECK_FALSE(succeeds(ledger->reserve(reservation(id_at(kNoonMs, 2)))));
  const LedgerStats failed = ledger->stats();
  set_fault(Fault::kNone);
  CHECK(failed.accepted == 1);
  CHECK(failed.settled == 0);
  CHECK(failed.open == 1);
  ledger->close();  // writes the row that it kept
  CHECK(ledger->stats().settled == 1);
  CHECK(ledger->stats().imbalance() == 0);
  CHECK(check_ledger(dir.file("l.db"))->faults.empty());
}

}  // namespace
}  // namespace weir
