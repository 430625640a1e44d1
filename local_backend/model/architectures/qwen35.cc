// Qwen 3.5 to 3.8 and Qwen3-Next: gated delta nets in most layers, gated attention in
// every fourth; dense, or with experts beside a shared one.
#include "local_backend/model/architectures/spec_readers.h"
#include "local_backend/model/transformer.h"

namespace weir {
namespace {

// Of one layer's state, in floats; above all that exists.
constexpr std::size_t kMaxState = std::size_t{1} << 24;

DeltaNetSpec read_delta_net(SpecReader& reader) {
  constexpr UintRange kHeads{1, 1024};
  constexpr UintRange kWidth{1, 4096};
  DeltaNetSpec net;
  net.kernel = reader.count("ssm.conv_kernel", {1, 64});
  net.key_heads = reader.count("ssm.group_count", kHeads);
  net.value_heads = reader.count("ssm.time_step_rank", kHeads);
  net.key_width = reader.count("ssm.state_size", kWidth);
  const std::size_t inner = reader.count("ssm.inner_size", {1, kMaxAllHeads});
  reader.require(inner % net.value_heads == 0,
                 "ssm.inner_size is not a multiple of ssm.time_step_rank");
  reader.require(net.value_heads % net.key_heads == 0,
                 "ssm.time_step_rank is not a multiple of ssm.group_count");
  reader.require(
      net.key_heads * net.key_width <= kMaxAllHeads && inner * net.key_width <= kMaxState,
      "ssm.state_size is too large");
  net.value_width = inner / net.value_heads;
  return net;
}

std::vector<bool> read_recurrent(SpecReader& reader, std::size_t layers) {
  const std::size_t every = reader.count("full_attention_interval", {1, 1024}, 4);
  std::vector<bool> is_recurrent(layers);
  for (std::size_t i = 0; i < layers; ++i) is_recurrent[i] = (i + 1) % every != 0;
  if (!reader.has("attention.recurrent_layers")) return is_recurrent;
  const std::size_t blocks = reader.count("block_count", {layers, layers + 1024});
  const auto flags = reader.count_per_layer("attention.recurrent_layers", blocks, {0, 1});
  return {flags.begin(), flags.begin() + static_cast<std::ptrdiff_t>(layers)};
}

Result<ModelSpec> read_qwen35(const GgufFile& file, const std::string& name, bool next) {
  SpecReader reader(file, name);
  ModelSpec spec = read_transformer(reader, {.pairing = kernels::RopePairing::kHalves,
                                             .qk_norm = QkNorm::kPerHead,
                                             .experts = true,
                                             .recurrent = true});
  if (reader.failed()) return reader.error();
  for_each_block<AttentionSpec>(
      spec, [](AttentionSpec& attention, std::size_t) { attention.gated = true; });
  for_each_block<FeedForwardSpec>(spec, [](FeedForwardSpec& feed_forward, std::size_t) {
    feed_forward.norm = "post_attention_norm";
  });
  if (file.tensor("blk.0.ssm_in.weight") != nullptr) {
    reader.unsupported("queries, keys, values and gates in one matrix (blk.0.ssm_in.weight)");
  }
  DeltaNetSpec net = read_delta_net(reader);
  net.neighbours = next;
  net.fused = next;
  replace_attention(spec, read_recurrent(reader, spec.layers.size()),
                    [&](const AttentionSpec&) { return net; });
  for_each_block<AttentionSpec>(spec, [&](const AttentionSpec& attention, std::size_t) {
    reader.require(attention.kv_heads > 0, "attention.head_count_kv is 0");
    reader.require(attention.key_width == attention.value_width,
                   "attention.value_length is not attention.key_length");
  });
  add_experts(reader, {.share_has_gate = true}, &spec);
  return finish(reader, std::move(spec));
}

}  // namespace

Result<ModelSpec> read_qwen35_spec(const GgufFile& file) {
  return read_qwen35(file, "qwen35", false);
}

Result<ModelSpec> read_qwen35moe_spec(const GgufFile& file) {
  return read_qwen35(file, "qwen35moe", false);
}

Result<ModelSpec> read_qwen3next_spec(const GgufFile& file) {
  return read_qwen35(file, "qwen3next", true);
}

}  // namespace weir
