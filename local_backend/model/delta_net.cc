#include <cmath>

#include "local_backend/model/activation.h"
#include "local_backend/model/causal_conv.h"
#include "local_backend/model/linear.h"

namespace weir {
namespace {

float softplus(float x) { return x > 20 ? x : std::log1p(std::exp(x)); }

class DeltaNet final : public Block {
 public:
  DeltaNet(const DeltaNetSpec& spec, BlockContext context)
      : spec_(spec),
        convolved_{2 * spec.key_heads * spec.key_width + inner(), spec.kernel},
        epsilon_(context.spec.norm_epsilon),
        edges_(spec, context),
        slot_(context.layout.recurrent_slots.size()),
        mixed_(matrix(context, "attn_qkv", convolved_.channels)),
        gate_(matrix(context, "attn_gate", inner())),
        convolution_(context.tensors, spec.prefix + "ssm_conv1d.weight", convolved_),
        step_bias_(context.tensors.vector(spec.prefix + "ssm_dt.bias", spec.value_heads)),
        decay_(context.tensors.vector(spec.prefix + "ssm_a", spec.value_heads)),
        norm_(context.tensors, spec.prefix + "ssm_norm", context.spec, spec.value_width),
        output_(context.tensors, spec.prefix + "ssm_out", {context.spec.embedding, inner()}) {
    if (spec.fused) {
      both_ = matrix(context, "ssm_ba", 2 * spec.value_heads);
    } else {
      beta_ = matrix(context, "ssm_beta", spec.value_heads);
      alpha_ = matrix(context, "ssm_alpha", spec.value_heads);
    }
    context.layout.recurrent_slots.push_back(CausalConv::state_floats(convolved_) +
                                             inner() * spec.key_width);
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    edges_.read(pass);
    if (spec_.fused) {
      Linear::apply_all(pass, work.normed,
                        {{&mixed_, &work.query}, {&gate_, &work.gate}, {&both_, &work.latent}});
      split_rates(pass);
    } else {
      Linear::apply_all(pass, work.normed,
                        {{&mixed_, &work.query},
                         {&gate_, &work.gate},
                         {&beta_, &work.key},
                         {&alpha_, &work.value}});
    }
    make_rates(work);
    convolution_.apply(pass, slot_, work.query);
    pass.each_token(convolved_.channels, [&](std::size_t t) { finish_mixed(pass, t); });
    work.attended.resize(pass.batch.size() * inner());
    const std::size_t runs = work.runs.size() - 1;
    pass.pool.run({.tasks = runs * spec_.value_heads,
                   .share = pass.batch.size() * inner() * spec_.key_width > (1 << 15)},
                  [&](std::size_t i, float*) {
                    run_head(pass, i / spec_.value_heads, i % spec_.value_heads);
                  });
    pass.each_token(2 * inner(), [&](std::size_t t) { gate_values(pass, t); });
    output_.apply(pass, work.attended, &work.delta);
    edges_.add(pass);
  }

 private:
  std::size_t inner() const { return spec_.value_heads * spec_.value_width; }

  Linear matrix(BlockContext context, const char* name, std::size_t rows) const {
    return {context.tensors, spec_.prefix + name, {rows, context.spec.embedding}};
  }

  // work.key = beta, work.value = e^g, both [batch][value heads].
  void make_rates(Workspace& work) const {
    for (std::size_t i = 0; i < work.key.size(); ++i) {
      const std::size_t head = i % spec_.value_heads;
      work.key[i] = sigmoid(work.key[i]);
      work.value[i] = std::exp(decay_[head] * softplus(work.value[i] + step_bias_[head]));
    }
  }

  void split_rates(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t share = spec_.value_heads / spec_.key_heads;
    work.key.resize(pass.batch.size() * spec_.value_heads);
    work.value.resize(work.key.size());
    for (std::size_t i = 0; i < work.key.size(); ++i) {
      const float* group = work.latent.data() + 2 * (i - i % share);
      work.key[i] = group[i % share];
      work.value[i] = group[share + i % share];
    }
  }

