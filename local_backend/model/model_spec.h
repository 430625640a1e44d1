// The plan of a model: per layer a list of blocks, with every size spelled out.
//
// An architecture (architecture.h) reads it from metadata; Model builds it. The
// two know nothing else of each other, so a layer may hold any blocks in any
// order, each with its own sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "local_backend/kernels/kernels.h"

namespace weir {

enum class RopeScaling : std::uint8_t { kNone, kLinear, kYarn };

// Rotary position embedding (Su et al. 2021), YaRN as in Peng et al. 2023.
struct RopeSpec {
  std::size_t dims = 0;  // of a head that turn; even
  kernels::RopePairing pairing = kernels::RopePairing::kAdjacent;
  double freq_base = 10000;
  RopeScaling scaling = RopeScaling::kNone;
  double factor = 1;  // how much longer the context became
  double original_context = 0;
  double attention_factor = 1;
  double beta_fast = 32;
  double beta_slow = 1;
  double log_multiplier = 0;   // of the magnitude's logarithm in its divisor; 0 = no divisor
  std::string factors_tensor;  // optional [dims / 2] divisors of the frequencies
};

// RMS norms of queries and keys before rope, with the weights attn_q_norm and attn_k_norm.
enum class QkNorm : std::uint8_t { kNone, kPerHead };

// Scores at a position are multiplied by 1 + scale * ln(1 + floor(position / length)).
struct AttentionTemperature {
  double scale = 0;  // 0: off
  double length = 1;
};

// x += output(attend(rope(q), rope(k), v)) of the normed x, causal. Tensors:
// attn_norm, attn_q, attn_k, attn_v, attn_output behind `prefix`; biases of
// q, k, v and output where the file has them.
struct AttentionSpec {
  std::string prefix;  // "blk.3."
  std::size_t heads = 0;
  std::size_t kv_heads = 0;     // divides heads
  std::size_t key_width = 0;    // of one head
  std::size_t value_width = 0;  // of one head
  float scale = 0;              // of a score before the softmax
  std::size_t rope = 0;         // index in ModelSpec::ropes
  QkNorm qk_norm = QkNorm::kNone;
  AttentionTemperature temperature = {};
};

// x += down(silu(gate) * up) of the normed x. Tensors: ffn_norm, ffn_gate,
// ffn_up, ffn_down behind `prefix`.
struct FeedForwardSpec {
  std::string prefix;
  std::size_t width = 0;
};

using BlockSpec = std::variant<AttentionSpec, FeedForwardSpec>;

struct LayerSpec {
  std::vector<BlockSpec> blocks;
};

struct ModelSpec {
  std::string architecture;
  std::size_t embedding = 0;
  std::size_t vocabulary = 0;
  std::size_t context_tokens = 0;
  float norm_epsilon = 0;
  std::vector<RopeSpec> ropes;
  std::vector<LayerSpec> layers;
};

}  // namespace weir
