// BERT and Nomic Embed, encoders: every token sees every other, layer norms behind the
// blocks and over the residual stream. Nomic turns heads and has a gate, BERT has a table
// of positions.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

std::size_t rows_of(const GgufFile& file, const std::string& name) {
  const GgufTensor* tensor = file.tensor(name);
  return tensor == nullptr ? 0 : tensor->dims[1];
}

ModelSpec read_encoder(SpecReader& reader) {
  const GgufFile& file = reader.file();
  ModelSpec spec = read_transformer(
      reader, {.pairing = kernels::RopePairing::kHalves, .norm = NormKind::kLayer});
  spec.generates = false;
  spec.output_norm.clear();
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t) {
    attention.fused = file.tensor(attention.prefix + "attn_qkv.weight") != nullptr;
    attention.both_ways = true;
    attention.norm.clear();
    attention.residual_norm = "attn_output_norm";
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm.clear();
    feed_forward.residual_norm = "layer_output_norm";
  });
  TokenInputsSpec inputs;
  inputs.residual_norm = "token_embd_norm";
  inputs.types = rows_of(file, "token_types.weight");
  inputs.positions = rows_of(file, "position_embd.weight");
  reader.require(inputs.positions == 0 || inputs.positions >= spec.context_tokens,
                 "context_length is more than position_embd has");
  if (!reader.failed()) spec.layers[0].blocks.insert(spec.layers[0].blocks.begin(), inputs);
  return spec;
}

}  // namespace

Result<ModelSpec> read_bert_spec(const GgufFile& file) {
  SpecReader reader(file, "bert");
  ModelSpec spec = read_encoder(reader);
  for_each_block<AttentionSpec>(
      spec, [](AttentionSpec& attention, std::size_t) { attention.rope.reset(); });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.activation = Activation::kGelu;
    feed_forward.gating = Gating::kNone;
  });
  return finish(reader, std::move(spec));
}

Result<ModelSpec> read_nomic_bert_spec(const GgufFile& file) {
  SpecReader reader(file, "nomic-bert");
  return finish(reader, read_encoder(reader));
}

}  // namespace weir
