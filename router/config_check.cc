#include "router/config_check.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "cloud_adapters/providers/provider.h"
#include "cloud_adapters/upstream/target.h"
#include "core/http1.h"
#include "core/timestamp.h"

namespace weir {
namespace {

constexpr std::string_view kNameBytes =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

// What can stand in a header, a metric label and "backend/model".
bool is_plain_name(std::string_view name) {
  return name.size() <= 64 && name.find_first_not_of(kNameBytes) == std::string_view::npos;
}

// Model names may have slashes and colons ("org/model:tag"), but nothing a header cannot hold.
bool is_model_name(std::string_view name) {
  return name.size() <= 256 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string element(const char* section, std::size_t index) {
  return std::string(section) + "[" + std::to_string(index) + "]";
}

class Checker {
 public:
  Checker(const Config& config, ConfigFindings& findings) : config_(config), findings_(findings) {}

  void run() {
    check_state_dir();
    check_tls();
    check_listeners();
    for (std::size_t i = 0; i < config_.backends.size(); ++i) check_backend(i);
    check_team_keys();
    for (std::size_t i = 0; i < config_.teams.size(); ++i) check_team(i);
    for (std::size_t i = 0; i < config_.rules.size(); ++i) check_rule(i);
    for (std::size_t i = 0; i < config_.patterns.size(); ++i) check_pattern(i);
    for (std::size_t i = 0; i < config_.limits.size(); ++i) check_limit(i);
    check_local();
    check_routing();
    check_prices();
  }

 private:
  // A folder that is not there yet is made at the start.
  void check_state_dir() {
    std::error_code ignored;
    const std::filesystem::file_status found = std::filesystem::status(config_.state_dir, ignored);
    if (std::filesystem::exists(found) && !std::filesystem::is_directory(found)) {
      findings_.add("state_dir", "is there, but is no folder");
    }
  }

  void check_tls() {
    const TlsConfig& tls = config_.server.tls;
    if (tls.certificate.empty() != tls.key.empty()) {
      findings_.add("server.tls", "needs both certificate and key");
    }
  }

  void check_listeners() {
    const ServerConfig& server = config_.server;
    const auto data = parse_listen(server.listen);
    if (!data) findings_.add("server.listen", "must be ADDRESS:PORT, such as 127.0.0.1:8090");
    if (data && !data->loopback) {
      if (config_.teams.empty()) {
        findings_.add("server.listen", "is beyond loopback, so it needs a [[team]] with keys");
      }
      if (!server.tls.enabled() && !server.allow_plaintext) {
        findings_.add("server.listen",
                      "is beyond loopback: set [server.tls], or allow_plaintext = true behind a "
                      "proxy that ends TLS");
      }
    }
    const auto admin = parse_listen(server.admin_listen);
    if (!admin) {
      findings_.add("server.admin_listen", "must be ADDRESS:PORT, such as 127.0.0.1:9464");
    } else if (!admin->loopback && !server.admin_allow_remote) {
      findings_.add("server.admin_listen",
                    "is beyond loopback and asks for no key: set admin_allow_remote = true if "
                    "that is meant");
    }
    if (data && admin && data->port != 0 && server.listen == server.admin_listen) {
      findings_.add("server.admin_listen", "is the same as listen");
    }
  }

  void check_backend(std::size_t index) {
    const BackendConfig& backend = config_.backends[index];
    const std::string path = element("backend", index);
    if (!is_plain_name(backend.name)) {
      findings_.add(path + ".name", "may have letters, digits, '.', '-' and '_', at most 64");
    }
    if (is_virtual_model(backend.name))
      findings_.add(path + ".name", "is the name of a virtual model");
    for (std::size_t i = 0; i < index; ++i) {
      if (!backend.name.empty() && config_.backends[i].name == backend.name) {
        findings_.add(path + ".name", "is used by another [[backend]]");
      }
    }
    if (backend.base_url.empty()) {
      findings_.add(path + ".base_url",
                    "is required: provider \"" + backend.provider + "\" has no usual one");
    } else {
      const auto target = parse_target(backend.name, backend.base_url, backend.allow_plaintext);
      if (!target) findings_.add(path + ".base_url", target.error().message);
    }
    const Provider* provider = find_provider(backend.provider);
    const bool dated =
        provider != nullptr && provider->target.find("{api_version}") != std::string_view::npos;
    if (dated && (backend.api_version.empty() || !is_plain_name(backend.api_version))) {
      findings_.add(path + ".api_version", "is required for this provider, such as 2024-10-21");
    }
    check_models(backend, path);
  }

  void check_models(const BackendConfig& backend, const std::string& path) {
    std::set<std::string_view> names;
    for (const ModelAlias& model : backend.models) {
      if (!is_model_name(model.name) || !is_model_name(model.upstream)) {
        findings_.add(path + ".models", "a name holds a space or a character that is not ASCII");
      }
      if (is_virtual_model(model.name)) {
        findings_.add(path + ".models", "auto, local and cloud are virtual models");
      }
      if (!names.insert(model.name).second) findings_.add(path + ".models", "names a model twice");
    }
    if (backend.models.empty() && findings_.has(path + ".models")) {
      findings_.add(path + ".models", "needs at least one model");
    }
    if (!backend.default_model.empty() && !backend.models.empty() &&
        !names.contains(backend.default_model)) {
      findings_.add(path + ".default_model", "is not one of models");
    }
  }

  const BackendConfig* backend(std::string_view name) const {
    const auto found = std::find_if(config_.backends.begin(), config_.backends.end(),
                                    [&](const BackendConfig& each) { return each.name == name; });
    return found == config_.backends.end() ? nullptr : &*found;
  }

  void check_team_keys() {
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < config_.teams.size(); ++i) {
      const std::string path = element("team", i) + ".keys";
      const Team& team = config_.teams[i];
      for (const TeamKey& key : team.keys) {
        if (!ids.insert(key.id).second) findings_.add(path, "repeats the key id " + key.id);
      }
    }
  }

  void check_team(std::size_t index) {
    const Team& team = config_.teams[index];
    const std::string path = element("team", index);
    if (!is_plain_name(team.name)) {
      findings_.add(path + ".name", "may have letters, digits, '.', '-' and '_', at most 64");
    }
    for (std::size_t i = 0; i < index; ++i) {
      if (!team.name.empty() && config_.teams[i].name == team.name) {
        findings_.add(path + ".name", "is used by another [[team]]");
      }
    }
    check_persistence(team, path);
    check_body_log(team, path);
    check_redaction(team, path);
    if (team.repair == Repair::kLocal && team.privacy == Privacy::kLocalOnly) {
      findings_.add(path + ".repair", "has no meaning with privacy = \"local_only\"");
    }
    for (const std::string& name : team.backends) {
      if (backend(name) == nullptr) {
        findings_.add(path + ".backends", "names a backend that does not exist");
      }
    }
    for (const std::string& name : team.trusted_sites) {
      const BackendConfig* site = backend(name);
      if (site == nullptr || site->backend_class != BackendClass::kSite) {
        findings_.add(path + ".trusted_sites", "may only name backends of class \"site\"");
      }
    }
  }

  // Prompts that must not leave the process are written to a disk only if somebody said so.
  void check_persistence(const Team& team, const std::string& path) {
    if (team.kv_persist && team.privacy == Privacy::kLocalOnly && !team.kv_persist_local_only) {
      findings_.add(path + ".kv_persist",
                    "would write what team " + team.name +
                        " asks to disk, which is local_only: set kv_persist_local_only = true if "
                        "that is meant");
    }
    if (team.kv_persist_local_only && !team.kv_persist) {
      findings_.add(path + ".kv_persist_local_only", "has no meaning without kv_persist = true");
    }
    if (team.kv_persist && !config_.local.prefix_cache) {
      findings_.add(path + ".kv_persist", "needs prefix_cache of [local]");
    }
  }

  // The same of bodies.
  void check_body_log(const Team& team, const std::string& path) {
    if (team.log_bodies && team.privacy == Privacy::kLocalOnly && !team.log_bodies_local_only) {
      findings_.add(path + ".log_bodies",
                    "would keep what team " + team.name +
                        " asks, which is local_only: set log_bodies_local_only = true if that is "
                        "meant");
    }
    if (team.log_bodies_local_only && !team.log_bodies) {
      findings_.add(path + ".log_bodies_local_only", "has no meaning without log_bodies = true");
    }
  }

  // A pattern that ends in '*' may stand for teams to come.
  bool has_team(std::string_view pattern) const {
    return pattern.ends_with('*') ||
           std::any_of(config_.teams.begin(), config_.teams.end(),
                       [&](const Team& team) { return team.name == pattern; });
  }

  void check_rule(std::size_t index) {
    const Rule& rule = config_.rules[index];
    const std::string path = element("rule", index);
    for (const std::string& name : rule.teams) {
      if (!has_team(name)) findings_.add(path + ".teams", "names a team that does not exist");
    }
    if (!rule.header.empty() && !http1::is_token(header_name(rule.header))) {
      findings_.add(path + ".header", "must be \"name\" or \"name: value\"");
    }
    if (rule.max_body_bytes > 0 && rule.max_body_bytes < rule.min_body_bytes) {
      findings_.add(path + ".max_body_bytes", "is below min_body_bytes");
    }
    if (!rule.prefer.empty() && rule.prefer != "local" && rule.prefer != "cloud" &&
        backend(rule.prefer) == nullptr) {
      findings_.add(path + ".prefer", "must be local, cloud or a backend that exists");
    }
    for (const std::string& word : rule.contains) {
      if (!parse_finding_kind(word) && !has_pattern(word)) {
        findings_.add(path + ".contains",
                      "\"" + word + "\" is neither a kind of finding nor a [[pattern]]");
      }
    }
    check_rule_effect(rule, path);
  }

  bool has_pattern(std::string_view name) const {
    return std::any_of(config_.patterns.begin(), config_.patterns.end(),
                       [&](const PatternConfig& pattern) { return pattern.name == name; });
  }

  void check_pattern(std::size_t index) {
    const PatternConfig& pattern = config_.patterns[index];
    const std::string path = element("pattern", index);
    if (parse_finding_kind(pattern.name)) {
      findings_.add(path + ".name", "is the name of a kind of finding");
    }
    if (pattern.pattern.empty() && pattern.words.empty()) {
      findings_.add(path, "finds nothing: set pattern or words");
    }
    const Result<PrivacyScanner> scanner = PrivacyScanner::create(scanner_options({pattern}));
    if (!scanner) findings_.add(path, scanner.error().message);
  }

  void check_redaction(const Team& team, const std::string& path) {
    for (const std::string& word : team.redact) {
      if (!parse_finding_kind(word)) {
        findings_.add(path + ".redact", "\"" + word + "\" is no kind of finding");
      }
    }
  }

  void check_limit(std::size_t index) {
    const LimitRule& limit = config_.limits[index];
    const std::string path = element("limit", index);
    if (!is_plain_name(limit.name)) {
      findings_.add(path + ".name", "may have letters, digits, '.', '-' and '_', at most 64");
    }
    for (std::size_t i = 0; i < index; ++i) {
      if (!limit.name.empty() && config_.limits[i].name == limit.name) {
        findings_.add(path + ".name", "is used by another [[limit]]");
      }
    }
    for (const std::string& name : limit.teams) {
      if (!has_team(name)) findings_.add(path + ".teams", "names a team that does not exist");
    }
    constexpr std::array<std::string_view, 4> kPer = {"team", "key", "user", "model"};
    for (const std::string& word : limit.per) {
      if (std::find(kPer.begin(), kPer.end(), word) == kPer.end()) {
        findings_.add(path + ".per", "may only hold \"team\", \"key\", \"user\" and \"model\"");
      }
    }
    if (!limit.any()) {
      findings_.add(path, "limits nothing: set a budget, a rate or concurrent_requests");
    }
    check_retention(limit, path);
  }

  // Sums of days know neither keys nor end users.
  void check_retention(const LimitRule& limit, const std::string& path) {
    constexpr std::int64_t kLongestMonth = 31;
    const bool needs_rows = limit.by_user() || !limit.keys.empty() || limit.is_per("key");
    if (limit.monthly_budget && needs_rows && config_.ledger.retention_days <= kLongestMonth) {
      findings_.add(path + ".monthly_budget_usd",
                    "of keys or end users needs retention_days of [ledger] above 31");
    }
  }

  // What an action makes pointless is a mistake of whoever wrote it.
  void check_rule_effect(const Rule& rule, const std::string& path) {
    const bool asks_nobody = rule.action == RuleAction::kDeny;
    const bool stays = rule.action == RuleAction::kLocalOnly;
    if ((asks_nobody || stays) && !rule.prefer.empty() && rule.prefer != "local") {
      findings_.add(path + ".prefer", "cannot be had with this action");
    }
    if ((asks_nobody || stays) && rule.max_cost) {
      findings_.add(path + ".max_cost_usd", "has no meaning with this action");
    }
    if ((asks_nobody || stays) && rule.on_unavailable == OnUnavailable::kCloud) {
      findings_.add(path + ".on_unavailable", "cannot be cloud with this action");
    }
  }

  void check_local() {
    const std::string& name = config_.local.name;
    if (is_virtual_model(name)) findings_.add("local.name", "is the name of a virtual model");
    if (!is_model_name(name)) {
      findings_.add("local.name", "holds a space or a character that is not ASCII");
    }
    std::set<std::string_view> names = {name};
    for (std::size_t i = 0; i < config_.local.models.size(); ++i) {
      check_local_model(config_.local.models[i], element("local.models", i) + ".name", names);
    }
  }

  void check_local_model(const LocalModelConfig& model, const std::string& path,
                         std::set<std::string_view>& names) {
    if (is_virtual_model(model.name)) findings_.add(path, "is the name of a virtual model");
    if (!is_model_name(model.name)) {
      findings_.add(path, "holds a space or a character that is not ASCII");
    }
    if (!model.name.empty() && !names.insert(model.name).second) {
      findings_.add(path, "is used by another local model");
    }
  }

  void check_routing() {
    if (!serves_model(config_, config_.routing.default_model)) {
      findings_.add("routing.default_model", "is no model of [local] or of a [[backend]]");
    }
  }

  void check_prices() {
    std::set<std::string_view> models;
    for (std::size_t i = 0; i < config_.prices.size(); ++i) {
      const PriceConfig& price = config_.prices[i];
      const std::string path = element("price", i);
      if (!price.model.empty() && !models.insert(price.model).second) {
        findings_.add(path + ".model", "is priced by another [[price]]");
      }
      if (!price.as_of.empty() && !day_ms(price.as_of)) {
        findings_.add(path + ".as_of", "must be a day of the calendar, YYYY-MM-DD");
      }
    }
  }

  const Config& config_;
  ConfigFindings& findings_;
};

}  // namespace

bool is_virtual_model(std::string_view name) {
  return name == "auto" || name == "local" || name == "cloud";
}

bool serves_model(const Config& config, std::string_view name) {
  if (is_virtual_model(name) || name == config.local.name) return true;
  for (const LocalModelConfig& model : config.local.models) {
    if (model.name == name) return true;
  }
  for (const BackendConfig& each : config.backends) {
    for (const ModelAlias& model : each.models) {
      if (model.name == name || each.name + "/" + model.name == name) return true;
    }
  }
  return false;
}

void check_config(const Config& config, ConfigFindings& findings) {
  Checker(config, findings).run();
}

}  // namespace weir
