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
  return privacy == Privacy::kAny ? "any" : "local_only";
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
  for (std::size_t i = 0; i < teams.size(); ++i) {
    if (!names.insert(teams[i].name).second) {
      return Error{ErrorCode::kInvalidConfig, "two teams are called " + teams[i].name};
    }
    for (const TeamKey& key : teams[i].keys) {
      if (!result.by_key_id_.emplace(key.id, Entry{i, key.sha256}).second) {
        return Error{ErrorCode::kInvalidConfig, "two keys have the id " + key.id};
      }
    }
  }
  result.teams_ = std::move(teams);
  return result;
}

Result<const Team*> Teams::authenticate(const Credentials& credentials) const {
  if (anonymous()) return teams_.data();
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
  const std::optional<std::string_view> id = key_id(credentials.key());
  const auto entry = by_key_id_.find(std::string(id.value_or("")));
  const Sha256 expected = entry == by_key_id_.end() ? Sha256{} : entry->second.sha256;
  const bool same = equal_in_constant_time(sha256_of(credentials.key()), expected);
  if (entry == by_key_id_.end() || !same) return unauthorized("The API key is not known.");
  return &teams_[entry->second.team];
}

}  // namespace weir
