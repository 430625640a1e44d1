// What many rows of the ledger have in common, stored once: who asked, what
// answered, why, and how it ended.
//
// A row names its kind by a number. The numbers of recent kinds are in memory; one
// that is not there becomes a new row of `kinds`, so a kind may be there twice.
// Belongs to the ledger's writer.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "metrics/ledger_row.h"
#include "metrics/sqlite.h"

namespace weir {

class LedgerKinds {
 public:
  // Reads the latest kinds of the file.
  Result<void> prepare(const sqlite::Database& database);

  // The kind of a row, and of the row that a reservation becomes when the process
  // dies. SQLITE_OK or an error code. Inside a transaction.
  int find(const LedgerRow& row, std::int64_t* kind);
  int find(const Reservation& reservation, std::int64_t* kind);

  // Around transactions: after a rollback the kinds since begin() are not there.
  void begin() { added_.clear(); }
  void rollback();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  struct Kind;
  int find(const Kind& kind, std::int64_t* number);
  int add(const Kind& kind);

  sqlite::Statement insert_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> known_;
  std::vector<std::string> added_;
  std::string key_;  // kept for its memory
  std::int64_t last_ = 0;
};

// The requested name, where the kind has it: a name that nobody serves is whatever a
// client made up, and stays with its row. Kinds are never deleted.
inline bool kind_has_requested_model(const LedgerRow& row) {
  return !row.model.empty() && !row.unlisted_model;
}

}  // namespace weir
