#include "metrics/ledger_migration.h"

namespace weir {
namespace {

constexpr const char* kBeforeRows = R"sql(
ALTER TABLE requests RENAME TO requests_1;
ALTER TABLE reservations RENAME TO reservations_1;
)sql";

// The index is for the lookups below alone.
constexpr const char* kAfterRows = R"sql(
INSERT INTO kinds
SELECT DISTINCT NULL, state, team, key_id, dialect, iif(model = '', '', requested_model), model,
       backend, route, reason, http_status, stream, finish, usage_estimated, price_as_of,
       baseline_model, policy_version, model_hash, '', 0.0, attempts, escalated
FROM requests_1;
INSERT INTO kinds
SELECT DISTINCT NULL, 'recovered', team, key_id, dialect, requested_model, model, backend, route,
       reason, 0, 0, '', 1, '', '', policy_version, '', '', 0.0, 1, 0
FROM reservations_1;
CREATE INDEX kinds_1 ON kinds (team, model, requested_model, reason, route, http_status, state,
  key_id, dialect, backend, stream, finish, usage_estimated, price_as_of, baseline_model,
  policy_version, model_hash, attempts, escalated);
INSERT INTO request_rows
SELECT r.id,
       (SELECT min(kind) FROM kinds k
        WHERE k.state = r.state AND k.team = r.team AND k.key_id = r.key_id
          AND k.dialect = r.dialect AND k.requested_model = iif(r.model = '', '', r.requested_model)
          AND k.model = r.model AND k.backend = r.backend AND k.route = r.route
          AND k.reason = r.reason AND k.http_status = r.http_status AND k.stream = r.stream
          AND k.finish = r.finish AND k.usage_estimated = r.usage_estimated
          AND k.price_as_of = r.price_as_of AND k.baseline_model = r.baseline_model
          AND k.policy_version = r.policy_version AND k.model_hash = r.model_hash
          AND k.attempts = r.attempts AND k.escalated = r.escalated),
       cost_nanousd, saved_nanousd, baseline_cost_nanousd, local_cost_nanousd, bound_nanousd,
       input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
       reasoning_tokens, duration_us, ttft_us, local_busy_us, 0, score, NULL, propensity,
       conversation, permit_id, nullif(unix_ms, id >> 20),
       iif(model = '', requested_model, NULL), nullif(error_code, ''), NULL
FROM requests_1 r;
INSERT INTO explanations
SELECT id, features, NULL FROM requests_1 WHERE features IS NOT NULL;
INSERT INTO open_reservations
SELECT r.id,
       (SELECT min(kind) FROM kinds k
        WHERE k.state = 'recovered' AND k.team = r.team AND k.key_id = r.key_id
          AND k.dialect = r.dialect AND k.requested_model = r.requested_model
          AND k.model = r.model AND k.backend = r.backend AND k.route = r.route
          AND k.reason = r.reason AND k.http_status = 0 AND k.stream = 0 AND k.finish = ''
          AND k.usage_estimated = 1 AND k.price_as_of = '' AND k.baseline_model = ''
          AND k.policy_version = r.policy_version AND k.model_hash = '' AND k.attempts = 1
          AND k.escalated = 0),
       bound_nanousd, permit_id, nullif(unix_ms, id >> 20), NULL
FROM reservations_1 r;
DROP INDEX kinds_1;
DROP TABLE requests_1;
DROP TABLE reservations_1;
ALTER TABLE daily ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily ADD COLUMN wasted_local_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily ADD COLUMN wasted_nanousd INTEGER NOT NULL DEFAULT 0;
UPDATE counters SET name = 'settled' WHERE name = 'closed';
INSERT INTO counters VALUES ('released', 0);
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE request_rows ADD COLUMN end_user TEXT;
ALTER TABLE open_reservations ADD COLUMN end_user TEXT;
DROP VIEW requests;
DROP VIEW reservations;
)sql";

}  // namespace

std::string from_version_1(const std::string& tables) { return kBeforeRows + tables + kAfterRows; }

std::string from_version_2(const std::string& views) { return kVersion2 + views; }

}  // namespace weir
