// Runs a model without an engine, on the caller's thread: for tests and tools.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"

namespace weir {

class ModelRun {
 public:
  static constexpr std::size_t kMaxTokens = std::size_t{1} << 20;  // of all living sequences

  explicit ModelRun(std::shared_ptr<const Model> model,
                    const kernels::Kernels& kernels = kernels::best_kernels(),
                    std::size_t threads = 2)
      : model_(std::move(model)),
        kernels_(kernels),
        pool_(threads),
        kv_(model_->state_layout(), kMaxTokens / kKvPageTokens) {}

  const Model& model() const { return *model_; }

  // An empty sequence with room for `capacity` tokens; dies before the ModelRun.
  std::unique_ptr<SequenceState> sequence(std::size_t capacity = 512);

  // Adds `tokens` behind what `state` remembers, all of them asking for logits.
  static void add(Batch* batch, SequenceState* state, const std::vector<TokenId>& tokens);

  // What the tokens of the batch want; the sequences advance.
  ForwardOutput run_all(const Batch& batch);
  // Its logits alone.
  std::vector<float> run(const Batch& batch);

  // The logits of every token, appended to `state`, or to a fresh sequence `chunk` at a time.
  std::vector<float> feed(SequenceState* state, const std::vector<TokenId>& tokens);
  std::vector<float> feed_in_chunks(const std::vector<TokenId>& tokens, std::size_t chunk);

  // `count` greedy tokens behind `prompt`; the lowest id wins a tie.
  std::vector<TokenId> greedy(const std::vector<TokenId>& prompt, std::size_t count);

 private:
  std::shared_ptr<const Model> model_;
  const kernels::Kernels& kernels_;
  kernels::WorkerPool pool_;
  Workspace work_;
  KvPool kv_;
};

}  // namespace weir
