#include "router/difficulty.h"

#include <algorithm>
#include <cmath>

#include "router/difficulty_weights.h"

namespace weir {

double difficulty(const Features& features) {
  double sum = kDifficultyWeights.intercept;
  for (std::size_t i = 0; i < features.size(); ++i) {
    sum += kDifficultyWeights.weights[i] * static_cast<double>(features[i]);
  }
  // A cap keeps exp() finite; the score is 0 or 1 to fifteen digits there.
  return 1 / (1 + std::exp(-std::clamp(sum, -36.0, 36.0)));
}

std::string_view difficulty_version() { return kDifficultyWeights.version; }

}  // namespace weir
