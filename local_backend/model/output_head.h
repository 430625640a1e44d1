// The end of a model: final norm, output matrix, and what is read off them.
//
// Immutable after loading, like a Block.
#pragma once

#include <functional>
#include <vector>

#include "local_backend/model/block.h"

namespace weir {

// What a forward call answers: three lists, each in the order of the tokens that
// asked for it (TokenWants). The vectors keep their memory between calls.
struct ForwardOutput {
  std::vector<float> logits;  // [tokens][vocabulary]
  std::vector<float> hidden;  // [tokens][embedding], after the final norm
  // log p(TokenWants::scored | all tokens up to this one), before temperature; not
  // a number if a logit is not.
  std::vector<float> scores;
};

class OutputHead {
 public:
  OutputHead() = default;

  // Takes output_norm and output, or token_embd where a model ties the two.
  OutputHead(const ModelSpec& spec, TensorSource& tensors, const kernels::WeightMatrix& embedding);

  // Sets *out. Scores are worked out a few tokens at a time, so they need no memory
  // for all logits; asks `stop` between them. False if it said yes.
  bool forward(ForwardPass& pass, const std::function<bool()>& stop, ForwardOutput* out) const;

 private:
  void gather_norm(ForwardPass& pass, std::size_t token, std::vector<float>* rows) const;
  void add_scores(ForwardPass& pass, const std::vector<TokenId>& tokens, ForwardOutput* out) const;

  void finish_logits(ForwardPass& pass, std::span<float> logits) const;

  Norm norm_;
  kernels::WeightMatrix output_;
  float scale_ = 1;
  float softcap_ = 0;
};

}  // namespace weir
