#include "local_backend/loaded_model.h"

#include <algorithm>
#include <new>
#include <utility>

#include "local_backend/draft_model.h"
#include "local_backend/kv_cache/kv_pool.h"

namespace weir {
namespace {

Result<LoadedModel> start(LocalModel model, LocalBackendOptions options) {
  LoadedModel loaded;
  if (model.embeds()) {
    auto engine = EmbeddingEngine::start(std::move(model), options);
    if (!engine) return engine.error();
    loaded.embedding = std::move(*engine);
  } else {
    auto backend = LocalBackend::start(std::move(model), std::move(options));
    if (!backend) return backend.error();
    loaded.chat = std::move(*backend);
  }
  return loaded;
}

}  // namespace

std::uint64_t file_bytes_of(const LocalModel& model) {
  std::uint64_t bytes = 0;
  for (const auto& piece : model.file->pieces()) bytes += piece.size();
  if (model.draft == nullptr) return bytes;
  for (const auto& piece : model.draft->file().pieces()) bytes += piece.size();
  return bytes;
}

// No more than all slots at their longest, and no more than the cache may hold.
std::uint64_t state_bytes_of(const LocalModel& model, const EngineConfig& config) {
  const ModelSpec& spec = model.model->spec();
  std::size_t tokens = spec.context_tokens;
  if (config.context_tokens != 0) tokens = std::min(tokens, config.context_tokens);
  if (model.embeds()) return Embedder::state_bytes(*model.model, tokens);
  const StateLayout& layout = model.model->state_layout();
  const std::uint64_t pages =
      (tokens + kKvPageTokens - 1) / kKvPageTokens + KvPool::overhead_pages(layout);
  const std::uint64_t page_bytes = kv_page_bytes(*model.model, model.draft.get());
  const std::uint64_t most = config.kv_bytes;
  if (page_bytes == 0 || pages > most / page_bytes / config.max_sequences) return most;
  return pages * page_bytes * config.max_sequences;
}

Result<LoadedModel> start_model(LocalModel model, LocalBackendOptions options) {
  try {
    return start(std::move(model), std::move(options));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

ModelFacts facts_of(const LoadedModel& loaded, const LocalModel& model,
                    const LocalBackendOptions& options) {
  ModelFacts facts;
  facts.info = loaded.info();
  facts.embeds = loaded.embedding != nullptr;
  if (loaded.chat != nullptr) facts.capabilities = loaded.chat->capabilities();
  if (loaded.embedding != nullptr) facts.width = loaded.embedding->width();
  facts.file_bytes = file_bytes_of(model);
  facts.state_bytes = state_bytes_of(model, options.engine);
  return facts;
}

}  // namespace weir
