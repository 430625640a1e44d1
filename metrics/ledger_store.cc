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
    "INSERT INTO reservations VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
    "model = excluded.model, backend = excluded.backend, route = excluded.route, "
    "reason = excluded.reason, permit_id = excluded.permit_id, "
    "bound_nanousd = bound_nanousd + excluded.bound_nanousd";

constexpr std::string_view kSettle =
    "INSERT INTO requests VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
    "?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING";

// Above what any request can have, and low enough that the sums of a report
// cannot overflow, whatever a provider claims.
constexpr std::int64_t kMaxTokens = 1'000'000'000'000;

std::int64_t sane(std::int64_t tokens) { return std::clamp<std::int64_t>(tokens, 0, kMaxTokens); }

// What both can cost together; unpriced when one of them is.
std::optional<NanoUsd> sum(std::optional<NanoUsd> a, std::optional<NanoUsd> b) {
  if (!a || !b) return std::nullopt;
  const std::int64_t room = std::numeric_limits<std::int64_t>::max() - a->value;
  return NanoUsd{a->value + std::min(b->value, room)};
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
  const Result<std::int64_t> last = database_.integer("SELECT max(id) FROM requests");
  if (!last) return last.error();
  last_id_ = *last;
  const std::pair<sqlite::Statement*, std::string_view> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&reserve_, kReserve},
      {&release_, "DELETE FROM reservations WHERE id = ?"},
      {&settle_, kSettle},
      {&count_, "UPDATE counters SET value = value + iif(name = 'accepted', ?, ?)"},
  };
  for (const auto& [statement, sql] : statements) {
    Result<sqlite::Statement> prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

int LedgerStore::begin() {
  undo_.clear();
  accepted_ = closed_ = 0;
  return begin_.run();
}

int LedgerStore::probe() { return count_.bind(std::int64_t{0}).bind(std::int64_t{0}).run(); }

int LedgerStore::commit() {
  if (const int code = count_reservations(); code != SQLITE_OK) return code;
  return commit_.run();
}

int LedgerStore::count_reservations() {
  if (accepted_ == 0 && closed_ == 0) return SQLITE_OK;
  return count_.bind(accepted_).bind(closed_).run();
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
}

int LedgerStore::add(const Reservation& r) {
  const int code = reserve_.bind(r.id.value)
                       .bind(r.unix_ms)
                       .bind(r.team)
                       .bind(r.key_id)
                       .bind(r.requested_model)
                       .bind(r.model)
                       .bind(r.backend)
                       .bind(to_string(r.route))
                       .bind(to_string(r.reason))
                       .bind(to_string(r.dialect))
                       .bind(r.bound)
                       .bind(static_cast<std::int64_t>(r.permit_id))
                       .bind(r.policy_version)
                       .run();
  if (code != SQLITE_OK) return code;
  const auto [entry, is_new] = open_.try_emplace(r.id.value, r.bound);
  undo_.push_back({r.id.value, !is_new, is_new ? std::nullopt : entry->second});
  if (is_new) {
    ++accepted_;
  } else {
    entry->second = sum(entry->second, r.bound);
  }
  return SQLITE_OK;
}

int LedgerStore::add(const LedgerRow& row) {
  std::optional<NanoUsd> bound;
  if (const int code = close_reservation(row.id, &bound); code != SQLITE_OK) return code;
  bind_identity(row);
  bind_outcome(row);
  bind_money(row, bound);
  bind_decision(row);
  return settle_.run();
}

int LedgerStore::close_reservation(RequestId id, std::optional<NanoUsd>* bound) {
  const auto entry = open_.find(id.value);
  if (entry == open_.end()) return SQLITE_OK;
  *bound = entry->second;
  undo_.push_back({id.value, true, entry->second});
  open_.erase(entry);
  ++closed_;
  return release_.bind(id.value).run();
}

void LedgerStore::bind_identity(const LedgerRow& row) {
  settle_.bind(row.id.value).bind(row.unix_ms).bind(row.duration_us);
  if (row.ttft_us < 0) {
    settle_.bind_null();
  } else {
    settle_.bind(row.ttft_us);
  }
  settle_.bind(to_string(row.state))
      .bind(row.team)
      .bind(row.key_id)
      .bind(to_string(row.dialect))
      .bind(row.requested_model)
      .bind(row.model)
      .bind(row.backend);
}

void LedgerStore::bind_outcome(const LedgerRow& row) {
  settle_.bind(to_string(row.route))
      .bind(to_string(row.reason))
      .bind(std::int64_t{row.http_status})
      .bind(row.error_code)
      .bind(std::int64_t{row.stream})
      .bind(to_string(row.finish))
      .bind(sane(row.usage.input_tokens))
      .bind(sane(row.usage.cache_read_tokens))
      .bind(sane(row.usage.cache_write_5m_tokens))
      .bind(sane(row.usage.cache_write_1h_tokens))
      .bind(sane(row.usage.output_tokens))
      .bind(sane(row.usage.reasoning_tokens))
      .bind(std::int64_t{row.usage.estimated});
}

void LedgerStore::bind_money(const LedgerRow& row, std::optional<NanoUsd> bound) {
  settle_.bind(row.cost)
      .bind(row.price_as_of)
      .bind(row.baseline_model)
      .bind(row.baseline_cost)
      .bind(row.saved)
      .bind(row.local_busy_us)
      .bind(row.local_cost.value)
      .bind(bound);
}

void LedgerStore::bind_decision(const LedgerRow& row) {
  settle_.bind(row.score)
      .bind(std::span<const float>(row.features))
      .bind(std::isfinite(row.propensity) ? row.propensity : 0.0)
      .bind(row.policy_version)
      .bind(row.model_hash)
      .bind(static_cast<std::int64_t>(row.conversation))
      .bind(static_cast<std::int64_t>(row.permit_id))
      .bind(std::int64_t{row.attempts})
      .bind(std::int64_t{row.escalated});
}

Result<std::int64_t> LedgerStore::retire(std::int64_t before_ms, std::int64_t limit) {
  return retire_rows(database_, before_ms, limit);
}

}  // namespace weir
