// ERNIE 4.5, dense: llama.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_ernie4_5_spec(const GgufFile& file) {
  SpecReader reader(file, "ernie4_5");
  return finish(reader, read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent}));
}

}  // namespace weir
