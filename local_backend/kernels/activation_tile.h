// The form in which activations meet packed weights (panel_formats.h): some tokens side by side.
//
// A tile of T tokens with n values each is n / 32 blocks, one behind the other, for weights that
// are quants; for weights that are floats it is n times T floats, a value of each token. A batch
// is cut into tiles of the widths below; a tile that is not full has tokens of zeros.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::kernels {

inline constexpr std::array<std::size_t, 5> kTileWidths = {1, 2, 4, 8, 16};
inline constexpr std::size_t kWidestTile = 16;

// Activation i of a token is near scale * quant, quants span [-127, 127]. A block with a value
// that is not finite has a scale that is not a number. A quad is four neighbouring quants of
// one token, the first in the lowest byte.
template <std::size_t kTokens>
struct TileBlock {
  std::int32_t quads[8][kTokens];
  float scales[kTokens];
  float minus_weighted[kTokens];      // the scale times minus the sum of the 32 quants
  std::int32_t minus_sums[kTokens];   // of the 32 quants
  std::int32_t minus_lasts[kTokens];  // of the last 16 of them
};

// Of a block, for each token.
inline constexpr std::size_t kTileTokenBytes = sizeof(TileBlock<1>);

// How many of `left` tokens the next tile takes, and how wide it is: as wide as it can be
// while three quarters of it are used.
struct TileCut {
  std::size_t width = 0;
  std::size_t tokens = 0;
};

constexpr TileCut next_tile(std::size_t left) {
  std::size_t width = 1;
  for (const std::size_t wider : kTileWidths) {
    if (4 * left >= 3 * wider) width = wider;
  }
  return {width, left < width ? left : width};
}

// The index in kTileWidths.
constexpr std::size_t tile_kind(std::size_t width) {
  std::size_t kind = 0;
  while (kTileWidths[kind] != width) ++kind;
  return kind;
}

}  // namespace weir::kernels
