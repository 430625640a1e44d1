#include "router/key_store.h"

#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

#include "core/hex.h"
#include "router/config.h"
#include "router/key_json.h"

namespace weir {
namespace {

constexpr std::int64_t kSchemaVersion = 1;
constexpr std::int64_t kMsPerSecond = 1'000;

constexpr const char* kSchema = R"sql(
CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  team TEXT NOT NULL,
  name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,          -- 0 = never
  revoked_ms INTEGER NOT NULL,          -- 0 = it is not
  scopes TEXT NOT NULL,                 -- JSON array; empty = all
  models TEXT NOT NULL,                 -- JSON array; empty = those of the team
  local_only INTEGER NOT NULL,
  daily_budget_nanousd INTEGER,         -- NULL: no limit
  monthly_budget_nanousd INTEGER,
  requests_per_minute INTEGER NOT NULL, -- 0 = no limit
  tokens_per_minute INTEGER NOT NULL,
  concurrent_requests INTEGER NOT NULL
) STRICT;
CREATE TABLE secrets (
  key_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,                 -- of the whole key as it was printed
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL           -- 0 = with the key
) STRICT;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  unix_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  key_id TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
PRAGMA user_version = 1;
)sql";

Result<std::array<std::uint8_t, kKeyRandomBytes>> random_bytes() {
  std::array<std::uint8_t, kKeyRandomBytes> random{};
  if (::getentropy(random.data(), random.size()) == 0) return random;
  return Error{ErrorCode::kInternal, "the system gives no random bytes"};
}

Error no_such_key(std::string_view id) {
  return {ErrorCode::kNotFound, "there is no stored key " + std::string(id), "key_not_found"};
}

std::string_view sha256_of_line(const NewKey& key) {
  return std::string_view(key.config_line).substr(key.config_line.rfind(':') + 1);
}

std::string_view id_of_line(const NewKey& key) {
  return std::string_view(key.config_line).substr(0, key.config_line.find(':'));
}

std::optional<NanoUsd> money(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return NanoUsd{row.integer(column)};
}

Result<ApiKey> key_of(const sqlite::Statement& row) {
  Result<std::vector<Scope>> scopes = scopes_of_json(row.text(6));
  Result<std::vector<std::string>> models = names_of_json(row.text(7));
  if (!scopes || !models) {
    return Error{ErrorCode::kStorage,
                 "the stored key " + std::string(row.text(0)) + ": " +
                     (scopes ? models.error().message : scopes.error().message)};
  }
  ApiKey key;
  key.id = row.text(0);
  key.team = row.text(1);
  key.name = row.text(2);
  key.created_ms = row.integer(3);
  key.expires_ms = row.integer(4);
  key.revoked_ms = row.integer(5);
  key.scopes = std::move(*scopes);
  key.models = std::move(*models);
  key.local_only = row.integer(8) != 0;
  key.limits.daily_budget = money(row, 9);
  key.limits.monthly_budget = money(row, 10);
  key.limits.requests_per_minute = row.integer(11);
  key.limits.tokens_per_minute = row.integer(12);
  key.limits.concurrent_requests = row.integer(13);
  return key;
}

}  // namespace

std::string key_store_path(const Config& config) { return config.state_dir + "/keys.db"; }

template <class Steps>
auto KeyStore::in_transaction(Steps steps) -> decltype(steps()) {
  if (Result<void> begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  decltype(steps()) result = steps();
  if (result) {
    if (Result<void> committed = database_.execute("COMMIT"); committed) return result;
  }
  Error error = result ? database_.error() : result.error();
  static_cast<void>(database_.execute("ROLLBACK"));
  return error;
}

Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::string& path, const Clock& clock) {
  Result<sqlite::Database> database = sqlite::Database::open(path, sqlite::Mode::kReadWrite);
  if (!database) return database.error();
  std::unique_ptr<KeyStore> store(new KeyStore(std::move(*database), clock));
  if (Result<void> prepared = store->prepare(); !prepared) return prepared.error();
  return store;
}

