#include "local_backend/gguf/quant_recipe.h"

#include "tests/local_backend/gguf_cases.h"

namespace weir {
namespace {

using kernels::TensorType;

struct Shaped {
  std::string name;
  std::vector<std::uint64_t> dims;
};

std::shared_ptr<const GgufFile> file_of(const std::vector<Shaped>& tensors) {
  test::GgufBuilder builder;
  for (const Shaped& tensor : tensors) {
    std::uint64_t elements = 1;
    for (const std::uint64_t dim : tensor.dims) elements *= dim;
    builder.tensor(tensor.name, tensor.dims, std::vector<float>(elements));
  }
  return GgufFile::parse(builder.bytes()).value();
}

TensorChoice choice(std::string_view recipe, const Shaped& tensor) {
  const QuantRecipe* found = find_quant_recipe(recipe);
  REQUIRE(found != nullptr);
  return choose_types(file_of({tensor})->tensors(), *found).front();
}

// Of a model with so many layers, those in which such a tensor is Q6_K.
std::vector<std::size_t> finer_layers(const std::string& part, std::size_t layers) {
  std::vector<Shaped> tensors;
  for (std::size_t i = 0; i < layers; ++i) {
    tensors.push_back({"blk." + std::to_string(i) + "." + part, {256, 1}});
  }
  const auto choices = choose_types(file_of(tensors)->tensors(), *find_quant_recipe("Q4_K_M"));
  std::vector<std::size_t> finer;
  for (std::size_t i = 0; i < layers; ++i) {
    if (choices[i].type == TensorType::kQ6_K) finer.push_back(i);
  }
  return finer;
}

TEST_CASE("A recipe is found by its name alone", "[recipe]") {
  for (const QuantRecipe& recipe : quant_recipes()) {
    CHECK(find_quant_recipe(recipe.name) == &recipe);
  }
  for (const auto* name : {"", "q4_k", "Q4_K_", "Q5_1", "Q4_K_M "}) {
    CHECK(find_quant_recipe(name) == nullptr);
  }
}

TEST_CASE("Matrices are packed", "[recipe]") {
  const auto* name = GENERATE("blk.0.attn_q.weight", "blk.10.ffn_up_exps.weight", "output.weight",
                              "token_embd.weight", "blk.3.shortconv.in_proj.weight",
                              "per_layer_token_embd.weight");
  const QuantRecipe& recipe = quant_recipes()[GENERATE(range(0, 8))];
  const TensorChoice found = choice(recipe.name, {name, {256, 2, 3}});
  CAPTURE(name, recipe.name);
  CHECK((found.type == recipe.usual || found.type == recipe.finer));
  CHECK_FALSE(found.fell_back);
}

TEST_CASE("What is small and sensitive stays in F32", "[recipe]") {
  const Shaped tensor = GENERATE(
      Shaped{"output_norm.weight", {256}}, Shaped{"blk.0.attn_q.bias", {256}},
      Shaped{"blk.0.ffn_gate_inp.weight", {256, 8}}, Shaped{"blk.0.ffn_gate_exps.bias", {256, 8}},
      Shaped{"blk.0.ssm_conv1d.weight", {256, 4}}, Shaped{"blk.0.shortconv.conv.weight", {256, 4}},
      Shaped{"blk.0.ssm_a", {1, 256}}, Shaped{"position_embd.weight", {256, 4}},
      Shaped{"token_types.weight", {256, 2}}, Shaped{"rope_freqs.weight", {256}});
  const QuantRecipe& recipe = quant_recipes()[GENERATE(range(0, 8))];
  CAPTURE(tensor.name, recipe.name);
  CHECK(choice(recipe.name, tensor).type == TensorType::kF32);
}

TEST_CASE("Rows that are no whole blocks get a format that they fit", "[recipe]") {
  CHECK(choice("Q4_K", {"a.weight", {96, 2}}).type == TensorType::kQ8_0);
  CHECK(choice("Q6_K", {"a.weight", {96, 2}}).fell_back);
  CHECK(choice("Q4_K_M", {"output.weight", {172, 2}}).type == TensorType::kF16);
  CHECK(choice("Q8_0", {"a.weight", {172, 2}}).type == TensorType::kF16);
  CHECK_FALSE(choice("Q4_0", {"a.weight", {96, 2}}).fell_back);
  CHECK_FALSE(choice("F16", {"a.weight", {172, 2}}).fell_back);
}

TEST_CASE("Rows that do not fit stay as they are if that is smaller", "[recipe]") {
  test::GgufBuilder builder;
  builder.raw_tensor("a.weight", {32, 2}, 2, 0, std::string(36, '\0'));
  const auto file = GgufFile::parse(builder.bytes()).value();
  const TensorChoice found = choose_types(file->tensors(), *find_quant_recipe("Q4_K")).front();
  CHECK(found.type == TensorType::kQ4_0);
  CHECK(found.fell_back);
}

TEST_CASE("Q4_K_M is finer in the first eighth, the last, and every third layer between",
          "[recipe]") {
  using Layers = std::vector<std::size_t>;
  const std::string part = GENERATE("attn_v.weight", "attn_qkv.weight", "attn_v_b.weight",
                                    "ffn_down.weight", "ffn_down_exps.weight");
  CHECK(finer_layers(part, 32) == Layers{0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31});
  CHECK(finer_layers(part, 3) == Layers{2});
  CHECK(finer_layers(part, 1) == Layers{0});
  CHECK(finer_layers("attn_k.weight", 32).empty());
}

TEST_CASE("Layers without an attention do not count among those with one", "[recipe]") {
  std::vector<Shaped> tensors;
  for (std::size_t i = 0; i < 32; ++i) {
    tensors.push_back({"blk." + std::to_string(4 * i + 3) + ".attn_v.weight", {256, 1}});
  }
  const auto choices = choose_types(file_of(tensors)->tensors(), *find_quant_recipe("Q4_K_M"));
  CHECK(choices[3].type == TensorType::kQ6_K);
  CHECK(choices[4].type == TensorType::kQ4_K);
  CHECK(choices[28].type == TensorType::kQ6_K);
}

TEST_CASE("Names that are no layer's are packed as usual", "[recipe]") {
  const auto* name =
      GENERATE("blk..attn_v.weight", "blk.99999999999999999999999.attn_v.weight",
               "blk.-1.attn_v.weight", "blk.0", "x.blk.0.attn_v.weight", "attn_v.weight");
  CAPTURE(name);
  CHECK(choice("Q4_K_M", {name, {256, 2}}).type != TensorType::kQ6_K);
}

}  // namespace
}  // namespace weir
