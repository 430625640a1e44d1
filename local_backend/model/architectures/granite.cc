// Granite 3 and 4, dense: llama with factors for embeddings, residuals, scores and
// logits.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

// A factor that is absent or 0 is off.
float read_factor(SpecReader& reader, std::string_view key) {
  const auto factor = static_cast<float>(reader.number(key, 1.0));
  return factor == 0 ? 1 : factor;
}

}  // namespace

Result<ModelSpec> read_granite_spec(const GgufFile& file) {
  SpecReader reader(file, "granite");
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent});
  spec.embedding_scale = read_factor(reader, "embedding_scale");
  spec.residual_scale = read_factor(reader, "residual_scale");
  spec.logit_scale = 1 / read_factor(reader, "logit_scale");
  const auto scale = static_cast<float>(reader.number("attention.scale", 0.0));
  for_each_block<AttentionSpec>(spec, [scale](AttentionSpec& attention, std::size_t) {
    if (scale != 0) attention.scale = scale;
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
