// A file of schema 1, which a program of that time made: four rows, one of them
// hostile, and two open reservations.
#include <nlohmann/json.hpp>

#include "metrics/app_log.h"
#include "metrics/ledger.h"
#include "metrics/ledger_schema.h"
#include "metrics/report.h"
#include "tests/metrics/fault_vfs.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;
using nlohmann::json;

std::string old_ledger(const TempDir& dir, const char* name = "version_1.db") {
  set_log_level("warning");  // each migration is one line of the log
  const std::filesystem::path from = std::string(WEIR_SOURCE_DIR "/tests/data/ledger/") + name;
  std::filesystem::copy_file(from, dir.file("l.db"));
  return dir.file("l.db");
}

// Every row of a query as text, a column a line: what two files are compared by.
std::string dump(const std::string& path, const std::string& sql) {
  const auto database = sqlite::Database::open(path, sqlite::Mode::kReadOnly).value();
  auto statement = database.prepare(sql).value();
  std::string out;
  while (statement.step() == SQLITE_ROW) {
    for (int i = 0; i < statement.columns(); ++i) {
      out += std::string(sqlite3_column_name(statement.raw(), i)) + "=";
      out += statement.is_null(i) ? "NULL" : std::string(statement.text(i));
      out += '\n';
    }
  }
  return out;
}

constexpr const char* kFieldsOfVersion1 =
    "SELECT id, unix_ms, duration_us, ttft_us, state, team, key_id, dialect, requested_model, "
    "model, backend, route, reason, http_status, error_code, stream, finish, input_tokens, "
    "cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, "
    "reasoning_tokens, usage_estimated, cost_nanousd, price_as_of, baseline_model, "
    "baseline_cost_nanousd, saved_nanousd, local_busy_us, local_cost_nanousd, bound_nanousd, "
    "score, hex(features), propensity, policy_version, model_hash, conversation, permit_id, "
    "attempts, escalated FROM requests WHERE state = 'settled' ORDER BY id";

TEST_CASE("A ledger of schema 1 keeps every field of every row", "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const std::string before = dump(path, kFieldsOfVersion1);
  REQUIRE_FALSE(before.empty());
  open_ledger(path).reset();
  CHECK(query(path, "PRAGMA user_version") == kLedgerSchemaVersion);
  CHECK(dump(path, kFieldsOfVersion1) == before);
  CHECK(query(path, "SELECT sum(wasted_local_us) FROM requests") == 0);
  CHECK(query(path, "SELECT count(*) FROM requests WHERE rule = '' AND confidence IS NULL") == 6);
}

TEST_CASE("What was open in a ledger of schema 1 is recovered at its bound",
          "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const auto ledger = open_ledger(path);
  CHECK(ledger->stats().recovered == 2);
  CHECK(ledger->stats().accepted == 3);
  CHECK(ledger->stats().settled == 3);
  CHECK(ledger->stats().imbalance() == 0);
  CHECK(check_ledger(path)->faults.empty());
  CHECK(query(path,
              "SELECT cost_nanousd FROM requests WHERE backend = 'second' AND reason = "
              "'local-failed' AND state = 'recovered'") == 140);
  CHECK(query(path,
              "SELECT count(*) FROM requests WHERE route = 'site' AND error_code = "
              "'recovered' AND cost_nanousd IS NULL AND bound_nanousd IS NULL") == 1);
}

TEST_CASE("Reservations of schema 1 stay open while nobody recovers them", "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const std::string all =
      "SELECT id, unix_ms, team, key_id, requested_model, model, backend, route, reason, dialect, "
      "bound_nanousd, permit_id, policy_version FROM reservations ORDER BY id";
  const std::string before = dump(path, all);
  const auto database = sqlite::Database::open(path, sqlite::Mode::kReadWrite).value();
  REQUIRE(prepare_schema(database).has_value());
  CHECK(dump(path, all) == before);
  CHECK(check_ledger(path)->faults.empty());
  CHECK(check_ledger(path)->open == 2);
}

TEST_CASE("A ledger of schema 2 keeps every field of every row and has no end users",
          "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir, "version_2.db");
  const std::string all = "SELECT * FROM requests ORDER BY id";
  const std::string before = dump(path, all);
  {
    const auto ledger = open_ledger(path);
    LedgerRow next = row(ledger->last_id());
    next.id.value += 1;
    next.end_user = "ann";
    REQUIRE(succeeds(ledger->settle(std::move(next))));
  }
  CHECK(query(path, "PRAGMA user_version") == kLedgerSchemaVersion);
  CHECK(query(path, "SELECT count(*) FROM requests WHERE end_user = 'ann'") == 1);
  std::string after = dump(path, all + " LIMIT 6");
  for (std::size_t at = 0; (at = after.find("end_user=\n")) != std::string::npos;) {
    after.erase(at, std::string("end_user=\n").size());
  }
  CHECK(after == before);
  CHECK(check_ledger(path)->faults.empty());
}

TEST_CASE("Daily sums of schema 1 are reported on", "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  {
    const auto database = sqlite::Database::open(path, sqlite::Mode::kReadWrite).value();
    REQUIRE(
        database
            .execute("INSERT INTO daily VALUES (20000, 'search', 'gpt-5.4', 'cloud', 'hard', 10, "
                     "1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 700, 80, 9)")
            .has_value());
  }
  open_ledger(path).reset();
  const Report report = read_report(path, {}).value();
  CHECK(report.total.requests == 16);
  CHECK(report.total.cost == NanoUsd{3'000 + 140 + 700});
  CHECK(report.total.escalated == 1);
}

TEST_CASE("A migration that breaks leaves the file as it was", "[ledger][migration][fault]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const std::string before = dump(path, "SELECT * FROM requests");
  LedgerOptions options;
  options.path = path;
  options.vfs = fault_vfs();
  for (const Fault fault : {Fault::kWrite, Fault::kDiskFull, Fault::kSync}) {
    set_fault(fault);
    const auto broken = Ledger::open(options);
    set_fault(Fault::kNone);
    REQUIRE(broken.has_error());
    CHECK(broken.error().code == ErrorCode::kStorage);
    CHECK(query(path, "PRAGMA user_version") == 1);
    CHECK(dump(path, "SELECT * FROM requests") == before);
  }
  CHECK(Ledger::open(options).has_value());
  CHECK(check_ledger(path)->faults.empty());
}

TEST_CASE("A migration interrupted at any statement has not begun", "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const std::string before = dump(path, "SELECT * FROM requests");
  int interrupted = 0;
  for (int after = 50; query(path, "PRAGMA user_version") == 1; after += after / 8) {
    const auto database = sqlite::Database::open(path, sqlite::Mode::kReadWrite).value();
    sqlite3_progress_handler(database.raw(), after, [](void*) { return 1; }, nullptr);
    if (prepare_schema(database).has_value()) continue;
    ++interrupted;
    CHECK(dump(path, "SELECT * FROM requests") == before);
  }
  CHECK(interrupted > 10);
  CHECK(query(path, "SELECT count(*) FROM requests") == 4);
  CHECK(check_ledger(path)->faults.empty());
}

TEST_CASE("Readers say what to do about a ledger of schema 1", "[ledger][migration]") {
  const TempDir dir;
  const std::string path = old_ledger(dir);
  const Result<Report> report = read_report(path, {});
  REQUIRE(report.has_error());
  CHECK(report.error().message.find("start weir serve once") != std::string::npos);
  CHECK(check_ledger(path).has_error());
  CHECK(why(path, id_at(kNoonMs, 1)).has_error());
}

}  // namespace
}  // namespace weir