// A rollback journal and no WAL: a file that is seldom written needs no second and third
// one beside it.
Result<void> KeyStore::prepare() {
  if (Result<void> set = database_.execute("PRAGMA synchronous = FULL"); !set) return set;
  return in_transaction([&]() -> Result<void> {
    const Result<std::int64_t> version = database_.integer("PRAGMA user_version");
    if (!version) return version.error();
    if (*version == kSchemaVersion) return {};
    if (*version == 0) return database_.execute(kSchema);
    return Error{ErrorCode::kStorage, "the key store has schema " + std::to_string(*version) +
                                          ", newer than this program knows"};
  });
}

Result<void> KeyStore::note(std::string_view actor, std::string_view action, std::string_view id,
                            std::string_view detail, std::int64_t now) {
  Result<sqlite::Statement> statement =
      database_.prepare("INSERT INTO audit VALUES (NULL, ?, ?, ?, ?, ?)");
  if (!statement) return statement.error();
  statement->bind(now).bind(actor).bind(action).bind(id).bind(detail);
  if (statement->run() != SQLITE_OK) return database_.error();
  return {};
}

Result<void> KeyStore::add_secret(const NewKey& key, std::int64_t now) {
  Result<sqlite::Statement> statement =
      database_.prepare("INSERT INTO secrets VALUES (?, ?, ?, 0)");
  if (!statement) return statement.error();
  statement->bind(id_of_line(key)).bind(sha256_of_line(key)).bind(now);
  if (statement->run() != SQLITE_OK) return database_.error();
  return {};
}

