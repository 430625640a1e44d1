// The reference functions that other variants use where they have nothing better.
#pragma once

#include "local_backend/kernels/kernels.h"

namespace weir::kernels::scalar {

void unpack_f32(const std::byte* row, float* out, std::size_t n);
void unpack_f16(const std::byte* row, float* out, std::size_t n);
void unpack_bf16(const std::byte* row, float* out, std::size_t n);

}  // namespace weir::kernels::scalar
