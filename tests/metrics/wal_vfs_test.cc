#include "metrics/wal_vfs.h"

#include <filesystem>

#include "metrics/sqlite.h"
#include "tests/metrics/fault_vfs.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir::sqlite {
namespace {

using namespace testing;

constexpr const char* kLogged =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;"
    "CREATE TABLE IF NOT EXISTS t (x INTEGER PRIMARY KEY, y TEXT);";

Database open_logged(const std::string& path) {
  Database database = Database::open(path, Mode::kReadWrite, wal_vfs(fault_vfs())).value();
  REQUIRE(database.execute(kLogged).has_value());
  return database;
}

// A row of about two pages.
Result<void> insert(const Database& database) {
  return database.execute("INSERT INTO t (y) VALUES (hex(zeroblob(4000)))");
}

std::int64_t rows_seen_by_another(const std::string& path) {
  return Database::open(path, Mode::kReadOnly)->integer("SELECT count(*) FROM t").value();
}

TEST_CASE("A commit of many pages is one write and one sync", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  REQUIRE(insert(database).has_value());
  take_write_count();
  take_sync_count();
  REQUIRE(insert(database).has_value());
  CHECK(take_write_count() == 1);
  CHECK(take_sync_count() == 1);
}

TEST_CASE("The log has its space before it is needed", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  CHECK(std::filesystem::file_size(dir.file("a.db-wal")) == kWalBytes);
  for (int i = 0; i < 20; ++i) REQUIRE(insert(database).has_value());
  CHECK(std::filesystem::file_size(dir.file("a.db-wal")) == kWalBytes);
}

TEST_CASE("What is committed is there for other connections", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(insert(database).has_value());
    CHECK(rows_seen_by_another(dir.file("a.db")) == i);
  }
}

TEST_CASE("A log with space behind its frames is read back after a crash", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  for (int i = 0; i < 3; ++i) REQUIRE(insert(database).has_value());
  std::filesystem::copy(dir.file("a.db"), dir.file("b.db"));
  std::filesystem::copy(dir.file("a.db-wal"), dir.file("b.db-wal"));
  CHECK(open_logged(dir.file("b.db")).integer("SELECT count(*) FROM t").value() == 3);
}

TEST_CASE("A transaction larger than memory spills and comes back", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  REQUIRE(database.execute("PRAGMA cache_size = 10; BEGIN").has_value());
  for (int i = 0; i < 400; ++i) REQUIRE(insert(database).has_value());
  CHECK(database.integer("SELECT count(*) FROM t WHERE length(y) = 8000").value() == 400);
  REQUIRE(database.execute("COMMIT").has_value());
  CHECK(rows_seen_by_another(dir.file("a.db")) == 400);
}

TEST_CASE("A write that fails makes its commit fail and leaves no trace", "[ledger][wal]") {
  const TempDir dir;
  const Database database = open_logged(dir.file("a.db"));
  REQUIRE(insert(database).has_value());
  set_fault(GENERATE(Fault::kWrite, Fault::kDiskFull, Fault::kSync));
  CHECK_FALSE(insert(database).has_value());
  set_fault(Fault::kNone);
  CHECK(database.integer("SELECT count(*) FROM t").value() == 1);
  REQUIRE(insert(database).has_value());
  CHECK(rows_seen_by_another(dir.file("a.db")) == 2);
}

TEST_CASE("A disk without room for the space still takes a log", "[ledger][wal]") {
  const TempDir dir;
  {
    const Database database = open_logged(dir.file("a.db"));
  }
  set_fault(Fault::kDiskFull);
  const Database database =
      Database::open(dir.file("a.db"), Mode::kReadWrite, wal_vfs(fault_vfs())).value();
  CHECK(database.integer("SELECT count(*) FROM t").value() == 0);
  set_fault(Fault::kNone);
  REQUIRE(insert(database).has_value());
  CHECK(rows_seen_by_another(dir.file("a.db")) == 1);
}

TEST_CASE("A VFS that does not exist has none above it", "[ledger][wal]") {
  CHECK(wal_vfs("no-such-vfs").empty());
}

}  // namespace
}  // namespace weir::sqlite