Result<NewKey> KeyStore::create(const KeyWish& wish, std::string_view actor) {
  const auto random = random_bytes();
  if (!random) return random.error();
  NewKey key = make_key(*random);
  const std::int64_t now = clock_.unix_ms();
  const std::int64_t expires = wish.expires_in_s == 0 ? 0 : now + wish.expires_in_s * kMsPerSecond;
  const std::string scopes = to_json(wish.scopes);
  const std::string models = to_json(wish.models);
  const std::string detail = to_json(wish);
  const std::lock_guard lock(mutex_);
  const Result<void> stored = in_transaction([&]() -> Result<void> {
    Result<sqlite::Statement> statement =
        database_.prepare("INSERT INTO keys VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    statement->bind(id_of_line(key)).bind(std::string_view(wish.team));
    statement->bind(std::string_view(wish.name)).bind(now).bind(expires);
    statement->bind(std::string_view(scopes)).bind(std::string_view(models));
    statement->bind(std::int64_t{wish.local_only}).bind(wish.limits.daily_budget);
    statement->bind(wish.limits.monthly_budget).bind(wish.limits.requests_per_minute);
    statement->bind(wish.limits.tokens_per_minute).bind(wish.limits.concurrent_requests);
    if (statement->run() != SQLITE_OK) return database_.error();
    if (Result<void> added = add_secret(key, now); !added) return added;
    return note(actor, "create", id_of_line(key), detail, now);
  });
  if (!stored) return stored.error();
  return key;
}

Result<NewKey> KeyStore::rotate(std::string_view id, std::int64_t grace_s, std::string_view actor) {
  const auto random = random_bytes();
  if (!random) return random.error();
  NewKey next = make_key(*random, id);
  const std::int64_t now = clock_.unix_ms();
  const std::string detail = "{\"grace_s\":" + std::to_string(grace_s) + "}";
  const std::lock_guard lock(mutex_);
  const Result<void> stored = in_transaction([&]() -> Result<void> {
    const Result<ApiKey> key = find(id);
    if (!key) return key.error();
    if (key->revoked_ms != 0) {
      return Error{ErrorCode::kForbidden, "the key is revoked: make a new one", "key_revoked"};
    }
    // What an earlier rotation left dies now, so that there are never three.
    Result<sqlite::Statement> ended =
        database_.prepare("DELETE FROM secrets WHERE key_id = ? AND expires_ms != 0");
    if (!ended) return ended.error();
    if (ended->bind(id).run() != SQLITE_OK) return database_.error();
    Result<sqlite::Statement> dated =
        database_.prepare("UPDATE secrets SET expires_ms = ? WHERE key_id = ?");
    if (!dated) return dated.error();
    const std::int64_t until = now + grace_s * kMsPerSecond;
    if (dated->bind(until).bind(id).run() != SQLITE_OK) return database_.error();
    if (Result<void> added = add_secret(next, now); !added) return added;
    return note(actor, "rotate", id, detail, now);
  });
  if (!stored) return stored.error();
  return next;
}

Result<void> KeyStore::revoke(std::string_view id, std::string_view actor) {
  const std::int64_t now = clock_.unix_ms();
  const std::lock_guard lock(mutex_);
  return in_transaction([&]() -> Result<void> {
    const Result<ApiKey> key = find(id);
    if (!key) return key.error();
    if (key->revoked_ms != 0) return {};
    Result<sqlite::Statement> statement =
        database_.prepare("UPDATE keys SET revoked_ms = ? WHERE id = ?");
    if (!statement) return statement.error();
    if (statement->bind(now).bind(id).run() != SQLITE_OK) return database_.error();
    return note(actor, "revoke", id, "{}", now);
  });
}

Result<ApiKey> KeyStore::find(std::string_view id) {
  Result<sqlite::Statement> statement = database_.prepare("SELECT * FROM keys WHERE id = ?");
  if (!statement) return statement.error();
  const int code = statement->bind(id).step();
  if (code == SQLITE_ROW) return key_of(*statement);
  if (code != SQLITE_DONE) return database_.error();
  return no_such_key(id);
}

Result<std::vector<ApiKey>> KeyStore::read_keys() {
  Result<sqlite::Statement> rows = database_.prepare("SELECT * FROM keys ORDER BY rowid");
  if (!rows) return rows.error();
  Result<sqlite::Statement> secrets = database_.prepare(
      "SELECT sha256, expires_ms FROM secrets WHERE key_id = ? ORDER BY rowid DESC");
  if (!secrets) return secrets.error();
  std::vector<ApiKey> keys;
  int code = rows->step();
  for (; code == SQLITE_ROW; code = rows->step()) {
    Result<ApiKey> made = key_of(*rows);
    if (!made) return made.error();
    ApiKey& key = keys.emplace_back(std::move(*made));
    secrets->bind(std::string_view(key.id));
    while (secrets->step() == SQLITE_ROW) {
      KeySecret& secret = key.secrets.emplace_back();
      secret.expires_ms = secrets->integer(1);
      if (!from_hex(secrets->text(0), std::as_writable_bytes(std::span(secret.sha256)))) {
        return Error{ErrorCode::kStorage, "the key store holds a digest that is none"};
      }
    }
    secrets->reset();
  }
  if (code != SQLITE_DONE) return database_.error();
  return keys;
}

Result<KeyRing> KeyStore::read() {
  const std::lock_guard lock(mutex_);
  Result<std::vector<ApiKey>> keys =
      in_transaction([&]() -> Result<std::vector<ApiKey>> { return read_keys(); });
  if (!keys) return keys.error();
  return KeyRing::create(std::move(*keys));
}

Result<std::vector<KeyAudit>> KeyStore::audit(std::int64_t most) {
  const std::lock_guard lock(mutex_);
  Result<sqlite::Statement> statement =
      database_.prepare("SELECT * FROM audit ORDER BY number DESC LIMIT ?");
  if (!statement) return statement.error();
  std::vector<KeyAudit> lines;
  int code = statement->bind(most).step();
  for (; code == SQLITE_ROW; code = statement->step()) {
    lines.push_back({statement->integer(0), statement->integer(1), std::string(statement->text(2)),
                     std::string(statement->text(3)), std::string(statement->text(4)),
                     std::string(statement->text(5))});
  }
  if (code != SQLITE_DONE) return database_.error();
  return lines;
}

Result<std::int64_t> KeyStore::version() {
  const std::lock_guard lock(mutex_);
  return database_.integer("PRAGMA data_version");
}

}  // namespace weir
