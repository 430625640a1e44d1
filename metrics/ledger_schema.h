// The tables of the ledger file, and how an older file becomes one of today.
//
// For whoever reads the file with sqlite3:
//   requests      one immutable row a request, every field under its name
//   reservations  open ones only; a row here is money that may still be spent
//   daily         sums of requests that retention has removed
//   counters      reservations since the file was made, by state:
//                 accepted = settled + released + open, always
//
// `requests` and `reservations` are views, because most of a row repeats others:
//   request_rows       what is a request's own; the key is RequestId, so time is in
//                      the key and a span of time needs no index
//   kinds              what many rows have in common: a row names one. Its size
//                      follows the configuration, not the traffic
//   explanations       features and decision, of rows that have some: long, and
//                      apart so that sums do not read past them
//   open_reservations  id, bound, and the kind of the row that this becomes when
//                      the process dies
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "metrics/sqlite.h"

namespace weir {

inline constexpr std::int64_t kLedgerSchemaVersion = 3;

// The smallest RequestId::value of a moment. The ids carry the ledger's own time,
// which never steps back; retention and reports go by it.
std::int64_t first_request_id_at(std::int64_t unix_ms);

// Creates or migrates, at once or not at all: an older file stays what it is until
// all of it is of today. kStorage for a file that a newer program made.
Result<void> prepare_schema(const sqlite::Database& database);

// kNotFound, which says how to get one, if there is none.
Result<void> look_for_ledger(const std::string& path);

// For readers, who migrate nothing: kStorage that says what to do when the file is
// of another version.
Result<sqlite::Database> open_ledger_file(const std::string& path);

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
