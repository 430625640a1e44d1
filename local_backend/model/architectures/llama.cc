// Llama 1-3, Mistral 7B, TinyLlama and their likes: adjacent rope pairs, optional
// biases, rope_freqs, linear or YaRN scaling. Mixtral: with experts.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_llama_spec(const GgufFile& file) {
  SpecReader reader(file, "llama");
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kAdjacent, .experts = true});
  add_experts(reader, {}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
