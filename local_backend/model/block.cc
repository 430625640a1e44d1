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

void ForwardPass::norm(const Norm& norm) {
  work.normed.resize(batch.size() * embedding);
  for (std::size_t t = 0; t < batch.size(); ++t) {
    norm.apply(kernels, work.residual.data() + t * embedding, work.normed.data() + t * embedding,
               embedding);
  }
}

void ForwardPass::add_delta(const Norm& post_norm) {
  for (std::size_t t = 0; t < batch.size(); ++t) {
    float* delta = work.delta.data() + t * embedding;
    post_norm.apply(kernels, delta, delta, embedding);
  }
  kernels.add_scaled(residual_scale, work.delta.data(), work.residual.data(),
                     batch.size() * embedding);
}

}  // namespace weir
