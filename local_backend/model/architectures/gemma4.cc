// Gemma 4: windowed layers with heads, a rope and a width of their own; layers that read
// the keys and values of others; an input of its own for every layer (E2B, E4B); experts
// beside a dense feed-forward (26B-A4B).
#include <cmath>

#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

constexpr UintRange kWidthRange{1, 4096};

bool has_tensor(SpecReader& reader, const std::string& name) {
  return reader.file().tensor(name) != nullptr;
}

RopeSpec read_window_rope(SpecReader& reader, const RopeSpec& full, std::size_t head_width) {
  RopeSpec rope = unscaled(full);
  rope.factors_tensor.clear();
  rope.dims = reader.count("rope.dimension_count_swa", {2, kWidthRange.high}, head_width);
  rope.freq_base = reader.number("rope.freq_base_swa", full.freq_base);
  reader.require(rope.dims % 2 == 0 && rope.dims <= head_width,
                 "rope.dimension_count_swa is odd or wider than a head");
  reader.require(rope.freq_base > 1, "rope.freq_base_swa is not above 1");
  return rope;
}

void set_windows(SpecReader& reader, const std::vector<bool>& windowed, ModelSpec* spec) {
  const auto& any = std::get<AttentionSpec>(spec->layers[0].blocks[0]);
  const std::size_t key_width =
      reader.count("attention.key_length_swa", kWidthRange, any.key_width);
  const std::size_t value_width =
      reader.count("attention.value_length_swa", kWidthRange, any.value_width);
  const std::size_t window = reader.count("attention.sliding_window", {1, 1 << 24});
  spec->ropes.push_back(read_window_rope(reader, spec->ropes[0], key_width));
  for_each_block<AttentionSpec>(*spec, [&](AttentionSpec& attention, std::size_t layer) {
    attention.post_norm = "post_attention_norm";
    attention.scale = 1;
    attention.value_norm = true;
    if (windowed[layer]) {
      attention.key_width = key_width;
      attention.value_width = value_width;
      attention.window = window;
      attention.rope = 1;
    }
    reader.require(attention.heads * std::max(key_width, value_width) <= kMaxAllHeads,
                   "attention.head_count times attention.key_length_swa is too large");
    attention.value_is_key = !has_tensor(reader, attention.prefix + "attn_v.weight");
    reader.require(!attention.value_is_key || attention.key_width == attention.value_width,
                   "attention.value_length is not attention.key_length");
  });
}

// The last layers read what the last of their kind before them remembers.
void share_keys(SpecReader& reader, const std::vector<bool>& windowed, ModelSpec* spec) {
  const std::size_t layers = spec->layers.size();
  const std::size_t shared = reader.count("attention.shared_kv_layers", {0, layers}, 0);
  if (shared == 0) return;
  reader.require(shared + 2 <= layers, "attention.shared_kv_layers leaves no layer to read");
  if (reader.failed()) return;
  const std::size_t first = layers - shared;
  for_each_block<AttentionSpec>(*spec, [&](AttentionSpec& attention, std::size_t layer) {
    if (layer < first) return;
    const std::size_t owner = first - (windowed[layer] ? 2 : 1);
    attention.kv_prefix = "blk." + std::to_string(owner) + ".";
    for (const char* name : {"attn_k.", "attn_v.", "attn_k_norm."}) {
      spec->unused_tensors.push_back(attention.prefix + name);
    }
  });
}

// The dense feed-forward and the experts read the same and are normed apart, then together.
void put_experts_beside(SpecReader& reader, ModelSpec* spec) {
  std::vector<FeedForwardSpec> dense;
  for_each_block<FeedForwardSpec>(*spec, [&](FeedForwardSpec& feed_forward, std::size_t) {
    dense.push_back(feed_forward);
    feed_forward.norm = "pre_ffw_norm_2";
    feed_forward.post_norm = "post_ffw_norm_2";
    feed_forward.joint_norm = "post_ffw_norm";
  });
  add_experts(reader, {.activation = Activation::kGelu}, spec);
  for (std::size_t i = 0; i < dense.size(); ++i) {
    auto& blocks = spec->layers[i].blocks;
    auto* experts = std::get_if<ExpertsSpec>(&blocks.back());
    if (experts == nullptr) {
      blocks.back() = dense[i];
      continue;
    }
    experts->router.from_residual = true;
    dense[i].post_norm = "post_ffw_norm_1";
    dense[i].held = true;
    blocks.insert(blocks.end() - 1, dense[i]);
  }
}

void add_layer_inputs(SpecReader& reader, ModelSpec* spec) {
  const PerLayerTableSpec table{
      reader.count("embedding_length_per_layer_input", {0, kWidthRange.high}, 0),
      spec->layers.size()};
  for (std::size_t i = 0; i < spec->layers.size(); ++i) {
    const std::string prefix = "blk." + std::to_string(i) + ".";
    auto& blocks = spec->layers[i].blocks;
    if (table.width > 0) {
      blocks.emplace_back(PerLayerInputSpec{{prefix, "", "post_norm"}, i, table});
    }
    if (has_tensor(reader, prefix + "layer_output_scale.weight")) {
      blocks.emplace_back(OutputScaleSpec{prefix});
    }
  }
  auto& first = spec->layers[0].blocks;
  if (table.width > 0) first.insert(first.begin(), table);
}

}  // namespace

Result<ModelSpec> read_gemma4_spec(const GgufFile& file) {
  SpecReader reader(file, "gemma4");
  ModelSpec spec = read_transformer(
      reader,
      {.pairing = kernels::RopePairing::kHalves, .qk_norm = QkNorm::kPerHead, .experts = true});
  if (reader.failed()) return reader.error();
  spec.embedding_scale = std::sqrt(static_cast<float>(spec.embedding));
  spec.logit_softcap = static_cast<float>(reader.number("final_logit_softcapping", 0.0));
  reader.require(spec.logit_softcap >= 0, "final_logit_softcapping is negative");
  const auto windowed = read_windowed(reader, spec.layers.size(), 6);
  set_windows(reader, windowed, &spec);
  share_keys(reader, windowed, &spec);
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.activation = Activation::kGelu;
    feed_forward.post_norm = "post_ffw_norm";
  });
  put_experts_beside(reader, &spec);
  add_layer_inputs(reader, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
