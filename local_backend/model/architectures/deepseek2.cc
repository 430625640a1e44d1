// DeepSeek V2 to R1, Kimi K2, GLM 4.7 Flash: latent attention, experts in groups beside
// shared ones; the first layers are dense.
#include <cmath>

#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

// GLM 4.7 Flash came without the key that says how its router scores.
constexpr std::size_t kGlmVocabulary = 154880;

// The file holds a tenth of YaRN's factor. Where there is one, the magnitude of angles
// stays 1 and scores grow instead.
double score_growth(RopeSpec* rope) {
  if (rope->scaling != RopeScaling::kYarn) return 1;
  const double steps = std::log(std::max(rope->factor, 1.0)) / 10;
  const double multiplier = rope->log_multiplier * 10;
  rope->log_multiplier = multiplier == 0 ? 0 : 1;
  const double angles = multiplier == 0 ? 1 + steps : 1;
  const double growth = rope->attention_factor * angles * (1 + multiplier * steps);
  return growth * growth;
}

LatentAttentionSpec read_attention(SpecReader& reader, const RopeSpec& rope,
                                   const AttentionSpec& plain) {
  constexpr UintRange kRank{1, 1 << 14};
  constexpr UintRange kWidth{1, 4096};
  const std::size_t heads = plain.heads;
  LatentAttentionSpec attention;
  attention.heads = heads;
  const auto has = [&](const char* name) {
    return reader.file().tensor(plain.prefix + name) != nullptr;
  };
  attention.joined = has("attn_kv_b.weight") && !has("attn_k_b.weight");
  attention.query_rank = reader.count("attention.q_lora_rank", {0, kRank.high}, 0);
  attention.rank = reader.count("attention.kv_lora_rank", kRank);
  // Files with attn_kv_b are older than the keys that end in _mla.
  using Width = std::optional<std::size_t>;
  const std::size_t key_width = reader.count(
      "attention.key_length_mla", kWidth, attention.joined ? Width(plain.key_width) : std::nullopt);
  attention.value_width = reader.count("attention.value_length_mla", kWidth,
                                       attention.joined ? Width(plain.value_width) : std::nullopt);
  reader.require(key_width > rope.dims, "attention.key_length_mla leaves nothing unrotated");
  attention.plain_width = reader.failed() ? 0 : key_width - rope.dims;
  attention.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(key_width)));
  reader.require(heads * (attention.rank + rope.dims) <= kMaxAllHeads &&
                     heads * key_width <= kMaxAllHeads &&
                     heads * attention.value_width <= kMaxAllHeads,
                 "attention.head_count times attention.kv_lora_rank is too large");
  return attention;
}

}  // namespace

Result<ModelSpec> read_deepseek2_spec(const GgufFile& file) {
  SpecReader reader(file, "deepseek2");
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent, .experts = true});
  if (reader.failed()) return reader.error();
  if (reader.number("attention.temperature_scale", 0.0) != 0) {
    reader.unsupported("attention.temperature_scale");
  }
  const auto growth = static_cast<float>(score_growth(&spec.ropes[0]));
  for (LayerSpec& layer : spec.layers) {
    const auto& plain = std::get<AttentionSpec>(layer.blocks.front());
    LatentAttentionSpec attention = read_attention(reader, spec.ropes[0], plain);
    static_cast<BlockEdges&>(attention) = plain;
    attention.scale *= growth;
    layer.blocks.front() = attention;
  }
  const GgufTensor* embedding = file.tensor("token_embd.weight");
  const bool glm = embedding != nullptr && embedding->dims[1] == kGlmVocabulary;
  add_experts(reader,
              {.gate = glm ? RouterGate::kSigmoid : RouterGate::kSoftmax, .normalise = false},
              &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
