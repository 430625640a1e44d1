#include "local_backend/model/linear.h"

namespace weir {

Linear::Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape shape)
    : Linear(tensors, name, shape, {0, shape.rows}) {}

Linear::Linear(TensorSource& tensors, const std::string& name, kernels::MatrixShape whole,
               RowRange range)
    : weight_(tensors.multiplier(name + ".weight", whole, range)) {
  const auto bias = tensors.optional_vector(name + ".bias", whole.rows);
  if (bias.empty()) return;
  const auto first = bias.begin() + static_cast<std::ptrdiff_t>(range.first);
  bias_.assign(first, first + static_cast<std::ptrdiff_t>(range.rows));
}

void Linear::apply(ForwardPass& pass, const std::vector<float>& x, std::vector<float>* y) const {
  const std::size_t batch = pass.batch.size();
  y->resize(batch * weight_.rows());
  weight_.matmul(pass.kernels, pass.pool, x.data(), batch, y->data());
  if (bias_.empty()) return;
  for (std::size_t t = 0; t < batch; ++t) {
    pass.kernels.add_scaled(1.0f, bias_.data(), y->data() + t * weight_.rows(), weight_.rows());
  }
}

}  // namespace weir
