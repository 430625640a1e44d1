#include "local_backend/model/linear.h"

#include <array>
#include <cassert>
#include <span>

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

void Linear::apply_all(ForwardPass& pass, const std::vector<float>& x,
                       std::initializer_list<LinearTo> all) {
  const std::size_t batch = pass.batch.size();
  std::array<kernels::MatrixProduct, 4> products;
  assert(all.size() <= products.size());
  std::size_t count = 0;
  for (const LinearTo& to : all) {
    to.y->resize(batch * to.linear->weight_.rows());
    products[count++] = {&to.linear->weight_, x.data(), batch, to.y->data()};
  }
  kernels::multiply(pass.kernels, pass.pool, std::span(products).first(count));
  for (const LinearTo& to : all) {
    const std::vector<float>& bias = to.linear->bias_;
    if (bias.empty()) continue;
    pass.each_token(bias.size(), [&](std::size_t t) {
      pass.kernels.add_scaled(1.0f, bias.data(), to.y->data() + t * bias.size(), bias.size());
    });
  }
}

}  // namespace weir
