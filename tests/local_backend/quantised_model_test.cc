// Quantised model files, in both arithmetics, against golden/quantized-models.
#include <algorithm>
#include <cmath>

#include "local_backend/model/model_run.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using kernels::Arithmetic;

double rel_rms(const float* found, const float* expected, std::size_t n) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    difference += std::pow(double{found[i]} - double{expected[i]}, 2);
    size += std::pow(double{expected[i]}, 2);
  }
  return std::sqrt(difference / size);
}

double median_rel_rms(const std::vector<float>& found, const std::vector<float>& expected,
                      std::size_t vocabulary) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < found.size(); i += vocabulary) {
    errors.push_back(rel_rms(&found[i], &expected[i], vocabulary));
  }
  std::nth_element(errors.begin(), errors.begin() + static_cast<long>(errors.size() / 2),
                   errors.end());
  return errors[errors.size() / 2];
}

// A model of the pack in every number format that its folder has.
struct Pack {
  std::filesystem::path folder;
  nlohmann::json golden;
  std::string bytes;

  ModelRun run(const nlohmann::json& file, Arithmetic arithmetic, bool packed = false,
               const kernels::Kernels& kernels = kernels::best_kernels()) const {
    const std::string path = (folder / file["file"].get<std::string>()).string();
    const auto model = Model::load(GgufFile::open(path).value(), {arithmetic}).value();
    kernels::WorkerPool pool(2);
    if (packed) model->pack(pool, [](std::uint64_t) { return true; });
    return ModelRun(model, kernels);
  }
  std::vector<TokenId> prompt() const { return golden["prompt"]; }
  std::vector<float> exact(const nlohmann::json& file, std::size_t size) const {
    return test::floats_at(bytes, file["logits_exact_f64"]["offset"], size);
  }
};

std::optional<Pack> read_pack(const std::string& architecture) {
  const auto folder = test::data_path("golden/quantized-models/" + architecture);
  if (!folder) return std::nullopt;
  return Pack{*folder, test::read_json(*folder / "golden.json"),
              test::read_all(*folder / "golden.bin")};
}

// Tokens that no rounding can change: the greedy ones up to the first close call.
std::vector<TokenId> certain_tokens(const nlohmann::json& greedy, double error) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < greedy["tokens"].size(); ++i) {
    if (greedy["margin"][i].get<double>() < 3 * error) break;
    tokens.push_back(greedy["tokens"][i]);
  }
  return tokens;
}

TEST_CASE("Quantised models with float activations give the exact logits of their weights",
          "[model][golden]") {
  const auto pack = read_pack(GENERATE(as<std::string>{}, "llama", "qwen3", "qwen3moe"));
  if (!pack) return;
  for (const auto& [name, file] : pack->golden["files"].items()) {
    CAPTURE(name);
    ModelRun run = pack->run(file, Arithmetic::kF32);
    const auto logits = run.feed_in_chunks(pack->prompt(), 16);
    const auto exact = pack->exact(file, logits.size());
    CHECK(rel_rms(logits.data(), exact.data(), logits.size()) < 1e-5);
    const auto greedy = certain_tokens(file["greedy_exact_f32"], 1e-5);
    CHECK(run.greedy(pack->prompt(), greedy.size()) == greedy);
  }
}

TEST_CASE("Quantised models with int8 activations are as near to exact as the field's best",
          "[model][golden]") {
  const auto pack = read_pack(GENERATE(as<std::string>{}, "llama", "qwen3", "qwen3moe"));
  const bool packed = GENERATE(false, true);
  if (!pack) return;
  for (const auto& [name, file] : pack->golden["files"].items()) {
    ModelRun run = pack->run(file, Arithmetic::kInt8, packed);
    const auto logits = run.feed_in_chunks(pack->prompt(), 16);
    const auto exact = pack->exact(file, logits.size());
    const double error = median_rel_rms(logits, exact, run.model().spec().vocabulary);
    const double peer = file["median_position_rel_rms_libllama_vs_exact"];
    CAPTURE(name, packed, error, peer);
    CHECK(error <= 1.5 * peer);
    const double largest = file["max_abs_libllama_vs_exact"];
    const auto greedy = certain_tokens(file["greedy_exact_f32"], largest);
    CHECK(run.greedy(pack->prompt(), greedy.size()) == greedy);
  }
}

TEST_CASE("Logits of a quantised model do not depend on chunks, bit for bit", "[model][golden]") {
  const auto pack = read_pack(GENERATE(as<std::string>{}, "llama", "qwen3", "qwen3moe"));
  if (!pack) return;
  const auto name = GENERATE(as<std::string>{}, "Q8_0", "Q4_0", "Q4_K_M", "Q6_K");
  const auto arithmetic = GENERATE(Arithmetic::kInt8, Arithmetic::kF32);
  const bool packed = GENERATE(false, true);
  for (const kernels::Kernels* variant : kernels::compiled_kernels()) {
    if (!variant->runs_on(kernels::cpu_features())) continue;
    CAPTURE(name, variant->name, packed);
    ModelRun run = pack->run(pack->golden["files"][name], arithmetic, packed, *variant);
    const auto whole = run.feed_in_chunks(pack->prompt(), 40);
    for (const std::size_t chunk : {1, 7, 16}) {
      CHECK(run.feed_in_chunks(pack->prompt(), chunk) == whole);
    }
  }
}

TEST_CASE("stories260k in Q8_0 gives its exact logits in float and its text in int8",
          "[model][golden]") {
  const auto folder = test::data_path("golden/stories260k");
  if (!folder) return;
  const auto golden = test::read_json(*folder / "golden-Q8_0.json")["exact"];
  const std::string bytes = test::read_all(*folder / golden["data"].get<std::string>());
  const auto file = GgufFile::open((*folder / "stories260K-Q8_0.gguf").string()).value();
  ModelRun exact(Model::load(file, {Arithmetic::kF32}).value());
  ModelRun fast(Model::load(file, {Arithmetic::kInt8}).value());
  for (const auto& prompt : golden["prompts"]) {
    const std::vector<TokenId> tokens = prompt["tokens"];
    const auto logits = exact.feed_in_chunks(tokens, 16);
    const auto expected = test::floats_at(bytes, prompt["logits"]["offset"], logits.size());
    CHECK(rel_rms(logits.data(), expected.data(), logits.size()) < 1e-5);
    CHECK(exact.greedy(tokens, 64) == prompt["greedy"]["tokens"].get<std::vector<TokenId>>());
    const auto rough = fast.feed_in_chunks(tokens, 16);
    CHECK(rel_rms(rough.data(), expected.data(), rough.size()) < 1.5e-2);  // the pack says 0.7 %
  }
}

}  // namespace
}  // namespace weir
