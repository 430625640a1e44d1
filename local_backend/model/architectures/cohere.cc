// Command R and Cohere 2: layer norms without biases, attention and feed-forward side by
// side, logits multiplied. Cohere 2 has windows, and turns nothing in the layers that see
// all. Command R+ norms the queries and keys of each head by weights of its own.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

ModelSpec read_cohere(SpecReader& reader, QkNorm qk_norm) {
  ModelSpec spec = read_transformer(
      reader,
      {.pairing = kernels::RopePairing::kAdjacent, .qk_norm = qk_norm, .norm = NormKind::kLayer});
  spec.logit_scale = read_factor(reader, "logit_scale");
  for_each_block<FeedForwardSpec>(
      spec, [](FeedForwardSpec& feed_forward, std::size_t) { feed_forward.beside = true; });
  return spec;
}

}  // namespace

Result<ModelSpec> read_command_r_spec(const GgufFile& file) {
  SpecReader reader(file, "command-r");
  const bool normed = file.tensor("blk.0.attn_q_norm.weight") != nullptr;
  return finish(reader, read_cohere(reader, normed ? QkNorm::kOwn : QkNorm::kNone));
}

Result<ModelSpec> read_cohere2_spec(const GgufFile& file) {
  SpecReader reader(file, "cohere2");
  ModelSpec spec = read_cohere(reader, QkNorm::kNone);
  const std::size_t window = reader.count("attention.sliding_window", {1, 1 << 24});
  const auto windowed = read_windowed(reader, spec.layers.size(), 4);
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t layer) {
    if (windowed[layer]) {
      attention.window = window;
    } else {
      attention.rope.reset();
    }
  });
  return finish(reader, std::move(spec));
}

}  // namespace weir
