#include "local_backend/model/activation.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

class FeedForward final : public Block {
 public:
  FeedForward(const FeedForwardSpec& spec, BlockContext context)
      : spec_(spec),
        edges_(spec, context),
        gate_(gate_of(spec, context)),
        up_(up_of(spec, context)),
        down_(context.tensors, spec.prefix + "ffn_down" + spec.suffix,
              {context.spec.embedding, spec.width}) {
    if (spec.share.empty()) return;
    share_ = context.tensors.vector(spec.prefix + spec.share + ".weight", context.spec.embedding);
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    edges_.read(pass);
    if (spec_.gating == Gating::kNone) {
      up_.apply(pass, work.normed, &work.up);
      pass.each_token(spec_.width, [&](std::size_t t) {
        activate(pass.kernels, spec_.activation, work.up.data() + t * spec_.width, spec_.width);
      });
      down_.apply(pass, work.up, &work.delta);
    } else {
      Linear::apply_all(pass, work.normed, {{&gate_, &work.gate}, {&up_, &work.up}});
      pass.each_token(2 * spec_.width, [&](std::size_t t) {
        const std::size_t at = t * spec_.width;
        activate_times(pass.kernels, spec_.activation, work.gate.data() + at, work.up.data() + at,
                       spec_.width);
      });
      down_.apply(pass, work.gate, &work.delta);
    }
    if (!share_.empty()) take_share(pass);
    edges_.add(pass);
  }

 private:
  static Linear gate_of(const FeedForwardSpec& spec, BlockContext context) {
    const std::size_t embedding = context.spec.embedding;
    switch (spec.gating) {
      case Gating::kApart:
        return {context.tensors, spec.prefix + "ffn_gate" + spec.suffix, {spec.width, embedding}};
      case Gating::kFused:
        return {context.tensors,
                spec.prefix + "ffn_up" + spec.suffix,
                {2 * spec.width, embedding},
                {0, spec.width}};
      case Gating::kNone: break;
    }
    return {};
  }

  static Linear up_of(const FeedForwardSpec& spec, BlockContext context) {
    const bool fused = spec.gating == Gating::kFused;
    const std::size_t rows = fused ? 2 * spec.width : spec.width;
    return {context.tensors,
            spec.prefix + "ffn_up" + spec.suffix,
            {rows, context.spec.embedding},
            {rows - spec.width, spec.width}};
  }

  void take_share(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    pass.each_token(2 * width, [&](std::size_t t) {
      const float* x = work.normed.data() + t * width;
      const float share = sigmoid(pass.kernels.dot(share_.data(), x, width));
      for (std::size_t i = 0; i < width; ++i) work.delta[t * width + i] *= share;
    });
  }

  const FeedForwardSpec spec_;
  Edges edges_;
  Linear gate_;
  Linear up_;
  Linear down_;
  std::vector<float> share_;  // empty: none
};

}  // namespace

std::unique_ptr<Block> make_block(const FeedForwardSpec& spec, BlockContext context) {
  return std::make_unique<FeedForward>(spec, context);
}

}  // namespace weir
