// Requests that begin like earlier ones: what they need not read again, and that nobody can
// tell by their answers.
#include "local_backend/kv_cache/prefix_cache.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <numeric>

#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"

namespace weir {
namespace {

using namespace test;

// Counts the tokens of prompts that were computed.
class ComputedTokens final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override { tokens_ += step.prompt_tokens; }
  void on_departure(const EngineDeparture&) override {}
  void on_reject() override {}
  std::size_t tokens() const { return tokens_; }

 private:
  std::atomic<std::size_t> tokens_ = 0;
};

TinySizes long_context() {
  TinySizes sizes;
  sizes.context = 16'384;
  return sizes;
}

EngineConfig quick() {
  EngineConfig config;
  config.stream_pieces = 1'000;
  config.step_target = std::chrono::hours(1);
  return config;
}

struct Told {
  std::string text;
  std::vector<float> logprobs;
  std::optional<float> prompt_logprob;
  Usage usage;

  bool same_answer(const Told& other) const {
    return text == other.text && logprobs == other.logprobs &&
           prompt_logprob == other.prompt_logprob &&
           usage.prompt_tokens() == other.usage.prompt_tokens() &&
           usage.output_tokens == other.usage.output_tokens;
  }
};

struct Ask {
  std::string salt = "team";
  std::int64_t max_tokens = 5;
  std::size_t score_prompt = 0;
};

std::unique_ptr<TokenStream> submit(Engine& engine, const std::string& prompt, const Ask& ask) {
  SubmitOptions options;
  options.cache_salt = ask.salt;
  options.score_prompt = ask.score_prompt;
  SamplingParams params;
  params.seed = 11;
  params.max_tokens = ask.max_tokens;
  return std::move(*engine.submit(user(prompt), params, std::move(options)));
}

Told told_by(TokenStream& stream) {
  const Answer answer = read(stream);
  Told told{answer.text, {}, stream.prompt_signals().mean_logprob, stream.usage()};
  for (const TokenSignals& signals : answer.signals) told.logprobs.push_back(signals.logprob);
  return told;
}

Told ask(Engine& engine, const std::string& prompt, const Ask& how = {}) {
  return told_by(*submit(engine, prompt, how));
}

// Once what has ended has left its pages.
EngineLoad load_at_rest(const Engine& engine) {
  while (engine.load().running != 0) std::this_thread::yield();
  return engine.load();
}

std::string letters(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('a' + rng.uniform() * 26);
  return text;
}

TEST_CASE("A prompt that was read is found up to its last token, and the answer is the same",
          "[prefix]") {
  const auto engine = tiny_engine(quick(), long_context());
  for (const std::size_t length : {1, 2, 30, 61, 62, 63, 64, 65, 66, 127, 128, 129, 500}) {
    const std::string prompt = letters(length, length);
    const Told first = ask(*engine, prompt);
    const Told again = ask(*engine, prompt);
    CAPTURE(length);
    CHECK(again.same_answer(first));
    CHECK(again.usage.input_tokens == 1);
    CHECK(again.usage.cache_read_tokens == first.usage.prompt_tokens() - 1);
  }
}

TEST_CASE("Prompts that part are found up to the token where they part", "[prefix]") {
  const auto engine = tiny_engine(quick(), long_context());
  const std::string base = letters(400, 1);
  const Told first = ask(*engine, base);
  const auto extra = static_cast<std::size_t>(first.usage.prompt_tokens()) - base.size();
  const std::size_t parts = GENERATE(1, 40, 62, 63, 64, 130, 399);
  const std::string other = base.substr(0, parts) + "#" + letters(100, 2);
  const Told expected = ask(*engine, other, {.salt = ""});
  const Told found = ask(*engine, other);
  CHECK(found.same_answer(expected));
  CHECK(expected.usage.cache_read_tokens == 0);
  CHECK(found.usage.cache_read_tokens == static_cast<std::int64_t>(parts + extra));
}

TEST_CASE("The next turn of a conversation finds the answer, too", "[prefix]") {
  const auto engine = tiny_engine(quick(), long_context());
  SamplingParams params = greedy(300);
  params.bias = {{bytes("z")[0], 100}};
  SubmitOptions options;
  options.cache_salt = "team";
  const std::string prompt = letters(100, 3);
  const auto stream = *engine->submit(user(prompt), params, options);
  const std::string answer = read(*stream).text;
  REQUIRE(answer.size() == 300);
  const Told next = ask(*engine, prompt + answer + "more");
  CHECK(next.usage.input_tokens == 5);  // the answer's last token was never fed
}

TEST_CASE("Nothing is shared with another salt, nor without one", "[prefix]") {
  const auto computed = std::make_shared<ComputedTokens>();
  EngineConfig config = quick();
  config.observer = computed;
  const auto engine = tiny_engine(config, long_context());
  const std::string prompt = letters(300, 4);
  ask(*engine, prompt, {.salt = "one"});
  const std::size_t once = computed->tokens();
  const std::size_t pages = load_at_rest(*engine).kv_tokens_cached;
  CHECK(ask(*engine, prompt, {.salt = "two"}).usage.cache_read_tokens == 0);
  CHECK(computed->tokens() == 2 * once);
  CHECK(ask(*engine, prompt, {.salt = ""}).usage.cache_read_tokens == 0);
  CHECK(ask(*engine, prompt, {.salt = ""}).usage.cache_read_tokens == 0);
  CHECK(computed->tokens() == 4 * once);
  CHECK(load_at_rest(*engine).kv_tokens_cached == 2 * pages);
}

TEST_CASE("An engine may be told to share nothing", "[prefix]") {
  EngineConfig config = quick();
  config.prefix_cache = false;
  const auto engine = tiny_engine(config, long_context());
  const std::string prompt = letters(300, 4);
  ask(*engine, prompt);
  CHECK(ask(*engine, prompt).usage.cache_read_tokens == 0);
  CHECK(load_at_rest(*engine).kv_tokens_cached == 0);
}

TEST_CASE("What is asked of a prompt's last tokens is the same with their pages found",
          "[prefix]") {
  const auto engine = tiny_engine(quick(), long_context());
  const std::string prompt = letters(200, 5);
  const std::size_t scored = GENERATE(1, 32, 150, 10'000);
  const Told expected = ask(*engine, prompt, {.salt = "", .score_prompt = scored});
  ask(*engine, prompt);
  const Told found = ask(*engine, prompt, {.score_prompt = scored});
  REQUIRE(found.prompt_logprob);
  CHECK(found.same_answer(expected));
  CHECK(found.usage.input_tokens == std::min<std::int64_t>(static_cast<std::int64_t>(scored) + 1,
                                                           expected.usage.prompt_tokens()));
}

EngineConfig with_pages(std::size_t pages) {
  EngineConfig config = quick();
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * pages;
  return config;
}

TEST_CASE("What is kept makes way for what is needed, the oldest first", "[prefix]") {
  const auto engine = tiny_engine(with_pages(10), long_context());
  ask(*engine, letters(180, 1));
  ask(*engine, letters(180, 2));
  ask(*engine, letters(180, 3));
  CHECK(ask(*engine, letters(180, 1)).usage.input_tokens == 1);  // used again: now the newest
  ask(*engine, letters(180, 4));
  CHECK(load_at_rest(*engine).kv_pages_evicted > 0);
  CHECK(ask(*engine, letters(180, 1)).usage.input_tokens == 1);
  CHECK(ask(*engine, letters(180, 2)).usage.input_tokens > 60);
  CHECK(ask(*engine, letters(600, 9)).usage.output_tokens == 5);  // needs all pages
}

TEST_CASE("Prompts that come together and begin alike are read once", "[prefix]") {
  const auto computed = std::make_shared<ComputedTokens>();
  EngineConfig config = quick();
  config.observer = computed;
  config.prefill_tokens_per_step = 100;
  std::mutex hold;
  config.before_forward = [&](const Batch&) { const std::lock_guard lock(hold); };
  const auto engine = tiny_engine(config, long_context());
  std::vector<std::unique_ptr<TokenStream>> streams;
  const std::string base = letters(2'000, 6);
  {
    const std::lock_guard lock(hold);
    for (int i = 0; i < 6; ++i) {
      streams.push_back(submit(*engine, base + letters(10, static_cast<std::uint64_t>(i)), {}));
    }
  }
  std::int64_t read = 0;
  for (const auto& stream : streams) {
    told_by(*stream);
    read += stream->usage().input_tokens;
  }
  CHECK(read < 2'000 + 6 * 80 + 100);
  CHECK(computed->tokens() == static_cast<std::size_t>(read));
}

// Beginnings of a few texts, in many threads' worth of company, in little memory.
TEST_CASE("Whatever is shared, evicted and taken away, no answer changes", "[prefix]") {
  const auto plain = tiny_engine(quick(), long_context());
  const auto engine = tiny_engine(with_pages(GENERATE(9, 14, 40)), long_context());
  Rng rng(20'261'126);
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(rng.uniform() * static_cast<double>(n));
  };
  const std::string texts[] = {letters(400, 1), letters(100, 2) + letters(300, 3),
                               letters(100, 2) + letters(300, 4)};
  for (int round = 0; round < 25; ++round) {
    struct Asked {
      std::string prompt;
      Ask how;
      std::unique_ptr<TokenStream> stream;
    };
    std::vector<Asked> all;
    for (int i = 0; i < 6; ++i) {
      Asked one;
      one.prompt = texts[below(3)].substr(0, 1 + below(390));
      if (below(3) == 0) one.prompt += letters(below(40), below(3));
      one.how.salt = below(3) == 0 ? "two" : "one";
      one.how.max_tokens = static_cast<std::int64_t>(1 + below(120));
      one.how.score_prompt = below(2) * below(100);
      one.stream = submit(*engine, one.prompt, one.how);
      if (below(10) == 0) one.stream->cancel();
      all.push_back(std::move(one));
    }
    for (Asked& one : all) {
      const Told found = told_by(*one.stream);
      if (!one.stream->outcome()) continue;
      one.how.salt.clear();
      CHECK(found.same_answer(ask(*plain, one.prompt, one.how)));
    }
  }
  const EngineLoad load = load_at_rest(*engine);
  CHECK(load.kv_tokens_reserved == 0);
  CHECK(load.kv_tokens_cached <= load.kv_tokens_max);
}

class RecurrentModel {
 public:
  explicit RecurrentModel(const std::filesystem::path& folder)
      : file_(GgufFile::open((folder / "model.gguf").string()).value()),
        model_(Model::load(file_).value()) {}

  // With so many pages for keys and values of a few sequences.
  std::unique_ptr<Engine> engine(std::size_t sequences, std::size_t pages) const {
    EngineConfig config = quick();
    config.threads = 2;
    const StateLayout& layout = model_->state_layout();
    config.kv_bytes =
        KvPool::page_bytes(layout) * (sequences * KvPool::overhead_pages(layout) + pages);
    return engine_of(*file_, model_, config);
  }

 private:
  std::shared_ptr<const GgufFile> file_;
  std::shared_ptr<const Model> model_;
};

// With a gated delta rule, and with short convolutions.
std::vector<std::filesystem::path> recurrent_models() {
  std::vector<std::filesystem::path> folders = {committed_golden() / "qwen35"};
  if (const auto folder = data_path("golden/logits/lfm2")) folders.push_back(*folder);
  return folders;
}

TEST_CASE("A recurrent model goes on where its state was kept", "[prefix]") {
  const RecurrentModel model(GENERATE(from_range(recurrent_models())));
  const auto engine = model.engine(8, 200);
  const std::string prompt = letters(150, 1);
  const Told first = ask(*engine, prompt);
  const Told again = ask(*engine, prompt);
  CHECK(again.same_answer(first));
  CHECK(again.usage.cache_read_tokens > 0);
  CHECK(again.usage.input_tokens <= 33);
  const Told watched = ask(*engine, prompt, {.score_prompt = 32});
  CHECK(watched.same_answer(ask(*engine, prompt, {.salt = "", .score_prompt = 32})));
  CHECK(watched.usage.input_tokens == 33);
}

TEST_CASE("A recurrent model's answers do not tell what was found", "[prefix]") {
  const RecurrentModel model(GENERATE(from_range(recurrent_models())));
  const auto plain = model.engine(8, 200);
  const auto engine = model.engine(GENERATE(2, 4), 8);
  Rng rng(7);
  const std::string base = letters(120, 1);
  for (int round = 0; round < 12; ++round) {
    std::vector<std::pair<std::string, std::unique_ptr<TokenStream>>> streams;
    for (int i = 0; i < 3; ++i) {
      const auto kept = static_cast<std::size_t>(rng.uniform() * 120);
      std::string prompt = base.substr(0, kept) + letters(10, static_cast<std::uint64_t>(i));
      auto stream = submit(*engine, prompt, {.max_tokens = 40});
      streams.emplace_back(std::move(prompt), std::move(stream));
    }
    for (const auto& [prompt, stream] : streams) {
      const Told found = told_by(*stream);
      CHECK(found.same_answer(ask(*plain, prompt, {.salt = "", .max_tokens = 40})));
    }
  }
}

TEST_CASE("A recurrent model keeps its state where two prompts part", "[prefix]") {
  const RecurrentModel model(committed_golden() / "qwen35");
  const auto engine = model.engine(8, 400);
  const Vocabulary& vocabulary = engine->tokenizer().vocabulary();
  TokenId control = 0;
  while (!vocabulary.is_control(control)) ++control;
  const std::string border(vocabulary.text(control));
  const std::string base = letters(150, 1);
  const auto prompt = [&](std::uint64_t i) {
    Prompt text;
    text.add_user(base);
    text.add_template(border);
    text.add_user(letters(60, i));
    return text;
  };
  std::vector<std::int64_t> read_tokens;
  for (const std::uint64_t i : {1, 2, 3}) {
    SubmitOptions options;
    options.cache_salt = "team";
    const auto stream = *engine->submit(prompt(i), greedy(3), options);
    read(*stream);
    read_tokens.push_back(stream->usage().input_tokens);
  }
  CHECK(read_tokens[1] > 100);
  CHECK(read_tokens[2] < 70);
}

// The share of pairs in which the one is greater than the other.
double auc(const std::vector<double>& ones, const std::vector<double>& others) {
  double greater = 0;
  for (const double one : ones) {
    for (const double other : others) greater += one > other ? 1 : one == other ? 0.5 : 0;
  }
  return greater / static_cast<double>(ones.size() * others.size());
}

double seconds_to_first_token(Engine& engine, const std::string& prompt, const std::string& salt) {
  const auto begin = std::chrono::steady_clock::now();
  const auto stream = submit(engine, prompt, {.salt = salt, .max_tokens = 1});
  REQUIRE(stream->wait_until(SteadyTime::max()));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Sanitizers look for other things than the time: fewer rounds, and as many deviations of the
// share (0.41 / sqrt(rounds)) as bounds.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSpyRounds = 200;
constexpr double kMostAdvantage = 0.158;
#else
constexpr std::uint64_t kSpyRounds = 2'000;
constexpr double kMostAdvantage = 0.05;
#endif

// How long ago the victim has asked, in rounds of four requests. A processor's guesses of branches
// know a text for a few requests, 1 us of the 12 in which it is split into tokens: no cache of
// weir's forgets as fast.
constexpr std::uint64_t kSpyBehind = 3;

TEST_CASE("The time of an answer does not tell what another team has asked", "[prefix]") {
  TinySizes sizes = long_context();
  sizes.embedding = 32;
  sizes.layers = std::vector<TinyLayer>(2, {.heads = 4, .kv_heads = 2, .feed_forward = 96});
  const auto engine = tiny_engine(quick(), sizes);
  // By their place in the round, which has a time of its own.
  std::vector<double> asked[2], fresh[2], own;
  Rng rng(1);
  for (std::uint64_t i = 0; i < kSpyRounds + kSpyBehind; ++i) {
    ask(*engine, letters(150, 2 * i), {.salt = "victim"});
    if (i < kSpyBehind) continue;
    const std::string secret = letters(150, 2 * (i - kSpyBehind));
    const std::string other = letters(150, 2 * i + 1);
    const std::size_t place = rng.uniform() < 0.5 ? 0 : 1;
    for (std::size_t turn = 0; turn < 2; ++turn) {
      const bool known = turn == place;
      std::vector<double>& times = known ? asked[turn] : fresh[turn];
      times.push_back(seconds_to_first_token(*engine, known ? secret : other, "spy"));
    }
    own.push_back(seconds_to_first_token(*engine, secret, "victim"));
  }
  const double across = (auc(asked[0], fresh[0]) + auc(asked[1], fresh[1])) / 2;
  const double within = (auc(fresh[0], own) + auc(fresh[1], own)) / 2;
  std::printf("  hit or miss by time: AUC %.3f across teams, %.3f in one\n", across, within);
  CHECK(across > 0.5 - kMostAdvantage);
  CHECK(across < 0.5 + kMostAdvantage);
  CHECK(within > 0.75);
}

}  // namespace
}  // namespace weir
