#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>

#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model_run.h"
#include "local_backend/steady_now.h"
#include "tests/local_backend/engine_run.h"

namespace weir {
namespace {

using namespace test;
using std::chrono::milliseconds;

// Keeps what an engine tells.
class Record final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override {
    const std::lock_guard lock(mutex_);
    steps_.push_back(step);
  }
  void on_departure(const EngineDeparture& departure) override {
    const std::lock_guard lock(mutex_);
    departures_.push_back(departure);
  }
  void on_reject() override { ++rejected; }
  void on_failure(std::string_view what) override {
    const std::lock_guard lock(mutex_);
    failures_.emplace_back(what);
  }

  std::vector<std::string> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  std::vector<EngineStep> steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
  }
  std::vector<EngineDeparture> departures() const {
    const std::lock_guard lock(mutex_);
    return departures_;
  }
  std::size_t prompt_tokens() const {
    std::size_t sum = 0;
    for (const EngineStep& step : steps()) sum += step.prompt_tokens;
    return sum;
  }

  std::atomic<int> rejected = 0;

 private:
  mutable std::mutex mutex_;
  std::vector<EngineStep> steps_;
  std::vector<EngineDeparture> departures_;
  std::vector<std::string> failures_;
};

// A step takes as many prompt tokens as the limit says, however long that lasts.
EngineConfig patient(std::size_t prefill_tokens) {
  EngineConfig config;
  config.prefill_tokens_per_step = prefill_tokens;
  config.step_target = std::chrono::hours(1);
  config.answer_slowdown = 1e9;
  config.stream_pieces = 1'000;
  return config;
}

EngineConfig one_slot() {
  EngineConfig config;
  config.max_sequences = 1;
  config.stream_pieces = 1;
  config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
  return config;
}

std::unique_ptr<TokenStream> submit(Engine& engine, const std::string& prompt,
                                    SamplingParams params, SubmitOptions options = {}) {
  return std::move(*engine.submit(user(prompt), std::move(params), std::move(options)));
}

// Takes the only slot, and is not read.
std::unique_ptr<TokenStream> hold_slot(Engine& engine, SubmitOptions options = {}) {
  auto stream = submit(engine, "a", greedy(100), std::move(options));
  REQUIRE(stream->wait_until(SteadyTime::max()));
  return stream;
}

SubmitOptions within(milliseconds span) {
  SubmitOptions options;
  options.deadline = std::chrono::steady_clock::now() + span;
  return options;
}

TinySizes large_context() {
  TinySizes sizes;
  sizes.context = 100'000;
  return sizes;
}

