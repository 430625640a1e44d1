#include "local_backend/kernels/rounded_attention.h"

#include <cstring>

namespace weir::kernels {
namespace {

// work(cut, first row) for each tile of so many rows.
template <class Work>
void each_tile(std::size_t rows, const Work& work) {
  for (std::size_t first = 0; first < rows;) {
    const TileCut cut = next_tile(rows - first);
    work(cut, first);
    first += cut.tokens;
  }
}

}  // namespace

void RoundedAttention::ask(const float* queries) {
  std::byte* tile = queries_;
  each_tile(rows_, [&](TileCut cut, std::size_t first) {
    panels_.fill[tile_kind(cut.width)](queries + first * key_width_, key_width_, cut.tokens,
                                       key_width_, tile);
    tile += cut.width * key_width_ / 32 * kTileTokenBytes;
  });
}

void RoundedAttention::score(const std::byte* keys, std::size_t columns, float* scores) const {
  const std::size_t panel_bytes = key_width_ / 32 * kKvBlockBytes;
  const std::byte* tile = queries_;
  each_tile(rows_, [&](TileCut cut, std::size_t first) {
    const auto multiply = panels_.multiply[tile_kind(cut.width)];
    for (std::size_t c = 0; c < columns; c += kPanelRows) {
      multiply(keys + c / kPanelRows * panel_bytes, tile, key_width_,
               scores + first * kTilePositions + c, kTilePositions);
    }
    tile += cut.width * key_width_ / 32 * kTileTokenBytes;
  });
}

void RoundedAttention::weigh(float* weights, const std::byte* values, std::size_t positions,
                             float* sums) {
  constexpr std::size_t kPanelBytes = kTilePositions / 32 * kKvBlockBytes;
  const std::size_t columns = (positions + 31) / 32 * 32;  // what has scales
  float scales[kTilePositions] = {};
  std::memcpy(scales, values + value_width_ / kPanelRows * kPanelBytes, positions * sizeof(float));
  for (std::size_t r = 0; r < rows_; ++r) {
    for (std::size_t p = 0; p < kTilePositions; ++p) weights[r * kTilePositions + p] *= scales[p];
  }
  each_tile(rows_, [&](TileCut cut, std::size_t first) {
    const std::size_t kind = tile_kind(cut.width);
    panels_.fill[kind](weights + first * kTilePositions, kTilePositions, cut.tokens, columns,
                       weights_);
    for (std::size_t c = 0; c < value_width_; c += kPanelRows) {
      panels_.multiply[kind](values + c / kPanelRows * kPanelBytes, weights_, columns, found_ + c,
                             value_width_);
    }
    float* sum = sums + first * value_width_;
    for (std::size_t i = 0; i < cut.tokens * value_width_; ++i) sum[i] += found_[i];
  });
}

}  // namespace weir::kernels
