// LFM 2: short convolutions in the layers that have no key heads, attention with normed
// queries and keys in the others; dense, or with experts by sigmoids behind dense layers.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

Result<ModelSpec> read_lfm2(const GgufFile& file, const std::string& name) {
  SpecReader reader(file, name);
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kHalves,
                                             .qk_norm = QkNorm::kPerHead,
                                             .experts = true,
                                             .recurrent = true});
  // The first converters named it so.
  if (file.tensor("token_embd_norm.weight") != nullptr) spec.output_norm = "token_embd_norm";
  std::vector<bool> is_recurrent;
  for_each_block<AttentionSpec>(spec, [&](const AttentionSpec& attention, std::size_t) {
    is_recurrent.push_back(attention.kv_heads == 0);
  });
  ShortConvSpec convolution;
  convolution.kernel = reader.count("shortconv.l_cache", {1, 64});
  replace_attention(spec, is_recurrent, [&](const AttentionSpec&) { return convolution; });
  add_experts(reader, {.gate = RouterGate::kSigmoid}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace

Result<ModelSpec> read_lfm2_spec(const GgufFile& file) { return read_lfm2(file, "lfm2"); }

Result<ModelSpec> read_lfm2moe_spec(const GgufFile& file) { return read_lfm2(file, "lfm2moe"); }

}  // namespace weir
