// Models that keep a state beside keys and values: it must not tell that a sequence was
// interrupted, and it counts as memory.
#include <mutex>

#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/model/model_run.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"

namespace weir {
namespace {

using namespace test;

std::shared_ptr<const GgufFile> qwen35() {
  return GgufFile::open((committed_golden() / "qwen35/model.gguf").string()).value();
}

std::vector<TokenId> some_tokens(std::size_t count) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(static_cast<TokenId>(i * 37 % 280));
  return tokens;
}

TEST_CASE("An abandoned forward call leaves no trace in a recurrent state", "[model]") {
  const auto model = Model::load(qwen35()).value();
  ModelRun run(model);
  const auto tokens = some_tokens(12);
  const auto expected = run.feed_in_chunks(tokens, 12);
  const auto state = run.sequence();
  auto found = run.feed(state.get(), {tokens.begin(), tokens.begin() + 5});
  for (int layers = 1; layers < 5; ++layers) {
    Batch batch;
    ModelRun::add(&batch, state.get(), {9, 8, 7, 6});
    kernels::WorkerPool pool(1);
    Workspace work;
    ForwardOutput output;
    int asked = 0;
    const auto stop = [&] { return ++asked > layers; };
    CHECK_FALSE(model->forward(batch, {kernels::best_kernels(), pool, work}, stop, &output));
  }
  const auto rest = run.feed(state.get(), {tokens.begin() + 5, tokens.end()});
  found.insert(found.end(), rest.begin(), rest.end());
  CHECK(found == expected);
}

TEST_CASE("A recurrent state begins anew for each sequence of a pool", "[model]") {
  ModelRun run(Model::load(qwen35()).value());
  const auto tokens = some_tokens(9);
  const auto expected = run.feed_in_chunks(tokens, 9);
  run.feed_in_chunks(some_tokens(30), 4);
  CHECK(run.feed_in_chunks(tokens, 9) == expected);
}

TEST_CASE("What a recurrent state takes counts as pages of its sequence", "[model]") {
  StateLayout layout;
  layout.kv_slots.push_back({1, 4, 4});
  layout.recurrent_slots = {4000, 96};
  CHECK(KvPool::page_bytes(layout) == 8192);
  REQUIRE(KvPool::overhead_pages(layout) == 4);
  KvPool pool(layout, 11);
  CHECK(pool.max_tokens() == 7 * kKvPageTokens);
  CHECK(pool.admit(8 * kKvPageTokens, 1) == nullptr);
  const auto first = pool.admit(kKvPageTokens);
  CHECK(pool.reserved_pages() == 5);
  auto second = pool.admit(2 * kKvPageTokens);
  CHECK(pool.free_pages() == 0);
  CHECK(pool.admit(1) == nullptr);
  second.reset();
  CHECK(pool.free_pages() == 6);
}

// Counts the tokens of prompts that were read, again or not.
class ReadTokens final : public EngineObserver {
 public:
  void on_step(const EngineStep& step) override {
    const std::lock_guard lock(mutex_);
    tokens_ += step.prompt_tokens;
  }
  void on_departure(const EngineDeparture&) override {}
  void on_reject() override {}
  std::size_t tokens() const {
    const std::lock_guard lock(mutex_);
    return tokens_;
  }

 private:
  mutable std::mutex mutex_;
  std::size_t tokens_ = 0;
};

TEST_CASE("A recurrent model's answer does not tell that its memory was taken meanwhile",
          "[model][scheduler]") {
  const auto file = qwen35();
  const auto model = Model::load(file).value();
  const std::size_t pages = 4 * KvPool::overhead_pages(model->state_layout()) + 6;
  EngineConfig config;
  config.threads = 2;
  config.stream_pieces = 1000;
  config.prefill_tokens_per_step = 64;
  config.step_target = std::chrono::hours(1);
  config.kv_bytes = KvPool::page_bytes(model->state_layout()) * pages;
  const auto read_tokens = std::make_shared<ReadTokens>();
  config.observer = read_tokens;
  const auto engine = engine_of(*file, model, config);
  SamplingParams params = greedy(230);
  const TokenId eos = static_cast<TokenId>(
      file->find_uint("tokenizer.ggml.eos_token_id", {0, 1000}).value().value_or(0));
  params.bias = {{eos, -100}};
  const std::string alone = answer_of(*engine, "hello", params).text;
  const std::size_t read_once = read_tokens->tokens();
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (int i = 0; i < 4; ++i) streams.push_back(*engine->submit(user("hello"), params, {}));
  for (const auto& stream : streams) CHECK(read(*stream).text == alone);
  CHECK(read_tokens->tokens() > 5 * read_once);  // some were read again
}

}  // namespace
}  // namespace weir
