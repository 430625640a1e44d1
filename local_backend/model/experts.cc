#include <algorithm>

#include "local_backend/model/activation.h"
#include "local_backend/model/router.h"

namespace weir {
namespace {

// One matrix an expert, with its bias and scale where the file has them.
class ExpertLinear {
 public:
  ExpertLinear() = default;
  ExpertLinear(TensorSource& tensors, const std::string& name, kernels::MatrixShape shape,
               std::size_t experts)
      : rows_(shape.rows),
        matrices_(tensors.stack(name + ".weight", shape, experts)),
        scales_(tensors.optional_vector(name + ".scale", experts)) {
    if (tensors.has(name + ".bias")) {
      biases_ = tensors.matrix_values(name + ".bias", {experts, shape.rows});
    }
  }

  // y = [count][rows] of x = [count][columns].
  void apply(ForwardPass& pass, std::size_t expert, const std::vector<float>& x, std::size_t count,
             std::vector<float>* y) const {
    y->resize(count * rows_);
    matrices_[expert].matmul(pass.kernels, pass.pool, x.data(), count, y->data());
    if (!scales_.empty()) {
      for (float& value : *y) value *= scales_[expert];
    }
    if (biases_.empty()) return;
    for (std::size_t i = 0; i < y->size(); i += rows_) {
      pass.kernels.add_scaled(1, biases_.data() + expert * rows_, y->data() + i, rows_);
    }
  }

 private:
  std::size_t rows_ = 0;
  std::vector<kernels::WeightMatrix> matrices_;
  std::vector<float> biases_;  // [experts][rows]; empty: none
  std::vector<float> scales_;  // [experts]; empty: all 1
};

class Experts final : public Block {
 public:
  Experts(const ExpertsSpec& spec, BlockContext context)
      : spec_(spec),
        edges_(spec, context),
        router_(spec.router, spec.prefix, context),
        fused_(context.tensors.has(spec.prefix + "ffn_gate_up_exps.weight")),
        down_(context.tensors, spec.prefix + "ffn_down_exps", {context.spec.embedding, spec.width},
              spec.router.experts) {
    const auto load = [&](const char* name, std::size_t rows) {
      return ExpertLinear(context.tensors, spec.prefix + name, {rows, context.spec.embedding},
                          spec.router.experts);
    };
    if (fused_) {
      gate_ = load("ffn_gate_up_exps", 2 * spec.width);
    } else {
      gate_ = load("ffn_gate_exps", spec.width);
      up_ = load("ffn_up_exps", spec.width);
    }
  }

  void forward(ForwardPass& pass) const override {
    Workspace& work = pass.work;
    edges_.read(pass);
    router_.choose(pass);
    sort_by_expert(work);
    work.delta.assign(work.residual.size(), 0.0f);
    for (std::size_t e = 0; e < spec_.router.experts; ++e) {
      const std::span tokens(work.by_expert.data() + work.starts[e],
                             work.starts[e + 1] - work.starts[e]);
      if (!tokens.empty()) run(pass, e, tokens);
    }
    edges_.add(pass);
  }

 private:
  // A token's experts are summed in the order of their numbers, whoever is beside it.
  void sort_by_expert(Workspace& work) const {
    const std::size_t experts = spec_.router.experts;
    work.starts.assign(experts + 1, 0);
    for (const auto& choice : work.choices) ++work.starts[choice.expert + 1];
    for (std::size_t e = 0; e < experts; ++e) work.starts[e + 1] += work.starts[e];
    work.by_expert.resize(work.choices.size());
    for (const auto& choice : work.choices) {
      work.by_expert[work.starts[choice.expert]++] = choice;
    }
    for (std::size_t e = experts; e > 0; --e) work.starts[e] = work.starts[e - 1];
    work.starts[0] = 0;
  }

  void run(ForwardPass& pass, std::size_t expert, std::span<const Workspace::Choice> tokens) const {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    work.expert_input.resize(tokens.size() * width);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      std::copy_n(work.normed.data() + tokens[i].token * width, width,
                  work.expert_input.data() + i * width);
    }
    gate_.apply(pass, expert, work.expert_input, tokens.size(), &work.gate);
    if (fused_) {
      split_gates(work, tokens.size());
    } else {
      up_.apply(pass, expert, work.expert_input, tokens.size(), &work.up);
    }
    activate_times(pass.kernels, spec_.activation, work.gate.data(), work.up.data(),
                   work.gate.size());
    down_.apply(pass, expert, work.gate, tokens.size(), &work.expert_output);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      pass.kernels.add_scaled(tokens[i].weight, work.expert_output.data() + i * width,
                              work.delta.data() + tokens[i].token * width, width);
    }
  }

  // gate holds gate and up of each token, one behind the other: moves them apart.
  void split_gates(Workspace& work, std::size_t tokens) const {
    work.up.resize(tokens * spec_.width);
    for (std::size_t i = 0; i < tokens; ++i) {
      const float* from = work.gate.data() + 2 * i * spec_.width;
      std::copy_n(from + spec_.width, spec_.width, work.up.data() + i * spec_.width);
      std::copy_n(from, spec_.width, work.gate.data() + i * spec_.width);
    }
    work.gate.resize(tokens * spec_.width);
  }

  const ExpertsSpec spec_;
  Edges edges_;
  Router router_;
  bool fused_;
  ExpertLinear gate_;
  ExpertLinear up_;
  ExpertLinear down_;
};

}  // namespace

std::unique_ptr<Block> make_block(const ExpertsSpec& spec, BlockContext context) {
  return std::make_unique<Experts>(spec, context);
}

}  // namespace weir
