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
  kOwn,      // each head by weights of its own
  kWhole,    // all heads together
};

// Scores at a position are multiplied by 1 + scale * ln(1 + floor(position / length)).
struct AttentionTemperature {
  double scale = 0;  // 0: off
  double length = 1;
};

// Where a block reads from and how it adds, behind its tensors' common `prefix`:
// residual = residual_norm(residual + joint_norm(held + post_norm(f(norm(residual))))).
struct BlockEdges {
  std::string prefix;              // "blk.3."
  std::string norm = {};           // of what it reads; empty: none
  std::string post_norm = {};      // of what it makes; empty: none
  bool beside = false;             // reads what the block before it read, whatever that added
  bool held = false;               // what it makes waits for the next block with a joint_norm
  std::string joint_norm = {};     // of its own and what waits, summed; empty: nothing waits
  std::string residual_norm = {};  // of the residual stream behind it; empty: none
};

// Scaled dot products of queries and remembered keys, and what they weigh.
struct HeadSpec {
  std::size_t heads = 0;
  std::size_t kv_heads = 0;     // divides heads
  std::size_t key_width = 0;    // of one head
  std::size_t value_width = 0;  // of one head
  float scale = 0;              // of a score before the softmax
  std::size_t window = 0;       // positions seen, its own included; 0: all
  float softcap = 0;            // score = cap * tanh(score / cap); 0: off
  AttentionTemperature temperature = {};
  // Sees what follows too, as far as it is in the same forward call: a window then is
  // half before a position and half behind it.
  bool both_ways = false;
};

// f = output(attend(rope(q), rope(k), v)). Tensors: attn_q, attn_k, attn_v, attn_output,
// biases where the file has them.
struct AttentionSpec : BlockEdges, HeadSpec {
  std::optional<std::size_t> rope = 0;  // index in ModelSpec::ropes; none: no rotation
  QkNorm qk_norm = QkNorm::kNone;
  bool fused = false;          // q, k and v are the rows of one attn_qkv, in this order
  bool gated = false;          // attn_q makes a gate behind each query: output *= sigmoid(gate)
  bool sinks = false;          // a head's attn_sinks joins the sum of its softmax
  bool value_is_key = false;   // before norm and rope; there is no attn_v
  bool value_norm = false;     // root mean square, without weights
  std::string kv_prefix = {};  // of the block before whose keys and values it reads; empty: own
};

// Multi-head latent attention (DeepSeek-V2, 2024): what is remembered of a position is
// one vector of `rank` and one rotated key, for all heads. Tensors: attn_q or attn_q_a,
// attn_q_a_norm and attn_q_b; attn_kv_a_mqa, attn_kv_a_norm, attn_k_b, attn_v_b or both in
// attn_kv_b, per head a key's rows, then a value's.
struct LatentAttentionSpec : BlockEdges {
  std::size_t heads = 0;
  std::size_t query_rank = 0;   // 0: attn_q makes queries at once
  std::size_t rank = 0;         // of what is remembered
  std::size_t plain_width = 0;  // of a query, not rotated
  std::size_t value_width = 0;  // of one head
  float scale = 0;
  std::size_t rope = 0;  // its dims are the rotated part of a query
  bool joined = false;   // there is attn_kv_b
};

enum class Activation : std::uint8_t {
  kSilu,
  kGelu,     // by its tanh approximation (Hendrycks & Gimpel 2016)
  kClamped,  // gate at most 7, up within 7: gate * sigmoid(1.702 gate) * (up + 1) (gpt-oss)
};

// Where the factor comes from that the activation is multiplied with.
enum class Gating : std::uint8_t {
  kApart,  // activation(ffn_gate) * ffn_up
  kFused,  // the same, both in ffn_up, the gate's rows first
  kNone,   // activation(ffn_up)
};

// f = down(activation(gate) * up). Tensors: ffn_gate, ffn_up, ffn_down, each with `suffix`;
// biases where the file has them.
struct FeedForwardSpec : BlockEdges {
  std::size_t width = 0;
  Activation activation = Activation::kSilu;
  Gating gating = Gating::kApart;
  std::string suffix = {};
  std::string share = {};  // a row whose sigmoid says how much of it counts; empty: all
};

