#include "router/cli/draft_bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "local_backend/draft_model.h"
#include "local_backend/model/model_run.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "router/cli/figures.h"

namespace weir::cli {
namespace {

constexpr std::array<std::size_t, 4> kTokens = {1, 2, 4, 8};
constexpr std::size_t kStepsARound = 8;
constexpr std::size_t kPiece = 256;  // of what is read before
constexpr double kNever = 2;

// Runs steps of so many tokens at one place of a sequence, again and again.
class StepTimer {
 public:
  StepTimer(const std::shared_ptr<const Model>& model, const DraftBench& bench)
      : run_(model, kernels::best_kernels(), bench.threads),
        depth_(bench.depth),
        state_(run_.sequence(bench.depth + kTokens.back())) {
    for (std::size_t read = 0; read < depth_; read += kPiece) {
      step(read, std::min(kPiece, depth_ - read));
      state_->advance_to(std::min(read + kPiece, depth_));
    }
  }

  double seconds(std::size_t tokens) {
    const auto begin = std::chrono::steady_clock::now();
    step(depth_, tokens);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    state_->advance_to(depth_);
    return spent.count();
  }

 private:
  void step(std::size_t start, std::size_t tokens) {
    Batch batch;
    state_->prepare(start + tokens);
    for (std::size_t i = 0; i < tokens; ++i) {
      const auto token = static_cast<TokenId>((start + 7 * i) % run_.model().spec().vocabulary);
      batch.add(token, start + i, state_.get(), {.logits = start == depth_});
    }
    run_.run_all(batch);
  }

  ModelRun run_;
  const std::size_t depth_;
  std::unique_ptr<SequenceState> state_;
};

struct Costs {
  std::array<double, kTokens.size()> step_s = {};
  double draft_s = 0;
};

Costs costs_of(StepTimer& model, StepTimer& draft, std::size_t rounds) {
  std::array<std::vector<double>, kTokens.size()> steps;
  std::vector<double> drafts;
  drafts.reserve(rounds * kStepsARound);
  for (std::size_t i = 0; i < rounds * kStepsARound; ++i) {
    for (std::size_t kind = 0; kind < kTokens.size(); ++kind) {
      steps[kind].push_back(model.seconds(kTokens[kind]));
    }
    drafts.push_back(draft.seconds(1));
  }
  Costs costs;
  for (std::size_t kind = 0; kind < kTokens.size(); ++kind) {
    costs.step_s[kind] = median(std::move(steps[kind]));
  }
  costs.draft_s = median(std::move(drafts));
  return costs;
}

std::string line_of(const Costs& costs, std::size_t kind) {
  const std::size_t guessed = kTokens[kind] - 1;
  const double plain = costs.step_s[0];
  const double made = static_cast<double>(guessed) * costs.draft_s;
  const double chance = least_chance(guessed, (costs.step_s[kind] + made) / plain);
  const double alone = least_chance(guessed, costs.step_s[kind] / plain);
  const auto text = [](double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "above %.0f %%", 100 * value);
    return std::string(value > 1 ? "never" : digits);
  };
  char line[160];
  std::snprintf(line, sizeof line, "%zu guessed   step %7.2f ms, %.2f times  drafting %7.2f ms  ",
                guessed, 1e3 * costs.step_s[kind], costs.step_s[kind] / plain, 1e3 * made);
  return line + ("pays where " + text(chance)) + " come true, found ones " + text(alone) + "\n";
}

}  // namespace

double least_chance(std::size_t tokens, double cost) {
  const auto worth = [&](double chance) {
    double sum = 1;
    double all = 1;
    for (std::size_t i = 0; i < tokens; ++i) sum += all *= chance;
    return sum;
  };
  if (cost >= worth(1)) return kNever;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (worth(middle) < cost ? low : high) = middle;
  }
  return high;
}

Result<std::string> measure_draft(const DraftBench& bench) {
  const auto model = Model::load(bench.model, {.kv_types = kUsualKvTypes});
  if (!model) return model.error();
  const auto draft = Model::load(bench.draft, {.kv_types = kUsualKvTypes});
  if (!draft) return draft.error();
  auto problem = draft_problem(**model, **draft);
  const auto tokenizer = Tokenizer::create(*bench.model);
  const auto draft_tokenizer = Tokenizer::create(*bench.draft);
  if (!tokenizer) return tokenizer.error();
  if (!draft_tokenizer) return draft_tokenizer.error();
  if (!problem) {
    problem = draft_problem((*tokenizer)->vocabulary(), (*draft_tokenizer)->vocabulary());
  }
  if (problem) return Error{problem->code, "the draft model: " + problem->message};
  kernels::WorkerPool pool(bench.threads);
  (*model)->pack(pool, [](std::uint64_t) { return true; });
  (*draft)->pack(pool, [](std::uint64_t) { return true; });
  StepTimer model_timer(*model, bench);
  StepTimer draft_timer(*draft, bench);
  costs_of(model_timer, draft_timer, 1);
  const Costs costs = costs_of(model_timer, draft_timer, bench.rounds);
  char head[96];
  std::snprintf(head, sizeof head, "0 guessed   step %7.2f ms, a draft's token %.2f ms\n",
                1e3 * costs.step_s[0], 1e3 * costs.draft_s);
  std::string text = head;
  for (std::size_t kind = 1; kind < kTokens.size(); ++kind) text += line_of(costs, kind);
  return text;
}

}  // namespace weir::cli
