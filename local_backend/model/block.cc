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
  pass.each_token(2 * pass.embedding, [&](std::size_t t) {
    const std::size_t at = t * pass.embedding;
    norm_.apply(pass.kernels, work.residual.data() + at, work.normed.data() + at, pass.embedding);
  });
}

void Edges::add(ForwardPass& pass) const {
  pass.each_token(2 * pass.embedding, [&](std::size_t t) { add_token(pass, t); });
  if (held_) pass.work.held.swap(pass.work.delta);
}

void Edges::add_token(ForwardPass& pass, std::size_t token) const {
  const std::size_t width = pass.embedding;
  const std::size_t at = token * width;
  float* delta = pass.work.delta.data() + at;
  float* residual = pass.work.residual.data() + at;
  post_norm_.apply(pass.kernels, delta, delta, width);
  if (held_) return;
  if (joint_norm_.exists()) {
    pass.kernels.add_scaled(1, pass.work.held.data() + at, delta, width);
    joint_norm_.apply(pass.kernels, delta, delta, width);
  }
  pass.kernels.add_scaled(pass.residual_scale, delta, residual, width);
  residual_norm_.apply(pass.kernels, residual, residual, width);
}

}  // namespace weir
