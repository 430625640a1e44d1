// Turns texts into vectors with one loaded model, an encoder or a language model.
//
// Owns the threads that compute. embed() may be called from any thread; one text is
// worked on at a time, the others wait.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/result.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"

namespace weir {

struct EmbedderConfig {
  std::size_t threads = 0;         // that compute; 0 = one per processor
  std::size_t context_tokens = 0;  // of one text; 0 = the model's own
};

class Embedder {
 public:
  // kInvalidModel if the file does not say how its hidden states become one vector.
  static Result<std::unique_ptr<Embedder>> create(std::shared_ptr<const Model> model,
                                                  const EmbedderConfig& config);

  std::size_t width() const { return model_->spec().embedding; }
  std::size_t context_tokens() const { return context_tokens_; }

  // The vector of a text's tokens as the model pools them, of length 1. kContextTooLong,
  // kInvalidRequest for no tokens or one that the model does not have, kOverloaded
  // without memory, kInternal if it is not made of numbers.
  Result<std::vector<float>> embed(std::span<const TokenId> tokens);

 private:
  Embedder(std::shared_ptr<const Model> model, const EmbedderConfig& config);

  std::vector<float> hidden_states(std::span<const TokenId> tokens);
  std::size_t tokens_together(std::size_t tokens) const;

  const std::shared_ptr<const Model> model_;
  const std::size_t context_tokens_;
  std::mutex mutex_;
  kernels::WorkerPool pool_;
  KvPool kv_;
  Workspace work_;
};

}  // namespace weir
