// Whether a local answer looks right, from the engine's own probabilities: stage 2.
//
// A logistic map of a few signals; its weights and their training record stand in
// confidence.cc. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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

// The probability that the answer will do, in [0, 1]. Without a token there is
// nothing to doubt: 1.
double p_local_ok(const AnswerSignals& signals);

// Names the weights, for the ledger.
std::string_view confidence_version();

}  // namespace weir
