#include "router/local_models.h"

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "metrics/app_log.h"
#include "router/local_model.h"

namespace weir {
namespace {

// Of all that would make it another model.
std::string identity_of(const LocalBackendOptions& load, std::int64_t keep_alive_s) {
  std::string identity = load.model_path + '\n' + load.model_name + '\n' + load.draft_path;
  for (const auto number :
       {static_cast<std::int64_t>(load.engine.context_tokens),
        static_cast<std::int64_t>(load.engine.max_sequences),
        static_cast<std::int64_t>(load.engine.threads),
        static_cast<std::int64_t>(load.engine.max_queued),
        static_cast<std::int64_t>(load.engine.kv_bytes), load.max_output_tokens,
        std::int64_t{load.normalise}, std::int64_t{load.constrain_calls},
        static_cast<std::int64_t>(load.arithmetic), std::int64_t{load.pack_weights},
        std::int64_t{load.hash_file != nullptr}, std::int64_t{load.engine.prefix_cache},
        static_cast<std::int64_t>(load.engine.speculate), keep_alive_s}) {
    identity += '\n' + std::to_string(number);
  }
  identity += '\n' + to_string(load.kv_types);
  for (const auto& [layer, types] : load.kv_layers) {
    identity += ' ' + std::to_string(layer) + '=' + to_string(types);
  }
  return identity;
}

StoredModelOptions stored_options(LocalBackendOptions load, std::int64_t keep_alive_s) {
  StoredModelOptions options;
  options.identity = identity_of(load, keep_alive_s);
  options.load = std::move(load);
  if (keep_alive_s >= 0) options.keep_alive = std::chrono::seconds(keep_alive_s);
  return options;
}

std::int64_t milliseconds_of(std::chrono::milliseconds span) { return span.count(); }

std::int64_t number_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void append_facts(JsonObject& object, const ModelFacts& facts) {
  object.string("kind", facts.embeds ? "embedding" : "chat");
  object.string("architecture", facts.info.architecture);
  object.string("hash", facts.info.hash);
  object.number("parameters", number_of(facts.info.parameters));
  object.number("context_tokens", facts.info.context_tokens);
  if (facts.embeds) object.number("dimensions", number_of(facts.width));
  object.number("memory_bytes", number_of(facts.bytes()));
}

void append_report(std::string* out, const ModelReport& report) {
  JsonObject object(out);
  object.string("name", report.name);
  object.string("path", report.path);
  object.string("state", to_string(report.state));
  if (report.state == ModelState::kLoading && report.progress.total > 0) {
    const double share =
        static_cast<double>(report.progress.done) / static_cast<double>(report.progress.total);
    object.number("progress", share);
  }
  if (!report.problem.empty()) object.string("problem", report.problem);
  if (report.facts != nullptr) append_facts(object, *report.facts);
  object.number("in_flight", number_of(report.in_flight));
  if (report.unused_for) object.number("unused_ms", milliseconds_of(*report.unused_for));
  const bool expires = report.keep_alive.has_value();
  object.number("keep_alive_ms", expires ? milliseconds_of(*report.keep_alive) : std::int64_t{-1});
  object.close();
}

Error duplicate(const StoredModel& model) {
  return {ErrorCode::kInvalidConfig, "local model " + model.options().load.model_path +
                                         ": another local model has the name " + model.name() +
                                         " too: set name"};
}

}  // namespace

ModelStoreEvents count_loads(Metrics& metrics) {
  ModelStoreEvents events;
  events.on_load = [&metrics](double seconds, bool ok) { metrics.observe_model_load(seconds, ok); };
  events.on_evict = [&metrics] { metrics.count(Counter::kModelEvictions); };
  return events;
}

ModelStoreLimits store_limits(const LocalConfig& config) {
  ModelStoreLimits limits;
  limits.memory_bytes = static_cast<std::uint64_t>(config.memory_mb) * kMebibyte;
  limits.load_timeout = std::chrono::milliseconds(config.load_timeout_ms);
  return limits;
}

Result<ModelStore::Models> prepare_local_models(ModelStore& store, const LocalConfig& config,
                                                Metrics* metrics, const LocalArchive& archive) {
  std::vector<StoredModelOptions> wanted;
  wanted.reserve(config.models.size() + 1);
  constexpr std::int64_t kForever = -1;
  if (!config.model.empty()) {
    wanted.push_back(stored_options(load_options(config, metrics), kForever));
  }
  for (const LocalModelConfig& model : config.models) {
    wanted.push_back(stored_options(load_options(config, model, metrics), model.keep_alive_s));
  }
  for (StoredModelOptions& options : wanted) {
    options.load.engine.archive = archive.archive;
    options.load.engine.archive_key = archive.program + '\n';
    options.load.engine.archive_flush = std::chrono::milliseconds(config.kv_persist_flush_ms);
  }
  ModelStore::Models models = store.prepare(std::move(wanted));
  std::set<std::string_view> names;
  for (const auto& model : models) {
    if (!names.insert(model->name()).second) return duplicate(*model);
  }
  for (const auto& model : models) {
    if (model->facts() == nullptr) {
      log_error("local model " + model->name() + " (" + model->options().load.model_path +
                ") cannot be read: " + model->problem());
    }
  }
  if (config.model.empty()) return models;
  if (const Result<void> loaded = store.load_now(models.front(), store_limits(config)); !loaded) {
    return Error{loaded.error().code,
                 "[local] model " + config.model + ": " + loaded.error().message};
  }
  return models;
}

void show_local_models(const ModelStore& store, Metrics& metrics) {
  const ModelStore::Totals totals = store.totals();
  const auto set = [&](Gauge gauge, std::uint64_t value) {
    metrics.set(gauge, static_cast<double>(value));
  };
  set(Gauge::kModelsLoaded, totals.loaded);
  set(Gauge::kModelBytes, totals.bytes);
  set(Gauge::kEngineSlots, totals.slots);
  set(Gauge::kEngineSlotsBusy, totals.engines.running);
  set(Gauge::kEngineQueue, totals.engines.queued);
  set(Gauge::kEngineKvTokens, totals.engines.kv_tokens_max);
  set(Gauge::kEngineKvTokensUsed, totals.engines.kv_tokens_used);
  set(Gauge::kEngineKvTokensReserved, totals.engines.kv_tokens_reserved);
  set(Gauge::kEngineKvTokensCached, totals.engines.kv_tokens_cached);
  EngineModelSample sample;
  for (const ModelReport& report : store.report()) {
    if (report.state != ModelState::kReady || report.facts->embeds) continue;
    const LocalModelInfo& info = report.facts->info;
    sample = {info.name,
              info.architecture,
              info.hash,
              static_cast<double>(info.parameters),
              static_cast<double>(info.context_tokens),
              info.load_seconds};
    break;
  }
  metrics.engine().set(sample);
}

std::string local_models_json(const ModelStore& store) {
  std::string out;
  JsonObject object(&out);
  object.number("memory_bytes", number_of(store.totals().bytes));
  std::string* list = object.key("models");
  *list += '[';
  bool first = true;
  for (const ModelReport& report : store.report()) {
    if (!std::exchange(first, false)) *list += ',';
    append_report(list, report);
  }
  *list += ']';
  object.close();
  return out;
}

}  // namespace weir
