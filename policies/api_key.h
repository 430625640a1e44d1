// A key as somebody may use it: whose it is, what it opens, and until when.
//
// Plain values. Keys of the configuration have a team and a secret alone; those of the
// key store (router/key_store.h) have the rest too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "policies/limits.h"
#include "policies/team_key.h"

namespace weir {

// What a request is for.
enum class Scope : std::uint8_t {
  kChat,
  kEmbeddings,
  kModels,  // the lists of models
};
std::string_view to_string(Scope scope);
std::optional<Scope> parse_scope(std::string_view word);

struct KeySecret {
  Sha256 sha256{};
  std::int64_t expires_ms = 0;  // 0 = with the key
};

struct ApiKey {
  // While a key is rotated the old secret lives on beside the new one.
  static constexpr std::size_t kMostSecrets = 2;

  std::string id;
  std::string team;
  std::string name;                // for people
  std::vector<KeySecret> secrets;  // the newest first
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;      // 0 = never
  std::int64_t revoked_ms = 0;      // 0 = it is not
  std::vector<Scope> scopes;        // empty = all
  std::vector<std::string> models;  // of those of its team; empty = all of them
  bool local_only = false;          // whatever its team may do
  Limits limits;

  bool allows(Scope scope) const;
};

// Immutable, so any number of threads may share one.
class KeyRing {
 public:
  KeyRing() = default;
  // Fails with kInvalidConfig when two keys have one id.
  static Result<KeyRing> create(std::vector<ApiKey> keys);

  bool empty() const { return keys_.empty(); }
  const std::vector<ApiKey>& all() const { return keys_; }
  const ApiKey* find(std::string_view id) const;  // revoked ones too

 private:
  std::vector<ApiKey> keys_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

// Whether `digest` is that of a secret of `key` that lives at `unix_ms`. Compares with
// every secret, so that time tells nothing. No key has none.
bool opens(const ApiKey* key, const Sha256& digest, std::int64_t unix_ms);

}  // namespace weir
