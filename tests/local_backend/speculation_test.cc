// Answers that are guessed ahead are the answers that would have come anyway.
#include <atomic>

#include "local_backend/kv_cache/kv_pool.h"
#include "tests/local_backend/engine_run.h"

namespace weir {
namespace {

using namespace test;

class Guesses final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override {
    ++steps;
    guessed += step.guessed_tokens;
    right += step.right_guesses;
    output += step.output_tokens;
  }
  void on_departure(const EngineDeparture&) override {}
  void on_reject() override {}

  std::atomic<std::size_t> steps = 0;
  std::atomic<std::size_t> guessed = 0;
  std::atomic<std::size_t> right = 0;
  std::atomic<std::size_t> output = 0;
};

struct Pair {
  std::shared_ptr<Guesses> seen = std::make_shared<Guesses>();
  std::unique_ptr<Engine> guessing;
  std::unique_ptr<Engine> plain;
};

Pair engines(EngineConfig config = {}, Speculation mode = Speculation::kAlways) {
  Pair pair;
  config.speculate = Speculation::kNever;
  pair.plain = tiny_engine(config);
  config.speculate = mode;
  config.observer = pair.seen;
  pair.guessing = tiny_engine(config);
  return pair;
}

void check_same(const Answer& guessed, const Answer& plain) {
  CHECK(guessed.text == plain.text);
  CHECK(guessed.outcome.value() == plain.outcome.value());
  REQUIRE(guessed.signals.size() == plain.signals.size());
  for (std::size_t i = 0; i < plain.signals.size(); ++i) {
    CHECK(guessed.signals[i].logprob == plain.signals[i].logprob);
    CHECK(guessed.signals[i].entropy == plain.signals[i].entropy);
    CHECK(guessed.signals[i].margin == plain.signals[i].margin);
  }
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST_CASE("A greedy answer is the same with guesses, and takes fewer steps", "[speculation]") {
  Pair pair = engines();
  std::size_t tokens = 0;
  for (const std::string& prompt : {std::string("hello"), repeated("abc ", 10)}) {
    const Answer answer = answer_of(*pair.guessing, prompt, greedy(60));
    check_same(answer, answer_of(*pair.plain, prompt, greedy(60)));
    tokens += answer.signals.size();
  }
  pair.guessing.reset();  // by then all steps were told
  CHECK(pair.seen->right > 10);
  CHECK(pair.seen->output == tokens);
  CHECK(pair.seen->steps < tokens);
}

TEST_CASE("A drawn answer is the same with guesses, token for token", "[speculation]") {
  Pair pair = engines({}, GENERATE(Speculation::kAlways, Speculation::kAuto));
  for (std::int64_t seed = 0; seed < 20; ++seed) {
    SamplingParams params;
    params.seed = seed;
    params.temperature = 0.2 + 0.05 * static_cast<double>(seed);
    params.max_tokens = 50;
    params.frequency_penalty = seed % 3 == 0 ? 0.3 : 0;
    const std::string prompt = repeated("one two ", 1 + static_cast<std::size_t>(seed) % 5);
    check_same(answer_of(*pair.guessing, prompt, params), answer_of(*pair.plain, prompt, params));
  }
  CHECK(pair.seen->guessed > 0);
}

TEST_CASE("A mask decides what a guess may say", "[speculation]") {
  Pair pair = engines();
  SubmitOptions options;
  std::vector<TokenId> script = bytes(repeated("xyz", 15));
  script.push_back(kEos);
  options.mask = std::make_shared<ScriptedMask>(script);
  const auto stream = std::move(*pair.guessing->submit(user("xyzxyzxyz"), greedy(100), options));
  const Answer answer = read(*stream);
  CHECK(answer.text == repeated("xyz", 15));
  CHECK(answer.outcome.value() == FinishReason::kStop);
  CHECK(answer.signals.size() == script.size());
  pair.guessing.reset();
  CHECK(pair.seen->right > 20);
}

TEST_CASE("A guess neither outlasts max_tokens nor a stop string", "[speculation]") {
  Pair pair = engines();
  for (std::int64_t most = 1; most < 30; ++most) {
    const Answer answer = answer_of(*pair.guessing, repeated("ab", 9), greedy(most));
    CHECK(answer.signals.size() == static_cast<std::size_t>(most));
    check_same(answer, answer_of(*pair.plain, repeated("ab", 9), greedy(most)));
  }
  const std::string text = answer_of(*pair.plain, "hello", greedy(60)).text;
  SamplingParams params = greedy(60);
  params.stop = {text.substr(text.size() / 2, 3)};
  check_same(answer_of(*pair.guessing, "hello", params), answer_of(*pair.plain, "hello", params));
}

TEST_CASE("Answers beside each other are the same with guesses", "[speculation]") {
  EngineConfig config;
  config.stream_pieces = 4;
  Pair pair = engines(config);
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto most = static_cast<std::int64_t>(20 + 9 * i);
    streams.push_back(
        std::move(*pair.guessing->submit(user(repeated("go ", i + 1)), greedy(most), {})));
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto most = static_cast<std::int64_t>(20 + 9 * i);
    check_same(read(*streams[i]), answer_of(*pair.plain, repeated("go ", i + 1), greedy(most)));
  }
}

TEST_CASE("Guesses take no pages that are not there", "[speculation]") {
  EngineConfig config;
  config.kv_bytes = 3 * KvPool::page_bytes(tiny_engine()->model().state_layout());
  const std::string prompt = repeated("ab", 20);
  Pair pair = engines(config);
  check_same(answer_of(*pair.guessing, prompt, greedy(140)),
             answer_of(*pair.plain, prompt, greedy(140)));
}

}  // namespace
}  // namespace weir
