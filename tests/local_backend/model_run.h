// Runs a model without an engine: one sequence at a time, whole or in chunks.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model.h"

namespace weir::test {

class ModelRun {
 public:
  explicit ModelRun(std::shared_ptr<const Model> model,
                    const kernels::Kernels& kernels = kernels::best_kernels())
      : model_(std::move(model)), kernels_(kernels), kv_(model_->state_layout(), 64) {}

  std::unique_ptr<SequenceState> sequence() { return kv_.admit(512); }

  // The logits of every token that is appended to `state`.
  std::vector<float> feed(SequenceState* state, const std::vector<TokenId>& tokens) {
    Batch batch;
    add(&batch, state, tokens);
    return run(batch);
  }

  static void add(Batch* batch, SequenceState* state, const std::vector<TokenId>& tokens) {
    const std::size_t start = state->length();
    state->prepare(start + tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) batch->add(tokens[i], start + i, state, true);
  }

  std::vector<float> run(const Batch& batch) {
    std::vector<float> logits;
    model_->forward(batch, {kernels_, pool_, work_}, [] { return false; }, &logits);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch.sequences[i]->advance_to(batch.positions[i] + 1);
    }
    return logits;
  }

  // The same, `chunk` tokens at a time.
  std::vector<float> feed_in_chunks(const std::vector<TokenId>& tokens, std::size_t chunk) {
    const auto state = sequence();
    std::vector<float> all;
    for (std::size_t i = 0; i < tokens.size(); i += chunk) {
      const auto begin = tokens.begin() + static_cast<long>(i);
      const auto end = begin + static_cast<long>(std::min(chunk, tokens.size() - i));
      const auto part = feed(state.get(), {begin, end});
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

  // `count` greedy tokens behind `prompt`; the lowest id wins a tie.
  std::vector<TokenId> greedy(const std::vector<TokenId>& prompt, std::size_t count) {
    const auto state = sequence();
    std::vector<TokenId> input = prompt;
    std::vector<TokenId> output;
    while (output.size() < count) {
      const auto logits = feed(state.get(), input);
      const auto last = logits.end() - static_cast<long>(model_->spec().vocabulary);
      output.push_back(static_cast<TokenId>(std::max_element(last, logits.end()) - last));
      input = {output.back()};
    }
    return output;
  }

  const Model& model() const { return *model_; }

 private:
  std::shared_ptr<const Model> model_;
  const kernels::Kernels& kernels_;
  kernels::WorkerPool pool_{2};
  Workspace work_;
  KvPool kv_;
};

}  // namespace weir::test
