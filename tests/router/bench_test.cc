#include "router/cli/bench.h"

#include <filesystem>
#include <fstream>

#include "local_backend/synthetic_model.h"
#include "router/cli/bench_runs.h"
#include "router/cli/draft_bench.h"
#include "router/cli/output.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using cli::bench;

cli::BenchOptions quick() {
  cli::BenchOptions options;
  options.model = "weir-mini";
  options.prompt = {16};
  options.answer = 2;
  options.depth = {0, 8};
  options.streams = {1, 3};
  options.batch = 5;
  options.rounds = 2;
  options.json = GENERATE(false, true);
  return options;
}

TEST_CASE("A model's pace is measured at every depth and number of streams", "[bench]") {
  CHECK(bench(quick()) == cli::kDone);
}

TEST_CASE("A draft model's guesses have to come true so often", "[bench]") {
  CHECK(cli::least_chance(1, 1.25) == Approx(0.25));
  CHECK(cli::least_chance(3, 1.0) < 1e-6);
  CHECK(cli::least_chance(3, 3.9) > 0.98);
  CHECK(cli::least_chance(3, 3.9) < 1);
  CHECK(cli::least_chance(3, 4.1) > 1);
  cli::BenchOptions options = quick();
  options.draft = "weir-mini";
  CHECK(bench(options) == cli::kDone);
  options.draft = "/nowhere.gguf";
  CHECK(bench(options) == cli::kFailed);
}

TEST_CASE("A bench needs a model or a shape, and kernels that run here", "[bench]") {
  cli::BenchOptions options = quick();
  options.kernels = "mmx";
  CHECK(bench(options) == cli::kWrongArguments);
  options = {};
  CHECK(bench(options) == cli::kWrongArguments);
  options.shape = "qwen4-1t";
  CHECK(bench(options) == cli::kWrongArguments);
  options.shape = "";
  options.model = "/nowhere/model.gguf";
  CHECK(bench(options) == cli::kFailed);
}

TEST_CASE("A kept file of another kind stays what it is", "[bench]") {
  const TempDir folder;
  cli::BenchOptions options;
  options.shape = "qwen3-0.6b";
  options.keep = folder.path() + "/notes.txt";
  std::ofstream(options.keep) << "mine";
  CHECK(bench(options) == cli::kFailed);
  CHECK(std::filesystem::file_size(options.keep) == 4);
}

std::shared_ptr<const Model> small_experts() {
  SyntheticShape shape = *find_synthetic_shape("qwen3-30b-a3b-6l");
  shape.layers = 1;
  shape.embedding = shape.expert_width = 256;
  shape.heads = shape.kv_heads = 2;
  shape.vocabulary = 300;
  const TempDir folder;
  const std::string path = folder.path() + "/model.gguf";
  REQUIRE(write_synthetic_model(path, shape, "Q8_0").has_value());
  return Model::load(GgufFile::open(path).value()).value();
}

// Queries, keys, values and output of 256 to 256, a router, and experts of three matrices.
constexpr double kSquare = 256 * 256;
constexpr double kRouter = 256 * 128;
constexpr double kQ8Bytes = 34.0 / 32;

TEST_CASE("A step reads the experts that its tokens choose, and the output", "[bench]") {
  const auto model = small_experts();
  const double dense = 4 * kSquare * kQ8Bytes + kRouter * 4 + 300 * 256 * kQ8Bytes;
  const double experts = 128 * 3 * kSquare * kQ8Bytes;
  CHECK(cli::step_weight_bytes(*model, 1) == Approx(dense + experts * 8 / 128));
  CHECK(cli::step_weight_bytes(*model, 1000) == Approx(dense + experts));
}

TEST_CASE("A prompt's token costs two operations a weight that it meets", "[bench]") {
  const double weights = 4 * kSquare + kRouter + 8 * 3 * kSquare;
  CHECK(cli::prompt_operations(*small_experts()) == Approx(2 * weights));
}

}  // namespace
}  // namespace weir
