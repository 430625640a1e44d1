// Scores and weighed sums of q8_0 tiles (kv_type.h) by the kernels of packed weights: queries,
// and a page's weights, are rounded to eight bits themselves, and the products are of integers.
//
// A row's numbers do not depend on the rows beside it, and every variant gives the same bits.
// Belongs to one thread, with the memory that it is given.
#pragma once

#include <cstddef>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/kv_type.h"

namespace weir::kernels {

class RoundedAttention {
 public:
  // Where rows stand behind one another for it: so many of them have room.
  static constexpr std::size_t roomy(std::size_t rows) { return rows + kWidestTile; }
  // At a multiple of 64.
  static constexpr std::size_t bytes(std::size_t rows, std::size_t key_width,
                                     std::size_t value_width) {
    return query_bytes(rows, key_width) + weights_bytes() + found_bytes(value_width);
  }

  // `memory`: bytes() of them at a multiple of 64. Widths are padded.
  RoundedAttention(const Kernels& kernels, std::size_t rows, std::size_t key_width,
                   std::size_t value_width, std::byte* memory)
      : panels_(kernels.panel(TensorType::kQ8_0)),
        rows_(rows),
        key_width_(key_width),
        value_width_(value_width),
        queries_(memory),
        weights_(queries_ + query_bytes(rows, key_width)),
        found_(reinterpret_cast<float*>(weights_ + weights_bytes())) {}

  // [rows][key width]
  void ask(const float* queries);
  // scores = queries * keys, [roomy(rows)][kTilePositions], the first `columns` of them, a
  // multiple of 16.
  void score(const std::byte* keys, std::size_t columns, float* scores) const;
  // sums += weights * values, [rows][value width], of the first `positions`. Uses up the weights,
  // [rows][kTilePositions].
  void weigh(float* weights, const std::byte* values, std::size_t positions, float* sums);

 private:
  static constexpr std::size_t whole(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
  static constexpr std::size_t query_bytes(std::size_t rows, std::size_t key_width) {
    return whole(roomy(rows) * key_width / 32 * kTileTokenBytes);
  }
  static constexpr std::size_t weights_bytes() {
    return whole(kWidestTile * kTilePositions / 32 * kTileTokenBytes);
  }
  static constexpr std::size_t found_bytes(std::size_t value_width) {
    return kWidestTile * value_width * sizeof(float);
  }

  const PanelKernels& panels_;
  const std::size_t rows_;
  const std::size_t key_width_;
  const std::size_t value_width_;
  std::byte* queries_;  // tiles of them
  std::byte* weights_;  // a tile
  float* found_;        // [kWidestTile][value width]
};

}  // namespace weir::kernels
