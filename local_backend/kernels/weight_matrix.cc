#include "local_backend/kernels/weight_matrix.h"

#include <algorithm>
#include <cassert>

namespace weir::kernels {
namespace {

// Multiplications worth a task of its own: about 10 us, some times what it
// costs to hand a task over.
constexpr std::size_t kTaskProducts = std::size_t{1} << 16;

}  // namespace

WeightMatrix::WeightMatrix(TensorType type, MatrixShape shape, std::span<const std::byte> bytes)
    : type_(type),
      shape_(shape),
      row_bytes_(kernels::row_bytes(type, shape.columns)),
      bytes_(bytes) {
  assert(shape.columns % info_of(type).block_weights == 0);
  assert(bytes.size() == shape.rows * row_bytes_);
}

void WeightMatrix::matmul(const Kernels& kernels, WorkerPool& pool, const float* x,
                          std::size_t batch, float* y) const {
  const std::size_t row_products = std::max<std::size_t>(shape_.columns * batch, 1);
  const std::size_t step = std::max<std::size_t>(kTaskProducts / row_products, 1);
  const bool widen = widens(batch);
  pool.run({(shape_.rows + step - 1) / step, widen ? shape_.columns : 0},
           [&](std::size_t task, float* scratch) {
             const RowRange range{task * step, std::min((task + 1) * step, shape_.rows)};
             if (widen) {
               multiply_widened_rows(kernels, range, x, batch, y, scratch);
             } else {
               multiply_rows(kernels, range, x, batch, y);
             }
           });
}

void WeightMatrix::multiply_rows(const Kernels& kernels, RowRange range, const float* x,
                                 std::size_t batch, float* y) const {
  const RowKernels& row_kernels = kernels.row(type_);
  for (std::size_t r = range.begin; r < range.end; ++r) {
    for (std::size_t b = 0; b < batch; ++b) {
      y[b * shape_.rows + r] = row_kernels.dot(row_at(r), x + b * shape_.columns, shape_.columns);
    }
  }
}

void WeightMatrix::multiply_widened_rows(const Kernels& kernels, RowRange range, const float* x,
                                         std::size_t batch, float* y, float* wide) const {
  const RowKernels& row_kernels = kernels.row(type_);
  for (std::size_t r = range.begin; r < range.end; ++r) {
    row_kernels.unpack(row_at(r), wide, shape_.columns);
    for (std::size_t b = 0; b < batch; ++b) {
      y[b * shape_.rows + r] = kernels.dot(wide, x + b * shape_.columns, shape_.columns);
    }
  }
}

void WeightMatrix::unpack_row(const Kernels& kernels, std::size_t row, float* out) const {
  assert(row < shape_.rows);
  kernels.row(type_).unpack(row_at(row), out, shape_.columns);
}

}  // namespace weir::kernels
