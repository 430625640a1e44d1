// The scales of super-blocks of 256 weights, as Q4_K, Q5_K and Q6_K have them.
//
// Each small block has a whole number for its scale, of which the super-block holds the unit.
// Pure and thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "local_backend/kernels/block_fit.h"

namespace weir::kernels {

inline constexpr std::size_t kSuperBlock = 256;

// Eight blocks of 32, each with a scale and an offset of 0 to 63 units. Units are halves.
struct OffsetBlocks {
  std::uint16_t scale_unit = 0;
  std::uint16_t offset_unit = 0;
  std::array<int, 8> scales = {};
  std::array<int, 8> offsets = {};

  Scaling scaling(std::size_t block) const;
  bool finite() const;
};

// Sixteen blocks of 16, each with a scale of -128 to 127 units.
struct ScaledBlocks {
  std::uint16_t unit = 0;
  std::array<int, 16> scales = {};

  Scaling scaling(std::size_t block) const;
  bool finite() const;
};

// `x` holds kSuperBlock finite weights. A result that is not finite says that they are too
// large for halves.
OffsetBlocks fit_offset_blocks(const Kernels& kernels, const float* x, LevelRange range);
ScaledBlocks fit_scaled_blocks(const Kernels& kernels, const float* x, LevelRange range);

// How much each of `count` weights counts: large ones more, since what they are multiplied with
// tends to matter, and small ones too, since there are many.
void weigh(const float* x, std::size_t count, float* importance);

}  // namespace weir::kernels
