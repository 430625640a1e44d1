#include "metrics/ledger_schema.h"

#include <algorithm>
#include <limits>

namespace weir {
namespace {

constexpr const char* kCreate = R"sql(
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  unix_ms INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  ttft_us INTEGER,
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
  error_code TEXT NOT NULL,
  stream INTEGER NOT NULL,
  finish TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  usage_estimated INTEGER NOT NULL,
  cost_nanousd INTEGER,
  price_as_of TEXT NOT NULL,
  baseline_model TEXT NOT NULL,
  baseline_cost_nanousd INTEGER,
  saved_nanousd INTEGER,
  local_busy_us INTEGER NOT NULL,
  local_cost_nanousd INTEGER NOT NULL,
  bound_nanousd INTEGER,
  score REAL,
  features BLOB,
  propensity REAL NOT NULL,
  policy_version TEXT NOT NULL,
  model_hash TEXT NOT NULL,
  conversation INTEGER NOT NULL,
  permit_id INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  escalated INTEGER NOT NULL
) STRICT;
CREATE TABLE reservations (
  id INTEGER PRIMARY KEY,
  unix_ms INTEGER NOT NULL,
  team TEXT NOT NULL,
  key_id TEXT NOT NULL,
  requested_model TEXT NOT NULL,
  model TEXT NOT NULL,
  backend TEXT NOT NULL,
  route TEXT NOT NULL,
  reason TEXT NOT NULL,
  dialect TEXT NOT NULL,
  bound_nanousd INTEGER,
  permit_id INTEGER NOT NULL,
  policy_version TEXT NOT NULL
) STRICT;
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
  PRIMARY KEY (day, team, model, route, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('accepted', 0), ('closed', 0);
PRAGMA user_version = 1;
)sql";

constexpr const char* kRecover = R"sql(
INSERT OR IGNORE INTO requests
SELECT id, unix_ms, 0, NULL, 'recovered', team, key_id, dialect, requested_model, model, backend,
       route, reason, 0, 'recovered', 0, '', 0, 0, 0, 0, 0, 0, 1, bound_nanousd, '', '', NULL,
       NULL, 0, 0, bound_nanousd, NULL, NULL, 1.0, policy_version, '', 0, permit_id, 1, 0
FROM reservations;
UPDATE counters SET value = value + (SELECT count(*) FROM reservations) WHERE name = 'closed';
DELETE FROM reservations;
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
  local_cost_nanousd = local_cost_nanousd + excluded.local_cost_nanousd
)sql";

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
  sum(coalesce(cost_nanousd, 0)), sum(coalesce(saved_nanousd, 0)), sum(local_cost_nanousd)
)sql";

Result<void> prepare_schema(const sqlite::Database& database) {
  const Result<std::int64_t> version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*version > kLedgerSchemaVersion) {
    return Error{ErrorCode::kStorage, "the ledger has schema " + std::to_string(*version) +
                                          ", newer than this program knows"};
  }
  if (*version == kLedgerSchemaVersion) return {};
  return in_transaction(database, kCreate);
}

Result<std::int64_t> recover_reservations(const sqlite::Database& database) {
  const Result<std::int64_t> open = database.integer("SELECT count(*) FROM reservations");
  if (!open || *open == 0) return open;
  if (Result<void> done = in_transaction(database, kRecover); !done) return done.error();
  return open;
}

Result<std::int64_t> retire_rows(const sqlite::Database& database, std::int64_t before_ms,
                                 std::int64_t limit) {
  const std::string oldest = " FROM (SELECT id FROM requests WHERE id < " +
                             std::to_string(first_request_id_at(before_ms)) +
                             " ORDER BY id LIMIT " + std::to_string(limit) + ")";
  const Result<std::int64_t> count = database.integer("SELECT count(*)" + oldest);
  if (!count || *count == 0) return count;
  const Result<std::int64_t> last = database.integer("SELECT max(id)" + oldest);
  if (!last) return last.error();
  const std::string which = " FROM requests WHERE id <= " + std::to_string(*last);
  const Result<void> done = in_transaction(
      database, "INSERT INTO daily SELECT (id >> 20) / 86400000, team, model, route, reason," +
                    std::string(kDailySums) + which + " GROUP BY 1, 2, 3, 4, 5" + kAddToDay +
                    "; DELETE" + which + ";");
  if (!done) return done.error();
  return count;
}

}  // namespace weir