TEST_CASE("An answer gets its token in every step in which a prompt of 4000 tokens is read",
          "[scheduler]") {
  EngineConfig config = patient(64);
  const auto record = std::make_shared<Record>();
  config.observer = record;
  const auto engine = tiny_engine(config, large_context());
  const auto running = submit(*engine, "b", greedy(900));
  REQUIRE(running->wait_until(SteadyTime::max()));
  read(*submit(*engine, std::string(4'000, 'a'), greedy(1)));
  std::size_t shared = 0;
  for (const EngineStep& step : record->steps()) {
    if (step.prompt_tokens < 10) continue;
    ++shared;
    CHECK(step.prompt_tokens <= 64);
    CHECK(step.answering == 1);
    CHECK(step.output_tokens >= 1);
  }
  CHECK(shared >= 4'000 / 64);
  CHECK(shared <= 4'000 / 64 + 5);
}

TEST_CASE("A slow model reads a prompt in smaller shares, but never in crumbs", "[scheduler]") {
  EngineConfig config = patient(256);
  const auto record = std::make_shared<Record>();
  config.observer = record;
  config.step_target = milliseconds(2);
  config.before_forward = [](const Batch& batch) {  // as long as a millisecond a token
    const auto end = std::chrono::steady_clock::now() + milliseconds(batch.size());
    while (std::chrono::steady_clock::now() < end) continue;
  };
  const auto engine = tiny_engine(config, large_context());
  read(*submit(*engine, std::string(300, 'a'), greedy(1)));
  const auto steps = record->steps();
  REQUIRE(steps.size() > 4);
  for (std::size_t i = 2; i + 1 < steps.size(); ++i) {
    CHECK(steps[i].prompt_tokens <= 16);
    CHECK(steps[i].prompt_tokens >= 4);
  }
}

TEST_CASE("A prompt makes the steps of an answer beside it a few times as long, not more",
          "[scheduler]") {
  EngineConfig config = patient(256);
  config.answer_slowdown = 2.5;
  const auto record = std::make_shared<Record>();
  config.observer = record;
  config.before_forward = [](const Batch& batch) {
    const auto span = milliseconds(4) + std::chrono::microseconds(400) * batch.size();
    const auto end = std::chrono::steady_clock::now() + span;
    while (std::chrono::steady_clock::now() < end) continue;
  };
  const auto engine = tiny_engine(config, large_context());
  const auto running = submit(*engine, "b", greedy(100));
  for (int i = 0; i < 20; ++i) {
    while (!running->try_take()) running->wait_until(SteadyTime::max());
  }
  const auto reading = submit(*engine, std::string(6'000, 'a'), greedy(1));
  read(*running);
  read(*reading);
  std::vector<std::size_t> beside, alone;
  for (const EngineStep& step : record->steps()) {
    if (step.prompt_tokens < 2) continue;
    (step.answering > 0 ? beside : alone).push_back(step.prompt_tokens);
  }
  REQUIRE(beside.size() > 20);
  std::sort(beside.begin(), beside.end());
  CHECK(beside[beside.size() / 2] <= 64);  // 17 make it 2.5 times as long, on a quiet machine
  CHECK(beside[beside.size() / 2] >= 4);
  CHECK(*std::max_element(alone.begin(), alone.end()) > 100);
}

TEST_CASE("Prompts that come together are read together, a short one ends first", "[scheduler]") {
  EngineConfig config = patient(32);
  const auto record = std::make_shared<Record>();
  config.observer = record;
  const auto engine = tiny_engine(config, large_context());
  const auto slow = submit(*engine, std::string(6'000, 'a'), greedy(1));
  CHECK(read(*submit(*engine, std::string(100, 'b'), greedy(5))).signals.size() == 5);
  CHECK_FALSE(slow->ended());
}

TEST_CASE("A prompt is left between two layers of a step once nobody waits for it", "[scheduler]") {
  EngineConfig config = patient(256);
  const auto record = std::make_shared<Record>();
  std::function<void()> leave;
  config.observer = record;
  config.before_forward = [&](const Batch&) { leave(); };
  const auto engine = tiny_engine(config, large_context());
  std::unique_ptr<TokenStream> stream;
  std::mutex made;
  leave = [&] {
    const std::lock_guard lock(made);
    stream->cancel();
  };
  {
    const std::lock_guard lock(made);
    stream = submit(*engine, std::string(3'000, 'a'), greedy(5));
  }
  CHECK(read(*stream).outcome.error().code == ErrorCode::kCancelled);
  CHECK(record->steps().empty());
  CHECK(stream->usage().input_tokens == 0);
}

TEST_CASE("A request that is cancelled during a step is in no later one", "[scheduler]") {
  EngineConfig config = patient(64);
  const auto record = std::make_shared<Record>();
  std::atomic<TokenStream*> victim = nullptr;
  std::atomic<int> batches_with_two = 0;
  config.observer = record;
  config.before_forward = [&](const Batch& batch) {
    const std::set<SequenceState*> sequences(batch.sequences.begin(), batch.sequences.end());
    if (sequences.size() < 2 || victim == nullptr) return;
    ++batches_with_two;
    victim.load()->cancel();
  };
  const auto engine = tiny_engine(config);
  const auto leaving = submit(*engine, "a", greedy(400));
  victim = leaving.get();
  const Answer other = answer_of(*engine, "b", greedy(30));
  CHECK(read(*leaving).outcome.error().code == ErrorCode::kCancelled);
  CHECK(other.signals.size() == 30);
  CHECK(batches_with_two == 1);
}

TEST_CASE("A deadline ends a request that waits for a slot", "[scheduler]") {
  const auto engine = tiny_engine(one_slot());
  const auto holder = hold_slot(*engine);
  const auto late = submit(*engine, "a", greedy(3), within(milliseconds(5)));
  const Error error = read(*late).outcome.error();
  CHECK(error.code == ErrorCode::kDeadline);
  CHECK(error.detail == "engine_deadline");
  CHECK(engine->load().queued == 0);
}

TEST_CASE("A deadline frees the slot of an answer that nobody reads", "[scheduler]") {
  const auto engine = tiny_engine(one_slot());
  const auto holder = hold_slot(*engine, within(milliseconds(20)));
  CHECK(answer_of(*engine, "a", greedy(3)).signals.size() == 3);
  CHECK(read(*holder).outcome.error().code == ErrorCode::kDeadline);
}

TEST_CASE("A full queue says when to come back", "[scheduler]") {
  EngineConfig config = one_slot();
  const auto record = std::make_shared<Record>();
  config.observer = record;
  config.max_queued = 2;
  const auto engine = tiny_engine(config);
  const auto holder = hold_slot(*engine);
  const auto first = submit(*engine, "a", greedy(3));
  const auto second = submit(*engine, "a", greedy(3));
  const Error error = engine->submit(user("a"), greedy(3), {}).error();
  CHECK(error.code == ErrorCode::kRateLimited);
  CHECK(error.detail == "engine_queue_full");
  CHECK(error.retry_after_s >= 1);
  CHECK(error.retry_after_s <= 60);
  CHECK(record->rejected == 1);
}

EngineConfig with_pages(std::size_t pages) {
  EngineConfig config = patient(64);
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * pages;
  return config;
}

TEST_CASE("Answers that outgrow the memory together rest in turn and lose nothing", "[scheduler]") {
  EngineConfig config = with_pages(6);
  const auto record = std::make_shared<Record>();
  config.observer = record;
  const auto engine = tiny_engine(config);
  SamplingParams params;
  params.seed = 7;
  params.max_tokens = 350;
  const std::string alone = answer_of(*engine, "hello", params).text;
  const std::size_t read_once = record->prompt_tokens();
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (int i = 0; i < 4; ++i) streams.push_back(submit(*engine, "hello", params));
  for (const auto& stream : streams) {
    const Answer answer = read(*stream);
    CHECK(answer.text == alone);
    CHECK(stream->usage().input_tokens == 9);
    CHECK(stream->usage().output_tokens == 350);
  }
  CHECK(record->prompt_tokens() > 5 * read_once);  // some were read again
  CHECK(engine->load().kv_tokens_max == 6 * kKvPageTokens);
}

TEST_CASE("Who does not read holds no memory that others need", "[scheduler]") {
  EngineConfig config = with_pages(4);
  config.stream_pieces = 150;
  const auto engine = tiny_engine(config);
  const auto lazy = submit(*engine, "a", greedy(240));
  REQUIRE(lazy->wait_until(SteadyTime::max()));
  CHECK(answer_of(*engine, "b", greedy(240)).signals.size() == 240);
  CHECK(read(*lazy).signals.size() == 240);
}

// A reader leaves its slot at once when it does not read.
EngineConfig impatient(std::size_t slots) {
  EngineConfig config;
  config.max_sequences = slots;
  config.stream_pieces = 2;
  config.reader_patience = milliseconds(0);
  return config;
}

TEST_CASE("Who does not read holds no slot that others want, and goes on when it reads",
          "[scheduler]") {
  const std::size_t slots = GENERATE(1, 4);
  const std::size_t unread = GENERATE(1, 4, 9);
  CAPTURE(slots, unread);
  const auto engine = tiny_engine(impatient(slots));
  const std::string alone = answer_of(*engine, "a", greedy(100)).text;
  std::vector<std::unique_ptr<TokenStream>> lazy;
  for (std::size_t i = 0; i < unread; ++i) lazy.push_back(submit(*engine, "a", greedy(100)));
  CHECK(answer_of(*engine, "b", greedy(20)).signals.size() == 20);
  for (const auto& stream : lazy) CHECK(stream->usage().output_tokens <= 2);
  for (const auto& stream : lazy) CHECK(read(*stream).text == alone);
}

TEST_CASE("Who reads a token now and then holds no slot either", "[scheduler]") {
  EngineConfig config = impatient(1);
  config.reader_patience = milliseconds(20);
  const auto engine = tiny_engine(config);
  const auto slow = submit(*engine, "a", greedy(400));
  REQUIRE(slow->wait_until(SteadyTime::max()));
  const auto other = submit(*engine, "b", greedy(20));
  int taken = 0;
  while (!other->wait_until(steady_now() + milliseconds(5))) {
    if (slow->try_take()) ++taken;
  }
  CHECK(taken < 100);
  CHECK(read(*other).signals.size() == 20);
  CHECK(read(*slow).signals.size() + static_cast<std::size_t>(taken) == 400);
}

TEST_CASE("Those who rest unread are no more than those who may wait", "[scheduler]") {
  EngineConfig config = impatient(1);
  config.max_queued = 2;
  const auto engine = tiny_engine(config);
  std::vector<std::unique_ptr<TokenStream>> lazy;
  for (int i = 0; i < 3; ++i) {
    lazy.push_back(submit(*engine, "a", greedy(100)));
    REQUIRE(lazy.back()->wait_until(SteadyTime::max()));
  }
  const auto late = submit(*engine, "a", greedy(3), within(milliseconds(20)));
  CHECK(read(*late).outcome.error().code == ErrorCode::kDeadline);
  lazy.pop_back();
  CHECK(answer_of(*engine, "a", greedy(2)).signals.size() == 2);
}

bool has_token(const Batch& batch, char c) {
  return std::count(batch.tokens.begin(), batch.tokens.end(), bytes(std::string(1, c))[0]) > 0;
}

TEST_CASE("A step that fails ends the request that breaks it, and no other", "[scheduler]") {
  EngineConfig config = patient(64);
  config.before_forward = [](const Batch& batch) {
    if (has_token(batch, 'Z')) throw std::runtime_error("broken");
  };
  const auto record = std::make_shared<Record>();
  config.observer = record;
  const auto engine = tiny_engine(config);
  const std::string expected = answer_of(*engine, "good", greedy(40)).text;
  const auto good = submit(*engine, "good", greedy(40));
  const auto bad = submit(*engine, "aZa", greedy(40));
  CHECK(read(*good).text == expected);
  const Error error = read(*bad).outcome.error();
  CHECK(error.code == ErrorCode::kInternal);
  CHECK(error.detail == "engine_failed");
  REQUIRE_FALSE(record->failures().empty());
  CHECK(record->failures().front() == "broken");
}

TEST_CASE("Steps that always fail end their requests and not the engine", "[scheduler]") {
  EngineConfig config;
  std::atomic<bool> broken = true;
  config.before_forward = [&](const Batch&) {
    if (broken) throw std::bad_alloc();
  };
  const auto engine = tiny_engine(config);
  for (int i = 0; i < 3; ++i) {
    const Error error = answer_of(*engine, "a", greedy(5)).outcome.error();
    CHECK(error.code == ErrorCode::kOverloaded);  // memory may be there again soon
    CHECK(error.detail == "engine_memory");
  }
  broken = false;
  CHECK(answer_of(*engine, "a", greedy(5)).signals.size() == 5);
}

class ThrowingMask final : public TokenMask {
 public:
  const AllowedTokens& allowed() override { throw std::runtime_error("broken"); }
  bool allows(TokenId) override { throw std::runtime_error("broken"); }
  void accept(TokenId) override {}
};

class EmptyMask final : public TokenMask {
 public:
  const AllowedTokens& allowed() override { return none_; }
  bool allows(TokenId) override { return false; }
  void accept(TokenId) override {}

 private:
  const AllowedTokens none_;
};

// Knows its whole answer.
class KnowingMask final : public TokenMask {
 public:
  explicit KnowingMask(std::vector<TokenId> answer) : answer_(std::move(answer)) {}
  const AllowedTokens& allowed() override {
    allowed_.few = {answer_.at(next_)};
    return allowed_;
  }
  bool allows(TokenId token) override { return token == answer_.at(next_); }
  void accept(TokenId) override { ++next_; }
  std::vector<TokenId> must_follow() override {
    return {answer_.begin() + static_cast<std::ptrdiff_t>(next_), answer_.end()};
  }

 private:
  const std::vector<TokenId> answer_;
  AllowedTokens allowed_;
  std::size_t next_ = 0;
};

TEST_CASE("Who wants probabilities gets those of tokens that a mask forces, too", "[scheduler]") {
  const bool logprobs = GENERATE(true, false);
  const auto engine = tiny_engine();
  SubmitOptions options;
  options.mask = std::make_shared<KnowingMask>(bytes("abcdefgh"));
  options.logprobs = logprobs;
  const Answer answer = read(*submit(*engine, "x", greedy(8), std::move(options)));
  CHECK(answer.text == "abcdefgh");
  const auto told = std::count_if(answer.signals.begin(), answer.signals.end(),
                                  [](const TokenSignals& signals) { return signals.valid; });
  CHECK(told == (logprobs ? 8 : 1));
}

TEST_CASE("A mask that throws or allows nothing ends its request alone", "[scheduler]") {
  const std::shared_ptr<TokenMask> mask =
      GENERATE(as<std::shared_ptr<TokenMask>>{}, std::make_shared<ThrowingMask>(),
               std::make_shared<EmptyMask>());
  EngineConfig config;
  const auto record = std::make_shared<Record>();
  config.observer = record;
  const auto engine = tiny_engine(config);
  const auto good = submit(*engine, "a", greedy(50));
  SubmitOptions options;
  options.mask = mask;
  const auto bad = submit(*engine, "a", greedy(5), std::move(options));
  CHECK(read(*bad).outcome.error().code == ErrorCode::kInternal);
  CHECK(read(*good).signals.size() == 50);
  for (const std::string& what : record->failures()) CHECK(what == "broken");
}

TEST_CASE("Departures tell how requests ended and how long they waited", "[scheduler]") {
  EngineConfig config = one_slot();
  const auto record = std::make_shared<Record>();
  config.observer = record;
  auto engine = tiny_engine(config);
  read(*submit(*engine, "a", greedy(4)));
  const auto holder = hold_slot(*engine);
  const auto queued = submit(*engine, "a", greedy(3), within(milliseconds(5)));
  read(*queued);
  engine.reset();
  const auto departures = record->departures();
  REQUIRE(departures.size() == 3);
  CHECK_FALSE(departures[0].error);
  CHECK(departures[0].output_tokens == 4);
  CHECK(departures[1].error == ErrorCode::kDeadline);
  CHECK(departures[1].queue_wait >= milliseconds(4));
  CHECK(departures[2].error == ErrorCode::kUnavailable);
}

TEST_CASE("A bias and penalties change what is chosen, not what is told of it", "[scheduler]") {
  const auto engine = tiny_engine();
  const TokenId a = bytes("a")[0];
  SamplingParams params = greedy(6);
  params.bias = {{a, 100}};
  params.top_logprobs = 3;
  const auto stream = submit(*engine, "x", params);
  while (!stream->ended()) {
    REQUIRE(stream->wait_until(SteadyTime::max()));
    while (const auto piece = stream->try_take()) {
      CHECK(piece->token == a);
      REQUIRE(piece->top.size() == 3);
      CHECK(piece->signals.logprob <= piece->top[0].logprob);
      CHECK(piece->top[0].logprob >= piece->top[1].logprob);
      CHECK(piece->top[0].logprob - piece->top[1].logprob >= 0);
      CHECK(std::exp(piece->top[0].logprob) - std::exp(piece->top[1].logprob) ==
            Approx(piece->signals.margin).margin(1e-5));
    }
  }
  params.bias.clear();
  params.presence_penalty = 2;
  params.frequency_penalty = 2;
  params.repetition_penalty = 10;
  const auto penalized = submit(*engine, "x", params);
  std::set<TokenId> tokens;
  while (!penalized->ended()) {
    REQUIRE(penalized->wait_until(SteadyTime::max()));
    while (const auto piece = penalized->try_take()) tokens.insert(piece->token);
  }
  CHECK(tokens.size() == 6);
}

TEST_CASE("What the model made of a prompt is told, also when it is read in pieces",
          "[scheduler]") {
  const std::string prompt = "the quick brown fox jumps";
  const auto file = GgufFile::parse(tiny_model({}).bytes()).value();
  const auto model = Model::load(file).value();
  const auto tokenizer = std::move(Tokenizer::create(*file).value());
  const std::vector<TokenId> tokens = tokenizer->encode(user(prompt));
  ModelRun run(model);
  const auto state = run.sequence();
  Batch batch;
  state->prepare(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool last = i + 1 == tokens.size();
    batch.add(tokens[i], i, state.get(), {.scored = last ? kNoToken : tokens[i + 1]});
  }
  const ForwardOutput expected = run.run_all(batch);
  double sum = 0;
  for (const float score : expected.scores) sum += double{score};

  EngineConfig config = patient(7);
  const auto engine = tiny_engine(config);
  SubmitOptions options;
  options.score_prompt = 1'000;
  const auto stream = submit(*engine, prompt, greedy(3), std::move(options));
  REQUIRE(stream->wait_until(SteadyTime::max()));
  const PromptSignals signals = stream->prompt_signals();
  REQUIRE(signals.mean_logprob);
  CHECK(*signals.mean_logprob == Approx(sum / static_cast<double>(tokens.size() - 1)));
  const auto silent = submit(*engine, prompt, greedy(3));
  REQUIRE(silent->wait_until(SteadyTime::max()));
  CHECK_FALSE(silent->prompt_signals().mean_logprob);
}

TEST_CASE("A model that begins a new text has ended its answer", "[scheduler]") {
  constexpr TokenId kBos = 1;
  const auto engine = tiny_engine();
  SamplingParams params = greedy(20);
  params.bias = {{kBos, 100}};
  const auto stream = submit(*engine, "x", params);
  const Answer answer = read(*stream);
  CHECK(answer.outcome.value() == FinishReason::kStop);
  CHECK(answer.text.empty());
  CHECK(stream->usage().output_tokens == 1);
}

TEST_CASE("A bias for a token that the model does not have is refused by name", "[scheduler]") {
  const auto engine = tiny_engine();
  const TokenId token = GENERATE(as<TokenId>{}, -1, 259, 1 << 30);
  SamplingParams params = greedy(1);
  params.bias = {{token, 1}};
  const Error error = engine->submit(user("x"), params, {}).error();
  CHECK(error.code == ErrorCode::kInvalidRequest);
  CHECK(error.param == "logit_bias");
}

}  // namespace
}  // namespace weir
