#include "local_backend/kernels/weight_matrix.h"

#include <algorithm>
#include <cassert>

#include "local_backend/kernels/panel_packer.h"
#include "local_backend/kernels/panel_products.h"

namespace weir::kernels {
namespace {

// Multiplications worth a task of its own: about 10 us, some times what it
// costs to hand a task over.
constexpr std::size_t kTaskProducts = std::size_t{1} << 16;
constexpr std::size_t kTaskProductsInt8 = std::size_t{1} << 18;

// Rows that are widened together, so that a batch is read once for all of them.
constexpr std::size_t kRowsTogether = 8;
constexpr std::size_t kTokensTogether = 4;

constexpr std::size_t floats_in(std::size_t bytes) { return bytes / sizeof(float); }

}  // namespace

struct WeightMatrix::Product {
  const Kernels& kernels;
  const RowKernels& row;
  const float* x;
  const ActivationChunk* chunks;  // of x
  std::size_t batch;
  float* y;
};

WeightMatrix::WeightMatrix(TensorType type, MatrixShape shape, std::span<const std::byte> bytes,
                           Arithmetic arithmetic)
    : type_(type),
      arithmetic_(arithmetic),
      shape_(shape),
      row_bytes_(kernels::row_bytes(type, shape.columns)),
      bytes_(bytes) {
  assert(shape.columns % info_of(type).block_weights == 0);
  assert(bytes.size() == shape.rows * row_bytes_);
}

std::shared_ptr<WeightPanels> WeightMatrix::panels() {
  if (arithmetic_ != Arithmetic::kInt8 || !has_panels(type_) || bytes_.empty()) return nullptr;
  if (panels_ == nullptr) panels_ = std::make_shared<WeightPanels>(type_, shape_, bytes_);
  return panels_;
}

void WeightMatrix::matmul(const Kernels& kernels, WorkerPool& pool, const float* x,
                          std::size_t batch, float* y) const {
  if (batch == 0) return;
  if (packed()) {
    PanelProducts products(kernels, pool);
    products.add({this, x, batch, y});
    return products.run();
  }
  Product product{kernels, kernels.row(type_), x, nullptr, batch, y};
  if (!is_quantised(type_) || arithmetic_ == Arithmetic::kF32) return matmul_float(product, pool);
  const std::size_t chunks = chunks_of(shape_.columns);
  auto* rounded =
      static_cast<ActivationChunk*>(pool.shared_memory(batch * chunks * sizeof(ActivationChunk)));
  pool.run({.tasks = batch, .share = batch * shape_.columns > kTaskProducts},
           [&](std::size_t b, float*) {
             kernels.quantise(x + b * shape_.columns, rounded + b * chunks, shape_.columns);
           });
  product.chunks = rounded;
  matmul_int8(product, pool);
}

void WeightMatrix::matmul_int8(const Product& product, WorkerPool& pool) const {
  const bool chunked = product.batch > 1;
  const std::size_t row_products = std::max<std::size_t>(shape_.columns * product.batch, 1);
  const std::size_t step = std::max(kTaskProductsInt8 / row_products, kRowsTogether);
  const std::size_t scratch = kRowsTogether * chunks_of(shape_.columns) * sizeof(WeightChunk);
  pool.run({(shape_.rows + step - 1) / step, chunked ? floats_in(scratch) : 0},
           [&](std::size_t task, float* memory) {
             const RowRange range{task * step, std::min((task + 1) * step, shape_.rows)};
             if (!chunked) return multiply_rows_int8(product, range);
             for (std::size_t r = range.begin; r < range.end; r += kRowsTogether) {
               multiply_chunked_rows(product, {r, std::min(r + kRowsTogether, range.end)},
                                     reinterpret_cast<WeightChunk*>(memory));
             }
           });
}

void WeightMatrix::multiply_rows_int8(const Product& product, RowRange range) const {
  for (std::size_t r = range.begin; r < range.end; ++r) {
    product.y[r] = product.row.dot_int8(row_at(r), product.chunks, shape_.columns);
  }
}

void WeightMatrix::multiply_chunked_rows(const Product& product, RowRange range,
                                         WeightChunk* chunks) const {
  const std::size_t columns = shape_.columns;
  const std::size_t stride = chunks_of(columns);
  for (std::size_t r = range.begin; r < range.end; ++r) {
    product.row.unpack_chunks(row_at(r), chunks + (r - range.begin) * stride, columns);
  }
  for (std::size_t b = 0; b < product.batch; b += kTokensTogether) {
    const std::size_t tokens = std::min(kTokensTogether, product.batch - b);
    for (std::size_t r = range.begin; r < range.end; ++r) {
      float y[kTokensTogether];
      product.row.dot_chunks(chunks + (r - range.begin) * stride, product.chunks + b * stride,
                             columns, tokens, y);
      for (std::size_t t = 0; t < tokens; ++t) product.y[(b + t) * shape_.rows + r] = y[t];
    }
  }
}

void WeightMatrix::matmul_float(const Product& product, WorkerPool& pool) const {
  const std::size_t row_products = std::max<std::size_t>(shape_.columns * product.batch, 1);
  const std::size_t step = std::max<std::size_t>(kTaskProducts / row_products, 1);
  const bool direct = product.row.dot != nullptr;
  const bool widen = !direct || (product.batch > 1 && type_ != TensorType::kF32);
  pool.run({(shape_.rows + step - 1) / step, widen ? shape_.columns : 0},
           [&](std::size_t task, float* scratch) {
             const RowRange range{task * step, std::min((task + 1) * step, shape_.rows)};
             if (widen) {
               multiply_widened_rows(product, range, scratch);
             } else {
               multiply_rows(product, range);
             }
           });
}

void WeightMatrix::multiply_rows(const Product& product, RowRange range) const {
  for (std::size_t r = range.begin; r < range.end; ++r) {
    for (std::size_t b = 0; b < product.batch; ++b) {
      product.y[b * shape_.rows + r] =
          product.row.dot(row_at(r), product.x + b * shape_.columns, shape_.columns);
    }
  }
}

void WeightMatrix::multiply_widened_rows(const Product& product, RowRange range,
                                         float* wide) const {
  for (std::size_t r = range.begin; r < range.end; ++r) {
    product.row.unpack(row_at(r), wide, shape_.columns);
    for (std::size_t b = 0; b < product.batch; ++b) {
      product.y[b * shape_.rows + r] =
          product.kernels.dot(wide, product.x + b * shape_.columns, shape_.columns);
    }
  }
}

void multiply(const Kernels& kernels, WorkerPool& pool, std::span<const MatrixProduct> products) {
  PanelProducts together(kernels, pool);
  bool any = false;
  for (const MatrixProduct& product : products) {
    if (product.batch == 0) continue;
    if (product.matrix->packed()) {
      together.add(product);
      any = true;
    } else {
      product.matrix->matmul(kernels, pool, product.x, product.batch, product.y);
    }
  }
  if (any) together.run();
}

void WeightMatrix::unpack_row(const Kernels& kernels, std::size_t row, float* out) const {
  assert(row < shape_.rows);
  kernels.row(type_).unpack(row_at(row), out, shape_.columns);
}

}  // namespace weir::kernels
