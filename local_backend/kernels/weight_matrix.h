// A matrix of weights that owns its layout and multiplies.
//
// Nobody outside this folder reads its bytes. They are the blocks of the mapped file, used in
// place, unless its panels are packed (weight_panels.h): products are several times faster with
// those. Immutable, so any number of threads may share one; what backs the bytes must outlive it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "local_backend/kernels/arithmetic.h"
#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/weight_panels.h"
#include "local_backend/kernels/worker_pool.h"

namespace weir::kernels {

class WeightMatrix {
 public:
  WeightMatrix() = default;

  // `bytes` holds exactly shape.rows rows of row_bytes(type, shape.columns).
  WeightMatrix(TensorType type, MatrixShape shape, std::span<const std::byte> bytes,
               Arithmetic arithmetic = Arithmetic::kInt8);

  std::size_t rows() const { return shape_.rows; }
  std::size_t columns() const { return shape_.columns; }

  // Its panels, for whoever is to pack them before the first product; nullptr if its format has
  // none, or its arithmetic is float. Copies of the matrix share them.
  std::shared_ptr<WeightPanels> panels();
  bool packed() const { return panels_ != nullptr && panels_->packed(); }

  // y[b][r] = sum over c of W[r][c] * x[b][c] for b < batch. Splits the rows over the pool when
  // that pays. Each y depends on its own x alone, bit for bit. May throw std::bad_alloc.
  void matmul(const Kernels& kernels, WorkerPool& pool, const float* x, std::size_t batch,
              float* y) const;

  // Widens one row; out holds columns() values.
  void unpack_row(const Kernels& kernels, std::size_t row, float* out) const;

 private:
  friend class PanelProducts;

  struct RowRange {
    std::size_t begin;
    std::size_t end;
  };
  struct Product;  // one call of matmul()

  void matmul_int8(const Product& product, WorkerPool& pool) const;
  void matmul_float(const Product& product, WorkerPool& pool) const;
  void multiply_rows(const Product& product, RowRange range) const;
  // A batch pays for widening a row once, into `wide`, which holds columns() values.
  void multiply_widened_rows(const Product& product, RowRange range, float* wide) const;
  void multiply_rows_int8(const Product& product, RowRange range) const;
  void multiply_chunked_rows(const Product& product, RowRange range, WeightChunk* chunks) const;
  const std::byte* row_at(std::size_t row) const { return bytes_.data() + row * row_bytes_; }

  TensorType type_ = TensorType::kF32;
  Arithmetic arithmetic_ = Arithmetic::kInt8;
  MatrixShape shape_;
  std::size_t row_bytes_ = 0;
  std::span<const std::byte> bytes_;
  std::shared_ptr<WeightPanels> panels_;
};

// y = [batch][rows] of x = [batch][columns], as WeightMatrix::matmul().
struct MatrixProduct {
  const WeightMatrix* matrix = nullptr;
  const float* x = nullptr;
  std::size_t batch = 0;
  float* y = nullptr;
};

// All of them, the same bits as one by one, handed to the pool together: an input that several
// share is rounded once. May throw std::bad_alloc.
void multiply(const Kernels& kernels, WorkerPool& pool, std::span<const MatrixProduct> products);

}  // namespace weir::kernels
