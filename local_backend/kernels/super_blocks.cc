#include "local_backend/kernels/super_blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "local_backend/kernels/half.h"

namespace weir::kernels {
namespace {

constexpr int kRounds = 2;
constexpr int kMostSixBits = 63;

double value_of(std::uint16_t half) { return double{half_to_float(half)}; }

std::uint16_t half_of(double value) { return float_to_half(static_cast<float>(value)); }

// A half of which `steps` reach `value`, if a half can.
std::uint16_t unit_for(double value, int steps) {
  if (value == 0) return 0;
  std::uint16_t half = half_of(value / steps);
  if (std::abs(value_of(half) * steps) < std::abs(value) * 0.99) ++half;  // a subnormal
  return half;
}

// The whole number of units nearest to a value.
int units_in(double value, double unit, int low, int high) {
  if (unit == 0) return 0;
  return static_cast<int>(
      std::lround(std::clamp(value / unit, static_cast<double>(low), static_cast<double>(high))));
}

// Settles the small scales, solves for the units behind them, and again, while it gets better.
template <class Fit, class Blocks>
Blocks best_of(const Fit& fit) {
  Blocks best = fit.first();
  double least = fit.settle(&best);
  for (int round = 0; round < kRounds; ++round) {
    Blocks next = best;
    fit.solve(&next);
    const double lost = fit.settle(&next);
    if (!(lost < least)) break;
    best = next;
    least = lost;
  }
  return best;
}

class OffsetFit {
 public:
  OffsetFit(const Kernels& kernels, const float* x, LevelRange range) : range_(range) {
    for (std::size_t b = 0; b < 8; ++b) {
      weigh(x + 32 * b, 32, importance_ + 32 * b);
      fits_[b] = BlockFit(kernels, x + 32 * b, importance_ + 32 * b, 32);
    }
  }
  OffsetFit(const OffsetFit&) = delete;
  OffsetFit& operator=(const OffsetFit&) = delete;

  // Each block as if it were alone.
  OffsetBlocks first() const {
    std::array<Scaling, 8> wishes;
    double largest = 0, deepest = 0;
    for (std::size_t b = 0; b < 8; ++b) {
      wishes[b] = fits_[b].best_scale_and_offset(range_);
      largest = std::max(largest, wishes[b].scale);
      deepest = std::max(deepest, -wishes[b].offset);
    }
    OffsetBlocks blocks;
    blocks.scale_unit = unit_for(largest, kMostSixBits);
    blocks.offset_unit = unit_for(deepest, kMostSixBits);
    for (std::size_t b = 0; b < 8; ++b) {
      blocks.scales[b] = units_in(wishes[b].scale, value_of(blocks.scale_unit), 0, kMostSixBits);
      blocks.offsets[b] =
          units_in(-wishes[b].offset, value_of(blocks.offset_unit), 0, kMostSixBits);
    }
    return blocks;
  }

  // Moves each small scale and offset to the best of its neighbours. Returns what is lost.
  double settle(OffsetBlocks* blocks) const {
    double lost = 0;
    for (std::size_t b = 0; b < 8; ++b) lost += settle_one(blocks, b);
    return lost;
  }

  // The units for the levels that there are: least squares.
  void solve(OffsetBlocks* blocks) const {
    double ss = 0, so = 0, oo = 0, sx = 0, ox = 0;
    for (std::size_t b = 0; b < 8; ++b) {
      const LevelSums sums = fits_[b].sums(blocks->scaling(b), range_);
      const double s = blocks->scales[b];
      const double o = blocks->offsets[b];
      ss += s * s * sums.squares;
      so += s * o * sums.levels;
      oo += o * o * fits_[b].importance_sum();
      sx += s * sums.products;
      ox += o * fits_[b].weighted_sum();
    }
    const double divisor = ss * oo - so * so;
    const bool both = divisor > 1e-9 * ss * oo;
    if (!both && !(ss > 0 && oo == 0)) return;
    const double scale = both ? (sx * oo - so * ox) / divisor : sx / ss;
    const double offset = both ? (so * sx - ss * ox) / divisor : 0;
    if (scale < 0 || offset < 0) return;
    blocks->scale_unit = half_of(scale);
    blocks->offset_unit = half_of(offset);
  }

