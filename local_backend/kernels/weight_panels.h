// The panels of one matrix (panel_formats.h): what its products read instead of the file, once
// they are packed. Packed by one thread, before others multiply; immutable from then on.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "local_backend/kernels/huge_memory.h"
#include "local_backend/kernels/tensor_type.h"
#include "local_backend/kernels/worker_pool.h"

namespace weir::kernels {

struct MatrixShape {
  std::size_t rows = 0;     // outputs
  std::size_t columns = 0;  // inputs; contiguous in the file
};

class WeightPanels {
 public:
  // Of a format that has panels. `rows` are those of the file and outlive pack().
  WeightPanels(TensorType type, MatrixShape shape, std::span<const std::byte> rows);

  std::size_t bytes() const { return count() * panel_bytes_; }
  std::size_t count() const;

  // May throw std::bad_alloc.
  void pack(HugeMemory& memory, WorkerPool& pool);
  bool packed() const { return memory_ != nullptr; }

  TensorType type() const { return type_; }
  std::size_t panel_bytes() const { return panel_bytes_; }
  const std::byte* panel(std::size_t index) const { return memory_.get() + index * panel_bytes_; }

 private:
  const TensorType type_;
  const MatrixShape shape_;
  const std::span<const std::byte> rows_;
  const std::size_t panel_bytes_;
  std::shared_ptr<const std::byte> memory_;
};

}  // namespace weir::kernels
