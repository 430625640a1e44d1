#include "local_backend/engine.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "local_backend/kv_cache/kv_pool.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace test;

Answer scripted(std::vector<TokenId> script, SamplingParams params) {
  const auto engine = tiny_engine();
  SubmitOptions options;
  options.mask = std::make_shared<ScriptedMask>(std::move(script));
  return read(**engine->submit(user("x"), std::move(params), std::move(options)));
}

TEST_CASE("stories260k tells its golden story to the letter", "[engine][golden]") {
  const auto folder = test::data_path("golden/stories260k");
  if (!folder) return;
  const auto file = GgufFile::open((*folder / "stories260K-f32.gguf").string()).value();
  const auto engine = engine_of(*file, Model::load(file).value(), {});
  const auto golden = test::read_json(*folder / "golden-greedy.json");
  CHECK(generate_text(*engine, "", 200).value() == golden["text"].get<std::string>());
}

TEST_CASE("An answer ends at max_tokens and counts its tokens", "[engine]") {
  const auto engine = tiny_engine();
  const auto stream = std::move(*engine->submit(user("hello"), greedy(20), {}));
  const Answer answer = read(*stream);
  CHECK(answer.outcome.value() == FinishReason::kLength);
  CHECK(answer.signals.size() == 20);
  CHECK(stream->usage().input_tokens == 9);  // BOS, a space as three bytes, five letters
  CHECK(stream->usage().output_tokens == 20);
  CHECK(stream->usage().local_busy_us > 0);
}

TEST_CASE("Every token carries its signals", "[engine]") {
  const auto engine = tiny_engine();
  for (const TokenSignals& signals : answer_of(*engine, "hello", greedy(20)).signals) {
    CHECK(signals.valid);
    CHECK(signals.logprob <= 0);
    CHECK(signals.entropy >= 0);
    CHECK(signals.entropy <= std::log(260.0f));
    CHECK(signals.margin >= 0);
    CHECK(signals.margin <= 1);
    CHECK(std::exp(signals.logprob) >= signals.margin);
  }
}

TEST_CASE("An answer does not depend on who else runs", "[engine]") {
  EngineConfig config;
  config.prefill_tokens_per_step = 5;
  const auto engine = tiny_engine(config);
  SamplingParams seeded;
  seeded.seed = 42;
  seeded.max_tokens = 30;
  const std::string alone = answer_of(*engine, "a prompt of some length", seeded).text;
  std::vector<std::unique_ptr<TokenStream>> others;
  for (int i = 0; i < 6; ++i) {
    others.push_back(std::move(*engine->submit(user(std::string(40, 'a')), greedy(40), {})));
  }
  CHECK(answer_of(*engine, "a prompt of some length", seeded).text == alone);
  const std::string first = read(*others[0]).text;
  for (std::size_t i = 1; i < others.size(); ++i) CHECK(read(*others[i]).text == first);
}

TEST_CASE("The end token ends an answer and is counted but not shown", "[engine]") {
  auto script = bytes("ab");
  script.push_back(kEos);
  const Answer answer = scripted(script, greedy(10));
  CHECK(answer.text == "ab");
  CHECK(answer.signals.size() == 3);
  CHECK(answer.outcome.value() == FinishReason::kStop);
}

TEST_CASE("A stop string ends an answer across tokens", "[engine]") {
  SamplingParams params = greedy(10);
  params.stop = {"END"};
  const Answer answer = scripted(bytes("abENDxyz"), params);
  CHECK(answer.text == "ab");
  CHECK(answer.outcome.value() == FinishReason::kStopSequence);
}

TEST_CASE("An answer cut inside a character stays valid UTF-8", "[engine]") {
  CHECK(scripted(bytes("a\xe2\x82\xac"), greedy(3)).text == "a\xef\xbf\xbd");
}

TEST_CASE("A mask that allows nothing fails its request alone", "[engine]") {
  CHECK(scripted(bytes("ab"), greedy(10)).outcome.error().code == ErrorCode::kInternal);
}

TEST_CASE("A prompt that leaves no room for an answer is refused with the counts", "[engine]") {
  EngineConfig config;
  config.context_tokens = 64;
  const auto engine = tiny_engine(config);
  const auto full = engine->submit(user(std::string(60, 'a')), greedy(1), {});
  REQUIRE(full.has_error());
  CHECK(full.error().code == ErrorCode::kContextTooLong);
  CHECK(full.error().message ==
        "the prompt has 64 tokens, the local model's context holds 64 for prompt and answer");
  CHECK(refusal(*engine, std::string(10 << 20, 'a'), greedy(1)) == ErrorCode::kContextTooLong);
  CHECK(answer_of(*engine, std::string(59, 'a'), greedy(1)).signals.size() == 1);
}

