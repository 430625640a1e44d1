// y = W x + b, where b may be absent. Immutable.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "local_backend/model/block.h"

namespace weir {

class Linear;

// A matrix, and where its products go, resized to fit: [batch][rows].
struct LinearTo {
  const Linear* linear = nullptr;
  std::vector<float>* y = nullptr;
};

class Linear {
 public:
  // Takes `name`.weight and, if the file has it, `name`.bias.
  Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape shape);
  // Some rows of them.
  Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape whole,
         RowRange range);
  Linear() = default;

  // y = [batch][rows], resized to fit.
  void apply(ForwardPass& pass, const std::vector<float>& x, std::vector<float>* y) const {
    apply_all(pass, x, {{this, y}});
  }

  // Several, at most four, of the same x, as one round of work.
  static void apply_all(ForwardPass& pass, const std::vector<float>& x,
                        std::initializer_list<LinearTo> all);

 private:
  kernels::WeightMatrix weight_;
  std::vector<float> bias_;  // empty: none
};

}  // namespace weir
