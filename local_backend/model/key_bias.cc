#include "local_backend/model/key_bias.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace weir {
namespace {

constexpr float kMostRatio = 5;

struct KeyBias {
  std::string name;
  KvTypes types;
  std::vector<float> sizes;  // of the channels, sorted
  float rms = 0;

  bool has_outliers() const { return !(sizes.back() <= kMostRatio * sizes[sizes.size() / 2]); }
};

// Without channels: there is no bias, or no keys.
KeyBias key_bias_of(const AttentionSpec& spec, TensorSource& tensors) {
  KeyBias bias{spec.prefix + (spec.fused ? "attn_qkv.bias" : "attn_k.bias"), {}, {}};
  const std::size_t rows = spec.kv_heads * spec.key_width;
  const std::size_t before = spec.fused ? spec.heads * spec.key_width : 0;
  const std::size_t behind = spec.fused ? spec.kv_heads * spec.value_width : 0;
  const auto all = tensors.optional_vector(bias.name, before + rows + behind);
  if (all.empty() || rows == 0) return bias;
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(before);
  bias.sizes.assign(first, first + static_cast<std::ptrdiff_t>(rows));
  double squares = 0;
  for (float& size : bias.sizes) {
    size = std::isfinite(size) ? std::fabs(size) : std::numeric_limits<float>::infinity();
    squares += double{size} * double{size};
  }
  std::sort(bias.sizes.begin(), bias.sizes.end());
  bias.rms = static_cast<float>(std::sqrt(squares / static_cast<double>(rows)));
  return bias;
}

bool few_bits(kernels::KvType type) {
  return kernels::info_of(type).block_bits < 8 * kernels::info_of(type).block;
}

// The median layer, of an even number the smaller one in the middle.
float median_rms(const std::vector<KeyBias>& biases) {
  std::vector<float> all;
  all.reserve(biases.size());
  for (const KeyBias& bias : biases) all.push_back(bias.rms);
  std::sort(all.begin(), all.end());
  return all[(all.size() - 1) / 2];
}

}  // namespace

void check_key_biases(const ModelSpec& spec, const std::vector<KvTypes>& types,
                      TensorSource& tensors) {
  if (std::none_of(types.begin(), types.end(), [](KvTypes t) { return few_bits(t.keys); })) return;
  std::vector<KeyBias> biases;
  biases.reserve(spec.layers.size());
  for (std::size_t layer = 0; layer < spec.layers.size(); ++layer) {
    for (const BlockSpec& block : spec.layers[layer].blocks) {
      const auto* attention = std::get_if<AttentionSpec>(&block);
      if (attention == nullptr || !attention->kv_prefix.empty()) continue;
      KeyBias bias = key_bias_of(*attention, tensors);
      bias.types = types[layer];
      if (!bias.sizes.empty()) biases.push_back(std::move(bias));
    }
  }
  for (const KeyBias& bias : biases) {
    if (!few_bits(bias.types.keys)) continue;
    const bool towers = !(bias.rms <= kMostRatio * median_rms(biases));
    if (!towers && !bias.has_outliers()) continue;
    const std::string what = towers ? "is far larger than those of other layers" : "has outliers";
    tensors.fail(bias.name, what + ", in which keys as " +
                                std::string(kernels::info_of(bias.types.keys).name) +
                                " would drown: keep those of this layer as q8_0 or f16");
  }
}

}  // namespace weir
