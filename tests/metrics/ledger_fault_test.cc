#include <chrono>
#include <thread>

#include "metrics/ledger.h"
#include "metrics/report.h"
#include "metrics/sqlite.h"
#include "tests/metrics/fault_vfs.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

std::int64_t row_count(const std::string& path) {
  const auto db = sqlite::Database::open(path, sqlite::Mode::kReadOnly);
  return db->integer("SELECT count(*) FROM requests").value();
}

// Waits for the writer's own retry; the deadline only ends a broken test.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Healed {
  ~Healed() { set_fault(Fault::kNone); }
};

TEST_CASE("Ledger syncs before it says that a reservation is durable", "[ledger][fault]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
  take_sync_count();
  REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs)))));
  CHECK(take_sync_count() >= 1);
}

TEST_CASE("Ledger stops paid calls and keeps rows when the disk refuses", "[ledger][fault]") {
  const Healed healed;
  const TempDir dir;
  const Fault fault = GENERATE(Fault::kSync, Fault::kDiskFull, Fault::kWrite);
  CAPTURE(static_cast<int>(fault));
  const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
  const RequestId paid = id_at(kNoonMs, 1);
  REQUIRE(succeeds(ledger->reserve(reservation(paid))));

  set_fault(fault);
  CHECK(wait_for(ledger->settle(row(paid))).error().code == ErrorCode::kStorage);
  CHECK(wait_for(ledger->reserve(reservation(id_at(kNoonMs, 2)))).error().code ==
        ErrorCode::kStorage);
  CHECK(wait_for(ledger->settle(row(id_at(kNoonMs, 3), Route::kLocal))).error().code ==
        ErrorCode::kStorage);
  CHECK_FALSE(ledger->accepts_reservations());
  CHECK(ledger->stats().kept == 2);
  CHECK_FALSE(ledger->stats().error.empty());

  set_fault(Fault::kNone);
  REQUIRE(eventually([&] { return ledger->stats().kept == 0; }));
  CHECK(row_count(dir.file("l.db")) == 2);
  if (fault == Fault::kSync) {
    CHECK(ledger->stats().state == LedgerState::kSyncFailed);
    CHECK(wait_for(ledger->reserve(reservation(id_at(kNoonMs, 4)))).has_error());
  } else {
    REQUIRE(eventually([&] { return ledger->accepts_reservations(); }));
    CHECK(wait_for(ledger->reserve(reservation(id_at(kNoonMs, 4)))).has_value());
  }
}

TEST_CASE("A restart after a failed sync serves paid calls again", "[ledger][fault]") {
  const Healed healed;
  const TempDir dir;
  {
    const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
    REQUIRE(succeeds(ledger->reserve(reservation(id_at(kNoonMs, 1)))));
    set_fault(Fault::kSync);
    CHECK(wait_for(ledger->settle(row(id_at(kNoonMs, 1)))).has_error());
    set_fault(Fault::kNone);
  }
  const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
  CHECK(ledger->accepts_reservations());
  CHECK(row_count(dir.file("l.db")) == 1);
  CHECK(check_ledger(dir.file("l.db"))->faults.empty());
}

TEST_CASE("The writer of a failed ledger wakes for its retries and for nothing else",
          "[ledger][fault]") {
  const Healed healed;
  const TempDir dir;
  const Fault fault = GENERATE(Fault::kSync, Fault::kDiskFull);
  CAPTURE(static_cast<int>(fault));
  const auto ledger = open_ledger(dir.file("l.db"), fault_vfs());
  set_fault(fault);
  REQUIRE(wait_for(ledger->settle(row(id_at(kNoonMs)))).has_error());
  const LedgerStats before = ledger->stats();
  REQUIRE(eventually([&] { return ledger->stats().batches >= before.batches + 20; }));
  const LedgerStats after = ledger->stats();
  CHECK(after.passes - before.passes <= after.batches - before.batches + 5);
}

TEST_CASE("Rows kept while the disk is full have a bound", "[ledger][fault]") {
  const Healed healed;
  const TempDir dir;
  LedgerOptions options;
  options.path = dir.file("l.db");
  options.vfs = fault_vfs();
  options.queue_capacity = 2;
  options.retry_ms = 60'000;
  options.ballast_bytes = 0;
  const auto ledger = Ledger::open(options).value();
  set_fault(Fault::kDiskFull);
  for (std::int64_t i = 0; i < 5; ++i) {
    CHECK(wait_for(ledger->settle(row(id_at(kNoonMs, i)))).has_error());
  }
  CHECK(ledger->stats().kept == 2);
  CHECK(ledger->stats().lost_rows == 3);
}

}  // namespace
}  // namespace weir
