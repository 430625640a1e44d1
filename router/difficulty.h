// How likely the local model is not good enough for a prompt: stage 1, prompt only.
//
// Logistic weights made by tools/train_difficulty.py; their training record
// stands in difficulty_weights.cc. Pure and thread-safe.
#pragma once

#include <string_view>

#include "router/features.h"

namespace weir {

// In [0, 1]: the probability that the local model's answer would not do. Finite
// for every input.
double difficulty(const Features& features);

// Names the weights; the ledger stores it beside each score.
std::string_view difficulty_version();

}  // namespace weir
