#include "metrics/ledger_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/ledger_schema.h"
#include "metrics/wal_vfs.h"

namespace weir {
namespace {

constexpr const char* kPragmas =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;";

constexpr std::string_view kReserve =
    "INSERT INTO open_reservations VALUES (?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
    "kind = excluded.kind, permit_id = excluded.permit_id, "
    "bound_nanousd = bound_nanousd + excluded.bound_nanousd";

constexpr std::string_view kSettle =
    "INSERT INTO request_rows VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT (id) DO NOTHING";

constexpr std::string_view kExplain =
    "INSERT INTO explanations VALUES (?,?,?) ON CONFLICT (id) DO NOTHING";

constexpr std::string_view kCount =
    "UPDATE counters SET value = value + CASE name WHEN 'accepted' THEN ? WHEN 'settled' THEN ? "
    "WHEN 'released' THEN ? ELSE 0 END";

// Above what any request can have, and low enough that the sums of a report
// cannot overflow, whatever a provider claims.
constexpr std::int64_t kMaxTokens = 1'000'000'000'000;

// A decision above this is none of the router's.
constexpr std::size_t kMaxDecisionBytes = 65'536;

std::int64_t sane(std::int64_t tokens) { return std::clamp<std::int64_t>(tokens, 0, kMaxTokens); }

// What both can cost together; unpriced when one of them is.
std::optional<NanoUsd> sum(std::optional<NanoUsd> a, std::optional<NanoUsd> b) {
  if (!a || !b) return std::nullopt;
  const std::int64_t room = std::numeric_limits<std::int64_t>::max() - a->value;
  return NanoUsd{a->value + std::min(b->value, room)};
}

// NULL where it says what the id says.
void bind_time(sqlite::Statement& statement, RequestId id, std::int64_t unix_ms) {
  statement.bind(unix_ms == id.unix_ms() ? std::nullopt : std::optional(unix_ms));
}

void bind_unless(bool known, sqlite::Statement& statement, std::string_view text) {
  if (known) {
    statement.bind_null();
  } else {
    statement.bind(text);
  }
}

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
  if (lock_file_ < 0) return Error{ErrorCode::kStorage, "cannot create " + lock_path};
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
  return begin_.run();
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
  reserve_.bind(r.id.value).bind(kind).bind(r.bound).bind(static_cast<std::int64_t>(r.permit_id));
  bind_time(reserve_, r.id, r.unix_ms);
  if (const int code = reserve_.run(); code != SQLITE_OK) return code;
  const auto [entry, is_new] = open_.try_emplace(r.id.value, r.bound);
  undo_.push_back({r.id.value, !is_new, is_new ? std::nullopt : entry->second});
  if (is_new) {
    ++changes_.accepted;
  } else {
    entry->second = sum(entry->second, r.bound);
  }
  return SQLITE_OK;
}

int LedgerStore::add(const LedgerRow& row) {
  std::optional<NanoUsd> bound;
  if (const int code = close_reservation(row, &bound); code != SQLITE_OK) return code;
  std::int64_t kind = 0;
  if (const int code = kinds_.find(row, &kind); code != SQLITE_OK) return code;
  settle_.bind(row.id.value).bind(kind);
  bind_money(row, bound);
  bind_usage(row);
  bind_decision(row);
  const int code = settle_.run();
  const bool is_new = sqlite3_changes(database_.raw()) > 0;
  return code == SQLITE_OK && is_new ? explain(row) : code;
}

int LedgerStore::close_reservation(const LedgerRow& row, std::optional<NanoUsd>* bound) {
  const auto entry = open_.find(row.id.value);
  if (entry == open_.end()) return SQLITE_OK;
  *bound = entry->second;
  undo_.push_back({row.id.value, true, entry->second});
  open_.erase(entry);
  ++(row.cost == NanoUsd{0} ? changes_.released : changes_.settled);
  return close_.bind(row.id.value).run();
}

int LedgerStore::explain(const LedgerRow& row) {
  const bool decided = !row.decision.empty() && row.decision.size() <= kMaxDecisionBytes;
  if (row.features.empty() && !decided) return SQLITE_OK;
  explain_.bind(row.id.value).bind(std::span<const float>(row.features));
  return (decided ? explain_.bind(std::string_view(row.decision)) : explain_.bind_null()).run();
}

void LedgerStore::bind_money(const LedgerRow& row, std::optional<NanoUsd> bound) {
  settle_.bind(row.cost)
      .bind(row.saved)
      .bind(row.baseline_cost)
      .bind(row.local_cost.value)
      .bind(bound);
}

void LedgerStore::bind_usage(const LedgerRow& row) {
  const std::int64_t busy = std::max<std::int64_t>(row.local_busy_us, 0);
  settle_.bind(sane(row.usage.input_tokens))
      .bind(sane(row.usage.cache_read_tokens))
      .bind(sane(row.usage.cache_write_5m_tokens))
      .bind(sane(row.usage.cache_write_1h_tokens))
      .bind(sane(row.usage.output_tokens))
      .bind(sane(row.usage.reasoning_tokens))
      .bind(row.duration_us)
      .bind(row.ttft_us < 0 ? std::nullopt : std::optional(row.ttft_us))
      .bind(busy)
      .bind(std::clamp<std::int64_t>(row.wasted_local_us, 0, busy));
}

void LedgerStore::bind_decision(const LedgerRow& row) {
  settle_.bind(row.score)
      .bind(row.confidence)
      .bind(std::isfinite(row.propensity) ? row.propensity : 0.0)
      .bind(static_cast<std::int64_t>(row.conversation))
      .bind(static_cast<std::int64_t>(row.permit_id));
  bind_time(settle_, row.id, row.unix_ms);
  bind_unless(kind_has_requested_model(row), settle_, row.requested_model);
  bind_unless(row.error_code.empty(), settle_, row.error_code);
}

Result<std::int64_t> LedgerStore::retire(std::int64_t before_ms, std::int64_t limit) {
  return retire_rows(database_, before_ms, limit);
}

}  // namespace weir
