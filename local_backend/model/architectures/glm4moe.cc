// GLM 4.5 to 4.7: part of a head turns, experts by sigmoids with a bias for the choice,
// one more that all tokens share; the first layers are dense.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_glm4moe_spec(const GgufFile& file) {
  SpecReader reader(file, "glm4moe");
  const bool normed = file.tensor("blk.0.attn_q_norm.weight") != nullptr;
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kHalves,
                                             .qk_norm = normed ? QkNorm::kPerHead : QkNorm::kNone,
                                             .experts = true});
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm = "post_attention_norm";
  });
  add_experts(reader, {.gate = RouterGate::kSigmoid}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
