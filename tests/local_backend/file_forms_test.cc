// Files of the same architecture that differ in the form of their tensors.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "local_backend/gguf/model_packer.h"
#include "local_backend/model/architecture.h"
#include "local_backend/model/model_run.h"
#include "tests/local_backend/small_models.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using namespace test;
using Numbers = std::vector<float>;

Numbers numbers(std::size_t count, std::uint32_t seed) {
  Numbers made(count);
  for (float& number : made) {
    seed = seed * 1664525 + 1013904223;
    number = static_cast<float>(seed >> 8) / static_cast<float>(1 << 24) - 0.5f;
  }
  return made;
}

std::shared_ptr<const GgufFile> file_of(const SmallModel& model) {
  return GgufFile::parse(model.bytes()).value();
}

std::string error_of(const SmallModel& model) {
  const auto loaded = Model::load(file_of(model));
  return loaded ? "" : loaded.error().message;
}

Numbers logits_of(std::shared_ptr<const Model> model) {
  ModelRun run(std::move(model), kernels::best_kernels(), 1);
  return run.feed_in_chunks({1, 5, 2, 11, 7, 7, 3}, 3);
}

Numbers logits_of(const SmallModel& model) {
  return logits_of(Model::load(file_of(model)).value());
}

double distance(const Numbers& a, const Numbers& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(double{a[i]} - double{b[i]}));
  return most;
}

// Heads of 4 plain numbers of a key and 6 of a value, from a memory of 8.
constexpr std::size_t kHeads = 2, kPlain = 4, kValue = 6, kRank = 8;

TEST_CASE("A deepseek2 file with attn_kv_b says what one with attn_k_b and attn_v_b says",
          "[model]") {
  SmallModel apart = small_model("deepseek2 lite");
  SmallModel joined = small_model("deepseek2 of 2024");
  const std::string layer = GENERATE("blk.0.", "blk.1.");
  const Numbers keys = numbers(kHeads * kRank * kPlain, 1);    // [head][rank][plain]
  const Numbers values = numbers(kHeads * kValue * kRank, 2);  // [head][value][rank]
  Numbers both;                                                // [head][plain, value][rank]
  for (std::size_t h = 0; h < kHeads; ++h) {
    for (std::size_t row = 0; row < kPlain; ++row) {
      for (std::size_t i = 0; i < kRank; ++i) both.push_back(keys[(h * kRank + i) * kPlain + row]);
    }
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(h * kValue * kRank);
    both.insert(both.end(), first, first + kValue * kRank);
  }
  for (const char* other : {"blk.0.", "blk.1."}) {
    apart.tensors[other + std::string("attn_k_b.weight")].values = keys;
    apart.tensors[other + std::string("attn_v_b.weight")].values = values;
    joined.tensors[other + std::string("attn_kv_b.weight")].values = both;
  }
  CHECK(distance(logits_of(apart), logits_of(joined)) < 1e-5);
  std::swap(both[0], both[1]);
  joined.tensors[layer + "attn_kv_b.weight"].values = both;
  CHECK(distance(logits_of(apart), logits_of(joined)) > 1e-5);
}

TEST_CASE("A deepseek2 file with attn_kv_b takes the widths of heads from older keys", "[model]") {
  SmallModel model = small_model("deepseek2 of 2024");
  const Numbers wanted = logits_of(model);
  model.values.erase("deepseek2.attention.key_length_mla");
  model.values.erase("deepseek2.attention.value_length_mla");
  set_values("attention.key_length=8 attention.value_length=6", &model);
  CHECK(logits_of(model) == wanted);
}

