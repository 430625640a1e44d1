#include "metrics/ledger_schema.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <system_error>

#include "metrics/app_log.h"
#include "metrics/ledger_migration.h"

namespace weir {
namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE kinds (
  kind INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  team TEXT NOT NULL,
  key_id TEXT NOT NULL,
  dialect TEXT NOT NULL,
  requested_model TEXT NOT NULL,
  model TEXT NOT NULL,
  backend TEXT NOT NULL,
  route TEXT NOT NULL,
  reason TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  finish TEXT NOT NULL,
  usage_estimated INTEGER NOT NULL,
  price_as_of TEXT NOT NULL,
  baseline_model TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  model_hash TEXT NOT NULL,
  rule TEXT NOT NULL,
  quality_target REAL NOT NULL,
  attempts INTEGER NOT NULL,
  escalated INTEGER NOT NULL
) STRICT;
CREATE TABLE request_rows (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  cost_nanousd INTEGER,
  saved_nanousd INTEGER,
  baseline_cost_nanousd INTEGER,
  local_cost_nanousd INTEGER NOT NULL,
  bound_nanousd INTEGER,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  ttft_us INTEGER,
  local_busy_us INTEGER NOT NULL,
  wasted_local_us INTEGER NOT NULL,
  score REAL,
  confidence REAL,
  propensity REAL NOT NULL,
  conversation INTEGER NOT NULL,
  permit_id INTEGER NOT NULL,
  unix_ms INTEGER,           -- NULL: as in the id
  requested_model TEXT,      -- NULL: as in the kind
  error_code TEXT,           -- NULL: none
  end_user TEXT              -- NULL: none was named
) STRICT;
CREATE TABLE explanations (
  id INTEGER PRIMARY KEY,
  features BLOB,
  decision TEXT
) STRICT;
CREATE TABLE open_reservations (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  bound_nanousd INTEGER,
  permit_id INTEGER NOT NULL,
  unix_ms INTEGER,
  end_user TEXT
) STRICT;
)sql";

constexpr const char* kViews = R"sql(
CREATE VIEW requests AS SELECT
  r.id, coalesce(r.unix_ms, r.id >> 20) AS unix_ms, duration_us, ttft_us, state, team, key_id,
  coalesce(end_user, '') AS end_user, dialect,
  coalesce(r.requested_model, k.requested_model) AS requested_model, model, backend, route, reason,
  http_status, coalesce(error_code, '') AS error_code, stream, finish, input_tokens,
  cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens,
  usage_estimated, cost_nanousd, price_as_of, baseline_model, baseline_cost_nanousd, saved_nanousd,
  local_busy_us, wasted_local_us, local_cost_nanousd, bound_nanousd, rule, quality_target, score,
  confidence, features, propensity, policy_version, model_hash, conversation, permit_id, attempts,
  escalated, decision
FROM request_rows r LEFT JOIN kinds k USING (kind) LEFT JOIN explanations e ON e.id = r.id;
CREATE VIEW reservations AS SELECT
  r.id, coalesce(r.unix_ms, r.id >> 20) AS unix_ms, team, key_id,
  coalesce(end_user, '') AS end_user, requested_model, model, backend, route, reason, dialect,
  bound_nanousd, permit_id, policy_version
FROM open_reservations r LEFT JOIN kinds k USING (kind);
PRAGMA user_version = 3;
)sql";

constexpr const char* kSums = R"sql(
CREATE TABLE daily (
  day INTEGER NOT NULL,
  team TEXT NOT NULL,
  model TEXT NOT NULL,
  route TEXT NOT NULL,
  reason TEXT NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  recovered INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  unknown_saved INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  cost_nanousd INTEGER NOT NULL,
  saved_nanousd INTEGER NOT NULL,
  local_cost_nanousd INTEGER NOT NULL,
  escalated INTEGER NOT NULL DEFAULT 0,
  wasted_local_us INTEGER NOT NULL DEFAULT 0,
  wasted_nanousd INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, team, model, route, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('accepted', 0), ('settled', 0), ('released', 0);
)sql";

constexpr const char* kRecover = R"sql(
INSERT OR IGNORE INTO request_rows
SELECT id, kind, bound_nanousd, NULL, NULL, 0, bound_nanousd, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 0,
       NULL, NULL, 1.0, 0, permit_id, unix_ms, NULL, 'recovered', end_user
FROM open_reservations;
UPDATE counters SET value = value + (SELECT count(*) FROM open_reservations)
WHERE name = 'settled';
DELETE FROM open_reservations;
)sql";

