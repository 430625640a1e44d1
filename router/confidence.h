// Whether a local answer looks right, from the engine's own probabilities: stage 2.
//
// A logistic map of a few signals. tools/train_confidence.py fits its weights to the
// answers of one model; those here were fitted to stories260K: 1,099 answers to 550
// prompts, 220 of them beginnings of stories (good) and 330 exam questions, sums and
// requests of people (not good); AUROC 0.998 and calibration error 0.03 on answers not
// seen. What is usual differs between models: fit them to yours. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "core/event.h"

namespace weir {

// Of the tokens seen so far, before temperature.
struct AnswerSignals {
  std::optional<float> prompt_logprob;  // mean, of the prompt's last tokens; nats
  double first_entropy = 0;             // of the first token's distribution; nats
  double mean_logprob = 0;              // of the chosen tokens; nats
  double mean_margin = 0;               // best minus second best probability
  double worst_logprob = 0;             // of the least likely chosen token; nats
  std::int64_t tokens = 0;

  void add(const TokenSignals& token);
};

// Log-odds: an intercept, and so much for one of each signal. [confidence] of the
// configuration.
struct ConfidenceWeights {
  double intercept = 11.585;
  double prompt_logprob = 4.155;
  double first_entropy = -0.420;
  double mean_logprob = 0.788;
  double mean_margin = 0.000;

  friend bool operator==(const ConfidenceWeights&, const ConfidenceWeights&) = default;
};

// The probability that the answer will do, in [0, 1]. Without a token there is
// nothing to doubt: 1. A prompt that was not scored counts as kUsualPromptLogprob.
inline constexpr double kUsualPromptLogprob = -2;
double p_local_ok(const AnswerSignals& signals, const ConfidenceWeights& weights = {});

}  // namespace weir
