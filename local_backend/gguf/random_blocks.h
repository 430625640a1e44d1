// Random weights in a number format, without rounding any: the blocks themselves are random.
#pragma once

#include <cstddef>
#include <span>

#include "core/rng.h"
#include "local_backend/kernels/tensor_type.h"

namespace weir {

// Fills whole blocks with finite weights whose root mean square is about `rms`, which a half can
// hold a hundredth of. Of a recipe's formats: F32, F16, BF16, Q8_0, Q6_K, Q4_K and Q4_0.
void fill_with_random_blocks(kernels::TensorType type, float rms, Rng* rng,
                             std::span<std::byte> out);

}  // namespace weir
