#include "local_backend/model/model_run.h"

#include <algorithm>

namespace weir {

std::unique_ptr<SequenceState> ModelRun::sequence(std::size_t capacity) {
  return kv_.admit(capacity);
}

void ModelRun::add(Batch* batch, SequenceState* state, const std::vector<TokenId>& tokens) {
  const std::size_t start = state->length();
  state->prepare(start + tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    batch->add(tokens[i], start + i, state, {.logits = true});
  }
}

ForwardOutput ModelRun::run_all(const Batch& batch) {
  ForwardOutput out;
  model_->forward(batch, {kernels_, pool_, work_}, [] { return false; }, &out);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool last = i + 1 == batch.size() || batch.sequences[i + 1] != batch.sequences[i];
    if (last) batch.sequences[i]->advance_to(batch.positions[i] + 1);
  }
  return out;
}

std::vector<float> ModelRun::run(const Batch& batch) { return run_all(batch).logits; }

std::vector<float> ModelRun::feed(SequenceState* state, const std::vector<TokenId>& tokens) {
  Batch batch;
  add(&batch, state, tokens);
  return run(batch);
}

std::vector<float> ModelRun::feed_in_chunks(const std::vector<TokenId>& tokens, std::size_t chunk) {
  const auto state = sequence(tokens.size());
  std::vector<float> all;
  for (std::size_t i = 0; i < tokens.size(); i += chunk) {
    const auto begin = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(chunk, tokens.size() - i));
    const auto part = feed(state.get(), {begin, end});
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::vector<TokenId> ModelRun::greedy(const std::vector<TokenId>& prompt, std::size_t count) {
  const auto state = sequence(prompt.size() + count);
  std::vector<TokenId> input = prompt;
  std::vector<TokenId> output;
  while (output.size() < count) {
    const auto logits = feed(state.get(), input);
    const auto last = logits.end() - static_cast<std::ptrdiff_t>(model_->spec().vocabulary);
    output.push_back(static_cast<TokenId>(std::max_element(last, logits.end()) - last));
    input = {output.back()};
  }
  return output;
}

}  // namespace weir
