#include "local_backend/synthetic_model.h"

#include <algorithm>
#include <cmath>

#include "local_backend/gguf/quant_recipe.h"
#include "local_backend/gguf/random_blocks.h"
#include "local_backend/model/model_run.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using kernels::TensorType;

// Like one of the real ones, and small.
SyntheticShape small(std::string_view name) {
  SyntheticShape shape = *find_synthetic_shape(name);
  shape.layers = 2;
  shape.embedding = shape.feed_forward = 256;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_width = 64;
  shape.vocabulary = 300;
  if (shape.experts != 0) shape.experts = shape.experts_used + 2;
  if (shape.experts != 0) shape.expert_width = 256;
  return shape;
}

std::shared_ptr<const GgufFile> made(const SyntheticShape& shape, std::string_view type) {
  const TempDir folder;
  const std::string path = std::string(folder.path()) + "/model.gguf";
  REQUIRE(write_synthetic_model(path, shape, type).has_value());
  return GgufFile::open(path).value();
}

std::string any_shape() {
  return GENERATE("qwen3-0.6b", "llama-3.2-1b", "llama-3-8b-4l", "qwen3-30b-a3b-6l");
}

TEST_CASE("A made model of every shape and type answers in finite numbers", "[synthetic]") {
  const std::string name = any_shape();
  const auto& recipe = quant_recipes()[GENERATE(range(std::size_t{0}, quant_recipes().size()))];
  CAPTURE(name, recipe.name);
  const auto model = Model::load(made(small(name), recipe.name)).value();
  ModelRun run(model, kernels::best_kernels(), 1);
  const auto state = run.sequence();
  const auto logits = run.feed(state.get(), {0, 65, 299, 7});
  REQUIRE(logits.size() == 4 * 300);
  CHECK(std::all_of(logits.begin(), logits.end(), [](float x) { return std::isfinite(x); }));
  CHECK(*std::max_element(logits.begin(), logits.end()) > 0.1f);
}

TEST_CASE("Every text has tokens in a made model's vocabulary", "[synthetic]") {
  const auto file = made(small(any_shape()), "Q8_0");
  const auto tokenizer = Tokenizer::create(*file).value();
  CHECK(tokenizer->encode("abcd efgh").size() == 9);
  CHECK(tokenizer->vocabulary().size() == 300);
}

TEST_CASE("The same shape and type make the same model, another type another one", "[synthetic]") {
  const SyntheticShape shape = small("qwen3-0.6b");
  CHECK(made(shape, "Q4_0")->fingerprint() == made(shape, "Q4_0")->fingerprint());
  CHECK(made(shape, "Q4_0")->fingerprint() != made(shape, "Q8_0")->fingerprint());
}

TEST_CASE("The small models in Q4_0 have finer embeddings, as their usual files have",
          "[synthetic]") {
  CHECK(made(small("qwen3-0.6b"), "Q4_0")->tensor("token_embd.weight")->type == TensorType::kQ6_K);
  CHECK(made(small("llama-3-8b-4l"), "Q4_0")->tensor("output.weight")->type == TensorType::kQ4_0);
}

TEST_CASE("A made model needs a shape and a type that are known", "[synthetic]") {
  const TempDir folder;
  CHECK(find_synthetic_shape("qwen4-1t") == nullptr);
  const auto refused = write_synthetic_model(std::string(folder.path()) + "/model.gguf",
                                             small("qwen3-0.6b"), "Q9_9");
  CHECK(refused.error().code == ErrorCode::kInvalidRequest);
}

TEST_CASE("Random blocks have the size that they are asked for", "[synthetic]") {
  const TensorType type =
      GENERATE(TensorType::kF32, TensorType::kF16, TensorType::kBF16, TensorType::kQ8_0,
               TensorType::kQ6_K, TensorType::kQ4_K, TensorType::kQ4_0);
  constexpr std::size_t kWeights = 1 << 14;
  constexpr float kRms = 0.02f;
  CAPTURE(kernels::info_of(type).name);
  std::vector<std::byte> bytes(kernels::row_bytes(type, kWeights));
  Rng rng(3);
  fill_with_random_blocks(type, kRms, &rng, bytes);
  std::vector<float> weights(kWeights);
  kernels::best_kernels().row(type).unpack(bytes.data(), weights.data(), kWeights);
  double squares = 0;
  for (const float weight : weights) squares += double{weight} * weight;
  CHECK(std::sqrt(squares / kWeights) == Approx(kRms).epsilon(0.06));
}

}  // namespace
}  // namespace weir
