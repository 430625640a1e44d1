// InternLM 2 and 2.5: llama.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_internlm2_spec(const GgufFile& file) {
  SpecReader reader(file, "internlm2");
  return finish(reader, read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent}));
}

}  // namespace weir
