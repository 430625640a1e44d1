// What unpackers of all kinds share.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "local_backend/kernels/half.h"
#include "local_backend/kernels/int8_chunk.h"
#include "local_backend/kernels/tensor_type.h"

#ifndef WEIR_INLINE
#define WEIR_INLINE inline
#endif

namespace weir::kernels {

using Bytes = const std::uint8_t*;

template <class Isa>
WEIR_INLINE float half_at(Bytes from) {
  std::uint16_t bits;
  std::memcpy(&bits, from, sizeof(bits));
  return Isa::half(bits);
}

// Twice the values of E2M1; the scale is a power of two, its exponent one byte.
inline constexpr std::int8_t kMicroFloat[16] = {0, 1,  2,  3,  4,  6,  8,  12,
                                                0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace weir::kernels
