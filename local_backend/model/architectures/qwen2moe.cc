// Qwen 1.5 and 2 with experts: the chosen ones keep the weight that all share, and a
// gate says how much of the shared expert counts.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_qwen2moe_spec(const GgufFile& file) {
  SpecReader reader(file, "qwen2moe");
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kHalves, .experts = true});
  add_experts(reader, {.normalise = false, .share_has_gate = true}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
