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
#include "local_backend/kernels/worker_pool.h"
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
  std::vector<float> scored_logits;  // [a few tokens][vocabulary]

  // Per RopeTable: [batch][pairs].
  struct Angles {
    std::vector<float> cosine;
    std::vector<float> sine;
  };
  std::vector<Angles> angles;
};

struct ForwardPass {
  const kernels::Kernels& kernels;
  kernels::WorkerPool& pool;
  const Batch& batch;
  std::span<const RopeTable> ropes;
  std::size_t embedding;
  float residual_scale;
  Workspace& work;

  // normed = norm(residual) for every token.
  void norm(const Norm& norm);
  // residual += residual_scale * post_norm(delta)
  void add_delta(const Norm& post_norm);
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

  // The norm `name` of the residual stream's width; an empty name: none.
  Norm norm(const std::string& prefix, const std::string& name) const {
    return {tensors, name.empty() ? name : prefix + name, spec, spec.embedding};
  }
};

std::unique_ptr<Block> make_block(const AttentionSpec& spec, BlockContext context);
std::unique_ptr<Block> make_block(const FeedForwardSpec& spec, BlockContext context);

}  // namespace weir
