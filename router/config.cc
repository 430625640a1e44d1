#include "router/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "cloud_adapters/providers/provider.h"
#include "local_backend/mini/embedded_model.h"
#include "policies/name_patterns.h"
#include "router/config_check.h"
#include "router/config_findings.h"
#include "router/config_reader.h"
#include "router/config_secret.h"
#include "router/environment_backends.h"
#include "router/mini_defaults.h"

namespace weir {
namespace {

constexpr std::uint64_t kMaxConfigBytes = 4'194'304;

bool is_address(const std::string& host) {
  in6_addr bytes{};
  return inet_pton(AF_INET, host.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

std::string variable(const EnvLookup& environment, const std::string& name) {
  return environment(name).value_or("");
}

std::string default_state_dir(const EnvLookup& environment) {
  // systemd lists several directories with colons between them.
  const std::string service = variable(environment, "STATE_DIRECTORY");
  if (!service.empty()) return service.substr(0, service.find(':'));
  const std::string state_home = variable(environment, "XDG_STATE_HOME");
  if (state_home.starts_with('/')) return state_home + "/weir";
  const std::string home = variable(environment, "HOME");
  return home.empty() ? "/var/lib/weir" : home + "/.local/state/weir";
}

std::string file_stem(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".gguf")) name.resize(name.size() - 5);
  return name;
}

// Without any the one inside the program answers.
void choose_local_model(Config& config) {
  std::string& model = config.local.model;
  if (model == kNoModel) {
    model.clear();
  } else if (model.empty() && config.local.models.empty() && !embedded_model().empty()) {
    model = kEmbeddedModel;
  }
  QuestionForm& question = config.delegation.question;
  if (question == QuestionForm::kAuto) {
    question = model == kEmbeddedModel ? QuestionForm::kSelected : QuestionForm::kWritten;
  }
  if (model != kEmbeddedModel) return;
  config.local.asked_first = true;
  config.local.declines = kMiniDeclines;
  if (config.confidence == ConfidenceWeights{}) config.confidence = kMiniConfidence;
}

// A name that happens to be a provider's says nothing beside a base_url: it may be anybody's
// server.
void complete_provider(BackendConfig& backend) {
  const bool told = !backend.provider.empty() || backend.base_url.empty();
  if (backend.provider.empty()) backend.provider = backend.name;
  const Provider* provider = told ? find_provider(backend.provider) : nullptr;
  if (!backend.dialect) {
    backend.dialect = provider != nullptr ? provider->dialect : Dialect::kOpenAiChat;
  }
  if (backend.base_url.empty() && provider != nullptr) backend.base_url = provider->base_url;
}

void complete(Config& config, const EnvLookup& environment) {
  if (config.state_dir.empty()) config.state_dir = default_state_dir(environment);
  if (config.ledger.path.empty()) config.ledger.path = config.state_dir + "/ledger.db";
  config.local.digest_files = config.receipts.enabled;
  // Their accounts are rebuilt from it at a start.
  if (std::any_of(config.limits.begin(), config.limits.end(),
                  [](const LimitRule& limit) { return limit.by_user(); })) {
    config.ledger.end_users = true;
  }
  const std::string model = variable(environment, "WEIR_MODEL");
  if (!model.empty()) {
    config.local.model = model;
    config.notes.push_back("the local model is that of the variable WEIR_MODEL");
  }
  choose_local_model(config);
  if (config.local.name.empty()) config.local.name = file_stem(config.local.model);
  for (LocalModelConfig& each : config.local.models) {
    if (each.name.empty()) each.name = file_stem(each.model);
  }
  for (BackendConfig& backend : config.backends) {
    complete_provider(backend);
    if (backend.default_model.empty() && !backend.models.empty()) {
      backend.default_model = backend.models.front().name;
    }
  }
}

std::string baseline_of(const Config& config) {
  for (const BackendConfig& backend : config.backends) {
    if (backend.backend_class != BackendClass::kCloud) continue;
    for (const ModelAlias& model : backend.models) {
      if (model.name == backend.default_model) return model.upstream;
    }
  }
  return {};
}

// Who asks for delegation with a model that cannot do it learns so before the first request.
void note_delegation(Config& config) {
  const bool asked =
      std::any_of(config.teams.begin(), config.teams.end(),
                  [](const Team& team) { return team.privacy == Privacy::kDelegate; }) ||
      std::any_of(config.rules.begin(), config.rules.end(),
                  [](const Rule& rule) { return rule.action == RuleAction::kDelegate; });
  if (!asked || !config.local.model.empty() || !config.local.models.empty()) return;
  config.notes.push_back("delegate needs a local model, and there is none: its requests stay");
}

// Whether a [[limit]] on `model`, which may end in a star, ever counts a request.
bool limit_counts(const Config& config, const std::string& model) {
  const std::vector<std::string> pattern{model};
  bool is_client_name = is_virtual_model(model);
  for (const BackendConfig& backend : config.backends) {
    for (const ModelAlias& alias : backend.models) {
      if (fits_any(pattern, alias.upstream)) return true;
      is_client_name |= alias.name == model || backend.name + "/" + alias.name == model;
    }
  }
  return !is_client_name && (model.ends_with('*') || serves_model(config, model));
}

void note_idle_limits(Config& config) {
  for (const LimitRule& limit : config.limits) {
    for (const std::string& model : limit.models) {
      if (limit_counts(config, model)) continue;
      config.notes.push_back(
          "[[limit]] " + limit.name + " is on the model " + model +
          ", which no [[backend]] asks for: it is the upstream's name that counts");
    }
  }
}

// No error: what is passed on as it is may name other models of a provider.
void note_unserved_models(Config& config) {
  for (const Rule& rule : config.rules) {
    for (const std::string& model : rule.models) {
      if (model.ends_with('*') || serves_model(config, model)) continue;
      config.notes.push_back("[[rule]] " + rule.name + " is about the model " + model +
                             ", which no [[backend]] and no local model is called");
    }
  }
  for (const Team& team : config.teams) {
    for (const std::string& model : team.models) {
      if (serves_model(config, model)) continue;
      config.notes.push_back("[[team]] " + team.name + " may use the model " + model +
                             ", which no [[backend]] and no local model is called");
    }
  }
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return host == "localhost";
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view port = text.substr(colon + 1);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;

  ListenAddress address;
  address.host = std::string(host);
  const auto end = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || end.ec != std::errc() || end.ptr != port.data() + port.size()) {
    return std::nullopt;
  }
  if (host != "localhost" && !is_address(address.host)) return std::nullopt;
  address.loopback = is_loopback(host);
  return address;
}

ScannerOptions scanner_options(const std::vector<PatternConfig>& patterns) {
  ScannerOptions options;
  for (const PatternConfig& each : patterns) {
    if (!each.pattern.empty()) options.patterns.push_back({each.name, each.pattern});
    if (!each.words.empty()) options.words.push_back({each.name, each.words});
  }
  return options;
}

EnvLookup system_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): at start
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

Result<Config> load_config(const std::optional<std::string>& path, const EnvLookup& environment,
                           Disk& disk, SecretUse secrets) {
  ConfigFindings findings(path.value_or("configuration"));
  Config config;
  if (path) {
    const Result<std::string> text = disk.read_file(*path, kMaxConfigBytes);
    if (!text) return Error{ErrorCode::kInvalidConfig, text.error().message};
    config = read_config(*text, environment, disk, findings, secrets);
    config.source = *path;
  }
  add_environment_backends(config, environment);
  complete(config, environment);
  if (config.routing.baseline_model.empty()) config.routing.baseline_model = baseline_of(config);
  check_config(config, findings);
  if (std::optional<Error> error = findings.error()) return *std::move(error);
  if (config.backends.empty()) {
    config.notes.push_back(
        "no cloud backend: hard prompts are answered locally; add a [[backend]] or set "
        "OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY");
  }
  note_delegation(config);
  note_unserved_models(config);
  note_idle_limits(config);
  return config;
}

}  // namespace weir
