#include "local_backend/model/transformer.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

// Above anything that exists, and low enough that products of them fit 64 bits and a
// small file cannot ask for gigabytes of working memory.
constexpr UintRange kLayers{1, 1024};
constexpr UintRange kHeadCounts{1, 1024};
constexpr UintRange kHeadWidth{1, 4096};
constexpr UintRange kEmbedding{1, 1 << 16};
constexpr UintRange kFeedForward{1, 1 << 18};
constexpr UintRange kContext{1, 1 << 24};
constexpr std::size_t kMaxVocabulary = 1 << 21;
constexpr UintRange kExperts{1, 4096};

// A file that names a factor and no type means linear scaling.
RopeScaling read_scaling(SpecReader& reader, bool long_rope) {
  const std::string name = reader.word("rope.scaling.type", "linear");
  if (name == "yarn") return RopeScaling::kYarn;
  if (name == "none" || (long_rope && name == "longrope")) return RopeScaling::kNone;
  reader.require(name == "linear", "rope.scaling.type is not supported");
  return RopeScaling::kLinear;
}

void read_scaling_numbers(SpecReader& reader, std::size_t context, RopeSpec* rope) {
  rope->factor = reader.number("rope.scaling.factor", reader.number("rope.scale_linear", 1.0));
  if (rope->factor == 0) rope->factor = 1;
  rope->original_context =
      reader.number("rope.scaling.original_context_length", static_cast<double>(context));
  rope->attention_factor = reader.number("rope.scaling.attn_factor", 1.0);
  rope->beta_fast = reader.number("rope.scaling.yarn_beta_fast", 32.0);
  rope->beta_slow = reader.number("rope.scaling.yarn_beta_slow", 1.0);
  rope->log_multiplier = reader.number("rope.scaling.yarn_log_multiplier", 0.0);
  reader.require(reader.number("rope.scaling.yarn_ext_factor", 1.0) == 1,
                 "rope.scaling.yarn_ext_factor is not 1");
  reader.require(rope->factor > 0 && rope->original_context >= 1 && rope->attention_factor > 0 &&
                     rope->beta_fast > 0 && rope->beta_slow > 0 && rope->log_multiplier >= 0,
                 "rope.scaling has a value that is not positive");
}

RopeSpec read_rope(SpecReader& reader, const TransformerTraits& traits, std::size_t head_width,
                   std::size_t context) {
  RopeSpec rope;
  rope.dims = reader.count("rope.dimension_count", {2, kHeadWidth.high}, head_width);
  rope.freq_base = reader.number("rope.freq_base", 10000.0);
  rope.factors_tensor = traits.long_rope ? "rope_factors_short.weight" : "rope_freqs.weight";
  if (traits.long_rope) rope.long_factors_tensor = "rope_factors_long.weight";
  rope.pairing = traits.pairing;
  rope.scaling = read_scaling(reader, traits.long_rope);
  read_scaling_numbers(reader, context, &rope);
  reader.require(rope.dims % 2 == 0 && rope.dims <= head_width,
                 "rope.dimension_count is odd or wider than a head");
  reader.require(rope.freq_base > 1, "rope.freq_base is not above 1");
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

void read_model_sizes(SpecReader& reader, ModelSpec* spec) {
  spec->architecture = reader.architecture();
  spec->embedding = reader.count("embedding_length", kEmbedding);
  spec->context_tokens = reader.count("context_length", kContext);
  const std::string epsilon = spec->norm == NormKind::kRms ? "attention.layer_norm_rms_epsilon"
                                                           : "attention.layer_norm_epsilon";
  spec->norm_epsilon = static_cast<float>(reader.number(epsilon));
  reader.require(spec->norm_epsilon >= 0 && spec->norm_epsilon < 1, epsilon + " is not in [0, 1)");
}

// Layers of the language model; what follows them predicts further tokens.
std::size_t read_layers(SpecReader& reader, ModelSpec* spec) {
  const std::size_t blocks = reader.count("block_count", kLayers);
  const std::size_t extra = reader.count("nextn_predict_layers", {0, blocks - 1}, 0);
  for (std::size_t i = blocks - extra; i < blocks; ++i) {
    spec->unused_tensors.push_back("blk." + std::to_string(i) + ".");
  }
  return blocks;
}

std::vector<std::size_t> read_widths(SpecReader& reader, std::size_t blocks, bool experts) {
  std::optional<std::vector<std::size_t>> absent;
  if (experts && reader.has("expert_feed_forward_length")) {
    absent =
        std::vector<std::size_t>(blocks, reader.count("expert_feed_forward_length", kFeedForward));
  }
  return reader.count_per_layer("feed_forward_length", blocks,
                                {absent ? 0 : kFeedForward.low, kFeedForward.high}, absent);
}

RouterSpec read_router(SpecReader& reader, const ExpertTraits& traits) {
  RouterSpec router;
  router.experts = reader.count("expert_count", kExperts);
  router.used = reader.count("expert_used_count", {1, router.experts});
  router.normalise = reader.flag("expert_weights_norm", traits.normalise);
  router.scale = read_factor(reader, "expert_weights_scale");
  router.groups =
      std::max<std::size_t>(reader.count("expert_group_count", {0, kExperts.high}, 1), 1);
  router.groups_used = router.groups;
  if (router.groups > 1) {
    router.groups_used = reader.count("expert_group_used_count", {1, router.groups});
  }
  reader.require(router.experts % router.groups == 0,
                 "expert_count is not a multiple of expert_group_count");
  reader.require(router.used <= router.experts / router.groups * router.groups_used,
                 "expert_used_count is more than the expert groups have");
  router.gate = traits.gate;
  switch (reader.count("expert_gating_func", {0, 3}, 0)) {
    case 1: router.gate = RouterGate::kSoftmax; break;
    case 2: router.gate = RouterGate::kSigmoid; break;
    case 3: router.gate = RouterGate::kSoftmaxOfChosen; break;
    default: break;
  }
  return router;
}

// Of all shared experts together; 0 if there are none.
std::size_t read_shared_width(SpecReader& reader, std::size_t width) {
  const std::size_t shared = reader.count("expert_shared_count", {0, 64}, 0);
  const std::size_t all =
      reader.count("expert_shared_feed_forward_length", {0, kFeedForward.high}, shared * width);
  reader.require(all <= kFeedForward.high, "expert_shared_count is too large");
  return all;
}

}  // namespace

