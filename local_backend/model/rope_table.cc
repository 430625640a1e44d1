#include "local_backend/model/rope_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weir {
namespace {

// YaRN, section 3.2: the pair that makes `turns` turns within the original context.
double pair_that_turns(const RopeSpec& spec, double turns) {
  const double wavelengths = spec.original_context / (turns * 2 * std::numbers::pi);
  return static_cast<double>(spec.dims) * std::log(wavelengths) / (2 * std::log(spec.freq_base));
}

// 1 where a pair keeps its frequency, 0 where it is interpolated fully.
double kept_share(const RopeSpec& spec, std::size_t pair) {
  const double low = std::max(std::floor(pair_that_turns(spec, spec.beta_fast)), 0.0);
  const double high = std::min(std::ceil(pair_that_turns(spec, spec.beta_slow)),
                               static_cast<double>(spec.dims) - 1);
  const double ramp = (static_cast<double>(pair) - low) / std::max(high - low, 0.001);
  return 1 - std::clamp(ramp, 0.0, 1.0);
}

double scaled(const RopeSpec& spec, std::size_t pair, double frequency) {
  switch (spec.scaling) {
    case RopeScaling::kNone: return frequency;
    case RopeScaling::kLinear: return frequency / spec.factor;
    case RopeScaling::kYarn: break;
  }
  const double kept = kept_share(spec, pair);
  return frequency / spec.factor * (1 - kept) + frequency * kept;
}

// What longer contexts take from a score's sharpness (YaRN, section 3.4).
double yarn_magnitude(const RopeSpec& spec) {
  const double growth = 0.1 * std::log(std::max(spec.factor, 1.0));
  return (1 + growth) / (1 + spec.log_multiplier * growth);
}

}  // namespace

RopeTable::RopeTable(const RopeSpec& spec, const std::vector<float>& factors)
    : pairing_(spec.pairing) {
  for (std::size_t i = 0; i < spec.dims / 2; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(spec.dims);
    const double divisor = factors.empty() ? 1.0 : double{factors[i]};
    frequencies_.push_back(scaled(spec, i, std::pow(spec.freq_base, exponent) / divisor));
  }
  magnitude_ = spec.attention_factor;
  if (spec.scaling == RopeScaling::kYarn) magnitude_ *= yarn_magnitude(spec);
}

void RopeTable::angles(std::size_t position, float* cosine, float* sine) const {
  for (std::size_t i = 0; i < frequencies_.size(); ++i) {
    const double angle = static_cast<double>(position) * frequencies_[i];
    cosine[i] = static_cast<float>(std::cos(angle) * magnitude_);
    sine[i] = static_cast<float>(std::sin(angle) * magnitude_);
  }
}

}  // namespace weir
