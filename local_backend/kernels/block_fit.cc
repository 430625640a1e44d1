#include "local_backend/kernels/block_fit.h"

#include <algorithm>
#include <cmath>

namespace weir::kernels {
namespace {

constexpr int kRounds = 3;

// Scales that are tried: some shares of the one that just reaches the extreme weight.
constexpr int kFirstShare = -8;
constexpr int kLastShare = 2;
constexpr int kFirstWidth = -3;
constexpr int kLastWidth = 7;
constexpr double kStep = 0.03;

// With fewer levels than this on a side, it matters which side the extreme weight is on.
constexpr float kFewLevels = 16;

// Below half of the smallest half there is nothing that a scale could reach.
constexpr double kNothing = 0x1p-26;

// Both are float, so that the two ways to a level agree.
float inverse_of(Scaling scaling) {
  return scaling.scale == 0 ? 0.0f : static_cast<float>(1 / scaling.scale);
}

}  // namespace

BlockFit::BlockFit(const Kernels& kernels, const float* x, const float* importance,
                   std::size_t count)
    : kernels_(&kernels), x_(x), importance_(importance), count_(count), least_(x[0]), most_(x[0]) {
  for (std::size_t i = 0; i < count; ++i) {
    const double weighted = double{importance[i]} * double{x[i]};
    importance_sum_ += double{importance[i]};
    weighted_sum_ += weighted;
    square_sum_ += weighted * double{x[i]};
    least_ = std::min(least_, x[i]);
    most_ = std::max(most_, x[i]);
  }
}

LevelSums BlockFit::sums(Scaling scaling, LevelRange range) const {
  return kernels_->level_sums(
      {x_, importance_, count_, static_cast<float>(scaling.offset), inverse_of(scaling), range});
}

double BlockFit::error(Scaling scaling, const LevelSums& sums) const {
  const auto [s, o] = scaling;
  return square_sum_ + s * (s * sums.squares - 2 * sums.products + 2 * o * sums.levels) +
         o * (o * importance_sum_ - 2 * weighted_sum_);
}

Scaling BlockFit::solve(const LevelSums& sums, Offset offset) const {
  if (sums.squares == 0) return {};
  const Scaling alone{sums.products / sums.squares, 0};
  const double divisor = importance_sum_ * sums.squares - sums.levels * sums.levels;
  if (offset == Offset::kNone || divisor <= 1e-9 * importance_sum_ * sums.squares) return alone;
  const double scale = (importance_sum_ * sums.products - sums.levels * weighted_sum_) / divisor;
  const double shift = (sums.squares * weighted_sum_ - sums.levels * sums.products) / divisor;
  return shift < 0 ? Scaling{scale, shift} : alone;
}

Scaling BlockFit::refine(Scaling start, LevelRange range, Offset offset) const {
  Scaling best = start;
  LevelSums levels = sums(start, range);
  double least = error(start, levels);
  for (int round = 0; round < kRounds; ++round) {
    const Scaling next = solve(levels, offset);
    if (next.scale == 0) break;
    levels = sums(next, range);
    const double lost = error(next, levels);
    if (!(lost < least)) break;
    least = lost;
    best = next;
  }
  return best;
}

void BlockFit::consider(Scaling start, LevelRange range, Offset offset, Found* best) const {
  const LevelSums levels = sums(start, range);
  const Scaling solved = solve(levels, offset);
  const double lost = error(solved, levels);
  if (lost < best->error) *best = {solved, lost};
}

Scaling BlockFit::best_scale(LevelRange range) const {
  const double extreme = double{most_} >= -double{least_} ? double{most_} : double{least_};
  if (std::abs(extreme) < kNothing) return {};
  Found best{{}, square_sum_};
  for (int step = kFirstShare; step <= kLastShare; ++step) {
    const double share = 1 + kStep * step;
    consider({extreme / (double{range.low} * share), 0}, range, Offset::kNone, &best);
    if (range.high >= kFewLevels) continue;
    consider({extreme / (double{range.high} * share), 0}, range, Offset::kNone, &best);
  }
  return refine(best.scaling, range, Offset::kNone);
}

Scaling BlockFit::best_scale_and_offset(LevelRange range) const {
  const double low = std::min(double{least_}, 0.0);
  const double width = double{most_} - low;
  Found best{{0, low}, error({0, low}, LevelSums{})};
  if (width < kNothing) return best.scaling;
  for (int step = kFirstWidth; step <= kLastWidth; ++step) {
    const double levels = double{range.high} * (1 + kStep * step);
    consider({width / levels, low}, range, Offset::kFree, &best);
  }
  return refine(best.scaling, range, Offset::kFree);
}

void nearest_levels(const float* x, std::size_t count, Scaling scaling, LevelRange range,
                    std::int8_t* levels) {
  constexpr float kRound = 0x1.8p23f;
  const auto offset = static_cast<float>(scaling.offset);
  const float inverse = inverse_of(scaling);
  for (std::size_t i = 0; i < count; ++i) {
    const float q = std::clamp((x[i] - offset) * inverse, range.low, range.high);
    levels[i] = static_cast<std::int8_t>((q + kRound) - kRound);
  }
}

}  // namespace weir::kernels
