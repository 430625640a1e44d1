#include "router/difficulty_terms.h"

#include <bit>
#include <cmath>
#include <limits>

#include "router/difficulty_weights.h"

namespace weir {
namespace {

constexpr std::uint32_t kGolden = 0x9E3779B1U;  // 2^32 / golden ratio: spreads the high bits
constexpr std::uint32_t kFnvPrime = 0x01000193U;
constexpr int kBucketShift = 32 - std::countr_zero(kTermBuckets);
constexpr std::size_t kCountLimit = std::numeric_limits<std::uint8_t>::max();

struct TermWeights {
  std::int8_t local = 0;
  std::int8_t cloud = 0;
};

constexpr unsigned nibble(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

constexpr std::int8_t weight_at(std::string_view hex, std::size_t bucket) {
  const unsigned byte = nibble(hex[2 * bucket]) << 4 | nibble(hex[2 * bucket + 1]);
  return static_cast<std::int8_t>(static_cast<std::uint8_t>(byte));
}

// Both heads side by side: one cache line serves both.
const std::array<TermWeights, kTermBuckets>& term_weights() {
  static const auto table = [] {
    std::array<TermWeights, kTermBuckets> weights;
    for (std::size_t i = 0; i < kTermBuckets; ++i) {
      weights[i] = {weight_at(kDifficultyWeights.local.terms, i),
                    weight_at(kDifficultyWeights.cloud.terms, i)};
    }
    return weights;
  }();
  return table;
}

const std::array<std::int32_t, kCountLimit + 1>& damped_counts() {
  static const auto table = [] {
    std::array<std::int32_t, kCountLimit + 1> damped{};
    for (std::size_t i = 1; i < damped.size(); ++i) {
      damped[i] =
          static_cast<std::int32_t>(std::lround(64 * (1 + std::log(static_cast<double>(i)))));
    }
    return damped;
  }();
  return table;
}

}  // namespace

void TermCounts::count(std::uint32_t hash) {
  const std::uint32_t bucket = (hash * kGolden) >> kBucketShift;
  std::uint8_t& count = counts_[bucket];
  if (count == 0) used_[used_count_++] = static_cast<std::uint16_t>(bucket);
  if (count < kCountLimit) ++count;
}

void TermCounts::add(std::uint32_t word_hash) {
  count(word_hash);
  if (has_previous_) count((previous_ * kFnvPrime) ^ word_hash);
  previous_ = word_hash;
  has_previous_ = true;
}

TermEvidence TermCounts::evidence() const {
  if (used_count_ == 0) return {};
  const auto& weights = term_weights();
  const auto& damped = damped_counts();
  std::int64_t local = 0;
  std::int64_t cloud = 0;
  std::int64_t squares = 0;
  for (std::size_t i = 0; i < used_count_; ++i) {
    const std::int64_t value = damped[counts_[used_[i]]];
    local += value * weights[used_[i]].local;
    cloud += value * weights[used_[i]].cloud;
    squares += value * value;
  }
  const double length = std::sqrt(static_cast<double>(squares));
  return {kDifficultyWeights.local.term_scale * (static_cast<double>(local) / length),
          kDifficultyWeights.cloud.term_scale * (static_cast<double>(cloud) / length)};
}

}  // namespace weir
