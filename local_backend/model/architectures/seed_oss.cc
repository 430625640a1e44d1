// Seed-OSS: rope on halves, biases of q, k and v; the norm of the feed-forward is called
// post_attention_norm.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_seed_oss_spec(const GgufFile& file) {
  SpecReader reader(file, "seed_oss");
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kHalves});
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm = "post_attention_norm";
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
