// Gemma 2 and 3: scaled embeddings, GELU, norms before and behind the blocks, windows
// in most layers. Gemma 2 caps scores and logits; Gemma 3 norms queries and keys and
// turns windowed layers by a base of their own; EmbeddingGemma is an encoder of its kind.
#include <cmath>

#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

constexpr UintRange kWindow{0, 1 << 24};
// The largest of each family scales scores by the embedding's share, not the head's width.
constexpr std::size_t kLayersOfGemma2Largest = 46;
constexpr std::size_t kLayersOfGemma3Largest = 62;

ModelSpec read_gemma(SpecReader& reader, QkNorm qk_norm, std::size_t layers_of_largest) {
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kHalves, .qk_norm = qk_norm});
  const auto embedding = static_cast<double>(spec.embedding);
  spec.embedding_scale = static_cast<float>(std::sqrt(embedding));
  const bool largest = spec.layers.size() == layers_of_largest;
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t) {
    attention.post_norm = "post_attention_norm";
    const double share = embedding / static_cast<double>(attention.heads);
    if (largest) attention.scale = static_cast<float>(1 / std::sqrt(share));
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.activation = Activation::kGelu;
    feed_forward.post_norm = "post_ffw_norm";
  });
  return spec;
}

float read_cap(SpecReader& reader, std::string_view key, double absent) {
  const auto cap = static_cast<float>(reader.number(key, absent));
  reader.require(cap >= 0, std::string(key) + " is negative");
  return cap;
}

void add_gemma_windows(ModelSpec& spec, const std::vector<bool>& windowed, std::size_t window,
                       std::size_t rope) {
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t layer) {
    if (!windowed[layer]) return;
    attention.window = window;
    attention.rope = rope;
  });
}

// Gemma 3, whose windowed layers turn by a base of their own.
ModelSpec read_windowed_gemma(SpecReader& reader) {
  ModelSpec spec = read_gemma(reader, QkNorm::kPerHead, kLayersOfGemma3Largest);
  spec.logit_softcap = read_cap(reader, "final_logit_softcapping", 0);
  const std::size_t window = reader.count("attention.sliding_window", kWindow, 0);
  const double base = reader.number("rope.freq_base_swa", 10000.0);
  reader.require(base > 1, "rope.freq_base_swa is not above 1");
  if (window == 0 || reader.failed()) return spec;
  RopeSpec local = spec.ropes[0];
  local.scaling = RopeScaling::kNone;
  local.freq_base = base;
  spec.ropes.push_back(local);
  add_gemma_windows(spec, read_windowed(reader, spec.layers.size(), 6), window, 1);
  return spec;
}

}  // namespace

Result<ModelSpec> read_gemma2_spec(const GgufFile& file) {
  SpecReader reader(file, "gemma2");
  ModelSpec spec = read_gemma(reader, QkNorm::kNone, kLayersOfGemma2Largest);
  spec.logit_softcap = read_cap(reader, "final_logit_softcapping", 30);
  const float cap = read_cap(reader, "attn_logit_softcapping", 50);
  for_each_block<AttentionSpec>(
      spec, [cap](AttentionSpec& attention, std::size_t) { attention.softcap = cap; });
  const std::size_t window = reader.count("attention.sliding_window", kWindow, 4096);
  add_gemma_windows(spec, read_windowed(reader, spec.layers.size(), 2), window, 0);
  return finish(reader, std::move(spec));
}

Result<ModelSpec> read_gemma3_spec(const GgufFile& file) {
  SpecReader reader(file, "gemma3");
  return finish(reader, read_windowed_gemma(reader));
}

Result<ModelSpec> read_gemma_embedding_spec(const GgufFile& file) {
  SpecReader reader(file, "gemma-embedding");
  ModelSpec spec = read_windowed_gemma(reader);
  spec.generates = false;
  for (const char* dense : {"dense_2.weight", "dense_3.weight"}) {
    if (file.tensor(dense) == nullptr) continue;
    reader.unsupported("dense layers behind its pooling (" + std::string(dense) + ")");
  }
  for_each_block<AttentionSpec>(
      spec, [](AttentionSpec& attention, std::size_t) { attention.both_ways = true; });
  return finish(reader, std::move(spec));
}

}  // namespace weir
