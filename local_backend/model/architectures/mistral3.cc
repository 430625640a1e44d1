// Ministral 3, Devstral 2: llama with YaRN, whose queries grow with the logarithm of
// the position (Llama 4's attention temperature).
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_mistral3_spec(const GgufFile& file) {
  SpecReader reader(file, "mistral3");
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent});
  const double growth = reader.number("attention.temperature_scale", 0.0);
  reader.require(growth >= 0, "attention.temperature_scale is negative");
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t) {
    attention.temperature = {growth, spec.ropes[0].original_context};
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
