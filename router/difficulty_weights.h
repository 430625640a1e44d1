// The trained weights of router/difficulty.h: 32 KiB of words, 1 KiB of the rest.
//
// difficulty_weights.cc is made by tools/train_difficulty.py, which keeps its
// training record there.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "router/difficulty_terms.h"
#include "router/features.h"

namespace weir {

// A logistic function: of the dense features, and of the words through the
// features words_local and words_cloud, which are log-odds already.
struct DifficultyHead {
  double intercept;
  std::array<double, kDenseFeatureCount> dense;
  double term_scale;
  std::string_view terms;  // kTermBuckets signed bytes, each as two hex digits
};

struct DifficultyWeights {
  std::string_view version;
  DifficultyHead local;  // the log-odds that the local answer is good enough
  DifficultyHead cloud;  // and that the cloud's is
  double score_intercept;
  double score_slope;  // of the difference between the two probabilities
  // SHA-256 of the files that the weights were trained on.
  std::span<const std::string_view> trained_on;
};
extern const DifficultyWeights kDifficultyWeights;

}  // namespace weir
