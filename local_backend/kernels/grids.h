// The points between which the IQ formats choose: eight or four neighbouring weights
// are one index. The points were found by their authors' search over real weights
// (Kawrakow, llama.cpp 4773 and after); they are facts of the formats.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::kernels {

template <std::size_t kValues, std::size_t kPoints>
using Grid = std::array<std::array<std::int8_t, kValues>, kPoints>;

extern const Grid<8, 256> kIq2XxsGrid;
extern const Grid<8, 512> kIq2XsGrid;
extern const Grid<8, 1024> kIq2SGrid;
extern const Grid<4, 256> kIq3XxsGrid;
extern const Grid<4, 512> kIq3SGrid;
extern const Grid<8, 2048> kIq1Grid;

}  // namespace weir::kernels
