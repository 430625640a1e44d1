#include "local_backend/model/llama.h"

#include <cmath>

#include "local_backend/model/spec_reader.h"

namespace weir {
namespace {

// Above anything that exists, and low enough that products of them fit 64 bits.
constexpr UintRange kLayers{1, 1024};
constexpr UintRange kHeads{1, 1024};
constexpr UintRange kHeadWidth{1, 4096};
constexpr UintRange kEmbedding{1, 1 << 17};
constexpr UintRange kFeedForward{1, 1 << 20};
constexpr UintRange kContext{1, 1 << 24};

RopeScaling read_scaling(SpecReader& reader) {
  const std::string name = reader.word("rope.scaling.type", "none");
  if (name == "linear") return RopeScaling::kLinear;
  if (name == "yarn") return RopeScaling::kYarn;
  reader.require(name == "none", "rope.scaling.type is not supported");
  return RopeScaling::kNone;
}

RopeSpec read_rope(SpecReader& reader, std::size_t head_width, std::size_t context) {
  RopeSpec rope;
  rope.dims = reader.count("rope.dimension_count", {2, kHeadWidth.high}, head_width);
  rope.pairing = kernels::RopePairing::kAdjacent;
  rope.freq_base = reader.number("rope.freq_base", 10000.0);
  rope.scaling = read_scaling(reader);
  rope.factor = reader.number("rope.scaling.factor", 1.0);
  rope.original_context =
      reader.number("rope.scaling.original_context_length", static_cast<double>(context));
  rope.attention_factor = reader.number("rope.scaling.attn_factor", 1.0);
  rope.beta_fast = reader.number("rope.scaling.yarn_beta_fast", 32.0);
  rope.beta_slow = reader.number("rope.scaling.yarn_beta_slow", 1.0);
  rope.factors_tensor = "rope_freqs.weight";
  reader.require(rope.dims % 2 == 0 && rope.dims <= head_width,
                 "rope.dimension_count is odd or wider than a head");
  reader.require(rope.freq_base > 1, "rope.freq_base is not above 1");
  reader.require(rope.factor > 0 && rope.original_context >= 1 && rope.attention_factor > 0 &&
                     rope.beta_fast > 0 && rope.beta_slow > 0,
                 "rope.scaling has a value that is not positive");
  return rope;
}

struct HeadSizes {
  std::size_t key_width = 0;
  std::size_t value_width = 0;
};

HeadSizes read_head_sizes(SpecReader& reader, std::size_t embedding, std::size_t heads) {
  const std::size_t share = embedding / heads;
  HeadSizes sizes;
  sizes.key_width = reader.count("attention.key_length", kHeadWidth, share);
  sizes.value_width = reader.count("attention.value_length", kHeadWidth, share);
  reader.require(sizes.key_width > 0 && sizes.value_width > 0, "heads have no width");
  reader.require(embedding % heads == 0 || (sizes.key_width != share && sizes.value_width != share),
                 "embedding_length is not a multiple of attention.head_count");
  return sizes;
}

}  // namespace

Result<ModelSpec> read_llama_spec(const GgufFile& file) {
  SpecReader reader(file, "llama");
  ModelSpec spec;
  spec.architecture = "llama";
  spec.embedding = reader.count("embedding_length", kEmbedding);
  spec.context_tokens = reader.count("context_length", kContext);
  spec.norm_epsilon = static_cast<float>(reader.number("attention.layer_norm_rms_epsilon"));
  reader.require(spec.norm_epsilon >= 0 && spec.norm_epsilon < 1,
                 "attention.layer_norm_rms_epsilon is not in [0, 1)");
  reader.require(reader.count("expert_count", {0, 1 << 16}, 0) == 0,
                 "mixture of experts is not supported");
  const std::size_t layers = reader.count("block_count", kLayers);
  const auto heads = reader.count_per_layer("attention.head_count", layers, kHeads);
  const auto kv_heads = reader.count_per_layer("attention.head_count_kv", layers, kHeads, heads);
  const auto widths = reader.count_per_layer("feed_forward_length", layers, kFeedForward);
  if (reader.failed()) return reader.error();

  const HeadSizes sizes = read_head_sizes(reader, spec.embedding, heads[0]);
  spec.ropes.push_back(read_rope(reader, sizes.key_width, spec.context_tokens));
  const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(sizes.key_width)));
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string prefix = "blk." + std::to_string(i) + ".";
    reader.require(heads[i] % kv_heads[i] == 0,
                   "attention.head_count is not a multiple of attention.head_count_kv");
    spec.layers.push_back({{AttentionSpec{prefix, heads[i], kv_heads[i], sizes.key_width,
                                          sizes.value_width, scale, 0},
                            FeedForwardSpec{prefix, widths[i]}}});
  }
  if (reader.failed()) return reader.error();

  const GgufTensor* embedding = file.tensor("token_embd.weight");
  if (embedding != nullptr) spec.vocabulary = embedding->dims[1];
  return spec;
}

}  // namespace weir
