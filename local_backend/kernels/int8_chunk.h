// The form in which quantised weights meet quantised activations, whatever the
// format of the file: chunks of 256 values along a row.
//
// A row of n values is ceil(n / 256) chunks. What the last one has too many is all
// zero, so that no kernel needs a loop for the rest.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::kernels {

inline constexpr std::size_t kChunkValues = 256;

// Weight i is scales[i/16] * quants[i] - offsets[i/16], rounded after each step.
// Quants span [-128, 127].
struct alignas(64) WeightChunk {
  std::int8_t quants[kChunkValues];
  float scales[kChunkValues / 16];
  float offsets[kChunkValues / 16];
};

// Activation i is near scales[i/32] * quants[i]; quants span [-127, 127]. A block of
// 32 with a value that is not finite has a scale that is not a number.
struct alignas(64) ActivationChunk {
  std::int8_t quants[kChunkValues];
  float scales[kChunkValues / 32];
  float sums[kChunkValues / 16];  // the scale times the sum of 16 quants
};

constexpr std::size_t chunks_of(std::size_t values) {
  return (values + kChunkValues - 1) / kChunkValues;
}

}  // namespace weir::kernels
