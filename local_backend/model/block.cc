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

void ForwardPass::turn(std::size_t rope, std::size_t token, float* head) {
  const RopeTable& table = ropes[rope];
  const Workspace::Angles& angles = work.angles[rope];
  const std::size_t first = token * table.pairs();
  kernels.rope(head, angles.cosine.data() + first, angles.sine.data() + first, table.pairs(),
               table.pairing());
}

Edges::Edges(const BlockEdges& spec, BlockContext context)
    : norm_(context.norm(spec.prefix, spec.beside ? "" : spec.norm)),
      post_norm_(context.norm(spec.prefix, spec.post_norm)),
      joint_norm_(context.norm(spec.prefix, spec.joint_norm)),
      residual_norm_(context.norm(spec.prefix, spec.residual_norm)),
      beside_(spec.beside),
      held_(spec.held) {}

void Edges::read(ForwardPass& pass) const {
  if (beside_) return;
  Workspace& work = pass.work;
  work.normed.resize(work.residual.size());
  for (std::size_t i = 0; i < work.residual.size(); i += pass.embedding) {
    norm_.apply(pass.kernels, work.residual.data() + i, work.normed.data() + i, pass.embedding);
  }
}

void Edges::add(ForwardPass& pass) const {
  Workspace& work = pass.work;
  norm_rows(pass, post_norm_, &work.delta);
  if (held_) return work.held.swap(work.delta);
  if (joint_norm_.exists()) {
    pass.kernels.add_scaled(1, work.held.data(), work.delta.data(), work.delta.size());
    norm_rows(pass, joint_norm_, &work.delta);
  }
  pass.kernels.add_scaled(pass.residual_scale, work.delta.data(), work.residual.data(),
                          work.residual.size());
  norm_rows(pass, residual_norm_, &work.residual);
}

void Edges::norm_rows(ForwardPass& pass, const Norm& norm, std::vector<float>* rows) {
  if (!norm.exists()) return;
  for (float* row = rows->data(); row != rows->data() + rows->size(); row += pass.embedding) {
    norm.apply(pass.kernels, row, row, pass.embedding);
  }
}

}  // namespace weir