  // What is convolved of a token, through the activation; queries and keys are then divided by
  // their length, queries also by the root of their width.
  void finish_mixed(ForwardPass& pass, std::size_t token) const {
    float* first = pass.work.convolved.data() + token * convolved_.channels;
    activate(pass.kernels, Activation::kSilu, first, convolved_.channels);
    const std::size_t width = spec_.key_width;
    const double root = std::sqrt(static_cast<double>(width));
    for (std::size_t h = 0; h < 2 * spec_.key_heads; ++h) {
      float* head = first + h * width;
      const double squares = double{pass.kernels.dot(head, head, width)} + double{epsilon_};
      const double length = std::sqrt(squares) * (h < spec_.key_heads ? root : 1);
      for (std::size_t i = 0; i < width; ++i) {
        head[i] = static_cast<float>(double{head[i]} / length);
      }
    }
  }

  std::size_t key_head_of(std::size_t value_head) const {
    return spec_.neighbours ? value_head / (spec_.value_heads / spec_.key_heads)
                            : value_head % spec_.key_heads;
  }

  // All tokens of one sequence, in order.
  void run_head(ForwardPass& pass, std::size_t run, std::size_t head) const {
    const Workspace& work = pass.work;
    const std::size_t size = spec_.value_width * spec_.key_width;
    const std::size_t offset = CausalConv::state_floats(convolved_) + head * size;
    RecurrentState state = pass.batch.sequences[work.runs[run]]->recurrent(slot_);
    const float* from = state.before + offset;
    for (std::size_t t = work.runs[run]; t < work.runs[run + 1]; ++t) {
      step(pass, t, head, from, state.after + offset);
      from = state.after + offset;
    }
  }

  // from, to: [value width][key width], may be the same.
  void step(ForwardPass& pass, std::size_t token, std::size_t head, const float* from,
            float* to) const {
    Workspace& work = pass.work;
    const std::size_t width = spec_.key_width;
    const float* mixed = work.convolved.data() + token * convolved_.channels;
    const float* query = mixed + key_head_of(head) * width;
    const float* key = query + spec_.key_heads * width;
    const float* value = mixed + 2 * spec_.key_heads * width + head * spec_.value_width;
    const float beta = work.key[token * spec_.value_heads + head];
    const float keep = work.value[token * spec_.value_heads + head];
    float* out = work.attended.data() + token * inner() + head * spec_.value_width;
    for (std::size_t i = 0; i < spec_.value_width; ++i, from += width, to += width) {
      for (std::size_t j = 0; j < width; ++j) to[j] = keep * from[j];
      const float change = beta * (value[i] - pass.kernels.dot(to, key, width));
      pass.kernels.add_scaled(change, key, to, width);
      out[i] = pass.kernels.dot(to, query, width);
    }
  }

  void gate_values(ForwardPass& pass, std::size_t token) const {
    Workspace& work = pass.work;
    for (std::size_t i = token * inner(); i < (token + 1) * inner(); i += spec_.value_width) {
      float* head = work.attended.data() + i;
      norm_.apply(pass.kernels, head, head, spec_.value_width);
      pass.kernels.silu_times(work.gate.data() + i, head, head, spec_.value_width);
    }
  }

  const DeltaNetSpec spec_;
  const CausalConv::Shape convolved_;
  const float epsilon_;
  Edges edges_;
  const std::size_t slot_;
  Linear mixed_;  // queries, keys and values
  Linear gate_;
  Linear both_;
  Linear beta_;
  Linear alpha_;
  CausalConv convolution_;
  std::vector<float> step_bias_;
  std::vector<float> decay_;
  Norm norm_;
  Linear output_;
};

}  // namespace

std::unique_ptr<Block> make_block(const DeltaNetSpec& spec, BlockContext context) {
  return std::make_unique<DeltaNet>(spec, context);
}

}  // namespace weir
