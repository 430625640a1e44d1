// What the metadata of decoder-only transformers have in common.
//
// An architecture reads its spec with read_transformer(), changes what it does
// otherwise, and returns finish(): its file holds the differences alone.
#pragma once

#include <cstddef>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/model/spec_reader.h"

namespace weir {

// The most that heads may be wide together.
inline constexpr std::size_t kMaxAllHeads = 1 << 17;

struct TransformerTraits {
  kernels::RopePairing pairing = kernels::RopePairing::kHalves;
  QkNorm qk_norm = QkNorm::kNone;
  NormKind norm = NormKind::kRms;
  bool long_rope = false;  // rope_factors_short and _long instead of rope_freqs
  bool experts = false;    // may have them; add_experts() then says so
  bool recurrent = false;  // a layer may have no key heads: its attention is replaced
};

// How the mixtures of a family differ; what the file says goes before.
struct ExpertTraits {
  RouterGate gate = RouterGate::kSoftmax;
  bool normalise = true;
  Activation activation = Activation::kSilu;
  bool share_has_gate = false;  // ffn_gate_inp_shexp weighs the shared experts
};

// Per layer attention, then a feed-forward block, both with their norm before and
// one rope for all: every size is read and checked. After an error the spec may
// be half-made, and finish() says what was wrong.
ModelSpec read_transformer(SpecReader& reader, const TransformerTraits& traits);

// Puts experts in the place of the feed-forward blocks from layer
// `leading_dense_block_count` on, and shared ones beside them, as the file says. A file
// without expert_count keeps what it has.
void add_experts(SpecReader& reader, const ExpertTraits& traits, ModelSpec* spec);

// The same rope, as it was before it was stretched.
RopeSpec unscaled(RopeSpec rope);

// A key that is absent or 0 is 1.
float read_factor(SpecReader& reader, std::string_view key);

Result<ModelSpec> finish(SpecReader& reader, ModelSpec spec);

// Calls make(plain) for the attention of every layer that `is_recurrent`, and puts the
// block that it returns, with the same edges, in its place.
template <class Make>
void replace_attention(ModelSpec& spec, const std::vector<bool>& is_recurrent, const Make& make) {
  for (std::size_t layer = 0; layer < spec.layers.size(); ++layer) {
    if (!is_recurrent[layer]) continue;
    BlockSpec& block = spec.layers[layer].blocks.front();
    auto made = make(std::get<AttentionSpec>(block));
    static_cast<BlockEdges&>(made) = std::get<AttentionSpec>(block);
    block = std::move(made);
  }
}

// Which layers see a window alone: `attention.sliding_window_pattern`, a number or a list
// of truth values, or `period`: every so many layers one sees all, the last of them.
std::vector<bool> read_windowed(SpecReader& reader, std::size_t layers, std::size_t period);

// Calls change(block, layer) for every block of one kind.
template <class Spec, class Change>
void for_each_block(ModelSpec& spec, const Change& change) {
  for (std::size_t layer = 0; layer < spec.layers.size(); ++layer) {
    for (BlockSpec& block : spec.layers[layer].blocks) {
      if (auto* found = std::get_if<Spec>(&block)) change(*found, layer);
    }
  }
}

}  // namespace weir
