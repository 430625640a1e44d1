// The norm of a vector with learnt weights, as a model has it: before a block, after
// it, or on the heads of an attention. Immutable.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "local_backend/kernels/kernels.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/model/tensor_source.h"

namespace weir {

class Norm {
 public:
  Norm() = default;  // none: apply() copies

  // Takes `name`.weight and, for a layer norm, `name`.bias where the file has it. An
  // empty name: none.
  Norm(TensorSource& tensors, const std::string& name, const ModelSpec& spec, std::size_t size);
  // With `rows` rows of weights, for vectors that are each normed by their own; no biases.
  Norm(TensorSource& tensors, const std::string& name, const ModelSpec& spec,
       kernels::MatrixShape shape);

  // The root mean square norm with these weights.
  Norm(std::vector<float> weight, float epsilon) : epsilon_(epsilon), weight_(std::move(weight)) {}

  bool exists() const { return !weight_.empty(); }

  // Of one vector of the size given, x to out, which may be x, by a row of the weights.
  void apply(const kernels::Kernels& kernels, const float* x, float* out, std::size_t size,
             std::size_t row = 0) const;

 private:
  NormKind kind_ = NormKind::kRms;
  float epsilon_ = 0;
  std::vector<float> weight_;  // [rows][size]
  std::vector<float> bias_;    // empty: none
};

}  // namespace weir
