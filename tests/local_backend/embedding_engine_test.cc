// The engine of embedding models: texts to tokens, batches, turns, limits.
#include "local_backend/embedding_engine.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <cmath>
#include <list>
#include <thread>

#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace test;

LocalBackendOptions options_for(const std::string& name, EngineConfig config = {}) {
  LocalBackendOptions options;
  options.model_path = (committed_golden() / name / "model.gguf").string();
  options.model_name = name;
  options.engine = std::move(config);
  return options;
}

struct Limits {
  std::size_t threads = 1;
  std::size_t context_tokens = 0;
  std::size_t max_queued = 64;
};

Result<std::unique_ptr<EmbeddingEngine>> start(const std::string& name, Limits limits = {}) {
  EngineConfig config;
  config.threads = limits.threads;
  config.context_tokens = limits.context_tokens;
  config.max_queued = limits.max_queued;
  const LocalBackendOptions options = options_for(name, std::move(config));
  auto model = open_local_model(options);
  if (!model) return model.error();
  return EmbeddingEngine::start(std::move(*model), options);
}

EmbeddingRequest asking(std::vector<EmbeddingInput> inputs) {
  EmbeddingRequest request;
  request.is_list = inputs.size() != 1;
  request.inputs = std::move(inputs);
  return request;
}

// Requests that run at once on one I/O thread.
class Requests {
 public:
  struct One {
    CancelSignal cancel;
    Usage partial;
    std::optional<Result<EmbeddingResult>> result;
  };

  One& start(EmbeddingEngine& engine, EmbeddingRequest request, std::string party = {},
             Deadline deadline = {}) {
    One& one = all_.emplace_back();
    net::co_spawn(
        io_, engine.run(std::move(request), std::move(party), one.cancel, deadline, &one.partial),
        [this, &one](const std::exception_ptr& thrown, Result<EmbeddingResult> result) {
          if (!thrown) one.result = std::move(result);
          order.push_back(&one);
        });
    return one;
  }
  // Until all have ended.
  void run() {
    const auto work = net::make_work_guard(io_);
    io_.restart();
    while (order.size() < all_.size()) io_.run_one();
  }
  void poll() {
    io_.restart();
    io_.poll();
  }

  std::vector<One*> order;  // in which they ended

 private:
  std::list<One> all_;
  net::io_context io_{1};
};

EmbeddingResult vectors_of(EmbeddingEngine& engine, EmbeddingRequest request) {
  Requests requests;
  const auto& one = requests.start(engine, std::move(request));
  requests.run();
  return one.result->value();
}

Error error_of(EmbeddingEngine& engine, EmbeddingRequest request) {
  Requests requests;
  const auto& one = requests.start(engine, std::move(request));
  requests.run();
  REQUIRE(one.result->has_error());
  return one.result->error();
}

std::vector<TokenId> golden_tokens() {
  return read_json(committed_golden() / "bert/golden.json")["prompts"][1]["tokens"];
}

// Of one text in the committed encoder's vocabulary, with what stands around it.
std::vector<TokenId> tokens_of(std::string_view text) {
  const auto model = open_local_model(options_for("bert")).value();
  return EmbeddingTokens::create(*model.file, model.tokenizer).value().encode(text);
}

std::vector<float> alone(const std::vector<TokenId>& tokens) {
  const auto model = open_local_model(options_for("bert")).value();
  return Embedder::create(model.model, {.threads = 1}).value()->embed(tokens).value();
}

TEST_CASE("An encoder reads a text between CLS and SEP", "[embeddings]") {
  const auto tokens = tokens_of("the");
  REQUIRE(tokens.size() >= 3);
  CHECK(tokens.front() == 2);
  CHECK(tokens.back() == 3);
  CHECK(tokens_of("") == std::vector<TokenId>{2, 3});
  CHECK(tokens_of("[SEP]").size() > 3);  // of a text it is plain text
}

TEST_CASE("Texts and their tokens have the same vectors, in the order of the request",
          "[embeddings]") {
  const auto engine = start("bert").value();
  const auto texts = vectors_of(*engine, asking({"the cat", "a", "the cat"}));
  const auto ids = vectors_of(*engine, asking({tokens_of("the cat"), tokens_of("a")}));
  CHECK(texts.vectors[0] == ids.vectors[0]);
  CHECK(texts.vectors[1] == ids.vectors[1]);
  CHECK(texts.vectors[2] == texts.vectors[0]);
  CHECK(texts.vectors[0] == alone(tokens_of("the cat")));
  CHECK(texts.usage.input_tokens ==
        static_cast<std::int64_t>(2 * tokens_of("the cat").size() + tokens_of("a").size()));
  CHECK(texts.usage.output_tokens == 0);
}

TEST_CASE("A vector is the same bits beside the texts of others", "[embeddings]") {
  const auto engine = start("bert", {.threads = 2}).value();
  const auto tokens = golden_tokens();
  const auto expected = alone(tokens);
  Requests requests;
  std::vector<Requests::One*> ones;
  for (int i = 0; i < 40; ++i) {
    const auto party = "team" + std::to_string(i % 3);
    ones.push_back(&requests.start(*engine, asking({tokens, "a b c", tokens}), party));
  }
  requests.run();
  for (const auto* one : ones) {
    REQUIRE(one->result->has_value());
    CHECK((*one->result)->vectors[0] == expected);
    CHECK((*one->result)->vectors[2] == expected);
  }
}

