#include "router/embedding_models.h"

#include <filesystem>
#include <new>
#include <set>
#include <string>
#include <utility>

#include "router/local_model.h"
#include "router/progress_bar.h"

namespace weir {
namespace {

LocalBackendOptions options_of(const LocalConfig& local, const LocalModelConfig& config,
                               Metrics* metrics) {
  LocalBackendOptions options;
  options.name = kLocalBackend;
  options.model_path = config.model;
  options.model_name = config.name;
  options.arithmetic = local.arithmetic;
  options.engine.threads = static_cast<std::size_t>(local.threads);
  options.engine.context_tokens = static_cast<std::size_t>(config.context_tokens);
  options.engine.max_queued = static_cast<std::size_t>(config.max_queue);
  options.engine.observer = engine_counts(metrics);
  options.watch_load = progress_bar(std::filesystem::path(config.model).filename().string());
  return options;
}

Result<std::shared_ptr<EmbeddingEngine>> load(const LocalBackendOptions& options) {
  try {
    auto model = open_local_model(options);
    if (!model) return model.error();
    if (model->embeds()) prefetch(model->file->pieces(), options.watch_load);
    auto engine = EmbeddingEngine::start(std::move(*model), options);
    if (!engine) return engine.error();
    return std::shared_ptr<EmbeddingEngine>(std::move(*engine));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

// The same file in the same way, already running; or null.
std::shared_ptr<EmbeddingEngine> kept(const LocalConfig& local, const LocalModelConfig& config,
                                      const Snapshot* before) {
  if (before == nullptr) return nullptr;
  const LocalConfig& old = before->config.local;
  if (old.threads != local.threads || old.arithmetic != local.arithmetic) return nullptr;
  for (std::size_t i = 0; i < old.models.size(); ++i) {
    if (old.models[i] == config) return before->embedding_models[i];
  }
  return nullptr;
}

Error about(const LocalModelConfig& config, const Error& error) {
  return {error.code, "[[local.models]] " + config.model + ": " + error.message, error.detail};
}

}  // namespace

Result<EmbeddingModels> load_embedding_models(const LocalConfig& config, const Snapshot* before,
                                              Metrics* metrics) {
  EmbeddingModels models;
  models.reserve(config.models.size());
  std::set<std::string_view> names;
  for (const LocalModelConfig& wanted : config.models) {
    std::shared_ptr<EmbeddingEngine> model = kept(config, wanted, before);
    if (model == nullptr) {
      auto loaded = load(options_of(config, wanted, metrics));
      if (!loaded) return about(wanted, loaded.error());
      model = std::move(*loaded);
    }
    models.push_back(std::move(model));
    if (names.insert(models.back()->model_info().name).second) continue;
    return about(wanted, {ErrorCode::kInvalidConfig, "another local model has its name: set name"});
  }
  return models;
}

}  // namespace weir
