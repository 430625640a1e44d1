// The tables of the ledger file, and how an older file becomes one of today.
//
//   requests      one immutable row a request; the key is RequestId, so time is
//                 in the key and a span of time needs no index
//   reservations  open ones only; a row here is money that may still be spent
//   daily         sums of requests that retention has removed
//   counters      reservations accepted and closed since the file was made:
//                 accepted = closed + open, always
#pragma once

#include <cstdint>

#include "core/result.h"
#include "metrics/sqlite.h"

namespace weir {

inline constexpr std::int64_t kLedgerSchemaVersion = 1;

// The smallest RequestId::value of a moment. The ids carry the ledger's own time,
// which never steps back; retention and reports go by it.
std::int64_t first_request_id_at(std::int64_t unix_ms);

// Creates or migrates. kStorage for a file that a newer program made.
Result<void> prepare_schema(const sqlite::Database& database);

// Turns every open reservation into a recovered row at its bound, at once.
// Returns how many there were.
Result<std::int64_t> recover_reservations(const sqlite::Database& database);

// Moves up to `limit` rows older than `before_ms` into the daily sums, in one
// transaction. Returns how many; less than `limit` means that none is left.
Result<std::int64_t> retire_rows(const sqlite::Database& database, std::int64_t before_ms,
                                 std::int64_t limit);

// The columns of `daily`, summed over rows of `requests`; without FROM. Shared by
// retention and reports so that both count alike.
extern const char* const kDailySums;

}  // namespace weir
