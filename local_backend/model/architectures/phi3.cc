// Phi 3, 3.5 and 4 mini: q, k and v in one matrix, gate and up in another, and a rope
// with one set of factors for short contexts and one for long ones. Its files name a
// window that their reference does not use.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_phi3_spec(const GgufFile& file) {
  SpecReader reader(file, "phi3");
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kHalves, .long_rope = true});
  for_each_block<AttentionSpec>(
      spec, [](AttentionSpec& attention, std::size_t) { attention.fused = true; });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.gating = Gating::kFused;
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
