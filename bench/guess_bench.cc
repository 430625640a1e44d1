// How much faster answers are with guesses than without, the same prompts in turns: some that
// repeat what they were given, one of prose, one of noise that nothing can foretell.
//
//   guess_bench MODEL DRAFT|- ROUNDS TOKENS        a line a job; weir-mini is a model, too
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "local_backend/local_backend.h"

namespace {

using weir::Speculation;
using Clock = std::chrono::steady_clock;

struct Job {
  const char* name;
  const char* prompt;
  double temperature;
};

constexpr Job kJobs[] = {
    {"copy",
     "Repeat:\nname,age,city\nAnna Berg,31,Oslo\nTom Reed,44,Leeds\nMia Kohl,27,Bonn\n"
     "name,age,city\nAnna Berg,31,Oslo\nTom Reed,",
     0},
    {"prose", "Write a short reply that thanks Maria for the report.", 0},
    {"drawn", "Write a short reply that thanks Maria for the report.", 0.8},
    {"noise", "Tell me something new.", 2}};

// Counts guesses.
class Counts final : public weir::EngineObserver {
 public:
  void on_step(const weir::EngineStep& step) override {
    guessed += step.guessed_tokens;
    right += step.right_guesses;
    drafted += step.drafted_tokens;
  }
  void on_departure(const weir::EngineDeparture&) override {}
  void on_reject() override {}

  std::atomic<std::size_t> guessed = 0;
  std::atomic<std::size_t> right = 0;
  std::atomic<std::size_t> drafted = 0;
};

struct Contender {
  std::unique_ptr<weir::Engine> engine;
  std::shared_ptr<Counts> counts = std::make_shared<Counts>();
  std::vector<double> seconds = {};
};

Contender contender(const weir::LocalModel& model, Speculation mode) {
  Contender made;
  weir::EngineConfig config;
  config.context_tokens = 2048;
  config.kv_bytes = std::size_t{512} << 20;
  config.speculate = mode;
  if (mode != Speculation::kNever) config.draft = model.draft;
  config.observer = made.counts;
  auto engine = weir::Engine::create(model.model, model.tokenizer, config);
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    std::exit(1);
  }
  made.engine = std::move(*engine);
  return made;
}

std::string answer(Contender& who, const Job& job, std::int64_t tokens, std::int64_t seed) {
  weir::Prompt prompt;
  prompt.add_user(job.prompt);
  weir::SamplingParams params;
  params.temperature = job.temperature;
  params.max_tokens = tokens;
  params.seed = seed;
  if (job.temperature > 1) {
    params.top_k = 0;
    params.top_p = 1;
    params.min_p = 0;
  }
  const auto stream = std::move(*who.engine->submit(prompt, params, {}));
  std::string text;
  Clock::time_point first;
  std::size_t taken = 0;
  while (!stream->ended()) {
    stream->wait_until(weir::SteadyTime::max());
    while (const auto piece = stream->try_take()) {
      if (taken++ == 0) first = Clock::now();
      text += piece->text;
    }
  }
  const std::chrono::duration<double> spent = Clock::now() - first;
  who.seconds.push_back(spent.count() / static_cast<double>(std::max<std::size_t>(taken, 2) - 1));
  return text;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fprintf(stderr, "guess_bench MODEL DRAFT|- ROUNDS TOKENS\n"), 2;
  weir::LocalBackendOptions options;
  options.model_path = argv[1];
  if (std::string(argv[2]) != "-") options.draft_path = argv[2];
  const auto model = weir::open_local_model(options);
  if (!model) return std::fprintf(stderr, "%s\n", model.error().message.c_str()), 1;
  weir::read_weights(*model, options, nullptr);
  const int rounds = std::atoi(argv[3]);
  Contender with = contender(*model, Speculation::kAuto);
  Contender without = contender(*model, Speculation::kNever);
  for (const Job& job : kJobs) {
    std::vector<double> ratios;
    with.seconds.clear();
    without.seconds.clear();
    with.counts->guessed = with.counts->right = with.counts->drafted = 0;
    for (int round = 0; round < rounds; ++round) {
      Contender& first = round % 2 == 0 ? with : without;
      Contender& second = round % 2 == 0 ? without : with;
      const std::string text = answer(first, job, std::atoll(argv[4]), round);
      if (answer(second, job, std::atoll(argv[4]), round) != text) {
        return std::fprintf(stderr, "%s: the answers differ\n", job.name), 1;
      }
      ratios.push_back(without.seconds.back() / with.seconds.back());
    }
    std::printf(
        "%-6s %8.2f ms a token, without guesses %8.2f, ratio %.3f; guessed %zu, right %zu, "
        "drafted %zu\n",
        job.name, 1e3 * median(with.seconds), 1e3 * median(without.seconds), median(ratios),
        with.counts->guessed.load(), with.counts->right.load(), with.counts->drafted.load());
    std::fflush(stdout);
  }
  return 0;
}
