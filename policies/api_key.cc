#include "policies/api_key.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {
namespace {

constexpr std::array<std::string_view, 3> kScopes = {"chat", "embeddings", "models"};

}  // namespace

std::string_view to_string(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

std::optional<Scope> parse_scope(std::string_view word) {
  const auto found = std::find(kScopes.begin(), kScopes.end(), word);
  if (found == kScopes.end()) return std::nullopt;
  return static_cast<Scope>(found - kScopes.begin());
}

bool ApiKey::allows(Scope scope) const {
  return scopes.empty() || std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

Result<KeyRing> KeyRing::create(std::vector<ApiKey> keys) {
  KeyRing ring;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!ring.by_id_.emplace(keys[i].id, i).second) {
      return Error{ErrorCode::kInvalidConfig, "two keys have the id " + keys[i].id};
    }
  }
  ring.keys_ = std::move(keys);
  return ring;
}

const ApiKey* KeyRing::find(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &keys_[found->second];
}

bool opens(const ApiKey* key, const Sha256& digest, std::int64_t unix_ms) {
  bool found = false;
  for (std::size_t i = 0; i < ApiKey::kMostSecrets; ++i) {
    const bool has = key != nullptr && i < key->secrets.size();
    const KeySecret secret = has ? key->secrets[i] : KeySecret{};
    const bool same = equal_in_constant_time(digest, secret.sha256);
    const bool lives = secret.expires_ms == 0 || unix_ms < secret.expires_ms;
    found = found || (has && same && lives);
  }
  return found;
}

}  // namespace weir
