#include "local_backend/gguf/quant_recipe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

namespace weir {
namespace {

using kernels::TensorType;

constexpr std::array kRecipes = {
    QuantRecipe{"F32", 0, TensorType::kF32, TensorType::kF32},
    QuantRecipe{"F16", 1, TensorType::kF16, TensorType::kF16},
    QuantRecipe{"BF16", 32, TensorType::kBF16, TensorType::kBF16},
    QuantRecipe{"Q8_0", 7, TensorType::kQ8_0, TensorType::kQ8_0},
    QuantRecipe{"Q6_K", 18, TensorType::kQ6_K, TensorType::kQ6_K},
    QuantRecipe{"Q4_K_M", 15, TensorType::kQ4_K, TensorType::kQ6_K},
    QuantRecipe{"Q4_K", 14, TensorType::kQ4_K, TensorType::kQ4_K},
    QuantRecipe{"Q4_0", 2, TensorType::kQ4_0, TensorType::kQ4_0},
};

// "blk.LAYER.PART"
struct LayerName {
  std::size_t layer = 0;
  std::string_view part;
};

std::optional<LayerName> layer_of(std::string_view name) {
  constexpr std::string_view kBegin = "blk.";
  if (!name.starts_with(kBegin)) return std::nullopt;
  LayerName found;
  const char* end = name.data() + name.size();
  const auto [stop, fault] = std::from_chars(name.data() + kBegin.size(), end, found.layer);
  if (fault != std::errc() || stop == end || *stop != '.') return std::nullopt;
  found.part = name.substr(static_cast<std::size_t>(stop + 1 - name.data()));
  return found;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What is multiplied with many activations, or looked up in.
bool is_packed(const GgufTensor& tensor) {
  const std::string_view name = tensor.name;
  if (tensor.dim_count < 2 || !name.ends_with(".weight")) return false;
  constexpr std::string_view kKept[] = {"norm",          "ffn_gate_inp",  "conv.weight",
                                        "conv1d.weight", "position_embd", "token_types"};
  return std::none_of(std::begin(kKept), std::end(kKept),
                      [name](std::string_view part) { return contains(name, part); });
}

bool is_embedding_or_output(std::string_view name) {
  return name == "token_embd.weight" || name == "output.weight";
}

constexpr std::string_view kFinerParts[] = {"attn_v.", "attn_qkv.", "attn_v_b.", "ffn_down"};

// The layers that have such a part, in order.
std::vector<std::size_t> layers_with(std::span<const GgufTensor> tensors, std::string_view part) {
  std::vector<std::size_t> layers;
  for (const GgufTensor& tensor : tensors) {
    const auto name = layer_of(tensor.name);
    if (name && name->part.starts_with(part) && is_packed(tensor)) layers.push_back(name->layer);
  }
  std::sort(layers.begin(), layers.end());
  layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
  return layers;
}

// Number `index` of `count` layers.
bool is_finer_layer(std::size_t index, std::size_t count) {
  const std::size_t eighth = count / 8;
  return index < eighth || index >= 7 * count / 8 || (index - eighth) % 3 == 2;
}

class Chooser {
 public:
  Chooser(std::span<const GgufTensor> tensors, const QuantRecipe& recipe) : recipe_(recipe) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      layers_[i] = layers_with(tensors, kFinerParts[i]);
    }
  }

  TensorChoice choose(const GgufTensor& tensor) const {
    if (!is_packed(tensor)) return {};
    const TensorType wanted = is_finer(tensor.name) ? recipe_.finer : recipe_.usual;
    if (tensor.dims[0] % kernels::info_of(wanted).block_weights == 0) return {wanted};
    const TensorType instead = tensor.dims[0] % 32 == 0 ? TensorType::kQ8_0 : TensorType::kF16;
    const std::size_t size =
        tensor.elements / tensor.dims[0] * kernels::row_bytes(instead, tensor.dims[0]);
    return {size < tensor.bytes.size() ? instead : tensor.type, true};
  }

 private:
  bool is_finer(std::string_view name) const {
    if (is_embedding_or_output(name)) return true;
    const auto layer = layer_of(name);
    if (!layer) return false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (!layer->part.starts_with(kFinerParts[i])) continue;
      const auto found = std::lower_bound(layers_[i].begin(), layers_[i].end(), layer->layer);
      return is_finer_layer(static_cast<std::size_t>(found - layers_[i].begin()),
                            layers_[i].size());
    }
    return false;
  }

  const QuantRecipe& recipe_;
  std::array<std::vector<std::size_t>, std::size(kFinerParts)> layers_;
};

}  // namespace

std::span<const QuantRecipe> quant_recipes() { return kRecipes; }

const QuantRecipe* find_quant_recipe(std::string_view name) {
  const auto found =
      std::find_if(kRecipes.begin(), kRecipes.end(),
                   [name](const QuantRecipe& recipe) { return recipe.name == name; });
  return found == kRecipes.end() ? nullptr : &*found;
}

std::vector<TensorChoice> choose_types(std::span<const GgufTensor> tensors,
                                       const QuantRecipe& recipe) {
  const Chooser chooser(tensors, recipe);
  std::vector<TensorChoice> choices;
  choices.reserve(tensors.size());
  for (const GgufTensor& tensor : tensors) choices.push_back(chooser.choose(tensor));
  return choices;
}

}  // namespace weir
