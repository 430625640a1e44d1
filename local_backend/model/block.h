// One step of a layer: reads the residual stream and adds to it.
//
// Blocks are immutable after loading and hold no state of a sequence: everything
// that changes is in the ForwardPass, which belongs to the engine's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/weight_matrix.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_types.h"
#include "local_backend/kv_cache/sequence_state.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/model/norm.h"
#include "local_backend/model/rope_table.h"
#include "local_backend/model/tensor_source.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

inline constexpr TokenId kNoToken = -1;

// What a forward call should answer for one token (ForwardOutput).
struct TokenWants {
  bool logits = false;
  bool hidden = false;        // its last hidden state
  TokenId scored = kNoToken;  // the log-probability of this token as the next one
};

// The tokens of one forward call, as parallel arrays. Tokens of one sequence are
// neighbours, in order, and continue what its state remembers.
struct Batch {
  std::vector<TokenId> tokens;
  std::vector<std::size_t> positions;
  std::vector<SequenceState*> sequences;
  std::vector<TokenWants> wants;

  std::size_t size() const { return tokens.size(); }
  void clear();
  void add(TokenId token, std::size_t position, SequenceState* sequence, TokenWants wanted);
};

// Memory that a forward call works in, kept between calls.
struct Workspace {
  std::vector<float> residual;       // [batch][embedding]
  std::vector<float> normed;         // [batch][embedding]
  std::vector<float> query;          // [batch][heads * key width]
  std::vector<float> key;            // [batch][kv heads * key width]
  std::vector<float> value;          // [batch][kv heads * value width]
  std::vector<float> attended;       // [batch][heads * value width]
  std::vector<float> gate;           // [batch][feed-forward width]
  std::vector<float> up;             // [batch][feed-forward width]
  std::vector<float> delta;          // [batch][embedding]
  std::vector<float> held;           // [batch][embedding], what waits for a joint norm
  std::vector<float> latent;         // [batch][rank of queries, or rank + rotated width]
  std::vector<float> one_head;       // [batch][width of one head]
  std::vector<float> convolved;      // [batch][channels]
  std::vector<float> per_layer;      // [batch][layers][width of a layer's own input]
  std::vector<float> scored_logits;  // [a few tokens][vocabulary]
  std::vector<std::size_t> ends;     // [batch], behind the last position of its sequence
  std::vector<std::size_t> runs;     // [sequences + 1], where each begins in the batch

  // What a token's router chose.
  struct Choice {
    std::size_t expert = 0;
    std::size_t token = 0;
    float weight = 0;
  };
  std::vector<float> router;         // [batch][experts]
  std::vector<Choice> choices;       // [batch][used]
  std::vector<Choice> by_expert;     // the same, the tokens of one expert together
  std::vector<std::size_t> starts;   // [experts + 1] in by_expert
  std::vector<std::size_t> places;   // [batch][used] in by_expert, of a token's choices
  std::vector<float> expert_input;   // [batch * used][embedding], in the order of by_expert
  std::vector<float> expert_output;  // the same; before, gate and up where they are one matrix
  std::vector<kernels::MatrixProduct> products;

  // Per RopeTable: [batch][pairs].
  struct Angles {
    std::vector<float> cosine;
    std::vector<float> sine;
  };
  std::vector<Angles> angles;

  // Neighbouring tokens of one sequence.
  struct QueryTile {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  std::vector<QueryTile> query_tiles;
};

struct ForwardPass {
  const kernels::Kernels& kernels;
  kernels::WorkerPool& pool;
  const Batch& batch;
  std::span<const RopeTable> ropes;
  std::size_t embedding;
  float residual_scale;
  Workspace& work;

  // Calls step(row) once for each of so many rows, on all threads if there is enough to do for
  // them; `floats`: what it reads and writes for one, about. `step` must not throw. Equal shares of
  // the rows are the same thread's each time.
  template <class Step>
  void each_row(std::size_t rows, std::size_t floats, const Step& step) const {
    constexpr std::size_t kWorthSharing = std::size_t{1} << 15;  // some times what that costs
    pool.run({.tasks = rows, .share = rows * floats >= kWorthSharing},
             [&](std::size_t row, float*) { step(row); });
  }

  // The same for each token of the batch.
  template <class Step>
  void each_token(std::size_t floats, const Step& step) const {
    each_row(batch.size(), floats, step);
  }

  // Turns what stands at `head` by the rope's angles at a token's position.
  void turn(std::size_t rope, std::size_t token, float* head);
};

class Block {
 public:
  virtual ~Block() = default;
  virtual void forward(ForwardPass& pass) const = 0;
};

// What every block is built with.
struct BlockContext {
  const ModelSpec& spec;
  TensorSource& tensors;
  StateLayout& layout;  // a block that remembers something adds its slot
  KvTypes kv_types;

  // The norm `name` of the residual stream's width; an empty name: none.
  Norm norm(const std::string& prefix, const std::string& name) const {
    return {tensors, name.empty() ? name : prefix + name, spec, spec.embedding};
  }
};

// How a block reads the residual stream and adds to it. Immutable.
class Edges {
 public:
  Edges(const BlockEdges& spec, BlockContext context);

  // Fills work.normed with what the block reads.
  void read(ForwardPass& pass) const;
  // Adds work.delta, which it uses up.
  void add(ForwardPass& pass) const;

 private:
  void add_token(ForwardPass& pass, std::size_t token) const;

  Norm norm_;
  Norm post_norm_;
  Norm joint_norm_;
  Norm residual_norm_;
  bool beside_;
  bool held_;
};

std::unique_ptr<Block> make_block(const AttentionSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const LatentAttentionSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const FeedForwardSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const ExpertsSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const DeltaNetSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const ShortConvSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const PerLayerTableSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const PerLayerInputSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const OutputScaleSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const TokenInputsSpec& spec, BlockContext context);

}  // namespace weir
