#include "router/config_schema.h"

#include "router/config_schema_policies.h"

namespace weir {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kGiB = 1'073'741'824;
constexpr std::int64_t kMaxTokens = 100'000'000;

constexpr std::string_view kSandboxes[] = {"auto", "off", "required"};
constexpr std::string_view kClasses[] = {"cloud", "site"};
constexpr std::string_view kDialects[] = {"auto",      "openai", "openai_responses",
                                          "anthropic", "gemini", "ollama"};
constexpr Dialect kDialectOf[] = {Dialect::kOpenAiChat,      Dialect::kOpenAiChat,
                                  Dialect::kOpenAiResponses, Dialect::kAnthropic,
                                  Dialect::kGemini,          Dialect::kOllama};
constexpr std::string_view kUsages[] = {"reported", "estimate"};
constexpr std::string_view kArithmetics[] = {"int8", "f32"};
constexpr std::string_view kSpeculations[] = {"false", "auto", "true"};
constexpr std::int64_t kMaxLayer = 1'023;
constexpr std::string_view kLayersExample = "{ 0-1 = \"f16\", 27 = \"f16/q8_0\" }";
constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
constexpr std::string_view kPresets[] = {"economy", "balanced", "quality"};
constexpr double kPresetThresholds[] = {0.7, 0.5, 0.3};

constexpr Key<Config> kTop[] = {
    {"state_dir", &Config::state_dir,
     "Where the ledger lives. Unset: $STATE_DIRECTORY, $XDG_STATE_HOME/weir or "
     "~/.local/state/weir.",
     "", 0, 0, "\"/var/lib/weir\""},
};

constexpr Key<ServerConfig> kServer[] = {
    {"listen", &ServerConfig::listen,
     "Where clients connect. Beyond loopback it needs [[team]] keys, and TLS or allow_plaintext."},
    {"admin_listen", &ServerConfig::admin_listen,
     "Where /metrics, /readyz and /admin/ are served. The first two ask for no key, so keep it "
     "on loopback."},
    {"threads", &ServerConfig::threads, "Threads that read and write sockets; 0 = one per core.",
     "threads", 0, 1'024},
    {"header_timeout_ms", &ServerConfig::header_timeout_ms,
     "From the first byte of a request to the end of its head; ends slow-loris clients.", "ms", 1,
     kHourMs},
    {"body_timeout_ms", &ServerConfig::body_timeout_ms, "Longest wait for more of a body.", "ms", 1,
     kHourMs},
    {"idle_timeout_ms", &ServerConfig::idle_timeout_ms,
     "How long a kept-alive connection may stand without a request.", "ms", 1, kHourMs},
    {"write_timeout_ms", &ServerConfig::write_timeout_ms,
     "Longest wait for a client that does not read.", "ms", 1, kHourMs},
    {"drain_timeout_ms", &ServerConfig::drain_timeout_ms,
     "After SIGTERM, how long open answers may finish.", "ms", 0, kHourMs},
    {"max_head_bytes", &ServerConfig::max_head_bytes,
     "Request line and header; a larger one is 431.", "bytes", 1'024, 1'048'576},
    {"max_headers", &ServerConfig::max_headers, "Header fields in one request.", "fields", 8,
     1'000},
    {"max_body_bytes", &ServerConfig::max_body_bytes, "A larger body is 413.", "bytes", 1'024,
     kGiB},
    {"max_connections", &ServerConfig::max_connections,
     "Open client connections; further ones wait to be accepted.", "connections", 1, 1'000'000},
    {"allow_plaintext", &ServerConfig::allow_plaintext,
     "Serve plain HTTP beyond loopback, for example behind a proxy that ends TLS."},
    {"admin_allow_remote", &ServerConfig::admin_allow_remote,
     "Let admin_listen be beyond loopback, for a scraper on a network of your own."},
    {"admin_token", &ServerConfig::admin_token,
     "env:NAME or file:PATH: what everything below /admin/ asks for as a bearer token. Unset = "
     "keys are managed with weir keys alone, and the rest of /admin/ asks for nothing.",
     "", 0, 0, "\"env:WEIR_ADMIN_TOKEN\""},
    {"sandbox",
     WordMember<ServerConfig>{kSandboxes,
                              [](ServerConfig& server, std::size_t word) {
                                server.sandbox = static_cast<Sandbox>(word);
                              }},
     "After the start files are written in state_dir and the folders of ledger and log alone, "
     "no program is run, and some system calls are denied. auto = as far as the kernel can; "
     "required = or do not start. Changes on restart only."},
    {"sandbox_paths", &ServerConfig::sandbox_paths,
     "Further files and folders that it may read, for models and certificates that a reload may "
     "bring from elsewhere.",
     "", 0, 0, "[\"/srv/models\"]"},
};

constexpr Key<TlsConfig> kTls[] = {
    {"certificate", &TlsConfig::certificate, "PEM file with the certificate chain; turns TLS on.",
     "", 0, 0, "\"/etc/weir/tls.crt\""},
    {"key", &TlsConfig::key, "PEM file with the private key.", "", 0, 0, "\"/etc/weir/tls.key\""},
};

constexpr Key<LocalConfig> kLocal[] = {
    {"model", &LocalConfig::model,
     "GGUF file to serve in this process; the variable WEIR_MODEL goes first. \"weir-mini\" = the "
     "small model inside the program, also when unset, unless there are [[local.models]]; "
     "\"none\" = no local model.",
     "", 0, 0, "\"/var/lib/weir/model.gguf\""},
    {"name", &LocalConfig::name, "What clients call it; unset = the name of the file.", "", 0, 0,
     "\"house-model\""},
    {"context_tokens", &LocalConfig::context_tokens,
     "Prompt and answer of one request; 0 = what the model was made for.", "tokens", 0, kMaxTokens},
    {"slots", &LocalConfig::slots, "Answers in progress at once; each needs KV cache.", "requests",
     1, 1'024},
    {"threads", &LocalConfig::threads, "Threads that compute; 0 = one per core.", "threads", 0,
     1'024},
    {"max_queue", &LocalConfig::max_queue,
     "Requests that may wait for a slot; more are 429 or go to the cloud.", "requests", 1, 100'000},
    {"kv_cache_mb", &LocalConfig::kv_cache_mb, "Memory for the KV cache of all slots.", "MiB", 1,
     16'777'216},
    {"max_output_tokens", &LocalConfig::max_output_tokens,
     "Ends an answer whose client set no limit; so does half the context.", "tokens", 1,
     kMaxTokens},
    {"total_timeout_ms", &LocalConfig::total_timeout_ms, "A whole answer, its wait included.", "ms",
     1, 24 * kHourMs},
    {"normalise", &LocalConfig::normalise,
     "What agents change in every request (billing headers, clocks, the order of tools, old "
     "thoughts) is evened out, so that the prompt of the last turn serves the next; disclosed in "
     "x-weir-normalised. false = the prompt exactly as the template writes it."},
    {"constrain_calls", &LocalConfig::constrain_calls,
     "A call of a tool that the model begins can only name an offered tool and give it arguments "
     "of its JSON schema. false = of strict tools and demanded calls alone."},
    {"prefix_cache", &LocalConfig::prefix_cache,
     "What a request has in common with an earlier one of its team is not read again; it stays in "
     "kv_cache_mb as long as no answer needs the room. Teams never share."},
    {"kv_persist_mb", &LocalConfig::kv_persist_mb,
     "Disk, in the folder kv_cache of state_dir, for what is kept of teams with kv_persist, all "
     "models together; what was used longest ago goes first. A twentieth of the disk stays free.",
     "MiB", 1, 16'777'216},
    {"kv_persist_flush_ms", &LocalConfig::kv_persist_flush_ms,
     "How long a model that ends may go on writing what is not on disk yet.", "ms", 0, 600'000},
    {"arithmetic",
     WordMember<LocalConfig>{kArithmetics,
                             [](LocalConfig& local, std::size_t word) {
                               local.arithmetic = word == 0 ? kernels::Arithmetic::kInt8
                                                            : kernels::Arithmetic::kF32;
                             }},
     "int8 = quantised weights meet rounded activations; f32 = exact ones, several times slower."},
    {"speculate",
     WordMember<LocalConfig>{kSpeculations,
                             [](LocalConfig& local, std::size_t word) {
                               local.speculate = static_cast<Speculation>(word);
                             },
                             1},
     "Tokens of an answer that are likely, because it repeats what stands in its prompt or in "
     "itself, are computed some at once: fewer steps, longer ones, the same answer. auto = where "
     "the steps so far say that it is faster; true = always; false = never."},
    {"draft_model", &LocalConfig::draft_model,
     "GGUF file of a small model with the same vocabulary that guesses what the large one says: "
     "where that is faster, unless speculate says otherwise. Its keys and values are a part of "
     "kv_cache_mb.",
     "", 0, 0, "\"/var/lib/weir/small-model.gguf\""},
    {"pack_weights", &LocalConfig::pack_weights,
     "Weights are laid out anew when a model is loaded, in memory of their own, as large as the "
     "file, for products several times faster. false, or too little memory = the mapped file in "
     "place."},
    {"kv_type", &LocalConfig::kv_type,
     "How keys and values are kept: f32, f16, bf16, q8_0, q4_0 or iq4_nl, or keys and values "
     "apart, as in \"q8_0/iq4_nl\". q8_0 takes half the memory of f16 and reads long prompts "
     "faster, with an error of 1 %; the last two take a quarter at the cost of accuracy. Always "
     "f32 where arithmetic is."},
    {"kv_type_layers", &LocalConfig::kv_type_layers,
     "Layers of the model that keep theirs otherwise, counted from 0; those without attention "
     "have none.",
     "layers", 0, kMaxLayer, kLayersExample},
    {"cost_usd_per_hour", &LocalConfig::cost_usd_per_hour,
     "What an hour of this machine costs; a local answer is charged its busy seconds. The "
     "default is 65 W at 0.30 USD a kWh: put in yours, wear included.",
     "USD per hour"},
    {"max_embedding_inputs", &LocalConfig::max_embedding_inputs,
     "Texts in one request for embeddings; more are 400.", "inputs", 1, 1'000'000},
    {"memory_mb", &LocalConfig::memory_mb,
     "What all loaded models may take: their files, and keys and values at their longest. When it "
     "is used up, idle models are unloaded, the least recently used first; 0 = no limit.",
     "MiB", 0, 16'777'216},
    {"load_timeout_ms", &LocalConfig::load_timeout_ms,
     "How long a request waits for its model to be loaded; then it is 503.", "ms", 1, 24 * kHourMs},
};

constexpr Key<LocalModelConfig> kLocalModels[] = {
    {"model", &LocalModelConfig::model, "Its GGUF file.", "", 0, 0,
     "\"/var/lib/weir/embedding-model.gguf\"", true},
    {"name", &LocalModelConfig::name,
     "What clients call it; unset = what its file says, else the name of the file.", "", 0, 0,
     "\"embedding-model\""},
    {"draft_model", &LocalModelConfig::draft_model,
     "GGUF file of a small model with the same vocabulary that guesses ahead.", "", 0, 0,
     "\"/var/lib/weir/small-model.gguf\""},
    {"context_tokens", &LocalModelConfig::context_tokens,
     "Prompt and answer of one request, or one text; 0 = what the model was made for.", "tokens", 0,
     kMaxTokens},
    {"slots", &LocalModelConfig::slots, "Answers in progress at once.", "requests", 1, 1'024},
    {"max_queue", &LocalModelConfig::max_queue,
     "Requests that may wait; more are 429 or go to the cloud.", "requests", 1, 100'000},
    {"kv_cache_mb", &LocalModelConfig::kv_cache_mb, "Memory for the KV cache of all slots.", "MiB",
     1, 16'777'216},
    {"max_output_tokens", &LocalModelConfig::max_output_tokens,
     "Ends an answer whose client set no limit; so does half the context.", "tokens", 1,
     kMaxTokens},
    {"keep_alive_s", &LocalModelConfig::keep_alive_s,
     "Unloaded when it was not used for so long; 0 = after each use, -1 = only when another model "
     "needs the memory.",
     "s", -1, 31'536'000},
    {"kv_type", &LocalModelConfig::kv_type,
     "How its keys and values are kept; unset = as [local] kv_type says.", "", 0, 0,
     "\"q8_0/iq4_nl\""},
    {"kv_type_layers", &LocalModelConfig::kv_type_layers,
     "Layers of it that keep theirs otherwise, counted from 0.", "layers", 0, kMaxLayer,
     kLayersExample},
};

constexpr Key<BackendConfig> kBackend[] = {
    {"name", &BackendConfig::name, "Letters, digits, '.', '-' and '_'; shown in x-weir-backend.",
     "", 0, 0, "\"openai\"", true},
    {"class",
     WordMember<BackendConfig>{kClasses,
                               [](BackendConfig& backend, std::size_t word) {
                                 backend.backend_class =
                                     word == 0 ? BackendClass::kCloud : BackendClass::kSite;
                               }},
     "cloud = somebody else's; site = a server of your own. Both are outside for local_only."},
    {"dialect",
     WordMember<BackendConfig>{kDialects,
                               [](BackendConfig& backend, std::size_t word) {
                                 backend.dialect = std::nullopt;
                                 if (word > 0) backend.dialect = kDialectOf[word];
                               }},
     "What it speaks: auto, openai (POST {base_url}/chat/completions), openai_responses, "
     "anthropic, "
     "gemini or ollama; auto = as its provider, else openai."},
    {"base_url", &BackendConfig::base_url,
     "Up to and including the version, as the SDKs take it; unset = the provider's usual one.", "",
     0, 0, "\"https://api.openai.com/v1\""},
    {"api_version", &BackendConfig::api_version,
     "The date in the paths of provider azure.ai.openai.", "", 0, 0, "\"2024-10-21\""},
    {"api_key", &BackendConfig::api_key,
     "\"env:NAME\" or \"file:PATH\" (readable by its owner only), never the key itself.", "", 0, 0,
     "\"env:OPENAI_API_KEY\""},
    {"models", &BackendConfig::models,
     "Names clients may ask for; {name, upstream} where the provider's name differs.", "", 0, 0,
     "[\"gpt-4.1\", { name = \"small\", upstream = \"gpt-4.1-mini\" }]", true},
    {"default_model", &BackendConfig::default_model,
     "What auto and cloud ask for; unset = the first of models.", "", 0, 0, "\"gpt-4.1\""},
    {"provider", &BackendConfig::provider,
     "Whose it is: openai, anthropic, gcp.gemini, azure.ai.openai, ollama and openrouter bring "
     "dialect, base_url and the key's header, and have their list prices; any other name is the "
     "metric label gen_ai_provider_name alone, and has the prices of [[price]]. Unset = the name "
     "of the backend.",
     "", 0, 0, "\"openai\""},
    {"ca_file", &BackendConfig::ca_file,
     "PEM file of the CAs to trust for it; unset = those of the system.", "", 0, 0,
     "\"/etc/weir/ca.pem\""},
    {"allow_plaintext", &BackendConfig::allow_plaintext,
     "Allow http:// beyond loopback: prompts and key cross the network readable."},
    {"connect_timeout_ms", &BackendConfig::connect_timeout_ms,
     "Name look-up, TCP and TLS together.", "ms", 1, kHourMs},
    {"first_byte_timeout_ms", &BackendConfig::first_byte_timeout_ms,
     "Of a stream: from the request's last byte to the answer's first. A whole answer has the "
     "whole try.",
     "ms", 1, kHourMs},
    {"idle_timeout_ms", &BackendConfig::idle_timeout_ms,
     "Longest silence within an answer; also how long a pooled connection is kept.", "ms", 1,
     kHourMs},
    {"total_timeout_ms", &BackendConfig::total_timeout_ms, "The whole try.", "ms", 1, 24 * kHourMs},
    {"max_idle_connections", &BackendConfig::max_idle_connections,
     "Connections kept open for the next request.", "connections", 0, 100'000},
    {"max_connections", &BackendConfig::max_connections,
     "Connections at once, in equal shares for the I/O threads, one each at least; a request "
     "beyond "
     "that waits for connect_timeout_ms, then is 504.",
     "connections", 1, 100'000},
    {"max_response_bytes", &BackendConfig::max_response_bytes, "Ends an answer that never ends.",
     "bytes", 1'024, 16 * kGiB},
    {"retries", &BackendConfig::retries, "Further tries before the first byte; never after it.",
     "tries", 0, 10},
    {"usage",
     WordMember<BackendConfig>{kUsages,
                               [](BackendConfig& backend, std::size_t word) {
                                 backend.usage =
                                     word == 0 ? UsageSource::kReported : UsageSource::kEstimate;
                               }},
     "estimate = the server knows no stream_options: send nothing extra, count ourselves."},
    {"context_tokens", &BackendConfig::context_tokens,
     "Prompts above it go elsewhere; 0 = not checked.", "tokens", 0, kMaxTokens},
    {"max_output_tokens", &BackendConfig::max_output_tokens,
     "Bounds what a request can cost that sets no max_tokens; 0 = unknown.", "tokens", 0,
     kMaxTokens},
    {"quality", &BackendConfig::quality,
     "Of the hard prompts, the share that it answers as well as a frontier model; unset = 1 for "
     "a cloud, 0.5 for a site. auto takes the cheapest that is good enough.",
     "probability", 0, 1, "0.8"},
};

constexpr Key<RoutingConfig> kRouting[] = {
    {"default_model", &RoutingConfig::default_model,
     "For a request that names no model: auto, local, cloud or a concrete name."},
    {"preset",
     WordMember<RoutingConfig>{kPresets,
                               [](RoutingConfig& routing, std::size_t word) {
                                 routing.threshold = kPresetThresholds[word];
                               },
                               1},
     "How soon auto escalates: economy (0.7), balanced (0.5) or quality (0.3)."},
    {"threshold", &RoutingConfig::threshold,
     "The same as a number, which goes before preset: scores at or above it are hard.",
     "probability", 0, 1, "", false, true},
    {"baseline_model", &RoutingConfig::baseline_model,
     "Whose list price a local answer saves; unset = the default of the first cloud backend, "
     "without one gpt-4.1.",
     "", 0, 0, "\"gpt-4.1\""},
    {"cloud_failure_to_local", &RoutingConfig::cloud_failure_to_local,
     "auto: when every cloud backend fails before its first byte, answer locally and say so."},
    {"hold_tokens", &RoutingConfig::hold_tokens,
     "auto: so many tokens of a local answer are watched before any is shown; when the model is "
     "unsure, the cloud answers instead. A whole answer is watched to its end. 0 = off.",
     "tokens", 0, 1'024},
    {"hold_ms", &RoutingConfig::hold_ms,
     "Shows a stream's first token after so long, however few were watched.", "ms", 0, 60'000},
    {"cache_warm_s", &RoutingConfig::cache_warm_s,
     "How long a provider is thought to keep a conversation's prompt cached; while it does, "
     "moving the conversation costs that much more.",
     "s", 0, 86'400},
};

constexpr std::string_view kQuestions[] = {"auto", "written", "selected"};

constexpr Key<DelegationConfig> kDelegation[] = {
    {"question",
     WordMember<DelegationConfig>{kQuestions,
                                  [](DelegationConfig& delegation, std::size_t word) {
                                    delegation.question = static_cast<QuestionForm>(word);
                                  }},
     "written = the local model writes it; selected = those sentences of the last message of which "
     "it says that they ask for something; auto = selected for weir-mini, else written."},
    {"question_tokens", &DelegationConfig::question_tokens,
     "The longest question that the local model may ask.", "tokens", 16, 8'192},
    {"copied_words", &DelegationConfig::copied_words,
     "So many words in a row, as they stand in the request, may be in the question; one that has "
     "more is not asked. 0 = any.",
     "words", 0, 1'000},
};

constexpr std::string_view kForOne = "log-odds";
constexpr std::int64_t kMaxWeight = 1'000;

constexpr Key<ConfidenceWeights> kConfidence[] = {
    {"intercept", &ConfidenceWeights::intercept, "When all signals are 0.", kForOne, -kMaxWeight,
     kMaxWeight},
    {"prompt_logprob", &ConfidenceWeights::prompt_logprob,
     "For a nat of the mean log-probability of the prompt's last 32 tokens.", kForOne, -kMaxWeight,
     kMaxWeight},
    {"first_entropy", &ConfidenceWeights::first_entropy,
     "For a nat of the entropy before the answer's first token.", kForOne, -kMaxWeight, kMaxWeight},
    {"mean_logprob", &ConfidenceWeights::mean_logprob,
     "For a nat of the mean log-probability of the answer's tokens.", kForOne, -kMaxWeight,
     kMaxWeight},
    {"mean_margin", &ConfidenceWeights::mean_margin,
     "For 1 of the mean distance of the two likeliest tokens.", kForOne, -kMaxWeight, kMaxWeight},
};

constexpr Key<PriceConfig> kPrice[] = {
    {"model", &PriceConfig::model, "The upstream's name of the model.", "", 0, 0, "\"gpt-4.1\"",
     true},
    {"usd_per_million_input", &PriceConfig::usd_per_million_input, "Uncached prompt tokens.",
     "USD per million tokens", 0, 0, "\"2.00\"", true},
    {"usd_per_million_output", &PriceConfig::usd_per_million_output,
     "Answer tokens, reasoning included.", "USD per million tokens", 0, 0, "\"8.00\"", true},
    {"usd_per_million_cached_input", &PriceConfig::usd_per_million_cached_input,
     "Prompt tokens read from the provider's cache; unset = as input.", "USD per million tokens", 0,
     0, "\"0.50\""},
    {"usd_per_million_cache_write_5m", &PriceConfig::usd_per_million_cache_write_5m,
     "Prompt tokens written to a five-minute cache; unset = as input.", "USD per million tokens", 0,
     0, "\"2.00\""},
    {"usd_per_million_cache_write_1h", &PriceConfig::usd_per_million_cache_write_1h,
     "Prompt tokens written to a one-hour cache; unset = as input.", "USD per million tokens", 0, 0,
     "\"2.00\""},
    {"source", &PriceConfig::source, "Where the figures come from; kept with every ledger row.", "",
     0, 0, "\"contract 2026-17\"", true},
    {"as_of", &PriceConfig::as_of, "The day they were read.", "YYYY-MM-DD", 0, 0, "\"2026-07-24\"",
     true},
};

constexpr Key<LedgerConfig> kLedger[] = {
    {"path", &LedgerConfig::path, "SQLite file; unset = state_dir/ledger.db.", "", 0, 0,
     "\"/var/lib/weir/ledger.db\""},
    {"retention_days", &LedgerConfig::retention_days,
     "Rows older than this are folded into daily sums.", "days", 1, 36'500},
    {"queue_capacity", &LedgerConfig::queue_capacity,
     "Rows on their way to the disk; when full, requests are 503 rather than unrecorded.", "rows",
     64, 10'000'000},
    {"end_users", &LedgerConfig::end_users,
     "Rows keep the field user of a request, as clients name their end users. Always so once a "
     "[[limit]] is about end users."},
};

constexpr std::string_view kWithoutReceipt[] = {"refuse", "continue"};

constexpr Key<ReceiptsConfig> kReceipts[] = {
    {"enabled", &ReceiptsConfig::enabled,
     "Write a signed receipt of every request to receipts-*.jsonl in state_dir. Changes on "
     "restart only, as does all of this section but return_header and on_failure."},
    {"on_failure",
     WordMember<ReceiptsConfig>{kWithoutReceipt,
                                [](ReceiptsConfig& receipts, std::size_t word) {
                                  receipts.on_failure = static_cast<WithoutReceipt>(word);
                                }},
     "While the disk takes no receipts: refuse = new requests are 503; continue = they go on, and "
     "what cannot be kept in memory has none. Both are logged and counted."},
    {"return_header", &ReceiptsConfig::return_header,
     "Whole answers have x-weir-receipt: NUMBER:HASH; who sends x-weir-want-receipt: true gets the "
     "receipt itself in x-weir-receipt-json, of a stream as a comment before its end."},
    {"queue_capacity", &ReceiptsConfig::queue_capacity,
     "Receipts on their way to the disk; when full, requests go without.", "receipts", 64,
     10'000'000},
    {"segment_mb", &ReceiptsConfig::segment_mb, "When a file is so long the next one begins.",
     "MiB", 1, 1'024},
};

constexpr Key<BodiesConfig> kBodies[] = {
    {"retention_days", &BodiesConfig::retention_days, "Older ones are deleted.", "days", 1, 36'500},
    {"max_mb", &BodiesConfig::max_mb, "Of all teams; beyond it the oldest are deleted.", "MiB", 1,
     16'777'216},
    {"max_body_kb", &BodiesConfig::max_body_kb,
     "A request or an answer that is longer is not kept.", "KiB", 1, 1'048'576},
    {"queue_mb", &BodiesConfig::queue_mb,
     "Bodies on their way to the disk; what does not fit is dropped and counted.", "MiB", 1,
     65'536},
};

constexpr Key<LogConfig> kLog[] = {
    {"requests", &LogConfig::requests, "One JSON line a request; never prompt or answer text."},
    {"file", &LogConfig::file, "Unset = standard error.", "", 0, 0, "\"/var/log/weir/weir.log\""},
    {"level",
     WordMember<LogConfig>{kLevels,
                           [](LogConfig& log, std::size_t word) { log.level = kLevels[word]; }, 1},
     "debug, info, warn or error."},
};

constexpr Key<MetricsConfig> kMetrics[] = {
    {"max_label_values", &MetricsConfig::max_label_values,
     "Distinct teams or models in /metrics; further ones are counted as \"other\".", "values", 1,
     100'000},
};

}  // namespace

const ConfigSchema& config_schema() {
  static const ConfigSchema schema{
      kTop,        kServer,        kTls,         kLocal,   kLocalModels, kBackend,    team_keys(),
      rule_keys(), pattern_keys(), limit_keys(), kRouting, kDelegation,  kConfidence, kPrice,
      kLedger,     kReceipts,      kBodies,      kLog,     kMetrics};
  return schema;
}

}  // namespace weir
