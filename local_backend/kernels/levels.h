// Weights and the few whole numbers that shall stand for them.
#pragma once

#include <cstddef>

namespace weir::kernels {

// Whole numbers from low to high, ends included.
struct LevelRange {
  float low = 0;
  float high = 0;
};

// Weights, how much each counts, and how to find their levels: the whole number of the range
// nearest to (x - offset) * inverse.
struct LevelTask {
  const float* x = nullptr;
  const float* importance = nullptr;
  std::size_t count = 0;  // a multiple of 8
  float offset = 0;
  float inverse = 0;
  LevelRange range;
};

// Sums over the weights and their levels q: what a least squares problem needs.
struct LevelSums {
  double levels = 0;    // importance * q
  double squares = 0;   // importance * q^2
  double products = 0;  // importance * q * x
};

}  // namespace weir::kernels
