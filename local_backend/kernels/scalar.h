// The reference functions that other variants use where they have nothing better.
#pragma once

#include "local_backend/kernels/kernels.h"

namespace weir::kernels::scalar {

void unpack_f32(const std::byte* row, float* out, std::size_t n);
void unpack_f16(const std::byte* row, float* out, std::size_t n);
void unpack_bf16(const std::byte* row, float* out, std::size_t n);
void silu_times(const float* gate, const float* up, float* out, std::size_t n);
void softmax(float* x, std::size_t n);
void rope(float* head, const float* cosine, const float* sine, std::size_t pairs,
          RopePairing pairing);

}  // namespace weir::kernels::scalar
