// The ledger file as its one writer sees it: transactions of prepared statements.
//
// Belongs to one thread at a time. Every call answers with SQLITE_OK or SQLite's
// extended error code, because what to do next depends on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/money.h"
#include "core/result.h"
#include "metrics/ledger_kinds.h"
#include "metrics/ledger_pending.h"
#include "metrics/ledger_row.h"
#include "metrics/sqlite.h"

namespace weir {

// Reservations since the file was made, as committed.
struct ReservationCounts {
  std::int64_t accepted = 0;
  std::int64_t settled = 0;
  std::int64_t released = 0;  // closed by a row that cost nothing
};

class LedgerStore {
 public:
  // Takes the lock that keeps a second server out, prepares the schema and
  // settles what a dead process left open.
  static Result<std::unique_ptr<LedgerStore>> open(const std::string& path, const std::string& vfs);
  ~LedgerStore();
  LedgerStore(const LedgerStore&) = delete;
  LedgerStore& operator=(const LedgerStore&) = delete;

  // begin(), add() as often as there is something, write(), commit(). What is added
  // must live until it is written.
  int begin();
  int add(const Reservation& reservation);
  int add(const LedgerRow& row);
  int write();
  // Writes without changing anything: does the disk work?
  int probe();
  int commit();
  // After a failure: as if begin() had not been called.
  void rollback();

  // Removes up to `limit` rows older than `before_ms`; how many went.
  Result<std::int64_t> retire(std::int64_t before_ms, std::int64_t limit);

  std::int64_t last_id() const { return last_id_; }      // when opened
  std::int64_t recovered() const { return recovered_; }  // when opened
  std::size_t open_reservations() const { return open_.size(); }
  const ReservationCounts& counts() const { return counts_; }
  Error error() const { return database_.error(); }

 private:
  LedgerStore() = default;
  Result<void> lock(const std::string& path);
  Result<void> prepare();
  Result<void> read_counts();
  Result<void> prepare_statements();
  std::optional<NanoUsd> close_reservation(const LedgerRow& row);

  int lock_file_ = -1;
  PendingReservations pending_reservations_;
  PendingRows pending_rows_;
  PendingExplanations pending_explanations_;
  sqlite::Database database_;  // reads the three above
  sqlite::Statement begin_, commit_, rollback_, reserve_, close_, settle_, explain_, count_;
  LedgerKinds kinds_;

  // Bounds of the open reservations, so that a local row costs no lookup in the
  // file, and what rollback() must put back.
  struct Change {
    std::int64_t id = 0;
    bool was_open = false;
    std::optional<NanoUsd> bound;
  };
  std::unordered_map<std::int64_t, std::optional<NanoUsd>> open_;
  std::vector<Change> undo_;
  std::vector<std::int64_t> closed_;  // reservations, since begin()
  ReservationCounts counts_;          // committed
  ReservationCounts changes_;         // since begin()
  std::int64_t last_id_ = 0;
  std::int64_t recovered_ = 0;
};

}  // namespace weir