// How the scores of a router become the weights of the experts it chooses.
enum class RouterGate : std::uint8_t {
  kSoftmax,          // over all
  kSigmoid,          // each for itself
  kSoftmaxOfChosen,  // over the chosen alone
};

// Tensors: ffn_gate_inp and, where the file has it, exp_probs_b, which counts for the
// choice and not for the weight.
struct RouterSpec {
  std::size_t experts = 0;
  std::size_t used = 0;  // of them by a token
  RouterGate gate = RouterGate::kSoftmax;
  bool normalise = false;       // the weights of the chosen sum to 1
  float scale = 1;              // of the weights, afterwards
  std::size_t groups = 1;       // of equal size; the best two experts of a group speak for it
  std::size_t groups_used = 1;  // that experts are chosen from
  // Reads the residual stream: its root mean square norm, times ffn_gate_inp.scale,
  // divided by the root of its width.
  bool from_residual = false;
};

// f = sum over the chosen experts of weight * down(activation(gate) * up). Tensors:
// ffn_gate_exps, ffn_up_exps (or both in ffn_gate_up_exps, the gate's rows first),
// ffn_down_exps; biases and, per expert, a scale where the file has them.
struct ExpertsSpec : BlockEdges {
  RouterSpec router;
  std::size_t width = 0;  // of one expert
  Activation activation = Activation::kSilu;
};

// Gated delta rule (Yang et al. 2025) behind a short convolution: each value head keeps
// a matrix, S = e^g S + beta (v - e^g S k) k^T, and answers with S q. Tensors: attn_qkv,
// attn_gate, ssm_conv1d, ssm_dt, ssm_a, ssm_norm, ssm_out and ssm_beta, ssm_alpha or both
// in ssm_ba, those of the value heads of one key head together, beta first.
struct DeltaNetSpec : BlockEdges {
  std::size_t key_heads = 0;
  std::size_t value_heads = 0;  // a multiple of key_heads
  std::size_t key_width = 0;    // of one head
  std::size_t value_width = 0;  // of one head
  std::size_t kernel = 0;       // positions that the convolution sees
  bool neighbours = false;      // value heads that share a key head stand together, else apart
  bool fused = false;           // there is ssm_ba
};

// f = out_proj(c * convolution(b * x)), where in_proj makes b, c and x. Tensors: shortconv.*
struct ShortConvSpec : BlockEdges {
  std::size_t kernel = 0;  // positions that the convolution sees
};

// Makes what PerLayerInputSpec reads, of the embedding and of a second table of them.
// Tensors: per_layer_token_embd, per_layer_model_proj, per_layer_proj_norm.
struct PerLayerTableSpec {
  std::size_t width = 0;
  std::size_t layers = 0;
};

// f = proj(gelu(inp_gate) * what the table holds for this layer).
struct PerLayerInputSpec : BlockEdges {
  std::size_t layer = 0;
  PerLayerTableSpec table;
};

// Multiplies the residual stream by layer_output_scale.
struct OutputScaleSpec {
  std::string prefix;
};

// Adds to a token's vector what other tables hold, as encoders do: token_types for the
// first kind of text, position_embd for its place.
struct TokenInputsSpec : BlockEdges {
  std::size_t types = 0;      // rows of token_types; 0: there is none
  std::size_t positions = 0;  // rows of position_embd; 0: there is none
};

using BlockSpec = std::variant<AttentionSpec, LatentAttentionSpec, FeedForwardSpec, ExpertsSpec,
                               DeltaNetSpec, ShortConvSpec, PerLayerTableSpec, PerLayerInputSpec,
                               OutputScaleSpec, TokenInputsSpec>;

struct LayerSpec {
  std::vector<BlockSpec> blocks;
};

// How the hidden states of a text's tokens become one vector.
enum class Pooling : std::uint8_t {
  kNone,  // the model was not made for it
  kMean,
  kFirst,
  kLast,
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
  Pooling pooling = Pooling::kNone;
  bool generates = true;                    // false: an encoder, whose logits say nothing
  std::string output_norm = "output_norm";  // empty: none
  std::vector<RopeSpec> ropes;
  std::vector<LayerSpec> layers;
  // How the names of tensors begin that a file may hold and this model has no use for.
  std::vector<std::string> unused_tensors;
};

}  // namespace weir
