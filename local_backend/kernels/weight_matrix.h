// A matrix of weights that owns its layout and multiplies.
//
// Nobody outside this folder reads its bytes. Today the bytes are the blocks of
// the mapped file, used in place; repacked panels will be made in the
// constructor. Immutable, so any number of threads may share one; what backs
// the bytes must outlive it.
#pragma once

#include <cstddef>
#include <span>

#include "local_backend/kernels/arithmetic.h"
#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/worker_pool.h"

namespace weir::kernels {

struct MatrixShape {
  std::size_t rows = 0;     // outputs
  std::size_t columns = 0;  // inputs; contiguous in the file
};

class WeightMatrix {
 public:
  WeightMatrix() = default;

  // `bytes` holds exactly shape.rows rows of row_bytes(type, shape.columns).
  WeightMatrix(TensorType type, MatrixShape shape, std::span<const std::byte> bytes,
               Arithmetic arithmetic = Arithmetic::kInt8);

  std::size_t rows() const { return shape_.rows; }
  std::size_t columns() const { return shape_.columns; }

  // y[b][r] = sum over c of W[r][c] * x[b][c] for b < batch. Splits the rows
  // over the pool when that pays. Each y depends on its own x alone, bit for bit.
  // May throw std::bad_alloc.
  void matmul(const Kernels& kernels, WorkerPool& pool, const float* x, std::size_t batch,
              float* y) const;

  // Widens one row; out holds columns() values.
  void unpack_row(const Kernels& kernels, std::size_t row, float* out) const;

 private:
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
};

}  // namespace weir::kernels
