#include "router/key_json.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "core/timestamp.h"

namespace weir {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLongestName = 128;
constexpr std::int64_t kMostSeconds = 10LL * 366 * 86'400;
constexpr std::int64_t kMostRate = 1'000'000'000'000;

Error wrong(std::string_view member, std::string_view what) {
  std::string text = "'";
  text.append(member).append("' ").append(what);
  return {ErrorCode::kInvalidRequest, std::move(text), "invalid_key_request", std::string(member)};
}

std::string dumped(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json time_or_null(std::int64_t unix_ms) {
  return unix_ms == 0 ? ordered_json(nullptr) : ordered_json(timestamp_text(unix_ms));
}

// Fills a KeyWish member by member.
class WishReader {
 public:
  Result<KeyWish> read(const ordered_json& body) {
    if (!body.is_object()) return wrong("body", "must be a JSON object");
    for (const auto& [name, value] : body.items()) {
      if (!take(name, value)) return *error_;
    }
    if (wish_.team.empty()) return wrong("team", "is required");
    return std::move(wish_);
  }

 private:
  bool take(const std::string& name, const ordered_json& value) {
    if (name == "team") return text(name, value, &wish_.team);
    if (name == "name") return text(name, value, &wish_.name);
    if (name == "expires_in_s") return number(name, value, kMostSeconds, &wish_.expires_in_s);
    if (name == "scopes") return scopes(name, value);
    if (name == "models") return names(name, value, &wish_.models);
    if (name == "privacy") return privacy(name, value);
    if (name == "daily_budget_usd") return money(name, value, &wish_.limits.daily_budget);
    if (name == "monthly_budget_usd") return money(name, value, &wish_.limits.monthly_budget);
    Limits& limits = wish_.limits;
    if (name == "requests_per_minute") {
      return number(name, value, kMostRate, &limits.requests_per_minute);
    }
    if (name == "tokens_per_minute") {
      return number(name, value, kMostRate, &limits.tokens_per_minute);
    }
    if (name == "concurrent_requests") {
      return number(name, value, kMostRate, &limits.concurrent_requests);
    }
    return fail(name, "is not known here");
  }

  bool fail(std::string_view name, std::string_view what) {
    error_ = wrong(name, what);
    return false;
  }

  bool text(std::string_view name, const ordered_json& value, std::string* out) {
    if (!value.is_string()) return fail(name, "must be a string");
    *out = value.get<std::string>();
    return out->size() <= kLongestName || fail(name, "is longer than 128 bytes");
  }

  bool number(std::string_view name, const ordered_json& value, std::int64_t most,
              std::int64_t* out) {
    const bool is_whole = value.is_number_integer();
    *out = is_whole ? value.get<std::int64_t>() : -1;
    return (*out >= 0 && *out <= most) || fail(name, "must be a whole number, not negative");
  }

  bool money(std::string_view name, const ordered_json& value, std::optional<NanoUsd>* out) {
    if (value.is_string()) *out = parse_usd(value.get<std::string>());
    if (value.is_number()) *out = parse_usd(value.dump());
    const bool good = out->has_value() && (*out)->value >= 0;
    return good || fail(name, "must be an amount in US dollars, best as a string such as \"5.00\"");
  }

  bool names(std::string_view name, const ordered_json& value, std::vector<std::string>* out) {
    if (!value.is_array()) return fail(name, "must be a list of strings");
    for (const ordered_json& item : value) {
      if (!item.is_string()) return fail(name, "must be a list of strings");
      out->push_back(item.get<std::string>());
    }
    return true;
  }

  bool scopes(std::string_view name, const ordered_json& value) {
    std::vector<std::string> words;
    if (!names(name, value, &words)) return false;
    for (const std::string& word : words) {
      const std::optional<Scope> scope = parse_scope(word);
      if (!scope) return fail(name, "may hold \"chat\", \"embeddings\" and \"models\"");
      wish_.scopes.push_back(*scope);
    }
    return true;
  }

  bool privacy(std::string_view name, const ordered_json& value) {
    if (value == "local_only") {
      wish_.local_only = true;
    } else if (value != "any") {
      return fail(name, "must be \"local_only\", or \"any\" for what its team may do");
    }
    return true;
  }

  KeyWish wish_;
  std::optional<Error> error_;
};

Result<ordered_json> parsed(std::string_view body) {
  ordered_json json = ordered_json::parse(body, nullptr, false);
  if (json.is_discarded()) return wrong("body", "is not JSON");
  return json;
}

ordered_json json_of(const Limits& limits) {
  ordered_json out = ordered_json::object();
  if (limits.daily_budget) out["daily_budget_usd"] = to_usd_string(*limits.daily_budget);
  if (limits.monthly_budget) out["monthly_budget_usd"] = to_usd_string(*limits.monthly_budget);
  const auto add = [&](const char* name, std::int64_t value) {
    if (value > 0) out[name] = value;
  };
  add("requests_per_minute", limits.requests_per_minute);
  add("tokens_per_minute", limits.tokens_per_minute);
  add("concurrent_requests", limits.concurrent_requests);
  return out;
}

ordered_json json_of(const std::vector<Scope>& scopes) {
  ordered_json out = ordered_json::array();
  for (const Scope scope : scopes) out.push_back(std::string(to_string(scope)));
  return out;
}

const char* state_of(const ApiKey& key, std::int64_t unix_ms) {
  if (key.revoked_ms != 0) return "revoked";
  return key.expires_ms != 0 && unix_ms >= key.expires_ms ? "expired" : "active";
}

ordered_json json_of(const ApiKey& key, std::int64_t unix_ms) {
  ordered_json out;
  out["id"] = key.id;
  out["team"] = key.team;
  out["name"] = key.name;
  out["state"] = state_of(key, unix_ms);
  out["created_at"] = time_or_null(key.created_ms);
  out["expires_at"] = time_or_null(key.expires_ms);
  out["revoked_at"] = time_or_null(key.revoked_ms);
  out["scopes"] = json_of(key.scopes);
  out["models"] = key.models;
  out["privacy"] = key.local_only ? "local_only" : "any";
  out["limits"] = json_of(key.limits);
  ordered_json secrets = ordered_json::array();
  for (const KeySecret& secret : key.secrets) {
    const bool lives = secret.expires_ms == 0 || unix_ms < secret.expires_ms;
    if (lives) secrets.push_back({{"expires_at", time_or_null(secret.expires_ms)}});
  }
  out["secrets"] = std::move(secrets);
  return out;
}

}  // namespace

Result<KeyWish> parse_key_wish(std::string_view body) {
  const Result<ordered_json> json = parsed(body);
  if (!json) return json.error();
  return WishReader().read(*json);
}

Result<std::int64_t> parse_grace(std::string_view body) {
  if (body.empty()) return KeyStore::kUsualGraceSeconds;
  const Result<ordered_json> json = parsed(body);
  if (!json) return json.error();
  if (!json->is_object()) return wrong("body", "must be a JSON object");
  std::int64_t grace = KeyStore::kUsualGraceSeconds;
  for (const auto& [name, value] : json->items()) {
    if (name != "grace_s") return wrong(name, "is not known here");
    grace = value.is_number_integer() ? value.get<std::int64_t>() : -1;
  }
  if (grace < 0 || grace > kMostSeconds) {
    return wrong("grace_s", "must be a whole number of seconds, not negative");
  }
  return grace;
}

std::string to_json(const ApiKey& key, std::int64_t unix_ms) {
  return dumped(json_of(key, unix_ms));
}

std::string to_json(const KeyRing& ring, std::int64_t unix_ms) {
  ordered_json keys = ordered_json::array();
  for (const ApiKey& key : ring.all()) keys.push_back(json_of(key, unix_ms));
  return dumped({{"keys", std::move(keys)}});
}

std::string to_json(const std::vector<KeyAudit>& lines) {
  ordered_json out = ordered_json::array();
  for (const KeyAudit& line : lines) {
    const ordered_json detail = ordered_json::parse(line.detail, nullptr, false);
    out.push_back({{"number", line.number},
                   {"time", timestamp_text(line.unix_ms)},
                   {"actor", line.actor},
                   {"action", line.action},
                   {"key", line.key_id},
                   {"detail", detail.is_discarded() ? ordered_json(line.detail) : detail}});
  }
  return dumped({{"audit", std::move(out)}});
}

std::string new_key_json(const ApiKey& key, const NewKey& made, std::int64_t unix_ms) {
  ordered_json out = json_of(key, unix_ms);
  out["key"] = std::string(made.printed.reveal());
  return dumped(out);
}

std::string to_json(const KeyWish& wish) {
  ordered_json out = json_of(wish.limits);
  out["team"] = wish.team;
  if (!wish.name.empty()) out["name"] = wish.name;
  if (wish.expires_in_s > 0) out["expires_in_s"] = wish.expires_in_s;
  if (!wish.scopes.empty()) out["scopes"] = json_of(wish.scopes);
  if (!wish.models.empty()) out["models"] = wish.models;
  if (wish.local_only) out["privacy"] = "local_only";
  return dumped(out);
}

std::string to_json(const std::vector<Scope>& scopes) { return dumped(json_of(scopes)); }

std::string to_json(const std::vector<std::string>& names) { return dumped(ordered_json(names)); }

Result<std::vector<std::string>> names_of_json(std::string_view text) {
  const ordered_json json = ordered_json::parse(text, nullptr, false);
  const bool strings =
      json.is_array() &&
      std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_string(); });
  if (!strings) return Error{ErrorCode::kStorage, "a list of names is none"};
  return json.get<std::vector<std::string>>();
}

Result<std::vector<Scope>> scopes_of_json(std::string_view text) {
  const Result<std::vector<std::string>> words = names_of_json(text);
  if (!words) return words.error();
  std::vector<Scope> scopes;
  scopes.reserve(words->size());
  for (const std::string& word : *words) {
    const std::optional<Scope> scope = parse_scope(word);
    if (!scope) return Error{ErrorCode::kStorage, "the scope '" + word + "' is not known"};
    scopes.push_back(*scope);
  }
  return scopes;
}

}  // namespace weir
