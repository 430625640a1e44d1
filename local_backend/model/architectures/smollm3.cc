// SmolLM 3: llama, with every fourth layer unrotated (NoPE).
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_smollm3_spec(const GgufFile& file) {
  SpecReader reader(file, "smollm3");
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent});
  for_each_block<AttentionSpec>(spec, [](AttentionSpec& attention, std::size_t layer) {
    if ((layer + 1) % 4 == 0) attention.rope.reset();
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
