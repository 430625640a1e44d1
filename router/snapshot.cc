#include "router/snapshot.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include "core/clock.h"
#include "core/disk.h"
#include "core/hex.h"

namespace weir {
namespace {

// Of English text in the vocabularies of 2026; code and other scripts have fewer.
constexpr std::size_t kBytesPerToken = 4;
constexpr std::uint64_t kMaxStoredBytes = 16 * 1024 * 1024;
// What a local answer is compared with when nothing names a model: listed, and
// what the backend made from OPENAI_API_KEY asks for.
constexpr std::string_view kUsualBaseline = "gpt-4.1";
constexpr std::string_view kNoFile = "built-in";

std::vector<PriceOverride> overrides_of(const std::vector<PriceConfig>& prices) {
  std::vector<PriceOverride> overrides;
  overrides.reserve(prices.size());
  for (const PriceConfig& price : prices) {
    overrides.push_back({price.model, price.usd_per_million_input, price.usd_per_million_output,
                         price.usd_per_million_cached_input, price.usd_per_million_cache_write_5m,
                         price.usd_per_million_cache_write_1h, price.source, price.as_of});
  }
  return overrides;
}

// The first 12 hexadecimal digits of the file's SHA-256.
std::string version_of(const std::string& file) {
  if (file.empty()) return std::string(kNoFile);
  const Result<std::string> bytes = system_disk().read_file(file, kMaxStoredBytes);
  if (!bytes) return std::string(kNoFile);
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes->data(), bytes->size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
      1) {
    return std::string(kNoFile);
  }
  return to_hex(std::as_bytes(std::span(digest)).first(6));
}

Capabilities capabilities_of(const BackendConfig& config) {
  Capabilities can;
  can.context_tokens = config.context_tokens;
  can.max_output_tokens = config.max_output_tokens;
  return can;
}

double quality_of(const BackendConfig& config) {
  const bool is_cloud = config.backend_class == BackendClass::kCloud;
  return config.quality.value_or(is_cloud ? kUsualCloudQuality : kUsualSiteQuality);
}

PoolLimits pool_limits(const BackendConfig& config, std::size_t threads) {
  const auto share = [&](std::int64_t total) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(total) / threads);
  };
  PoolLimits limits;
  limits.connections = share(config.max_connections);
  limits.idle = config.max_idle_connections == 0 ? 0 : share(config.max_idle_connections);
  limits.idle_time = std::chrono::milliseconds(config.idle_timeout_ms);
  return limits;
}

UpstreamTimeouts timeouts_of(const BackendConfig& config) {
  using std::chrono::milliseconds;
  return {milliseconds(config.connect_timeout_ms), milliseconds(config.first_byte_timeout_ms),
          milliseconds(config.idle_timeout_ms), milliseconds(config.total_timeout_ms)};
}

Error in_backend(const BackendConfig& config, Error error) {
  error.code = ErrorCode::kInvalidConfig;
  error.message = "backend \"" + config.name + "\": " + error.message;
  return error;
}

// As long as the configuration says, or as the model's listing allows.
std::map<std::string, std::int64_t, std::less<>> longest_answers(const BackendConfig& config,
                                                                 const PriceTable& prices) {
  std::map<std::string, std::int64_t, std::less<>> longest;
  for (const ModelAlias& model : config.models) {
    const Price* price = prices.find(config.provider, model.upstream);
    const std::int64_t listed = price != nullptr ? price->max_output_tokens : 0;
    const std::int64_t tokens = config.max_output_tokens > 0 ? config.max_output_tokens : listed;
    if (tokens > 0) longest[model.upstream] = tokens;
  }
  return longest;
}

Result<std::unique_ptr<RemoteBackend>> make_remote(const BackendConfig& config,
                                                   const PriceTable& prices,
                                                   const std::vector<IoThread*>& threads) {
  Result<UpstreamTarget> target =
      parse_target(config.name, config.base_url, config.allow_plaintext);
  if (!target) return in_backend(config, target.error());
  target->timeouts = timeouts_of(config);
  target->pool = pool_limits(config, threads.size());
  std::shared_ptr<const TlsContext> tls;
  if (target->tls) {
    Result<std::shared_ptr<const TlsContext>> context = TlsContext::create(config.ca_file);
    if (!context) return in_backend(config, context.error());
    tls = *context;
  }
  RemoteBackendConfig made;
  made.backend_class = config.backend_class;
  made.dialect = config.dialect.value_or(Dialect::kOpenAiChat);
  made.provider = find_provider(config.provider);
  // A server that only has a provider's name speaks what it was said to speak.
  if (made.provider != nullptr && made.provider->dialect != made.dialect &&
      made.provider->target == "{path}") {
    made.provider = &compatible_provider(made.dialect);
  }
  made.api_version = config.api_version;
  made.target = std::move(*target);
  made.api_key = Secret(std::string(config.api_key.reveal()));
  made.capabilities = capabilities_of(config);
  made.ask_for_usage = config.usage == UsageSource::kReported;
  made.usual_max_tokens = longest_answers(config, prices);
  made.max_response_bytes = static_cast<std::size_t>(config.max_response_bytes);
  auto remote = RemoteBackend::create(std::move(made), std::move(tls), threads);
  if (!remote) return in_backend(config, remote.error());
  return remote;
}

}  // namespace

void Snapshot::add(ServedBackend served) {
  if (served.config != nullptr) {
    for (const ModelAlias& model : served.config->models) {
      served.prices.push_back(prices.find(served.provider, model.upstream));
    }
  }
  backends.push_back(std::move(served));
}

