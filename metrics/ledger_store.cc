#include "metrics/ledger_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>

#include "metrics/ledger_schema.h"
#include "metrics/wal_vfs.h"

namespace weir {
namespace {

constexpr const char* kPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = OFF;";

// What is pending stands in tables, so that one statement writes all of it. SQLite
// needs a WHERE to tell ON CONFLICT from a join; OR FAIL spares it a savepoint, since
// a batch that fails is rolled back as a whole.
constexpr std::string_view kReserve =
    "INSERT INTO open_reservations SELECT * FROM pending_reservations WHERE true "
    "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, permit_id = excluded.permit_id, "
    "bound_nanousd = excluded.bound_nanousd";

constexpr std::string_view kSettle =
    "INSERT OR FAIL INTO request_rows SELECT * FROM pending_rows WHERE true "
    "ON CONFLICT (id) DO NOTHING";

constexpr std::string_view kExplain =
    "INSERT OR FAIL INTO explanations SELECT * FROM pending_explanations WHERE true "
    "ON CONFLICT (id) DO NOTHING";

constexpr std::string_view kCount =
    "UPDATE counters SET value = value + CASE name WHEN 'accepted' THEN ? WHEN 'settled' THEN ? "
    "WHEN 'released' THEN ? ELSE 0 END";

}  // namespace

Result<std::unique_ptr<LedgerStore>> LedgerStore::open(const std::string& path,
                                                       const std::string& vfs) {
  std::unique_ptr<LedgerStore> store(new LedgerStore);
  if (Result<void> locked = store->lock(path); !locked) return locked.error();
  Result<sqlite::Database> database =
      sqlite::Database::open(path, sqlite::Mode::kReadWrite, sqlite::wal_vfs(vfs));
  if (!database) return database.error();
  store->database_ = std::move(*database);
  if (Result<void> ready = store->prepare(); !ready) return ready.error();
  return store;
}

LedgerStore::~LedgerStore() {
  if (lock_file_ >= 0) ::close(lock_file_);
}

Result<void> LedgerStore::lock(const std::string& path) {
  const std::string lock_path = path + ".lock";
  lock_file_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_file_ < 0) {
    const std::error_code why(errno, std::generic_category());
    return Error{ErrorCode::kStorage, "cannot create " + lock_path + ": " + why.message()};
  }
  if (::flock(lock_file_, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kStorage, path + " is in use by another weir"};
  }
  return {};
}

Result<void> LedgerStore::prepare() {
  if (Result<void> done = database_.execute(kPragmas); !done) return done;
  if (Result<void> done = prepare_schema(database_); !done) return done;
  const Result<std::int64_t> recovered = recover_reservations(database_);
  if (!recovered) return recovered.error();
  recovered_ = *recovered;
  const Result<std::int64_t> last = database_.integer("SELECT max(id) FROM request_rows");
  if (!last) return last.error();
  last_id_ = *last;
  if (Result<void> done = read_counts(); !done) return done;
  if (Result<void> done = kinds_.prepare(database_); !done) return done;
  return prepare_statements();
}

Result<void> LedgerStore::prepare_statements() {
  const std::tuple<const char*, int, sqlite::Source*> sources[] = {
      {"pending_reservations", PendingReservations::kColumns, &pending_reservations_},
      {"pending_rows", PendingRows::kColumns, &pending_rows_},
      {"pending_explanations", PendingExplanations::kColumns, &pending_explanations_},
  };
  for (const auto& [name, columns, source] : sources) {
    if (Result<void> done = sqlite::add_source(database_, name, columns, source); !done)
      return done;
  }
  const std::pair<sqlite::Statement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&reserve_, kReserve},
      {&close_, "DELETE FROM open_reservations WHERE id = ?"},
      {&settle_, kSettle},
      {&explain_, kExplain},
      {&count_, kCount},
  };
  for (const auto& [statement, sql] : statements) {
    Result<sqlite::Statement> prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> LedgerStore::read_counts() {
  const std::pair<std::int64_t*, std::string_view> counts[] = {
      {&counts_.accepted, "SELECT value FROM counters WHERE name = 'accepted'"},
      {&counts_.settled, "SELECT value FROM counters WHERE name = 'settled'"},
      {&counts_.released, "SELECT value FROM counters WHERE name = 'released'"},
  };
  for (const auto& [out, sql] : counts) {
    const Result<std::int64_t> value = database_.integer(sql);
    if (!value) return value.error();
    *out = *value;
  }
  return {};
}

int LedgerStore::begin() {
  undo_.clear();
  changes_ = {};
  kinds_.begin();
  pending_reservations_.clear();
  pending_rows_.clear();
  pending_explanations_.clear();
  closed_.clear();
  return begin_.run();
}

int LedgerStore::write() {
  int code = pending_reservations_.empty() ? SQLITE_OK : reserve_.run();
  for (const std::int64_t id : closed_) {
    if (code == SQLITE_OK) code = close_.bind(id).run();
  }
  if (code == SQLITE_OK && !pending_rows_.empty()) code = settle_.run();
  if (code == SQLITE_OK && !pending_explanations_.empty()) code = explain_.run();
  return code;
}

int LedgerStore::probe() {
  return count_.bind(std::int64_t{0}).bind(std::int64_t{0}).bind(std::int64_t{0}).run();
}

int LedgerStore::commit() {
  const auto& [accepted, settled, released] = changes_;
  if (accepted + settled + released > 0) {
    const int code = count_.bind(accepted).bind(settled).bind(released).run();
    if (code != SQLITE_OK) return code;
  }
  const int code = commit_.run();
  if (code != SQLITE_OK) return code;
  counts_.accepted += accepted;
  counts_.settled += settled;
  counts_.released += released;
  return code;
}

void LedgerStore::rollback() {
  // SQLite may have rolled back already; then this fails, which is right.
  rollback_.run();
  std::for_each(undo_.rbegin(), undo_.rend(), [this](const Change& change) {
    if (change.was_open) {
      open_[change.id] = change.bound;
    } else {
      open_.erase(change.id);
    }
  });
  undo_.clear();
  kinds_.rollback();
}

int LedgerStore::add(const Reservation& r) {
  std::int64_t kind = 0;
  if (const int code = kinds_.find(r, &kind); code != SQLITE_OK) return code;
  pending_reservations_.add({&r, kind});
  const auto [entry, is_new] = open_.try_emplace(r.id.value, r.bound);
  undo_.push_back({r.id.value, !is_new, is_new ? std::nullopt : entry->second});
  if (is_new) ++changes_.accepted;
  entry->second = r.bound;
  return SQLITE_OK;
}

int LedgerStore::add(const LedgerRow& row) {
  std::int64_t kind = 0;
  if (const int code = kinds_.find(row, &kind); code != SQLITE_OK) return code;
  pending_rows_.add({&row, kind, close_reservation(row)});
  if (PendingExplanations::needs(row)) pending_explanations_.add(&row);
  return SQLITE_OK;
}

// Its bound, which the row keeps.
std::optional<NanoUsd> LedgerStore::close_reservation(const LedgerRow& row) {
  const auto entry = open_.find(row.id.value);
  if (entry == open_.end()) return std::nullopt;
  const std::optional<NanoUsd> bound = entry->second;
  undo_.push_back({row.id.value, true, bound});
  open_.erase(entry);
  ++(row.cost == NanoUsd{0} ? changes_.released : changes_.settled);
  closed_.push_back(row.id.value);
  return bound;
}

Result<std::int64_t> LedgerStore::retire(std::int64_t before_ms, std::int64_t limit) {
  return retire_rows(database_, before_ms, limit);
}

}  // namespace weir
