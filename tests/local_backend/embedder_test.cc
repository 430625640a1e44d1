// Texts as vectors: encoders and language models, against golden/logits.
#include "local_backend/embedder.h"

#include <cmath>
#include <numeric>

#include "local_backend/model/model_run.h"
#include "local_backend/model/pooling.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"

namespace weir {
namespace {

using namespace test;

std::shared_ptr<const Model> model_at(const std::filesystem::path& folder) {
  return Model::load(GgufFile::open((folder / "model.gguf").string()).value()).value();
}

std::vector<float> of_length_one(std::vector<float> vector) {
  double squares = 0;
  for (const float v : vector) squares += double{v} * double{v};
  for (float& v : vector) v = static_cast<float>(double{v} / std::sqrt(squares));
  return vector;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(double{a[i]} - double{b[i]}, 2);
  return std::sqrt(squares);
}

TEST_CASE("Embeddings are the golden ones, of length 1", "[model][golden]") {
  const auto name =
      GENERATE(as<std::string>{}, "bert", "nomic-bert", "qwen3-embedding", "gemma-embedding");
  const auto folder = data_path("golden/logits/" + name);
  if (!folder) return;
  const auto pack = read_json(*folder / "golden.json");
  const std::string bytes = read_all(*folder / "golden.bin");
  const auto embedder = Embedder::create(model_at(*folder), {.threads = 2}).value();
  for (const auto& prompt : pack["prompts"]) {
    const std::vector<TokenId> tokens = prompt["tokens"];
    CAPTURE(name, tokens.size());
    const auto found = embedder->embed(tokens).value();
    const auto golden = floats_at(bytes, prompt["embedding"]["offset"], embedder->width());
    CHECK(distance(found, of_length_one(golden)) < 1e-5);
    CHECK(embedder->embed(tokens).value() == found);
  }
}

TEST_CASE("The committed encoder gives its golden states and vectors", "[model][golden]") {
  const auto folder = committed_golden() / "bert";
  const auto pack = read_json(folder / "golden.json");
  const auto embedder = Embedder::create(model_at(folder), {.threads = 1}).value();
  const auto prompt = pack["prompts"][2];
  const std::vector<TokenId> tokens = prompt["tokens"];
  const auto golden =
      floats_at(read_all(folder / "golden.bin"), prompt["embedding"]["offset"], embedder->width());
  CHECK(distance(embedder->embed(tokens).value(), of_length_one(golden)) < 1e-5);
}

TEST_CASE("What cannot be embedded is refused", "[model]") {
  const auto model = model_at(committed_golden() / "bert");
  const auto embedder = Embedder::create(model, {.threads = 1, .context_tokens = 8}).value();
  CHECK(embedder->embed({}).error().code == ErrorCode::kInvalidRequest);
  CHECK(embedder->embed(std::vector<TokenId>{160}).error().code == ErrorCode::kInvalidRequest);
  CHECK(embedder->embed(std::vector<TokenId>{-1}).error().code == ErrorCode::kInvalidRequest);
  CHECK(embedder->embed(std::vector<TokenId>(9)).error().code == ErrorCode::kContextTooLong);
  CHECK(embedder->embed(std::vector<TokenId>(8)).has_value());
  const auto plain = model_at(committed_golden() / "qwen3");
  CHECK(Embedder::create(plain, {}).error().detail == "model_not_embedding");
}

TEST_CASE("An encoder is no model that answers", "[model]") {
  const auto file = GgufFile::open((committed_golden() / "bert/model.gguf").string()).value();
  std::shared_ptr<const Tokenizer> tokenizer = std::move(Tokenizer::create(*file).value());
  const auto engine = Engine::create(Model::load(file).value(), tokenizer, {});
  REQUIRE(engine.has_error());
  CHECK(engine.error().detail == "model_not_generating");
}

TEST_CASE("Pooling takes the mean, the first or the last state", "[model]") {
  const std::vector<float> states = {1, 2, 3, 4, 8, 9};
  CHECK(pooled(Pooling::kMean, states, 2) == std::vector<float>{4, 5});
  CHECK(pooled(Pooling::kFirst, states, 2) == std::vector<float>{1, 2});
  CHECK(pooled(Pooling::kLast, states, 2) == std::vector<float>{8, 9});
}

}  // namespace
}  // namespace weir
