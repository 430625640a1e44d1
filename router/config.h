// The configuration: plain structs with their defaults. config_schema.cc has the
// same keys as a table with unit, range and reason; tests hold the two together.
//
// Immutable after load_config(); move-only because it holds secrets.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/backend.h"
#include "core/disk.h"
#include "core/money.h"
#include "core/result.h"
#include "core/secret.h"
#include "local_backend/kernels/arithmetic.h"
#include "local_backend/kv_cache/kv_types.h"
#include "local_backend/speculation.h"
#include "policies/limits.h"
#include "policies/privacy/scanner.h"
#include "policies/rules.h"
#include "policies/team.h"
#include "router/confidence.h"

namespace weir {

struct TlsConfig {
  std::string certificate;  // PEM chain; empty = plain HTTP
  std::string key;          // PEM
  bool enabled() const { return !certificate.empty(); }
};

enum class Sandbox : std::uint8_t { kAuto, kOff, kRequired };

struct ServerConfig {
  std::string listen = "127.0.0.1:8090";
  std::string admin_listen = "127.0.0.1:9464";
  std::int64_t threads = 0;  // 0 = one per core
  std::int64_t header_timeout_ms = 10'000;
  std::int64_t body_timeout_ms = 30'000;
  std::int64_t idle_timeout_ms = 75'000;
  std::int64_t write_timeout_ms = 30'000;
  std::int64_t drain_timeout_ms = 30'000;
  std::int64_t max_head_bytes = 32'768;
  std::int64_t max_headers = 100;
  std::int64_t max_body_bytes = 33'554'432;
  std::int64_t max_connections = 10'000;
  bool allow_plaintext = false;
  bool admin_allow_remote = false;
  Secret admin_token;  // empty = no keys are managed over HTTP
  Sandbox sandbox = Sandbox::kAuto;
  std::vector<std::string> sandbox_paths;
  TlsConfig tls;
};

inline constexpr std::uint64_t kMebibyte = std::uint64_t{1}
                                           << 20;  // what settings named *_mb count

// What the models in this process are called as a backend.
inline constexpr std::string_view kLocalBackend = "local";

// One of several local models.
struct LocalModelConfig {
  std::string model;                // path of a GGUF file
  std::string name;                 // empty = the file's name without ".gguf"
  std::string draft_model;          // path of a GGUF file; empty = none
  std::int64_t context_tokens = 0;  // 0 = what the model file says
  std::int64_t slots = 8;
  std::int64_t max_queue = 256;
  std::int64_t kv_cache_mb = 1'024;
  std::int64_t max_output_tokens = 4'096;
  std::int64_t keep_alive_s = 300;  // 0 = unloaded after each use; -1 = never for that
  std::optional<KvTypes> kv_type;   // unset = that of LocalConfig
  std::vector<LayerKvTypes> kv_type_layers;

