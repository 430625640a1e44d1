// y = W x + b, where b may be absent. Immutable.
#pragma once

#include <string>
#include <vector>

#include "local_backend/model/block.h"

namespace weir {

class Linear {
 public:
  // Takes `name`.weight and, if the file has it, `name`.bias.
  Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape shape);
  // Some rows of them.
  Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape whole,
         RowRange range);
  Linear() = default;

  // y = [batch][rows], resized to fit.
  void apply(ForwardPass& pass, const std::vector<float>& x, std::vector<float>* y) const;

 private:
  kernels::WeightMatrix weight_;
  std::vector<float> bias_;  // empty: none
};

}  // namespace weir