constexpr const char* kAddToDay = R"sql(
ON CONFLICT DO UPDATE SET
  requests = requests + excluded.requests,
  errors = errors + excluded.errors,
  recovered = recovered + excluded.recovered,
  unpriced = unpriced + excluded.unpriced,
  unknown_saved = unknown_saved + excluded.unknown_saved,
  input_tokens = input_tokens + excluded.input_tokens,
  cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
  cache_write_5m_tokens = cache_write_5m_tokens + excluded.cache_write_5m_tokens,
  cache_write_1h_tokens = cache_write_1h_tokens + excluded.cache_write_1h_tokens,
  output_tokens = output_tokens + excluded.output_tokens,
  reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
  estimated = estimated + excluded.estimated,
  cost_nanousd = cost_nanousd + excluded.cost_nanousd,
  saved_nanousd = saved_nanousd + excluded.saved_nanousd,
  local_cost_nanousd = local_cost_nanousd + excluded.local_cost_nanousd,
  escalated = escalated + excluded.escalated,
  wasted_local_us = wasted_local_us + excluded.wasted_local_us,
  wasted_nanousd = wasted_nanousd + excluded.wasted_nanousd
)sql";

Error newer(std::int64_t version) {
  return {ErrorCode::kStorage,
          "the ledger has schema " + std::to_string(version) + ", newer than this program knows"};
}

// Runs `body` between BEGIN IMMEDIATE and COMMIT, or leaves no trace.
Result<void> in_transaction(const sqlite::Database& database, const std::string& body) {
  Result<void> done = database.execute("BEGIN IMMEDIATE;" + body + "COMMIT;");
  if (!done) static_cast<void>(database.execute("ROLLBACK"));
  return done;
}

}  // namespace

std::int64_t first_request_id_at(std::int64_t unix_ms) {
  constexpr std::int64_t kLastMs = std::numeric_limits<std::int64_t>::max() >> 20;
  return std::clamp<std::int64_t>(unix_ms, 0, kLastMs) << 20;
}

const char* const kDailySums = R"sql(
  count(*), sum(http_status >= 400), sum(state = 'recovered'), sum(cost_nanousd IS NULL),
  sum(saved_nanousd IS NULL), sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens),
  sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens), sum(usage_estimated),
  sum(coalesce(cost_nanousd, 0)), sum(coalesce(saved_nanousd, 0)), sum(local_cost_nanousd),
  sum(escalated), sum(wasted_local_us),
  sum(iif(wasted_local_us = 0, 0,
          CAST(local_cost_nanousd * (1.0 * wasted_local_us / local_busy_us) AS INTEGER)))
)sql";

Result<void> prepare_schema(const sqlite::Database& database) {
  const Result<std::int64_t> version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  switch (*version) {
    case kLedgerSchemaVersion: return {};
    case 0: return in_transaction(database, std::string(kTables) + kViews + kSums);
    case 1:
      log_info("ledger: bringing a file of schema 1 up to date; a million rows take some seconds");
      return in_transaction(database, from_version_1(std::string(kTables) + kViews));
    case 2: return in_transaction(database, from_version_2(kViews));
    default: return newer(*version);
  }
}

Result<void> look_for_ledger(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown) || unknown) return {};
  return Error{ErrorCode::kNotFound, "there is no ledger " + path + " yet: weir serve makes it"};
}

Result<sqlite::Database> open_ledger_file(const std::string& path) {
  if (Result<void> there = look_for_ledger(path); !there) return there.error();
  Result<sqlite::Database> database = sqlite::Database::open(path, sqlite::Mode::kReadOnly);
  if (!database) return database.error();
  const Result<std::int64_t> version = database->integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version > kLedgerSchemaVersion) return newer(*version);
  if (*version == kLedgerSchemaVersion) return database;
  return Error{ErrorCode::kStorage, "the ledger has schema " + std::to_string(*version) +
                                        ": start weir serve once, which brings it up to date"};
}

Result<std::int64_t> recover_reservations(const sqlite::Database& database) {
  Result<std::int64_t> open = database.integer("SELECT count(*) FROM open_reservations");
  if (!open || *open == 0) return open;
  if (Result<void> done = in_transaction(database, kRecover); !done) return done.error();
  return open;
}

Result<std::int64_t> retire_rows(const sqlite::Database& database, std::int64_t before_ms,
                                 std::int64_t limit) {
  const std::string oldest = " FROM (SELECT id FROM request_rows WHERE id < " +
                             std::to_string(first_request_id_at(before_ms)) +
                             " ORDER BY id LIMIT " + std::to_string(limit) + ")";
  Result<std::int64_t> count = database.integer("SELECT count(*)" + oldest);
  if (!count || *count == 0) return count;
  const Result<std::int64_t> last = database.integer("SELECT max(id)" + oldest);
  if (!last) return last.error();
  const std::string which = " WHERE id <= " + std::to_string(*last);
  const Result<void> done = in_transaction(
      database, "INSERT INTO daily SELECT (id >> 20) / 86400000, team, model, route, reason," +
                    std::string(kDailySums) + " FROM requests" + which + " GROUP BY 1, 2, 3, 4, 5" +
                    kAddToDay + "; DELETE FROM explanations" + which +
                    "; DELETE FROM request_rows" + which + ";");
  if (!done) return done.error();
  return count;
}

}  // namespace weir
