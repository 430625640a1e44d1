#include "local_backend/kernels/weight_panels.h"

#include <algorithm>

#include "local_backend/kernels/panel_packer.h"

namespace weir::kernels {

WeightPanels::WeightPanels(TensorType type, MatrixShape shape, std::span<const std::byte> rows)
    : type_(type),
      shape_(shape),
      rows_(rows),
      panel_bytes_(kernels::panel_bytes(type, shape.columns)) {}

std::size_t WeightPanels::count() const { return (shape_.rows + kPanelRows - 1) / kPanelRows; }

void WeightPanels::pack(HugeMemory& memory, WorkerPool& pool) {
  const std::shared_ptr<std::byte> packed = memory.take(bytes());
  const Kernels& kernels = best_kernels();
  const std::size_t row_bytes = kernels::row_bytes(type_, shape_.columns);
  const std::size_t scratch = kPanelRows * chunks_of(shape_.columns) * sizeof(WeightChunk);
  pool.run({count(), scratch / sizeof(float)}, [&](std::size_t p, float* chunks) {
    const std::size_t row = p * kPanelRows;
    const std::size_t rows = std::min(kPanelRows, shape_.rows - row);
    pack_panel(kernels, {type_, rows_.data() + row * row_bytes, rows, shape_.columns},
               reinterpret_cast<WeightChunk*>(chunks), packed.get() + p * panel_bytes_);
  });
  memory_ = packed;
}

}  // namespace weir::kernels
