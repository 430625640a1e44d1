#include "router/cli/bench_runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <string_view>

#include "local_backend/kv_cache/kv_pool.h"

namespace weir::cli {
namespace {

constexpr std::string_view kEmbedding = "token_embd.weight";

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// Of all experts of a layer, the share that so many tokens meet, if each chooses at random.
double used_share(const GgufFile& file, std::string_view architecture, std::size_t tokens) {
  const std::string prefix(architecture);
  constexpr UintRange kAny{1, 1 << 16};
  const auto all = file.find_uint(prefix + ".expert_count", kAny);
  const auto used = file.find_uint(prefix + ".expert_used_count", kAny);
  if (!all || !used || !*all || !*used) return 1;
  const double missed = 1 - static_cast<double>(**used) / static_cast<double>(**all);
  return 1 - std::pow(missed, static_cast<double>(tokens));
}

bool is_expert(const GgufTensor& tensor) {
  return tensor.name.find("_exps.") != std::string_view::npos;
}

}  // namespace

double step_weight_bytes(const Model& model, std::size_t tokens) {
  const GgufFile& file = model.file();
  const double share = used_share(file, model.spec().architecture, tokens);
  const bool tied = file.tensor("output.weight") == nullptr;
  double bytes = 0;
  for (const GgufTensor& tensor : file.tensors()) {
    if (tensor.dim_count < 2 || (tensor.name == kEmbedding && !tied)) continue;
    bytes += static_cast<double>(tensor.bytes.size()) * (is_expert(tensor) ? share : 1);
  }
  return bytes;
}

double prompt_operations(const Model& model) {
  const GgufFile& file = model.file();
  const double share = used_share(file, model.spec().architecture, 1);
  double operations = 0;
  for (const GgufTensor& tensor : file.tensors()) {
    const bool lookup = tensor.name == kEmbedding || tensor.name == "output.weight";
    if (tensor.dim_count < 2 || lookup) continue;
    operations += 2 * static_cast<double>(tensor.elements) * (is_expert(tensor) ? share : 1);
  }
  return operations;
}

BenchRunner::BenchRunner(std::shared_ptr<const Model> model, std::size_t threads, std::size_t batch,
                         std::size_t longest)
    : threads_(threads),
      batch_(batch),
      model_(std::move(model), kernels::best_kernels(), threads),
      single_(model_.sequence(longest)) {}

double BenchRunner::state_bytes(std::size_t length) const {
  const double page = static_cast<double>(KvPool::page_bytes(model_.model().state_layout()));
  return page * static_cast<double>(length) / static_cast<double>(kKvPageTokens);
}

void BenchRunner::warm_up() {
  const auto state = model_.sequence(batch_ + 1);
  read(state.get(), batch_);
  read(state.get(), 1);
}

// Random ones: the experts that a real text meets differ from token to token.
void BenchRunner::add_tokens(Batch* batch, SequenceState* state, std::size_t tokens) {
  const std::size_t start = state->length();
  state->prepare(start + tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    const auto token = static_cast<TokenId>(rng_.next() % model_.model().spec().vocabulary);
    batch->add(token, start + i, state, {.logits = false});
  }
}

void BenchRunner::read(SequenceState* state, std::size_t tokens) {
  while (tokens > 0) {
    const std::size_t share = std::min(tokens, batch_);
    Batch batch;
    add_tokens(&batch, state, share);
    batch.wants.back().logits = true;
    model_.run_all(batch);
    tokens -= share;
  }
}

// What recurrent layers remember is of another length then, which costs as much.
SequenceState* BenchRunner::at_depth(std::size_t depth) {
  filled_ = std::max(filled_, single_->length());
  single_->advance_to(std::min(depth, filled_));
  read(single_.get(), depth - single_->length());
  return single_.get();
}

double BenchRunner::seconds_of_prompt(const BenchRun& run) {
  SequenceState* state = at_depth(run.depth);
  const auto begin = SteadyClock::now();
  read(state, run.prompt);
  return seconds_since(begin);
}

double BenchRunner::seconds_of_answers(const BenchRun& run) {
  std::vector<std::unique_ptr<SequenceState>> own;
  std::vector<SequenceState*> states;
  states.reserve(run.streams);
  if (run.streams == 1) states.push_back(at_depth(run.depth));
  while (states.size() < run.streams) {
    own.push_back(model_.sequence(run.depth + run.answer));
    states.push_back(own.back().get());
    read(states.back(), run.depth);
  }
  const auto begin = SteadyClock::now();
  for (std::size_t i = 0; i < run.answer; ++i) {
    Batch batch;
    for (SequenceState* state : states) {
      add_tokens(&batch, state, 1);
      batch.wants.back().logits = true;
    }
    model_.run_all(batch);
  }
  return seconds_since(begin);
}

BenchFigure BenchRunner::measure(const BenchRun& run) {
  const double before = memory_.bytes_per_second(threads_);
  const bool prompt = run.prompt > 0;
  const double seconds = prompt ? seconds_of_prompt(run) : seconds_of_answers(run);
  const double after = memory_.bytes_per_second(threads_);
  const std::size_t tokens = prompt ? run.prompt : run.answer * run.streams;
  return {static_cast<double>(tokens) / seconds, (before + after) / 2};
}

}  // namespace weir::cli