 private:
  double settle_one(OffsetBlocks* blocks, std::size_t b) const {
    const int scale = blocks->scales[b];
    const int offset = blocks->offsets[b];
    OffsetBlocks best = *blocks;
    double least = std::numeric_limits<double>::infinity();
    for (int s = std::max(scale - 1, 0); s <= std::min(scale + 1, kMostSixBits); ++s) {
      for (int o = std::max(offset - 1, 0); o <= std::min(offset + 1, kMostSixBits); ++o) {
        blocks->scales[b] = s;
        blocks->offsets[b] = o;
        const double lost = fits_[b].error(blocks->scaling(b), range_);
        if (!(lost < least)) continue;
        least = lost;
        best = *blocks;
      }
    }
    *blocks = best;
    return least;
  }

  LevelRange range_;
  float importance_[kSuperBlock];
  std::array<BlockFit, 8> fits_;
};

class ScaledFit {
 public:
  ScaledFit(const Kernels& kernels, const float* x, LevelRange range) : range_(range) {
    for (std::size_t b = 0; b < 16; ++b) {
      weigh(x + 16 * b, 16, importance_ + 16 * b);
      fits_[b] = BlockFit(kernels, x + 16 * b, importance_ + 16 * b, 16);
    }
  }
  ScaledFit(const ScaledFit&) = delete;
  ScaledFit& operator=(const ScaledFit&) = delete;

  // Each block as if it were alone; the largest scale is -128 units.
  ScaledBlocks first() const {
    std::array<double, 16> wishes;
    double extreme = 0;
    for (std::size_t b = 0; b < 16; ++b) {
      wishes[b] = fits_[b].best_scale(range_).scale;
      if (std::abs(wishes[b]) > std::abs(extreme)) extreme = wishes[b];
    }
    ScaledBlocks blocks;
    blocks.unit = unit_for(extreme, -128);
    for (std::size_t b = 0; b < 16; ++b) {
      blocks.scales[b] = units_in(wishes[b], value_of(blocks.unit), -128, 127);
    }
    return blocks;
  }

  double settle(ScaledBlocks* blocks) const {
    double lost = 0;
    for (std::size_t b = 0; b < 16; ++b) lost += settle_one(blocks, b);
    return lost;
  }

  void solve(ScaledBlocks* blocks) const {
    double squares = 0, products = 0;
    for (std::size_t b = 0; b < 16; ++b) {
      const LevelSums sums = fits_[b].sums(blocks->scaling(b), range_);
      const double s = blocks->scales[b];
      squares += s * s * sums.squares;
      products += s * sums.products;
    }
    if (squares > 0) blocks->unit = half_of(products / squares);
  }

 private:
  double settle_one(ScaledBlocks* blocks, std::size_t b) const {
    const int usual = blocks->scales[b];
    int best = usual;
    double least = std::numeric_limits<double>::infinity();
    for (int s = std::max(usual - 1, -128); s <= std::min(usual + 1, 127); ++s) {
      blocks->scales[b] = s;
      const double lost = fits_[b].error(blocks->scaling(b), range_);
      if (!(lost < least)) continue;
      least = lost;
      best = s;
    }
    blocks->scales[b] = best;
    return least;
  }

  LevelRange range_;
  float importance_[kSuperBlock];
  std::array<BlockFit, 16> fits_;
};

}  // namespace

Scaling OffsetBlocks::scaling(std::size_t block) const {
  return {value_of(scale_unit) * scales[block], -value_of(offset_unit) * offsets[block]};
}

bool OffsetBlocks::finite() const {
  return std::isfinite(value_of(scale_unit)) && std::isfinite(value_of(offset_unit));
}

Scaling ScaledBlocks::scaling(std::size_t block) const {
  return {value_of(unit) * scales[block], 0};
}

bool ScaledBlocks::finite() const { return std::isfinite(value_of(unit)); }

OffsetBlocks fit_offset_blocks(const Kernels& kernels, const float* x, LevelRange range) {
  return best_of<OffsetFit, OffsetBlocks>(OffsetFit(kernels, x, range));
}

ScaledBlocks fit_scaled_blocks(const Kernels& kernels, const float* x, LevelRange range) {
  return best_of<ScaledFit, ScaledBlocks>(ScaledFit(kernels, x, range));
}

void weigh(const float* x, std::size_t count, float* importance) {
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) squares += double{x[i]} * double{x[i]};
  const auto usual = static_cast<float>(std::sqrt(squares / static_cast<double>(count)));
  constexpr float kLeast = 1e-30f;  // a block of zeros has no importance else
  for (std::size_t i = 0; i < count; ++i) importance[i] = usual + std::abs(x[i]) + kLeast;
}

}  // namespace weir::kernels
