// Lays rows of a file's blocks out as panels (panel_formats.h). Pure; any thread.
#pragma once

#include <cstddef>

#include "local_backend/kernels/kernels.h"

namespace weir::kernels {

// Whether there is a panel form of this format. The others are used as they are.
bool has_panels(TensorType type);

// Of one panel, sixteen rows with `columns` each; `type` has panels.
std::size_t panel_bytes(TensorType type, std::size_t columns);

// Of one token with `columns` activations, in a tile that meets such panels.
constexpr std::size_t tile_token_bytes(TensorType type, std::size_t columns) {
  return is_quantised(type) ? columns / 32 * kTileTokenBytes : columns * sizeof(float);
}

// Some neighbouring rows of a matrix in its file's form.
struct RowsToPack {
  TensorType type;
  const std::byte* first = nullptr;
  std::size_t rows = 0;     // 1 to 16; rows of zeros follow
  std::size_t columns = 0;  // whole blocks
};

// `out` holds panel_bytes(); `scratch`, chunks_of(columns) for each row, is overwritten.
void pack_panel(const Kernels& kernels, RowsToPack rows, WeightChunk* scratch, std::byte* out);

}  // namespace weir::kernels