  friend bool operator==(const LocalModelConfig&, const LocalModelConfig&) = default;
};

// As [local] model: no model, not even the embedded one.
inline constexpr std::string_view kNoModel = "none";

struct LocalConfig {
  std::string model;  // path of a GGUF file, or kEmbeddedModel; empty = none, after load_config()
  std::string name;   // empty = the file's name without ".gguf"
  std::int64_t context_tokens = 0;  // 0 = what the model file says
  std::int64_t slots = 8;
  std::int64_t threads = 0;  // 0 = one per core
  std::int64_t max_queue = 256;
  std::int64_t kv_cache_mb = 1'024;
  std::int64_t max_output_tokens = 4'096;
  std::int64_t total_timeout_ms = 600'000;
  bool normalise = true;        // keep an agent's prompts equal from turn to turn
  bool constrain_calls = true;  // of tools that are not strict too
  bool prefix_cache = true;
  std::int64_t kv_persist_mb = 8'192;  // on disk, of all teams with kv_persist
  std::int64_t kv_persist_flush_ms = 5'000;
  kernels::Arithmetic arithmetic = kernels::Arithmetic::kInt8;
  bool pack_weights = true;
  KvTypes kv_type = kUsualKvTypes;
  std::vector<LayerKvTypes> kv_type_layers;  // of `model`
  Speculation speculate = Speculation::kAuto;
  std::string draft_model;                // path of a GGUF file; empty = none
  NanoUsd cost_usd_per_hour{20'000'000};  // 65 W at 0.30 USD a kilowatt-hour
  std::int64_t max_embedding_inputs = 2'048;
  std::int64_t memory_mb = 0;  // of all local models; 0 = no limit
  std::int64_t load_timeout_ms = 300'000;
  std::vector<LocalModelConfig> models;  // beside `model`
  bool digest_files = false;  // no key: load_config() sets it where receipts tell of models
  // No keys: what load_config() knows of the embedded model.
  bool asked_first = false;   // auto asks it whatever the score: its signals decide
  std::string_view declines;  // how an answer begins that says that it cannot
};

// A model name as clients ask for it and as the upstream calls it.
struct ModelAlias {
  std::string name;
  std::string upstream;
};

enum class UsageSource : std::uint8_t { kReported, kEstimate };

struct BackendConfig {
  std::string name;
  BackendClass backend_class = BackendClass::kCloud;
  std::optional<Dialect> dialect;  // load_config() fills it: the provider's, else OpenAI's chat
  std::string base_url;            // load_config() fills it: the provider's
  std::string api_version;         // where the provider's paths have one
  Secret api_key;                  // empty = none is sent
  std::vector<ModelAlias> models;
  std::string default_model;  // a name of `models`; what "auto" and "cloud" ask for
  std::string provider;       // gen_ai.provider.name
  std::string ca_file;        // empty = the system's CAs
  bool allow_plaintext = false;
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t first_byte_timeout_ms = 60'000;
  std::int64_t idle_timeout_ms = 60'000;
  std::int64_t total_timeout_ms = 600'000;
  std::int64_t max_idle_connections = 512;
  std::int64_t max_connections = 512;
  std::int64_t max_response_bytes = 67'108'864;
  std::int64_t retries = 1;
  UsageSource usage = UsageSource::kReported;
  std::int64_t context_tokens = 0;     // 0 = unknown, not checked
  std::int64_t max_output_tokens = 0;  // 0 = unknown
  std::optional<double> quality;       // unset = kUsualCloudQuality or kUsualSiteQuality
};

// Of the hard prompts, the share that a backend answers as well as a frontier model.
inline constexpr double kUsualCloudQuality = 1;
inline constexpr double kUsualSiteQuality = 0.5;

struct RoutingConfig {
  std::string default_model = "auto";  // for a request that names no model
  double threshold = 0.5;              // scores at or above it are hard
  std::string baseline_model;          // whose list price a local answer avoids; empty = the
                                       // default model of the first cloud backend
  bool cloud_failure_to_local = true;  // auto: a failed cloud may be answered here
  std::int64_t hold_tokens = 16;       // auto: of a local answer, watched before any is shown
  std::int64_t hold_ms = 1'000;        // and at most so long after the first
  std::int64_t cache_warm_s = 300;     // how long a provider keeps a conversation's prompt
};

// How the local model makes a question of a request: router/delegation_question.h.
enum class QuestionForm : std::uint8_t { kAuto, kWritten, kSelected };

// How a request is asked elsewhere in other words.
struct DelegationConfig {
  QuestionForm question = QuestionForm::kAuto;  // load_config() puts one of the others
  std::int64_t question_tokens = 512;
  std::int64_t copied_words = 16;  // in a row; 0 = any
};

// Overrides or adds one model of the price table. Per million tokens.
struct PriceConfig {
  std::string model;
  NanoUsd usd_per_million_input;
  NanoUsd usd_per_million_output;
  std::optional<NanoUsd> usd_per_million_cached_input;    // unset = as input
  std::optional<NanoUsd> usd_per_million_cache_write_5m;  // unset = as input
  std::optional<NanoUsd> usd_per_million_cache_write_1h;  // unset = as input
  std::string source;
  std::string as_of;  // YYYY-MM-DD
};

// Private data of a house's own: what a pattern or a list of words finds.
struct PatternConfig {
  std::string name;
  std::string pattern;
  std::vector<std::string> words;
};

struct LedgerConfig {
  std::string path;  // empty = state_dir/ledger.db; load_config() fills it
  std::int64_t retention_days = 400;
  std::int64_t queue_capacity = 65'536;
  bool end_users = false;  // load_config() sets it where a [[limit]] needs them
};

// What happens to requests while receipts cannot be written.
enum class WithoutReceipt : std::uint8_t { kRefuse, kContinue };

struct ReceiptsConfig {
  bool enabled = false;
  WithoutReceipt on_failure = WithoutReceipt::kRefuse;
  bool return_header = true;
  std::int64_t queue_capacity = 65'536;
  std::int64_t segment_mb = 64;
};

struct BodiesConfig {
  std::int64_t retention_days = 30;
  std::int64_t max_mb = 1'024;
  std::int64_t max_body_kb = 8'192;
  std::int64_t queue_mb = 64;
};

struct LogConfig {
  bool requests = true;
  std::string file;  // empty = standard error
  std::string level = "info";
};

struct MetricsConfig {
  std::int64_t max_label_values = 200;
};

struct Config {
  std::string source;     // the file, or empty when there was none
  std::string state_dir;  // never empty after load_config()
  ServerConfig server;
  LocalConfig local;
  std::vector<BackendConfig> backends;
  std::vector<Team> teams;
  std::vector<Rule> rules;
  std::vector<PatternConfig> patterns;
  std::vector<LimitRule> limits;
  RoutingConfig routing;
  DelegationConfig delegation;
  ConfidenceWeights confidence;
  std::vector<PriceConfig> prices;
  LedgerConfig ledger;
  ReceiptsConfig receipts;
  BodiesConfig bodies;
  LogConfig log;
  MetricsConfig metrics;
  std::vector<std::string> notes;            // one line each for the log: what was inferred
  std::vector<std::string> missing_secrets;  // with SecretUse::kNone: what cannot be read, and why
};

// What these patterns add to what is found for everybody.
ScannerOptions scanner_options(const std::vector<PatternConfig>& patterns);

struct ListenAddress {
  std::string host;  // an IP address, or "localhost"
  std::uint16_t port = 0;
  bool loopback = false;
};

// Reads "127.0.0.1:8090" or "[::1]:8090"; nullopt for anything else, names included.
std::optional<ListenAddress> parse_listen(std::string_view text);

// True for localhost, 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

// An environment variable, or nullopt. Tests pass a map.
using EnvLookup = std::function<std::optional<std::string>(const std::string& name)>;
EnvLookup system_environment();

// Whether the keys of providers and other secrets are needed; kNone: one that cannot be read is
// empty, and no fault.
enum class SecretUse : std::uint8_t { kAll, kNone };

// Reads, checks and completes a configuration; no path means defaults plus the
// environment. Fails with kInvalidConfig and one line per finding, each
// "file:line: key: what is wrong"; a secret is never part of it. Blocking: for
// start and reload, not for the path of a request.
Result<Config> load_config(const std::optional<std::string>& path, const EnvLookup& environment,
                           Disk& disk, SecretUse secrets = SecretUse::kAll);

}  // namespace weir
