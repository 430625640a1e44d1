// The float functions of avx2.cc, which wider variants share: they wait for memory,
// not for lanes. Callers know that the processor has AVX2, FMA and F16C.
#pragma once

#include "local_backend/kernels/kernels.h"

#if defined(__x86_64__)

namespace weir::kernels::avx2 {

void unpack_f16(const std::byte* row, float* out, std::size_t n);
void unpack_bf16(const std::byte* row, float* out, std::size_t n);
float dot_f32(const std::byte* row, const float* x, std::size_t n);
float dot_f16(const std::byte* row, const float* x, std::size_t n);
float dot_bf16(const std::byte* row, const float* x, std::size_t n);
float dot(const float* a, const float* b, std::size_t n);
void add_scaled(float scale, const float* x, float* y, std::size_t n);
void rms_norm(const float* x, const float* weight, float eps, float* out, std::size_t n);

}  // namespace weir::kernels::avx2

#endif
