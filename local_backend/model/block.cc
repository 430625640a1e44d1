#include "local_backend/model/block.h"

namespace weir {

void Batch::clear() {
  tokens.clear();
  positions.clear();
  sequences.clear();
  wants.clear();
}

void Batch::add(TokenId token, std::size_t position, SequenceState* sequence, TokenWants wanted) {
  tokens.push_back(token);
  positions.push_back(position);
  sequences.push_back(sequence);
  wants.push_back(wanted);
}

void ForwardPass::norm(const std::vector<float>& weight) {
  work.normed.resize(batch.size() * embedding);
  for (std::size_t t = 0; t < batch.size(); ++t) {
    kernels.rms_norm(work.residual.data() + t * embedding, weight.data(), norm_epsilon,
                     work.normed.data() + t * embedding, embedding);
  }
}

void ForwardPass::add_delta() {
  kernels.add_scaled(1.0f, work.delta.data(), work.residual.data(), batch.size() * embedding);
}

}  // namespace weir
