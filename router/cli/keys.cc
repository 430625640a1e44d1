#include "router/cli/keys.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "core/timestamp.h"
#include "policies/team_key.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/config.h"
#include "router/key_json.h"
#include "router/key_store.h"
#include "router/state_dir.h"

namespace weir::cli {
namespace {

std::string as_json(const NewKeyOptions& options, const NewKey& key) {
  std::string text;
  JsonObject object(&text);
  if (!options.team.empty()) object.string("team", options.team);
  object.string("key", key.printed.reveal());
  object.string("config_line", key.config_line);
  object.close();
  return text;
}

std::string as_text(const NewKeyOptions& options, const NewKey& key) {
  const std::string team = options.team.empty() ? "the team" : "team " + options.team;
  return "The key of " + team + ", which nobody can show again:\n\n  " +
         std::string(key.printed.reveal()) + "\n\nInto the keys of its [[team]]:\n\n  \"" +
         key.config_line + "\"\n";
}

// The configuration and its key store.
struct KeyHouse {
  Config config;
  std::unique_ptr<KeyStore> store;
};

Result<KeyHouse> enter(const KeysOptions& options) {
  Result<Config> config = operator_config(options.config.path);
  if (!config) return config.error();
  const Result<void> made = make_state_dir(config->state_dir);
  if (!made) return made.error();
  Result<std::unique_ptr<KeyStore>> store = KeyStore::open(key_store_path(*config));
  if (!store) return store.error();
  return KeyHouse{std::move(*config), std::move(*store)};
}

std::string actor() { return "weir keys by user " + std::to_string(::getuid()); }

Result<std::optional<NanoUsd>> money(const std::string& text, const char* option) {
  if (text.empty()) return std::optional<NanoUsd>();
  const std::optional<NanoUsd> amount = parse_usd(text);
  if (amount && amount->value >= 0) return amount;
  return Error{ErrorCode::kInvalidRequest,
               std::string(option) + " must be an amount in US dollars"};
}

Result<KeyWish> wish_of(const KeysOptions& options, const Config& config) {
  const bool known = std::any_of(config.teams.begin(), config.teams.end(),
                                 [&](const Team& team) { return team.name == options.team; });
  if (!known) {
    return Error{ErrorCode::kInvalidRequest,
                 "there is no [[team]] " + options.team + " in the configuration"};
  }
  KeyWish wish;
  wish.team = options.team;
  wish.name = options.name;
  wish.expires_in_s = options.expires_in_s;
  wish.models = options.models;
  wish.local_only = options.local_only;
  for (const std::string& word : options.scopes) {
    const std::optional<Scope> scope = parse_scope(word);
    if (!scope) {
      return Error{ErrorCode::kInvalidRequest, "--scope is chat, embeddings or models"};
    }
    wish.scopes.push_back(*scope);
  }
  const auto daily = money(options.daily_budget_usd, "--daily-budget-usd");
  if (!daily) return daily.error();
  const auto monthly = money(options.monthly_budget_usd, "--monthly-budget-usd");
  if (!monthly) return monthly.error();
  wish.limits.daily_budget = *daily;
  wish.limits.monthly_budget = *monthly;
  wish.limits.requests_per_minute = options.requests_per_minute;
  wish.limits.tokens_per_minute = options.tokens_per_minute;
  wish.limits.concurrent_requests = options.concurrent_requests;
  return wish;
}

// With --json as the admin listener says it.
int show_made(KeyHouse& house, const NewKey& made, const KeysOptions& options) {
  const Result<KeyRing> ring = house.store->read();
  if (!ring) return fail(ring.error().message);
  const ApiKey* key = ring->find(key_id(made.printed.reveal()).value_or(std::string_view()));
  if (key == nullptr) return fail("the new key is not there");
  std::cerr << "kept in " << key_store_path(house.config) << '\n';  // weir serve has to read it
  if (options.json) return print(new_key_json(*key, made, system_clock().unix_ms()));
  return print("The key of team " + key->team + ", which nobody can show again:\n\n  " +
               std::string(made.printed.reveal()) + "\n");
}

void append_column(std::string& line, std::string_view text, std::size_t width) {
  line.append(text);
  line.append(text.size() < width ? width - text.size() + 1 : 1, ' ');
}

std::string state_of(const ApiKey& key, std::int64_t now) {
  if (key.revoked_ms != 0) return "revoked " + timestamp_text(key.revoked_ms);
  if (key.expires_ms == 0) return "active";
  return (now < key.expires_ms ? "active until " : "expired ") + timestamp_text(key.expires_ms);
}

std::string as_text(const KeyRing& ring, std::int64_t now) {
  if (ring.empty()) return "no key is stored; those of the configuration are not shown here";
  std::string text = "ID       TEAM             NAME                     STATE\n";
  for (const ApiKey& key : ring.all()) {
    append_column(text, key.id, 8);
    append_column(text, key.team, 16);
    append_column(text, for_terminal(key.name), 24);
    text.append(state_of(key, now)).append(1, '\n');
  }
  return text;
}

std::string as_text(const std::vector<KeyAudit>& lines) {
  if (lines.empty()) return "nothing was done with stored keys yet";
  std::string text;
  for (const KeyAudit& line : lines) {
    append_column(text, timestamp_text(line.unix_ms), 24);
    append_column(text, line.action, 7);
    append_column(text, line.key_id, 8);
    append_column(text, for_terminal(line.actor), 32);
    text.append(for_terminal(line.detail)).append(1, '\n');
  }
  return text;
}

}  // namespace

int new_key(const NewKeyOptions& options) {
  std::array<std::uint8_t, kKeyRandomBytes> random{};
  if (::getentropy(random.data(), random.size()) != 0) return fail("no random bytes to be had");
  const NewKey key = make_key(random);
  return print(options.json ? as_json(options, key) : as_text(options, key));
}

int keys_create(const KeysOptions& options) {
  Result<KeyHouse> house = enter(options);
  if (!house) return fail(house.error().message);
  const Result<KeyWish> wish = wish_of(options, house->config);
  if (!wish) return fail(wish.error().message, kWrongArguments);
  const Result<NewKey> made = house->store->create(*wish, actor());
  return made ? show_made(*house, *made, options) : fail(made.error().message);
}

int keys_list(const KeysOptions& options) {
  const Result<KeyHouse> house = enter(options);
  if (!house) return fail(house.error().message);
  const Result<KeyRing> ring = house->store->read();
  if (!ring) return fail(ring.error().message);
  const std::int64_t now = system_clock().unix_ms();
  return print(options.json ? to_json(*ring, now) : as_text(*ring, now));
}

int keys_rotate(const KeysOptions& options) {
  Result<KeyHouse> house = enter(options);
  if (!house) return fail(house.error().message);
  const Result<NewKey> made = house->store->rotate(options.id, options.grace_s, actor());
  return made ? show_made(*house, *made, options) : fail(made.error().message);
}

int keys_revoke(const KeysOptions& options) {
  const Result<KeyHouse> house = enter(options);
  if (!house) return fail(house.error().message);
  const Result<void> revoked = house->store->revoke(options.id, actor());
  return revoked ? print("revoked " + options.id) : fail(revoked.error().message);
}

int keys_audit(const KeysOptions& options) {
  constexpr std::int64_t kMostLines = 1'000;
  const Result<KeyHouse> house = enter(options);
  if (!house) return fail(house.error().message);
  const Result<std::vector<KeyAudit>> lines = house->store->audit(kMostLines);
  if (!lines) return fail(lines.error().message);
  return print(options.json ? to_json(*lines) : as_text(*lines));
}

}  // namespace weir::cli
