// The trained weights of router/difficulty.h.
#pragma once

#include <array>
#include <string_view>

#include "router/features.h"

namespace weir {

struct DifficultyWeights {
  std::string_view version;
  double intercept;
  std::array<double, kFeatureCount> weights;  // one per feature
};
extern const DifficultyWeights kDifficultyWeights;

}  // namespace weir
