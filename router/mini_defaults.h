// How auto uses the model inside the program, where the configuration leaves it open.
//
// weir-mini is weak and quick. What its jobs have in common with larger models' easy prompts is
// little: between them and prompts far beyond it the difficulty score has an AUROC of .45,
// its own signals have .98 (tools/weir_mini/cascade.py). So auto asks it first whatever the
// score, nobody sees the answer before its signals were judged, and it may pass. To be fitted
// again with a new model: tools/weir_mini/README.md.
#pragma once

#include <string_view>

#include "router/confidence.h"

namespace weir {

// Of the model of 14 million parameters: 800 answers, 400 of them to small jobs, half of which
// are worded as no training text was. Of those 187 of 200 stay, of the others 198; of 400
// prompts far beyond it 15 stay. Whether a job is answered rightly they tell less well.
inline constexpr ConfidenceWeights kMiniConfidence{
    .intercept = 5.543,
    .prompt_logprob = 1.829,
    .first_entropy = -1.899,
    .mean_logprob = 0.998,
    .mean_margin = 1.515,
};

// How it begins when it was trained to say that it cannot.
inline constexpr std::string_view kMiniDeclines = "I cannot do that well";

}  // namespace weir
