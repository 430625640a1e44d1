// Whether a prompt needs the cloud: stage 1, from the prompt alone.
//
// Two logistic heads and a calibrated map of their difference, trained by
// tools/train_difficulty.py; the training record stands in difficulty_weights.cc.
// Pure and thread-safe.
#pragma once

#include <string_view>

#include "router/features.h"

namespace weir {

// How likely each side's answer is good enough, in [0, 1].
struct AnswerOdds {
  double local_ok = 0;
  double cloud_ok = 0;
};
AnswerOdds answer_odds(const Features& features);

// In [0, 1]: the probability that the local answer would not do where the cloud's
// would. It grows with cloud_ok - local_ok and with nothing else. Finite for every
// input.
double difficulty(const Features& features);

// Names the weights; the ledger stores it beside each score.
std::string_view difficulty_version();

// Whether the weights were trained on a file of this SHA-256 (64 hex digits): what
// is measured on it says little.
bool difficulty_was_trained_on(std::string_view sha256_hex);

}  // namespace weir
