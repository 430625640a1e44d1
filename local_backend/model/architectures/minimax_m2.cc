// MiniMax M2: queries and keys normed whole, part of a head turns, experts by sigmoids
// with a bias for the choice.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_minimax_m2_spec(const GgufFile& file) {
  SpecReader reader(file, "minimax-m2");
  ModelSpec spec = read_transformer(
      reader,
      {.pairing = kernels::RopePairing::kHalves, .qk_norm = QkNorm::kWhole, .experts = true});
  add_experts(reader, {.gate = RouterGate::kSigmoid}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
