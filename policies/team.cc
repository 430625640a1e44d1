#include "policies/team.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view kBearer = "bearer ";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Error unauthorized(std::string message) {
  return Error{ErrorCode::kUnauthorized, std::move(message), "invalid_api_key"};
}

}  // namespace

std::string_view to_string(Privacy privacy) {
  switch (privacy) {
    case Privacy::kLocalOnly: return "local_only";
    case Privacy::kAny: return "any";
    case Privacy::kRedact: return "redact";
    case Privacy::kDelegate: return "delegate";
  }
  return "local_only";
}

void Credentials::add(std::string_view header_name, std::string_view value) {
  std::string_view key;
  if (equal_ignoring_case(header_name, "authorization")) {
    value = trim(value);
    if (!equal_ignoring_case(value.substr(0, kBearer.size()), kBearer)) {
      other_scheme_ = true;
      return;
    }
    key = trim(value.substr(kBearer.size()));
  } else if (equal_ignoring_case(header_name, "x-api-key") ||
             equal_ignoring_case(header_name, "x-goog-api-key")) {
    key = trim(value);
  }
  if (key.empty()) return;
  if (!key_.empty() && key_ != key) conflicting_ = true;
  if (key_.empty()) key_ = key;
}

Result<Teams> Teams::create(std::vector<Team> teams) {
  Teams result;
  if (teams.empty()) {
    Team anonymous;
    anonymous.name = "default";
    anonymous.privacy = Privacy::kAny;
    teams.push_back(std::move(anonymous));
  }
  std::set<std::string_view> names;
  std::vector<ApiKey> keys;
  for (const Team& team : teams) {
    if (!names.insert(team.name).second) {
      return Error{ErrorCode::kInvalidConfig, "two teams are called " + team.name};
    }
    for (const TeamKey& each : team.keys) {
      ApiKey& key = keys.emplace_back();
      key.id = each.id;
      key.team = team.name;
      key.secrets.push_back({each.sha256, 0});
    }
  }
  Result<KeyRing> ring = KeyRing::create(std::move(keys));
  if (!ring) return ring.error();
  result.configured_ = std::move(*ring);
  result.teams_ = std::move(teams);
  return result;
}

bool Teams::anonymous(const KeyRing& stored) const {
  return teams_.size() == 1 && configured_.empty() && stored.empty();
}

const Team* Teams::find(std::string_view name) const {
  const auto found = std::find_if(teams_.begin(), teams_.end(),
                                  [&](const Team& team) { return team.name == name; });
  return found == teams_.end() ? nullptr : &*found;
}

Result<Identity> Teams::authenticate(const Credentials& credentials, const KeyRing& stored,
                                     std::int64_t unix_ms) const {
  if (anonymous(stored)) return Identity{teams_.data(), nullptr};
  if (credentials.conflicting()) {
    return Error{ErrorCode::kInvalidRequest, "The request carries two different API keys.",
                 "conflicting_credentials"};
  }
  if (credentials.key().empty()) {
    return unauthorized(credentials.other_scheme()
                            ? "The Authorization header must be 'Bearer' and a key."
                            : "No API key was given: send 'Authorization: Bearer KEY'.");
  }
  // An unknown id is hashed and compared too, so that time does not tell whether
  // an id exists.
  const std::string_view id = key_id(credentials.key()).value_or(std::string_view());
  const ApiKey* key = configured_.find(id);
  if (key == nullptr) key = stored.find(id);
  const bool good = opens(key, sha256_of(credentials.key()), unix_ms);
  if (!good) return unauthorized("The API key is not known.");
  if (key->revoked_ms != 0) return unauthorized("The API key was revoked.");
  if (key->expires_ms != 0 && unix_ms >= key->expires_ms) {
    return unauthorized("The API key has expired.");
  }
  const Team* team = find(key->team);
  if (team == nullptr) return unauthorized("The team of the API key is no longer configured.");
  return Identity{team, key};
}

}  // namespace weir