TEST_CASE("Fewer dimensions are the first ones, of length 1", "[embeddings]") {
  const auto engine = start("bert").value();
  EmbeddingRequest request = asking({"the cat"});
  request.dimensions = 8;
  const auto few = vectors_of(*engine, std::move(request)).vectors[0];
  const auto all = vectors_of(*engine, asking({"the cat"})).vectors[0];
  REQUIRE(few.size() == 8);
  double squares = 0;
  for (const float value : few) squares += double{value} * double{value};
  CHECK(std::abs(squares - 1) < 1e-6);
  CHECK(std::abs(few[0] / few[1] - all[0] / all[1]) < 1e-4);
}

TEST_CASE("What cannot be embedded is named by its place", "[embeddings]") {
  const auto engine = start("bert", {.context_tokens = 16}).value();
  const std::vector<TokenId> many(17, 5);
  CHECK(error_of(*engine, asking({"a", many})).param == "input[1]");
  CHECK(error_of(*engine, asking({"a", many})).code == ErrorCode::kContextTooLong);
  CHECK(error_of(*engine, asking({many})).param == "input");
  CHECK(error_of(*engine, asking({"a", "b", std::vector<TokenId>{160}})).param == "input[2]");
  const std::string long_text(200, '.');
  const Error error = error_of(*engine, asking({"a", "b", long_text}));
  CHECK(error.param == "input[2]");
  CHECK(error.detail == "context_length_exceeded");
  EmbeddingRequest wide = asking({"a"});
  wide.dimensions = 65;
  CHECK(error_of(*engine, std::move(wide)).param == "dimensions");
}

TEST_CASE("A long list of one team does not hold up another's short one", "[embeddings]") {
  const auto engine = start("bert").value();
  Requests requests;
  const std::vector<EmbeddingInput> many(2'000, EmbeddingInput(golden_tokens()));
  const auto& first = requests.start(*engine, asking(many), "big");
  const auto& second = requests.start(*engine, asking({"a"}), "small");
  const auto& third = requests.start(*engine, asking({"b"}), "big");
  requests.run();
  CHECK(requests.order.back() == &first);
  CHECK(first.result->has_value());
  CHECK(second.result->has_value());
  CHECK(third.result->has_value());
}

TEST_CASE("Embedding requests beyond the queue are refused at once", "[embeddings]") {
  const auto engine = start("bert", {.max_queued = 2}).value();
  Requests requests;
  const std::vector<EmbeddingInput> many(500, EmbeddingInput(golden_tokens()));
  for (int i = 0; i < 2; ++i) requests.start(*engine, asking(many));
  requests.poll();
  const auto& refused = requests.start(*engine, asking({"a"}));
  requests.run();
  REQUIRE(refused.result->has_error());
  CHECK(refused.result->error().code == ErrorCode::kRateLimited);
  CHECK(refused.result->error().retry_after_s > 0);
  CHECK(engine->queued() == 0);
}

TEST_CASE("A client that goes away, and a deadline, end an embedding request", "[embeddings]") {
  const auto engine = start("bert").value();
  Requests requests;
  const std::vector<EmbeddingInput> many(100'000, EmbeddingInput(golden_tokens()));
  auto& gone = requests.start(*engine, asking(many));
  const auto soon = Deadline{std::chrono::steady_clock::now() + std::chrono::milliseconds(30)};
  const auto& late = requests.start(*engine, asking(many), {}, soon);
  requests.poll();
  gone.cancel.raise();
  requests.run();
  CHECK(gone.result->error().code == ErrorCode::kCancelled);
  CHECK(late.result->error().code == ErrorCode::kDeadline);
  CHECK(vectors_of(*engine, asking({"a"})).vectors.size() == 1);
  while (engine->queued() > 0) std::this_thread::yield();
}

TEST_CASE("An embedding engine that is destroyed tells those who wait", "[embeddings]") {
  auto engine = start("bert").value();
  Requests requests;
  const std::vector<EmbeddingInput> many(100'000, EmbeddingInput(golden_tokens()));
  const auto& one = requests.start(*engine, asking(many));
  requests.poll();
  // run() uses the engine until it returns, so it is destroyed on another thread meanwhile.
  std::thread destroyer([&] { engine->shut_down(); });
  requests.run();
  destroyer.join();
  CHECK(one.result->error().code == ErrorCode::kUnavailable);
}

TEST_CASE("A model that answers in words starts no embedding engine", "[embeddings]") {
  CHECK(start("qwen3").error().detail == "model_not_embedding");
}

TEST_CASE("A language model that pools gives the same vectors in company and in chunks",
          "[embeddings]") {
  const auto folder = data_path("golden/logits/qwen3-embedding");
  if (!folder) return;
  LocalBackendOptions options;
  options.model_path = (*folder / "model.gguf").string();
  options.engine.threads = 2;
  const auto model = open_local_model(options).value();
  const auto embedder = Embedder::create(model.model, {.threads = 1}).value();
  std::vector<TokenId> text(700);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<TokenId>(i * 7 % 250);
  const auto expected = embedder->embed(text).value();
  const auto engine = EmbeddingEngine::start(model, options).value();
  const auto found = vectors_of(*engine, asking({"a", text, "b", text}));
  CHECK(found.vectors[1] == expected);
  CHECK(found.vectors[3] == expected);
}

}  // namespace
}  // namespace weir
