// How auto uses the model inside the program, where the configuration leaves it open.
//
// weir-mini is weak and quick. What its jobs have in common with larger models' easy prompts is
// little: between them and prompts far beyond it the difficulty score has an AUROC of .41,
// its own signals have .99 (tools/weir_mini/cascade.py). So auto asks it first whatever the
// score, nobody sees the answer before its signals were judged, and it may pass. To be fitted
// again with a new model: tools/weir_mini/README.md.
#pragma once

#include <string_view>

#include "router/confidence.h"

namespace weir {

// Of 400 answers, 131 of them right.
inline constexpr ConfidenceWeights kMiniConfidence{
    .intercept = 0.330,
    .prompt_logprob = 0.945,
    .first_entropy = -0.558,
    .mean_logprob = 2.344,
    .mean_margin = 3.291,
};

// How it begins when it was trained to say that it cannot.
inline constexpr std::string_view kMiniDeclines = "I cannot do that well";

}  // namespace weir
