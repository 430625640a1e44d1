#include <cmath>

#include "local_backend/model/linear.h"

namespace weir {
namespace {

float gelu(float x) {
  constexpr float kSqrt2OverPi = 0.79788456080286535588f;
  return 0.5f * x * (1 + std::tanh(kSqrt2OverPi * x * (1 + 0.044715f * x * x)));
}

class FeedForward final : public Block {
 public:
  FeedForward(const FeedForwardSpec& spec, BlockContext context)
      : spec_(spec),
        norm_(context.norm(spec.prefix, spec.norm)),
        gate_(gate_of(spec, context)),
        up_(up_of(spec, context)),
        down_(context.tensors, spec.prefix + "ffn_down", {context.spec.embedding, spec.width}),
        post_norm_(context.norm(spec.prefix, spec.post_norm)) {}

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    pass.norm(norm_);
    up_.apply(pass, work.normed, &work.up);
    if (spec_.gating == Gating::kNone) {
      for (float& value : work.up) value = activated(value);
      down_.apply(pass, work.up, &work.delta);
    } else {
      gate_.apply(pass, work.normed, &work.gate);
      multiply(pass);
      down_.apply(pass, work.gate, &work.delta);
    }
    pass.add_delta(post_norm_);
  }

 private:
  static Linear gate_of(const FeedForwardSpec& spec, BlockContext context) {
    const std::size_t embedding = context.spec.embedding;
    switch (spec.gating) {
      case Gating::kApart:
        return {context.tensors, spec.prefix + "ffn_gate", {spec.width, embedding}};
      case Gating::kFused:
        return {
            context.tensors, spec.prefix + "ffn_up", {2 * spec.width, embedding}, {0, spec.width}};
      case Gating::kNone: break;
    }
    return {};
  }

  static Linear up_of(const FeedForwardSpec& spec, BlockContext context) {
    const bool fused = spec.gating == Gating::kFused;
    const std::size_t rows = fused ? 2 * spec.width : spec.width;
    return {context.tensors,
            spec.prefix + "ffn_up",
            {rows, context.spec.embedding},
            {rows - spec.width, spec.width}};
  }

  float activated(float x) const {
    return spec_.activation == Activation::kGelu ? gelu(x) : x / (1 + std::exp(-x));
  }

  // gate = activation(gate) * up
  void multiply(ForwardPass& pass) const {
    std::vector<float>& gate = pass.work.gate;
    const std::vector<float>& up = pass.work.up;
    if (spec_.activation == Activation::kSilu) {
      pass.kernels.silu_times(gate.data(), up.data(), gate.data(), gate.size());
      return;
    }
    for (std::size_t i = 0; i < gate.size(); ++i) gate[i] = gelu(gate[i]) * up[i];
  }

  const FeedForwardSpec spec_;
  Norm norm_;
  Linear gate_;
  Linear up_;
  Linear down_;
  Norm post_norm_;
};

}  // namespace

std::unique_ptr<Block> make_block(const FeedForwardSpec& spec, BlockContext context) {
  return std::make_unique<FeedForward>(spec, context);
}

}  // namespace weir
