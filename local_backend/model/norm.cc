#include "local_backend/model/norm.h"

#include <algorithm>
#include <cmath>

namespace weir {

Norm::Norm(TensorSource& tensors, const std::string& name, const ModelSpec& spec, std::size_t size)
    : kind_(spec.norm), epsilon_(spec.norm_epsilon) {
  if (name.empty()) return;
  weight_ = tensors.vector(name + ".weight", size);
  if (kind_ == NormKind::kLayer) bias_ = tensors.optional_vector(name + ".bias", size);
}

Norm::Norm(TensorSource& tensors, const std::string& name, const ModelSpec& spec,
           kernels::MatrixShape shape)
    : kind_(spec.norm),
      epsilon_(spec.norm_epsilon),
      weight_(tensors.matrix_values(name + ".weight", shape)) {}

void Norm::apply(const kernels::Kernels& kernels, const float* x, float* out, std::size_t size,
                 std::size_t row) const {
  if (!exists()) {
    if (out != x) std::copy_n(x, size, out);
    return;
  }
  const float* weight = weight_.data() + row * size;
  if (kind_ == NormKind::kRms) {
    kernels.rms_norm(x, weight, epsilon_, out, size);
    return;
  }
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += double{x[i]};
  const double mean = sum / static_cast<double>(size);
  double squares = 0;
  for (std::size_t i = 0; i < size; ++i) squares += (double{x[i]} - mean) * (double{x[i]} - mean);
  const double scale = 1 / std::sqrt(squares / static_cast<double>(size) + double{epsilon_});
  for (std::size_t i = 0; i < size; ++i) {
    const double bias = bias_.empty() ? 0.0 : double{bias_[i]};
    out[i] = static_cast<float>((double{x[i]} - mean) * scale * double{weight[i]} + bias);
  }
}

}  // namespace weir
