// A local model that runs, whichever of the two kinds it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/result.h"
#include "local_backend/embedding_engine.h"
#include "local_backend/local_backend.h"
#include "local_backend/local_model.h"

namespace weir {

// Exactly one of the two is there.
struct LoadedModel {
  std::unique_ptr<LocalBackend> chat;          // answers in words
  std::unique_ptr<EmbeddingEngine> embedding;  // makes vectors

  const LocalModelInfo& info() const {
    return chat != nullptr ? chat->model_info() : embedding->model_info();
  }
};

// What is known of a model without running it.
struct ModelFacts {
  LocalModelInfo info;
  bool embeds = false;
  Capabilities capabilities;      // of one that answers in words
  std::size_t width = 0;          // of the vectors of one that embeds
  std::uint64_t file_bytes = 0;   // all of it stays in memory while it runs
  std::uint64_t state_bytes = 0;  // keys and values that it may come to hold

  std::uint64_t bytes() const { return file_bytes + state_bytes; }
};

// Of a model that is to run as `config` says.
std::uint64_t file_bytes_of(const LocalModel& model);
std::uint64_t state_bytes_of(const LocalModel& model, const EngineConfig& config);

// Starts its engine. kInvalidModel or kInvalidConfig; never throws.
Result<LoadedModel> start_model(LocalModel model, LocalBackendOptions options);

ModelFacts facts_of(const LoadedModel& loaded, const LocalModel& model,
                    const LocalBackendOptions& options);

}  // namespace weir