// The first that answers is the usual one.
void Snapshot::add_local(std::unique_ptr<OnDemandModel> model) {
  if (model->may_answer()) {
    ServedBackend served{model.get(), nullptr, nullptr, "weir"};
    served.local = model.get();
    served.local_models = {{model->model_name(), model->model_name()}};
    served.named_only = !backends.empty();
    add(std::move(served));
  }
  local_models.push_back(std::move(model));
}

std::vector<BackendOption> Snapshot::options(const ChatRequest& request, SteadyTime now) const {
  const std::int64_t guessed_tokens = guessed_prompt_tokens(request);
  std::vector<BackendOption> options;
  options.reserve(backends.size());
  for (const ServedBackend& served : backends) {
    BackendOption option;
    option.name = served.backend->name();
    option.backend_class = served.backend->backend_class();
    option.capabilities = &served.backend->capabilities();
    if (served.config != nullptr) {
      option.prompt_tokens = guessed_tokens;
      option.models = served.config->models;
      option.default_model = served.config->default_model;
      option.prices = served.prices;
      option.quality = quality_of(*served.config);
    } else {
      option.models = served.local_models;
      option.default_model = served.local_models.front().name;
      option.named_only = served.named_only;
      option.quality = 0;
      option.asked_first = config.local.asked_first && !served.named_only;
    }
    option.available = served.remote == nullptr || served.remote->available(now);
    options.push_back(option);
  }
  return options;
}

std::int64_t guessed_prompt_tokens(const ChatRequest& request) {
  return static_cast<std::int64_t>(text_bytes(request) / kBytesPerToken);
}

std::string_view Snapshot::baseline_model(const Team& team) const {
  if (!team.baseline_model.empty()) return team.baseline_model;
  if (!config.routing.baseline_model.empty()) return config.routing.baseline_model;
  for (const BackendConfig& backend : config.backends) {
    if (backend.backend_class == BackendClass::kCloud) return backend.default_model;
  }
  return kUsualBaseline;
}

const Price* Snapshot::baseline_price(std::string_view model) const {
  if (model.empty()) return nullptr;
  for (const BackendConfig& backend : config.backends) {
    for (const ModelAlias& alias : backend.models) {
      if (alias.name == model) return prices.find(backend.provider, alias.upstream);
    }
  }
  return prices.find({}, model);
}

OnDemandModel* Snapshot::answering_model(std::string_view name) const {
  const bool any = name.empty() || name == "auto" || name == "local";
  for (const std::unique_ptr<OnDemandModel>& model : local_models) {
    if (model->may_answer() && (any || model->model_name() == name)) return model.get();
  }
  return nullptr;
}

OnDemandModel* Snapshot::embedding_model(std::string_view name) const {
  const bool any = name.empty() || name == "auto" || name == "local";
  for (const auto& model : local_models) {
    const bool asked_for = any ? !model->may_answer() : model->model_name() == name;
    if (asked_for && model->may_embed()) return model.get();
  }
  return nullptr;
}

bool Snapshot::embeds(std::string_view name) const {
  return std::any_of(local_models.begin(), local_models.end(), [&](const auto& model) {
    return model->model_name() == name && !model->may_answer();
  });
}

std::vector<std::string_view> Snapshot::model_names(const Ruling& ruling) const {
  std::vector<std::string_view> concrete;
  bool has_local = false;
  bool has_cloud = false;
  for (const ServedBackend& served : backends) {
    const BackendClass backend_class = served.backend->backend_class();
    const std::string_view backend = served.backend->name();
    if (!ruling.allows(backend_class, backend)) continue;
    for (const ModelAlias& alias :
         served.config != nullptr ? served.config->models : served.local_models) {
      if (!ruling.allows_model(backend_class, backend, alias.name)) continue;
      (backend_class == BackendClass::kLocal ? has_local : has_cloud) = true;
      if (std::find(concrete.begin(), concrete.end(), alias.name) == concrete.end()) {
        concrete.push_back(alias.name);
      }
    }
  }
  for (const auto& model : local_models) {
    const std::string& name = model->model_name();
    if (model->may_answer()) continue;
    if (ruling.allows_model(BackendClass::kLocal, kLocalBackend, name)) concrete.push_back(name);
  }
  std::vector<std::string_view> names;
  if (has_local || has_cloud) names.push_back("auto");
  if (has_local) names.push_back("local");
  if (has_cloud) names.push_back("cloud");
  names.insert(names.end(), concrete.begin(), concrete.end());
  return names;
}

Result<std::shared_ptr<const Snapshot>> make_snapshot(Config config, ModelStore& store,
                                                      const ModelStore::Models& models,
                                                      const std::vector<IoThread*>& threads) {
  Result<Teams> teams = Teams::create(config.teams);
  if (!teams) return teams.error();
  Result<PriceTable> prices = PriceTable::create(overrides_of(config.prices));
  if (!prices) return prices.error();
  Result<PrivacyScanner> scanner = PrivacyScanner::create(scanner_options(config.patterns));
  if (!scanner) return scanner.error();
  auto snapshot = std::make_shared<Snapshot>(Snapshot{std::move(config),
                                                      std::move(*teams),
                                                      std::move(*prices),
                                                      std::move(*scanner),
                                                      {},
                                                      {},
                                                      {},
                                                      {}});
  snapshot->rule_guesses = guesses_for(snapshot->config.rules);
  snapshot->made_unix = system_clock().unix_ms() / 1'000;
  snapshot->policy_version = version_of(snapshot->config.source);
  for (const auto& stored : models) {
    snapshot->add_local(std::make_unique<OnDemandModel>(store, stored));
  }
  for (const BackendConfig& backend : snapshot->config.backends) {
    auto remote = make_remote(backend, snapshot->prices, threads);
    if (!remote) return remote.error();
    ServedBackend served{remote->get(), remote->get(), &backend, backend.provider};
    snapshot->add(std::move(served));
    snapshot->remotes.push_back(std::move(*remote));
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace weir
