// How well few levels can stand for some weights, and the scale that does it best.
//
// A weight x becomes the level q for which scale * q + offset is nearest. What that loses is the
// sum of importance * (scale * q + offset - x)^2. Pure and thread-safe; the same on every
// processor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "local_backend/kernels/kernels.h"

namespace weir::kernels {

struct Scaling {
  double scale = 0;  // 0: all weights become `offset`
  double offset = 0;
};

class BlockFit {
 public:
  BlockFit() = default;

  // `count` finite weights, a multiple of 8, and how much each of them counts, more than 0. Both
  // must outlive this.
  BlockFit(const Kernels& kernels, const float* x, const float* importance, std::size_t count);

  LevelSums sums(Scaling scaling, LevelRange range) const;
  double error(Scaling scaling, const LevelSums& sums) const;
  double error(Scaling scaling, LevelRange range) const {
    return error(scaling, sums(scaling, range));
  }

  // The best without an offset. Its scale may be negative, because a range may reach further
  // below 0 than above.
  Scaling best_scale(LevelRange range) const;

  // The best whose offset is at most 0, for a range that begins with 0.
  Scaling best_scale_and_offset(LevelRange range) const;

  double importance_sum() const { return importance_sum_; }
  double weighted_sum() const { return weighted_sum_; }  // of importance * x

 private:
  struct Found {
    Scaling scaling;
    double error;
  };
  enum class Offset : std::uint8_t { kNone, kFree };

  // Keeps in *best the best scaling for the levels that `start` gives.
  void consider(Scaling start, LevelRange range, Offset offset, Found* best) const;
  // The same again and again, as long as it becomes better.
  Scaling refine(Scaling start, LevelRange range, Offset offset) const;
  Scaling solve(const LevelSums& sums, Offset offset) const;

  const Kernels* kernels_ = nullptr;
  const float* x_ = nullptr;
  const float* importance_ = nullptr;
  std::size_t count_ = 0;
  double importance_sum_ = 0;
  double weighted_sum_ = 0;
  double square_sum_ = 0;  // of importance * x^2
  float least_ = 0;
  float most_ = 0;
};

// The levels themselves, as level_sums() takes them.
void nearest_levels(const float* x, std::size_t count, Scaling scaling, LevelRange range,
                    std::int8_t* levels);

}  // namespace weir::kernels
