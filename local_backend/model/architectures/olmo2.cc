// OLMo 2 and 3: norms behind the blocks instead of before, queries and keys normed
// whole. OLMo 3 also has windows, whose layers turn without scaling.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

void add_olmo_windows(SpecReader& reader, std::size_t window, ModelSpec* spec) {
  const std::vector<bool> windowed = read_windowed(reader, spec->layers.size(), 4);
  spec->ropes.push_back(unscaled(spec->ropes[0]));
  for_each_block<AttentionSpec>(*spec, [&](AttentionSpec& attention, std::size_t layer) {
    if (!windowed[layer]) return;
    attention.window = window;
    attention.rope = 1;
  });
}

}  // namespace

Result<ModelSpec> read_olmo2_spec(const GgufFile& file) {
  SpecReader reader(file, "olmo2");
  ModelSpec spec = read_transformer(
      reader, {.pairing = kernels::RopePairing::kHalves, .qk_norm = QkNorm::kWhole});
  for_each_block<AttentionSpec>(spec, [](AttentionSpec& attention, std::size_t) {
    attention.norm.clear();
    attention.post_norm = "post_attention_norm";
  });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm.clear();
    feed_forward.post_norm = "post_ffw_norm";
  });
  const std::size_t window = reader.count("attention.sliding_window", {0, 1 << 24}, 0);
  if (window > 0 && !reader.failed()) add_olmo_windows(reader, window, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace weir
