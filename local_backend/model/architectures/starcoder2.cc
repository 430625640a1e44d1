// StarCoder 2: layer norms and biases everywhere, a feed-forward without a gate.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_starcoder2_spec(const GgufFile& file) {
  SpecReader reader(file, "starcoder2");
  ModelSpec spec = read_transformer(
      reader, {.pairing = kernels::RopePairing::kHalves, .norm = NormKind::kLayer});
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.activation = Activation::kGelu;
    feed_forward.gating = Gating::kNone;
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