ModelSpec read_transformer(SpecReader& reader, const TransformerTraits& traits) {
  ModelSpec spec;
  spec.norm = traits.norm;
  read_model_sizes(reader, &spec);
  if (!traits.experts && reader.count("expert_count", {0, 1 << 16}, 0) > 0) {
    reader.unsupported("a mixture of experts");
  }
  const std::size_t blocks = read_layers(reader, &spec);
  const std::size_t layers = blocks - spec.unused_tensors.size();
  const auto heads = reader.count_per_layer("attention.head_count", blocks, kHeadCounts);
  const auto kv_heads =
      reader.count_per_layer("attention.head_count_kv", blocks,
                             {traits.recurrent ? 0 : kHeadCounts.low, kHeadCounts.high}, heads);
  const auto widths = read_widths(reader, blocks, traits.experts);
  if (reader.failed()) return spec;

  const HeadSizes sizes = read_head_sizes(reader, spec.embedding, heads[0]);
  spec.ropes.push_back(read_rope(reader, traits, sizes.key_width, spec.context_tokens));
  for (std::size_t i = 0; i < layers; ++i) {
    reader.require(kv_heads[i] == 0 || heads[i] % kv_heads[i] == 0,
                   "attention.head_count is not a multiple of attention.head_count_kv");
    reader.require(heads[i] * std::max(sizes.key_width, sizes.value_width) <= kMaxAllHeads,
                   "attention.head_count times attention.key_length is too large");
    AttentionSpec attention;
    attention.prefix = "blk." + std::to_string(i) + ".";
    attention.norm = "attn_norm";
    attention.heads = heads[i];
    attention.kv_heads = kv_heads[i];
    attention.key_width = sizes.key_width;
    attention.value_width = sizes.value_width;
    attention.scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(sizes.key_width)));
    attention.qk_norm = traits.qk_norm;
    spec.layers.push_back(
        {{attention, FeedForwardSpec{{attention.prefix, "ffn_norm"}, widths[i]}}});
  }
  return spec;
}

void add_experts(SpecReader& reader, const ExpertTraits& traits, ModelSpec* spec) {
  if (reader.failed() || reader.count("expert_count", {0, kExperts.high}, 0) == 0) return;
  const RouterSpec router = read_router(reader, traits);
  const std::size_t layers = spec->layers.size();
  const std::size_t dense = reader.count("leading_dense_block_count", {0, layers}, 0);
  for (std::size_t i = 0; i < layers; ++i) {
    auto& feed_forward = std::get<FeedForwardSpec>(spec->layers[i].blocks.back());
    if (i < dense) {
      reader.require(feed_forward.width > 0, "feed_forward_length is 0 for a dense layer");
      continue;
    }
    ExpertsSpec experts{feed_forward, router};
    experts.width = reader.count("expert_feed_forward_length", kFeedForward, feed_forward.width);
    experts.activation = traits.activation;
    const std::size_t shared = read_shared_width(reader, experts.width);
    if (shared == 0) {
      spec->layers[i].blocks.back() = experts;
      continue;
    }
    feed_forward.width = shared;
    feed_forward.suffix = "_shexp";
    if (traits.share_has_gate) feed_forward.share = "ffn_gate_inp_shexp";
    experts.beside = true;
    spec->layers[i].blocks.emplace_back(experts);
  }
}

RopeSpec unscaled(RopeSpec rope) {
  rope.scaling = RopeScaling::kNone;
  rope.attention_factor = 1;
  return rope;
}

float read_factor(SpecReader& reader, std::string_view key) {
  const auto factor = static_cast<float>(reader.number(key, 1.0));
  return factor == 0 ? 1 : factor;
}

std::vector<bool> read_windowed(SpecReader& reader, std::size_t layers, std::size_t period) {
  const std::string key = "attention.sliding_window_pattern";
  const GgufValue* value = reader.file().find(reader.architecture() + "." + key);
  if (value != nullptr && std::holds_alternative<GgufArray>(*value)) {
    const auto flags = reader.count_per_layer(key, layers, {0, 1});
    return {flags.begin(), flags.end()};
  }
  const std::size_t every = reader.count(key, {1, 1024}, period);
  std::vector<bool> windowed(layers);
  for (std::size_t i = 0; i < layers; ++i) windowed[i] = (i + 1) % every != 0;
  return windowed;
}

Result<ModelSpec> finish(SpecReader& reader, ModelSpec spec) {
  const GgufTensor* embedding = reader.file().tensor("token_embd.weight");
  if (embedding != nullptr) spec.vocabulary = embedding->dims[1];
  switch (reader.count("pooling_type", {0, 4}, 0)) {
    case 1: spec.pooling = Pooling::kMean; break;
    case 2: spec.pooling = Pooling::kFirst; break;
    case 3: spec.pooling = Pooling::kLast; break;
    default: break;  // 4: a reranker, whose head we do not run
  }
  if (spec.vocabulary > kMaxVocabulary) reader.unsupported("so large a vocabulary");
  if (reader.failed()) return reader.error();
  return spec;
}

}  // namespace weir
