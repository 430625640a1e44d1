// Granite 3 and 4 without Mamba layers: llama with factors for embeddings, residuals,
// scores and logits, dense or with experts.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

Result<ModelSpec> read_granite(const GgufFile& file, const std::string& name) {
  SpecReader reader(file, name);
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent, .experts = true});
  add_experts(reader, {}, &spec);
  spec.embedding_scale = read_factor(reader, "embedding_scale");
  spec.residual_scale = read_factor(reader, "residual_scale");
  spec.logit_scale = 1 / read_factor(reader, "logit_scale");
  const auto scale = static_cast<float>(reader.number("attention.scale", 0.0));
  for_each_block<AttentionSpec>(spec, [scale](AttentionSpec& attention, std::size_t) {
    if (scale != 0) attention.scale = scale;
  });
  return finish(reader, std::move(spec));
}

}  // namespace

Result<ModelSpec> read_granite_spec(const GgufFile& file) { return read_granite(file, "granite"); }

Result<ModelSpec> read_granitemoe_spec(const GgufFile& file) {
  return read_granite(file, "granitemoe");
}

}  // namespace weir
