// Makes packed weights of floats: the other way of RowKernels::unpack.
//
// A scale is searched for, not taken from the largest weight: the one for which the squares of
// the errors, each counted by the size of its weight, sum to least. In the super-blocks of Q4_K,
// Q5_K and Q6_K the small scales and offsets are searched for together, and those of the whole
// block are solved for behind them. Pure and thread-safe; the same bytes on every processor.
#pragma once

#include <cstddef>

#include "local_backend/kernels/kernels.h"

namespace weir::kernels {

// F32, F16, BF16, Q8_0, Q4_0, Q5_0, Q4_K, Q5_K and Q6_K.
bool can_pack(TensorType type);

// Packs `n` weights, a multiple of the block of `type`, into row_bytes(type, n) bytes. Returns
// the index of the first weight that the format cannot hold, because it is not finite or too
// large, with anything in `out`; n if there is none. can_pack(type).
std::size_t pack_weights(const Kernels& kernels, TensorType type, const float* x, std::size_t n,
                         std::byte* out);

}  // namespace weir::kernels
