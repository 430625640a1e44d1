// The plan of a model: per layer a list of blocks, with every size spelled out.
//
// An architecture (architecture.h) reads it from metadata; Model builds it. The
// two know nothing else of each other, so a layer may hold any blocks in any
// order, each with its own sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
  // The same for models that are loaded for more than original_context; empty: no others.
  std::string long_factors_tensor;
};

enum class NormKind : std::uint8_t {
  kRms,    // Zhang & Sennrich 2019
  kLayer,  // Ba et al. 2016; its bias may be absent
};

// Norms of queries and keys before rope, with the weights attn_q_norm and attn_k_norm.
enum class QkNorm : std::uint8_t {
  kNone,
  kPerHead,  // weights as wide as a head, the same for all
  kWhole,    // all heads together
};

// Scores at a position are multiplied by 1 + scale * ln(1 + floor(position / length)).
struct AttentionTemperature {
  double scale = 0;  // 0: off
  double length = 1;
};

// x += post_norm(output(attend(rope(q), rope(k), v))) of the normed x, causal. Tensors
// behind `prefix`: the norms, attn_q, attn_k, attn_v, attn_output; biases where the
// file has them.
struct AttentionSpec {
  std::string prefix;  // "blk.3."
  std::size_t heads = 0;
  std::size_t kv_heads = 0;             // divides heads
  std::size_t key_width = 0;            // of one head
  std::size_t value_width = 0;          // of one head
  float scale = 0;                      // of a score before the softmax
  std::optional<std::size_t> rope = 0;  // index in ModelSpec::ropes; none: no rotation
  std::size_t window = 0;               // positions seen, its own included; 0: all
  float softcap = 0;                    // score = cap * tanh(score / cap); 0: off
  QkNorm qk_norm = QkNorm::kNone;
  AttentionTemperature temperature = {};
  bool fused = false;              // q, k and v are the rows of one attn_qkv, in this order
  std::string norm = "attn_norm";  // empty: none
  std::string post_norm = {};      // of what is added; empty: none
};

enum class Activation : std::uint8_t {
  kSilu,
  kGelu,  // by its tanh approximation (Hendrycks & Gimpel 2016)
};

// Where the factor comes from that the activation is multiplied with.
enum class Gating : std::uint8_t {
  kApart,  // activation(ffn_gate) * ffn_up
  kFused,  // the same, both in ffn_up, the gate's rows first
  kNone,   // activation(ffn_up)
};

// x += post_norm(down(activation(gate) * up)) of the normed x. Tensors behind `prefix`:
// the norms, ffn_gate, ffn_up, ffn_down; biases where the file has them.
struct FeedForwardSpec {
  std::string prefix;
  std::size_t width = 0;
  Activation activation = Activation::kSilu;
  Gating gating = Gating::kApart;
  std::string norm = "ffn_norm";  // empty: none
  std::string post_norm = {};     // of what is added; empty: none
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
  NormKind norm = NormKind::kRms;
  float norm_epsilon = 0;
  float embedding_scale = 1;  // of a token's vector
  float residual_scale = 1;   // of what a block adds
  float logit_scale = 1;
  float logit_softcap = 0;  // logit = cap * tanh(logit / cap), scaled before; 0: off
  std::vector<RopeSpec> ropes;
  std::vector<LayerSpec> layers;
};

}  // namespace weir
