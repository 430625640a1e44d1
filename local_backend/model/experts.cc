#include <algorithm>
#include <span>

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

  // y = [count][rows] of x = [count][columns], to be multiplied.
  kernels::MatrixProduct product(std::size_t expert, const float* x, std::size_t count,
                                 float* y) const {
    return {&matrices_[expert], x, count, y};
  }

  // What is left to do with a row of such a y.
  void finish(const kernels::Kernels& kernels, std::size_t expert, float* row) const {
    for (std::size_t i = 0; !scales_.empty() && i < rows_; ++i) row[i] *= scales_[expert];
    if (!biases_.empty()) kernels.add_scaled(1, biases_.data() + expert * rows_, row, rows_);
  }

  bool unfinished() const { return !scales_.empty() || !biases_.empty(); }
  std::size_t rows() const { return rows_; }

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
    gather_inputs(pass);
    make_gates(pass);
    pass.each_row(work.by_expert.size(), 2 * spec_.width, [&](std::size_t i) {
      const std::size_t at = i * spec_.width;
      activate_times(pass.kernels, spec_.activation, work.gate.data() + at, work.up.data() + at,
                     spec_.width);
    });
    multiply(pass, down_, work.gate, &work.expert_output);
    add_outputs(pass);
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
    work.places.clear();
    for (const auto& choice : work.choices) {
      work.places.push_back(work.starts[choice.expert]++);
      work.by_expert[work.places.back()] = choice;
    }
    for (std::size_t e = experts; e > 0; --e) work.starts[e] = work.starts[e - 1];
    work.starts[0] = 0;
  }

  // work.expert_input = a row for each choice, the tokens of one expert together.
  void gather_inputs(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    work.expert_input.resize(work.by_expert.size() * width);
    pass.each_row(work.by_expert.size(), 2 * width, [&](std::size_t i) {
      std::copy_n(work.normed.data() + work.by_expert[i].token * width, width,
                  work.expert_input.data() + i * width);
    });
  }

  // A row of y for each of x, by the expert whose it is, all experts in one round of work.
  void add_products(Workspace& work, const ExpertLinear& linear, const std::vector<float>& x,
                    std::vector<float>* y) const {
    const std::size_t rows = work.by_expert.size();
    const std::size_t columns = x.size() / rows;
    y->resize(rows * linear.rows());
    for (std::size_t e = 0; e < spec_.router.experts; ++e) {
      const std::size_t first = work.starts[e];
      const std::size_t count = work.starts[e + 1] - first;
      if (count == 0) continue;
      work.products.push_back(
          linear.product(e, x.data() + first * columns, count, y->data() + first * linear.rows()));
    }
  }

  void finish(ForwardPass& pass, const ExpertLinear& linear, std::vector<float>* y) const {
    if (!linear.unfinished()) return;
    const auto& rows = pass.work.by_expert;
    pass.each_row(rows.size(), 2 * linear.rows(), [&](std::size_t i) {
      linear.finish(pass.kernels, rows[i].expert, y->data() + i * linear.rows());
    });
  }

  void multiply(ForwardPass& pass, const ExpertLinear& linear, const std::vector<float>& x,
                std::vector<float>* y) const {
    pass.work.products.clear();
    add_products(pass.work, linear, x, y);
    kernels::multiply(pass.kernels, pass.pool, pass.work.products);
    finish(pass, linear, y);
  }

  // work.gate and work.up.
  void make_gates(ForwardPass& pass) const {
    Workspace& work = pass.work;
    if (fused_) {
      multiply(pass, gate_, work.expert_input, &work.expert_output);
      return split_gates(pass);
    }
    work.products.clear();
    add_products(work, gate_, work.expert_input, &work.gate);
    add_products(work, up_, work.expert_input, &work.up);
    kernels::multiply(pass.kernels, pass.pool, work.products);
    finish(pass, gate_, &work.gate);
    finish(pass, up_, &work.up);
  }

  // Adds up what a token's experts say, in the order of their numbers.
  void add_outputs(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t width = pass.embedding;
    const std::size_t used = spec_.router.used;
    work.delta.resize(work.residual.size());
    pass.each_token((used + 1) * width, [&](std::size_t t) {
      float* sum = work.delta.data() + t * width;
      std::fill_n(sum, width, 0.0f);
      const auto places = std::span(work.places).subspan(t * used, used);
      std::sort(places.begin(), places.end());
      for (const std::size_t place : places) {
        const float* output = work.expert_output.data() + place * width;
        pass.kernels.add_scaled(work.by_expert[place].weight, output, sum, width);
      }
    });
  }

  // expert_output holds gate and up of each row, one behind the other.
  void split_gates(ForwardPass& pass) const {
    Workspace& work = pass.work;
    const std::size_t rows = work.by_expert.size();
    const std::size_t width = spec_.width;
    work.gate.resize(rows * width);
    work.up.resize(rows * width);
    pass.each_row(rows, 4 * width, [&](std::size_t i) {
      const float* from = work.expert_output.data() + 2 * i * width;
      std::copy_n(from, width, work.gate.data() + i * width);
      std::copy_n(from + width, width, work.up.data() + i * width);
    });
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
