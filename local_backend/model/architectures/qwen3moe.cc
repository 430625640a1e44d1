// Qwen 3 with experts, Qwen3-Coder: qwen3 whose chosen experts share all the weight.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_qwen3moe_spec(const GgufFile& file) {
  SpecReader reader(file, "qwen3moe");
  ModelSpec spec = read_transformer(
      reader,
      {.pairing = kernels::RopePairing::kHalves, .qk_norm = QkNorm::kPerHead, .experts = true});
  add_experts(reader, {}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
