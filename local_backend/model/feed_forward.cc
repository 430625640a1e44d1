#include "local_backend/model/linear.h"

namespace weir {
namespace {

class FeedForward final : public Block {
 public:
  FeedForward(const FeedForwardSpec& spec, BlockContext context)
      : norm_(context.tensors.vector(spec.prefix + "ffn_norm.weight", context.spec.embedding)),
        gate_(context.tensors, spec.prefix + "ffn_gate", {spec.width, context.spec.embedding}),
        up_(context.tensors, spec.prefix + "ffn_up", {spec.width, context.spec.embedding}),
        down_(context.tensors, spec.prefix + "ffn_down", {context.spec.embedding, spec.width}) {}

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    pass.norm(norm_);
    gate_.apply(pass, work.normed, &work.gate);
    up_.apply(pass, work.normed, &work.up);
    pass.kernels.silu_times(work.gate.data(), work.up.data(), work.gate.data(), work.gate.size());
    down_.apply(pass, work.gate, &work.delta);
    pass.add_delta();
  }

 private:
  std::vector<float> norm_;
  Linear gate_;
  Linear up_;
  Linear down_;
};

}  // namespace

std::unique_ptr<Block> make_block(const FeedForwardSpec& spec, BlockContext context) {
  return std::make_unique<FeedForward>(spec, context);
}

}  // namespace weir
