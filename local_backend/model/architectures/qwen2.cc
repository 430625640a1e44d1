// Qwen 1.5 to 2.5: rope on halves, biases of q, k and v.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_qwen2_spec(const GgufFile& file) {
  SpecReader reader(file, "qwen2");
  return finish(reader, read_transformer(reader, {.pairing = kernels::RopePairing::kHalves}));
}

}  // namespace weir