TEST_CASE("A max_tokens above the room left ends the answer where the context does", "[engine]") {
  const auto max_tokens =
      GENERATE(as<std::int64_t>{}, 10, 11, 64, 100'000, std::numeric_limits<std::int64_t>::max());
  EngineConfig config;
  config.context_tokens = 64;
  const auto engine = tiny_engine(config);
  const Answer answer = answer_of(*engine, std::string(50, 'a'), greedy(max_tokens));
  CHECK(answer.signals.size() == 10);
  CHECK(answer.outcome.value() == FinishReason::kLength);
}

TEST_CASE("Without max_tokens an answer may fill half of the context, or the room left",
          "[engine]") {
  const auto [prompt_bytes, expected] =
      GENERATE(table<std::size_t, std::size_t>({{1, 32}, {20, 32}, {45, 15}, {59, 1}}));
  EngineConfig config;
  config.context_tokens = 64;
  const auto engine = tiny_engine(config);
  SamplingParams params = greedy(1);
  params.max_tokens.reset();
  params.bias = {{kEos, -100}, {1, -100}};
  CHECK(answer_of(*engine, std::string(prompt_bytes, 'a'), params).signals.size() == expected);
}

TEST_CASE("An answer that sets no max_tokens gets the default, or what there is room for",
          "[engine]") {
  EngineConfig config;
  config.context_tokens = 64;
  config.default_max_tokens = 30;
  const auto engine = tiny_engine(config);
  SamplingParams params = greedy(1);
  params.max_tokens.reset();
  CHECK(answer_of(*engine, "a", params).signals.size() == 30);
  CHECK(answer_of(*engine, std::string(50, 'a'), params).signals.size() == 10);
}

TEST_CASE("Sampling out of range is refused", "[engine]") {
  const auto engine = tiny_engine();
  CHECK(refusal(*engine, "a", greedy(0)) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A model that computes no number fails the request, not the others", "[engine]") {
  TinySizes sizes;
  sizes.broken_token = static_cast<std::size_t>(bytes("Z")[0]);
  const auto engine = tiny_engine({}, sizes);
  const auto good = std::move(*engine->submit(user("aaaa"), greedy(5), {}));
  const auto error = answer_of(*engine, "aZa", greedy(5)).outcome.error();
  CHECK(error.code == ErrorCode::kInternal);
  CHECK(error.detail == "engine_not_finite");
  CHECK_FALSE(good->outcome().has_error());
}

TEST_CASE("A full queue refuses, and a cancelled request frees its slot", "[engine]") {
  EngineConfig config;
  config.max_sequences = 1;
  config.max_queued = 1;
  config.stream_pieces = 1;
  config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
  const auto engine = tiny_engine(config);
  auto running = std::move(*engine->submit(user("a"), greedy(100), {}));
  REQUIRE(running->wait_until(SteadyTime::max()));  // it has the slot, and rests unread
  auto queued = std::move(*engine->submit(user("a"), greedy(3), {}));
  CHECK(refusal(*engine, "a", greedy(3)) == ErrorCode::kRateLimited);
  running->cancel();
  CHECK(read(*queued).outcome.value() == FinishReason::kLength);
  CHECK(read(*running).outcome.error().code == ErrorCode::kCancelled);
}

TEST_CASE("A request that is cancelled in the queue leaves it", "[engine]") {
  EngineConfig config;
  config.max_sequences = 1;
  config.max_queued = 1;
  config.stream_pieces = 1;
  config.reader_patience = std::chrono::hours(1);  // who is not read holds its slot
  const auto engine = tiny_engine(config);
  const auto running = std::move(*engine->submit(user("a"), greedy(100), {}));
  REQUIRE(running->wait_until(SteadyTime::max()));
  auto queued = std::move(*engine->submit(user("a"), greedy(3), {}));
  queued->cancel();
  CHECK(read(*queued).outcome.error().code == ErrorCode::kCancelled);
  CHECK(engine->submit(user("a"), greedy(3), {}).has_value());
}

TEST_CASE("A long prompt is cancelled half-way", "[engine]") {
  TinySizes sizes;
  sizes.context = 100000;
  EngineConfig config;
  config.prefill_tokens_per_step = 1;
  const auto engine = tiny_engine(config, sizes);
  const auto stream = std::move(*engine->submit(user(std::string(50000, 'a')), greedy(5), {}));
  stream->cancel();
  CHECK(read(*stream).outcome.error().code == ErrorCode::kCancelled);
  CHECK(stream->usage().input_tokens < 50000);
}

TEST_CASE("A reader that does not read delays nobody else", "[engine]") {
  EngineConfig config;
  config.stream_pieces = 2;
  const auto engine = tiny_engine(config);
  const auto lazy = std::move(*engine->submit(user("a"), greedy(200), {}));
  CHECK(answer_of(*engine, "b", greedy(100)).signals.size() == 100);
  CHECK(lazy->usage().output_tokens <= 2);
  CHECK(read(*lazy).signals.size() == 200);  // and goes on when it reads again
}

TEST_CASE("An answer goes on while a long prompt is read", "[engine]") {
  TinySizes sizes;
  sizes.context = 100000;
  EngineConfig config;
  config.prefill_tokens_per_step = 16;
  const auto engine = tiny_engine(config, sizes);
  const auto slow = std::move(*engine->submit(user(std::string(4000, 'a')), greedy(1), {}));
  CHECK(answer_of(*engine, "b", greedy(20)).signals.size() == 20);
  CHECK_FALSE(slow->ended());
}

TEST_CASE("Sequences wait when keys and values have no room, and run later", "[engine]") {
  EngineConfig config;
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * 2;
  const auto engine = tiny_engine(config);
  CHECK(engine->context_tokens() == 2 * kKvPageTokens);
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (int i = 0; i < 5; ++i)
    streams.push_back(std::move(*engine->submit(user("a"), greedy(100), {})));
  for (const auto& stream : streams) CHECK(read(*stream).signals.size() == 100);
}

TEST_CASE("Destroying an engine under load ends every request", "[engine]") {
  EngineConfig config;
  config.max_sequences = 3;
  auto engine = tiny_engine(config);
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (int i = 0; i < 10; ++i)
    streams.push_back(std::move(*engine->submit(user("a"), greedy(400), {})));
  engine.reset();
  for (const auto& stream : streams) {
    CHECK(read(*stream).outcome.error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE("Streams may be dropped at any time", "[engine]") {
  const auto engine = tiny_engine();
  for (int i = 0; i < 50; ++i) {
    auto stream = engine->submit(user("a"), greedy(50), {});
    REQUIRE(stream.has_value());
    if (i % 2 == 0) (*stream)->wait_until(SteadyTime::max());
  }
  CHECK(answer_of(*engine, "b", greedy(3)).signals.size() == 3);
}

TEST_CASE("Many threads may submit and read at once", "[engine]") {
  EngineConfig config;
  config.max_queued = 1000;
  const auto engine = tiny_engine(config);
  const std::string expected = generate_text(*engine, "prompt", 10).value();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const auto text = generate_text(*engine, "prompt", 10);
        if (text && *text == expected) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 60);
  CHECK(engine->load().queued == 0);
}

TEST_CASE("The wake function is called for news and not after the stream is gone", "[engine]") {
  const auto engine = tiny_engine();
  auto calls = std::make_shared<std::atomic<int>>(0);
  SubmitOptions options;
  options.wake = [calls] { ++*calls; };
  auto stream = std::move(*engine->submit(user("a"), greedy(5), std::move(options)));
  read(*stream);
  CHECK(*calls >= 2);  // for the first piece at least, and the end
  CHECK(*calls <= 6);
  stream.reset();
  CHECK(calls.use_count() == 1);
}

TEST_CASE("A tokenizer of another vocabulary and limits of 0 are refused", "[engine]") {
  const auto file = GgufFile::parse(test::tiny_model({}).bytes()).value();
  const auto model = Model::load(file).value();
  std::shared_ptr<const Tokenizer> own = std::move(Tokenizer::create(*file).value());
  const auto other_file = GgufFile::parse(test::tiny_tokenizer({{"more"}}).bytes()).value();
  std::shared_ptr<const Tokenizer> other = std::move(Tokenizer::create(*other_file).value());
  CHECK(Engine::create(model, other, {}).error().code == ErrorCode::kInvalidModel);
  EngineConfig config;
  config.max_sequences = 0;
  CHECK(Engine::create(model, own, config).error().code == ErrorCode::kInvalidConfig);
  config = {};
  config.kv_bytes = 1;
  CHECK(Engine::create(model, own, config).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("An engine foretells requests once it has answered some", "[engine]") {
  const auto engine = tiny_engine();
  const RequestWork work{20, 0, 8};
  CHECK_FALSE(engine->forecast(work));
  for (int i = 0; i < 6; ++i) {
    auto stream = engine->submit(user("some words to read"), greedy(12), {}).value();
    read(*stream);
  }
  const auto told = engine->forecast(work);
  REQUIRE(told);
  CHECK(told->prompt.count() > 0);
  CHECK(told->answer.count() > 0);
}

}  // namespace
}  // namespace weir
