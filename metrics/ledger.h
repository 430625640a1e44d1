// The ledger: what every request cost, on disk before anybody relies on it.
//
// One SQLite file in WAL mode with synchronous=FULL, one writer thread, group
// commit: whatever is queued when the previous sync ends becomes the next
// transaction. Settled rows are immutable; open reservations stand in a table of
// their own and become rows when they settle.
//
// After kill -9 at any instant: every acknowledged row is there once, and every
// open reservation is a row at its bound, flagged recovered. So recorded spend is
// never less than real spend.
//
// Thread-safe. Completions run on the I/O context that asked, one post per batch
// and context. Close the ledger before the I/O contexts are destroyed.
//
// Failure: an I/O or sync error, or a full disk, puts the ledger into a failed
// state. reserve() then refuses with kStorage, so paid calls stop; settle()
// reports kStorage but keeps the row in bounded memory and the writer tries again
// every `retry_ms`. A full disk heals by itself. After a failed sync reservations
// stay refused until the process restarts, because the system may have dropped
// the pages it could not write (the rule of PostgreSQL since 2018).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/async.h"
#include "core/clock.h"
#include "core/money.h"
#include "core/request_id.h"
#include "core/result.h"
#include "metrics/ledger_row.h"

namespace weir {

// What one commit did. Given to LedgerOptions::on_batch on the writer thread.
struct LedgerBatch {
  std::size_t items = 0;      // reservations and rows
  double commit_seconds = 0;  // COMMIT alone, so mostly the sync
  bool ok = true;
};

struct LedgerOptions {
  std::string path;
  std::size_t queue_capacity = 65'536;  // waiting items, and rows kept while failed
  std::int64_t retention_days = 400;    // 0 = rows are kept for ever
  std::int64_t retry_ms = 1'000;
  std::uint64_t ballast_bytes = 4'194'304;  // given back when the disk fills; 0 = none
  std::function<void(const LedgerBatch&)> on_batch;
  const Clock* clock = &system_clock();  // for retention
  std::string vfs;  // SQLite VFS; empty = the system's. Tests inject faults here
};

enum class LedgerState : std::uint8_t {
  kHealthy,
  kRetrying,    // the disk is full or not writable: paid calls are refused until it is again
  kSyncFailed,  // paid calls are refused until a restart
};
std::string_view to_string(LedgerState state);

struct LedgerStats {
  LedgerState state = LedgerState::kHealthy;
  std::size_t queued = 0;       // items waiting for the writer
  std::size_t kept = 0;         // rows kept in memory because the disk refused them
  std::uint64_t rows = 0;       // settled since open(), durable
  std::uint64_t recovered = 0;  // reservations that open() had to settle
  std::uint64_t passes = 0;     // times the writer woke; about one a batch, else it spins
  std::uint64_t batches = 0;
  std::uint64_t lost_rows = 0;  // refused because all queues were full
  std::string error;            // the last failure; empty while healthy

  // Reservations since the file was made, as of the last commit.
  std::int64_t accepted = 0;
  std::int64_t settled = 0;   // closed by a row that cost something, or recovered
  std::int64_t released = 0;  // closed by a row that cost nothing: nothing was used
  std::int64_t open = 0;      // not closed yet

  // What the books lack; anything but 0 is a fault.
  std::int64_t imbalance() const { return accepted - settled - released - open; }
};

// What was spent since two moments by one key for one end user on one model.
struct SpendSum {
  std::string team;
  std::string key_id;
  std::string end_user;
  std::string model;
  NanoUsd since;   // the earlier moment
  NanoUsd lately;  // the later one
};

class Ledger {
 public:
  // Creates or migrates the file, settles the reservations of a process that
  // died, starts the writer. Blocking. kStorage when the file cannot be used,
  // is newer than this program, or another process serves from it.
  static Result<std::unique_ptr<Ledger>> open(LedgerOptions options);

  // close(). Nothing that was queued is lost while the disk works.
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Completes when the reservation is durable; only then may a paid byte leave.
  // A second reserve() of the same id (another backend is tried) takes the place of the
  // first: its bound is what all attempts can cost together.
  // kOverloaded when the queue is full, kStorage while failed.
  Async<Result<void>> reserve(Reservation reservation);

  // Writes the row of a request and closes its reservation, if it has one.
  // Completes when durable. A second settle() of the same id changes nothing.
  // kStorage: kept and retried. kOverloaded: twice queue_capacity items wait and
  // the row is lost and counted; a reservation then stays open, so that the next
  // start recovers it at its bound.
  Async<Result<void>> settle(LedgerRow row);

  // The greatest id ever given to this ledger: the floor of RequestIdSource.
  RequestId last_id() const;

  // True while paid calls may be made, for /readyz. O(1), no lock.
  bool accepts_reservations() const;

  LedgerStats stats() const;

  // The cost of all requests that came at or after `since_ms`, and at or after `lately_ms`,
  // a later moment; in order of their names: retired ones by whole UTC days and without
  // key and end user, recovered ones at their bound, those without a price at nothing.
  // What is reserved is not in it. To rebuild budgets with. Blocking: reads every row
  // since then.
  Result<std::vector<SpendSum>> spend_since(std::int64_t since_ms, std::int64_t lately_ms) const;

  // Copies a consistent snapshot to a new file while serving. Blocking: not for
  // an I/O thread. kStorage, also when `path` exists.
  Result<void> backup(const std::string& path);

  // Writes what is queued and stops the writer. Later calls are refused with
  // kStorage. Idempotent; call it from no I/O thread that still has work.
  void close();

 private:
  class Writer;
  explicit Ledger(std::unique_ptr<Writer> writer);

  std::unique_ptr<Writer> writer_;
};

// The same for a ledger that any process may be serving from.
Result<void> backup_ledger(const std::string& ledger_path, const std::string& backup_path);

}  // namespace weir
