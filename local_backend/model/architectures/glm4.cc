// GLM 4, dense: part of a head turns in adjacent pairs, norms before and behind the
// blocks, gate and up in one matrix.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_glm4_spec(const GgufFile& file) {
  SpecReader reader(file, "glm4");
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent});
  for_each_block<AttentionSpec>(spec, [](AttentionSpec& attention, std::size_t) {
    attention.post_norm = "post_attention_norm";
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.gating = Gating::kFused;
    feed_forward.post_norm = "post_ffw_norm";
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
