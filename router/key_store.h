// The keys that are made, rotated and revoked while weir runs, in a file of their own:
// an SQLite database in state_dir that only its owner may read. Of a secret it holds the
// SHA-256 alone.
//
// Every change is durable, with a line of who did what in the same transaction, before
// the call returns. Nothing is ever deleted: a revoked key stays, revoked. Several
// processes may have the file open; version() tells when another one has changed it.
//
// Thread-safe. All calls block for as long as a disk takes to sync.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "metrics/sqlite.h"
#include "policies/api_key.h"

namespace weir {

// A key that somebody wants.
struct KeyWish {
  std::string team;
  std::string name;               // for people; may be empty
  std::int64_t expires_in_s = 0;  // 0 = never
  std::vector<Scope> scopes;      // empty = all
  std::vector<std::string> models;
  bool local_only = false;
  Limits limits;
};

struct KeyAudit {
  std::int64_t number = 0;  // rises by one
  std::int64_t unix_ms = 0;
  std::string actor;   // "admin api from 127.0.0.1", "weir keys by user 1000"
  std::string action;  // create, rotate or revoke
  std::string key_id;
  std::string detail;  // what was asked for, as JSON, without a secret
};

struct Config;

// The file of the store: state_dir/keys.db.
std::string key_store_path(const Config& config);

class KeyStore {
 public:
  static constexpr std::int64_t kUsualGraceSeconds = 86'400;

  // Makes the file, or opens it. kStorage when it cannot be used or is of a newer weir.
  static Result<std::unique_ptr<KeyStore>> open(const std::string& path,
                                                const Clock& clock = system_clock());

  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;

  // The whole key, which nobody can show again. The caller has looked at the team.
  Result<NewKey> create(const KeyWish& wish, std::string_view actor);

  // A second secret of the key. The one so far lives on for `grace_s` seconds, and one
  // that was replaced before ends now. kNotFound, or kForbidden for a revoked key.
  Result<NewKey> rotate(std::string_view id, std::int64_t grace_s, std::string_view actor);

  // At once and for good; again changes nothing. kNotFound.
  Result<void> revoke(std::string_view id, std::string_view actor);

  // All keys, in the order of their making.
  Result<KeyRing> read();

  // The newest first.
  Result<std::vector<KeyAudit>> audit(std::int64_t most);

  // Another number once another connection has changed the file.
  Result<std::int64_t> version();

 private:
  KeyStore(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  Result<void> prepare();
  Result<std::vector<ApiKey>> read_keys();
  Result<ApiKey> find(std::string_view id);
  Result<void> add_secret(const NewKey& key, std::int64_t now);
  Result<void> note(std::string_view actor, std::string_view action, std::string_view id,
                    std::string_view detail, std::int64_t now);
  // Runs `steps` between BEGIN IMMEDIATE and COMMIT, or leaves no trace.
  template <class Steps>
  auto in_transaction(Steps steps) -> decltype(steps());

  std::mutex mutex_;
  sqlite::Database database_;
  const Clock& clock_;
};

}  // namespace weir
