// The loop of the search for scales, written once and compiled for each processor, as
// row_kernels.h does it. Sums are kept in eight lanes, added up in their order: every variant
// gives the same bits, so a file is the same wherever it was made.
#pragma once

#include <cstring>

#include "local_backend/kernels/levels.h"

#ifndef WEIR_TARGET
#define WEIR_TARGET
#endif

namespace weir::kernels {

template <class Isa>
WEIR_TARGET LevelSums sum_levels(const LevelTask& task) {
  using Eight = float __attribute__((vector_size(32)));
  constexpr float kRound = 0x1.8p23f;  // added and taken away, it leaves the nearest whole number
  const Eight low = Eight{} + task.range.low;
  const Eight high = Eight{} + task.range.high;
  Eight sums[3] = {};
  for (std::size_t i = 0; i < task.count; i += 8) {
    Eight x, importance;
    std::memcpy(&x, task.x + i, sizeof(x));
    std::memcpy(&importance, task.importance + i, sizeof(importance));
    Eight q = (x - task.offset) * task.inverse;
    q = q < low ? low : q;
    q = q > high ? high : q;
    q = (q + kRound) - kRound;
    const Eight weighted = importance * q;
    sums[0] += weighted;
    sums[1] += weighted * q;
    sums[2] += weighted * x;
  }
  double totals[3] = {};
  for (std::size_t s = 0; s < 3; ++s) {
    for (std::size_t lane = 0; lane < 8; ++lane) totals[s] += double{sums[s][lane]};
  }
  return {totals[0], totals[1], totals[2]};
}

}  // namespace weir::kernels
