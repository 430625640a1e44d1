// gpt-oss: windows in every second layer, a sink in each head's softmax, biases
// everywhere, experts that share the weight among the chosen, a clamped activation.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {

Result<ModelSpec> read_gpt_oss_spec(const GgufFile& file) {
  SpecReader reader(file, "gpt-oss");
  ModelSpec spec =
      read_transformer(reader, {.pairing = kernels::RopePairing::kHalves, .experts = true});
  const std::size_t window = reader.count("attention.sliding_window", {0, 1 << 24}, 128);
  const auto windowed = read_windowed(reader, spec.layers.size(), 2);
  for_each_block<AttentionSpec>(spec, [&](AttentionSpec& attention, std::size_t layer) {
    attention.sinks = true;
    if (windowed[layer]) attention.window = window;
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm = "post_attention_norm";
    feed_forward.activation = Activation::kClamped;
  });
  add_experts(reader, {.gate = RouterGate::kSoftmaxOfChosen, .activation = Activation::kClamped},
              &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