TEST_CASE("Heads of Command R+ are normed each by weights of its own", "[model]") {
  SmallModel model = small_model("command-r plus");
  const std::vector<std::string> layers = {"blk.0.", "blk.1."};
  const Numbers first = numbers(8, 3), second = numbers(8, 4);
  const auto rows = [](Numbers a, const Numbers& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  for (const std::string& layer : layers) {
    model.tensors[layer + "attn_q_norm.weight"].values = rows(first, first);
  }
  // With the same weights for all heads it is what other architectures do.
  SmallModel plain = model;
  for (const std::string& layer : layers) {
    plain.tensors[layer + "attn_q_norm.weight"] = {{8}, 0, first};
    plain.tensors[layer + "attn_k_norm.weight"].dims = {8};
  }
  auto spec = read_model_spec(*file_of(model)).value();
  for (LayerSpec& layer : spec.layers) {
    std::get<AttentionSpec>(layer.blocks.front()).qk_norm = QkNorm::kPerHead;
  }
  CHECK(logits_of(Model::build(file_of(plain), spec).value()) == logits_of(model));

  // Heads in another order, their weights with them, say the same.
  const Numbers queries = numbers(16 * 16, 5), outputs = numbers(16 * 16, 6);
  const auto turn = [&](bool swapped) {
    Numbers query(256), output(256);
    for (std::size_t i = 0; i < 256; ++i) {
      const std::size_t row = i / 16, column = i % 16;
      query[i] = queries[(swapped ? row ^ 8 : row) * 16 + column];
      output[i] = outputs[row * 16 + (swapped ? column ^ 8 : column)];
    }
    for (const std::string& layer : layers) {
      model.tensors[layer + "attn_q.weight"].values = query;
      model.tensors[layer + "attn_output.weight"].values = output;
      model.tensors[layer + "attn_q_norm.weight"].values =
          swapped ? rows(second, first) : rows(first, second);
    }
    return logits_of(model);
  };
  const Numbers wanted = turn(false);
  CHECK(distance(turn(true), wanted) < 1e-5);
  for (const std::string& layer : layers) {
    model.tensors[layer + "attn_q_norm.weight"].values = rows(first, second);
  }
  CHECK(distance(logits_of(model), wanted) > 1e-5);
}

// The same numbers as a file of another architecture.
SmallModel renamed(SmallModel model, const std::string& architecture) {
  std::map<std::string, StoredValue> values;
  for (const auto& [key, value] : model.values) {
    const bool own = key.starts_with(model.architecture + ".");
    values[own ? architecture + key.substr(model.architecture.size()) : key] = value;
  }
  values["general.architecture"] = stored_text(architecture);
  model.values = values;
  model.architecture = architecture;
  return model;
}

TEST_CASE("Some architectures are llama by another name", "[model]") {
  const std::string name = GENERATE("internlm2", "ernie4_5");
  const SmallModel model = small_model(name);
  CHECK(logits_of(model) == logits_of(renamed(model, "llama")));
}

TEST_CASE("Seed-OSS is Qwen 2 with another name of a norm", "[model]") {
  SmallModel model = with_all_tensors(small_model("seed_oss"));
  SmallModel other = renamed(model, "qwen2");
  for (const std::string layer : {"blk.0.", "blk.1."}) {
    auto norm = other.tensors.extract(layer + "post_attention_norm.weight");
    norm.key() = layer + "ffn_norm.weight";
    other.tensors.insert(std::move(norm));
  }
  REQUIRE(model.tensors.contains("blk.0.attn_q.bias"));
  CHECK(logits_of(model) == logits_of(other));
}

TEST_CASE("What this engine does not do is refused by the tensor that asks for it", "[model]") {
  SmallModel dense = small_model("gemma-embedding");
  dense.tensors["dense_2.weight"] = {{16, 32}};
  CHECK(error_of(dense).find("dense layers behind its pooling (dense_2.weight)") !=
        std::string::npos);
  SmallModel joined = small_model("qwen3next");
  joined.tensors["blk.0.ssm_in.weight"] = {{16, 24}};
  CHECK(error_of(joined).find("in one matrix (blk.0.ssm_in.weight)") != std::string::npos);
  SmallModel both = small_model("deepseek2 lite");
  both.tensors["blk.0.attn_kv_b.weight"] = {{8, 20}};
  CHECK(error_of(both) == "tensor 'blk.0.attn_kv_b.weight': is not part of this architecture");
}

TEST_CASE("A deepseek2 file whose queries grow with the position is refused by name", "[model]") {
  SmallModel model = small_model("deepseek2 lite");
  model.values["deepseek2.attention.temperature_scale"] = stored<float>(6, 0);
  CHECK(error_of(model).empty());
  model.values["deepseek2.attention.temperature_scale"] = stored<float>(6, 0.1F);
  CHECK(error_of(model) ==
        "architecture deepseek2 with attention.temperature_scale is not supported");
}

TEST_CASE("Scales of NVFP4 matrices are refused by name, not left out", "[model]") {
  constexpr std::uint32_t kNvfp4 = 40;
  SmallModel model = small_model("qwen3");
  set_values("embedding_length=64", &model);
  REQUIRE(settle(&model).empty());
  model.tensors["blk.0.attn_q.weight"].type = kNvfp4;
  CHECK(error_of(model).empty());
  const std::string scale = GENERATE("blk.0.attn_q.scale", "blk.0.attn_q.input_scale");
  model.tensors[scale] = {{1}};
  const std::string error =
      "tensor '" + scale + "': scales a matrix in NVFP4, which is not supported";
  CHECK(error_of(model) == error);
  const TempDir folder;
  const std::string path = folder.path() + "/out.gguf";
  PackModel job;
  job.source = file_of(model);
  job.recipe = find_quant_recipe("Q8_0");
  job.path = path;
  CHECK(pack_model(job).error().message == error);
  CHECK_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace weir
