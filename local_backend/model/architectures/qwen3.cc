// Qwen 3, dense: rope on halves, queries and keys normed per head before it.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_qwen3_spec(const GgufFile& file) {
  SpecReader reader(file, "qwen3");
  return finish(reader, read_transformer(reader, {.pairing = kernels::RopePairing::kHalves,
                                                  .qk_norm = QkNorm::kPerHead}));
}

}  // namespace weir
