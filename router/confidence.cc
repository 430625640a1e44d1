#include "router/confidence.h"

#include <algorithm>
#include <cmath>

namespace weir {
void AnswerSignals::add(const TokenSignals& token) {
  if (!token.valid) return;
  if (tokens == 0) first_entropy = double{token.entropy};
  worst_logprob = std::min(worst_logprob, double{token.logprob});
  ++tokens;
  const auto count = static_cast<double>(tokens);
  mean_logprob += (double{token.logprob} - mean_logprob) / count;
  mean_margin += (double{token.margin} - mean_margin) / count;
}

double p_local_ok(const AnswerSignals& signals, const ConfidenceWeights& weights) {
  if (signals.tokens == 0) return 1;
  const double prompt =
      signals.prompt_logprob ? double{*signals.prompt_logprob} : kUsualPromptLogprob;
  const double log_odds = weights.intercept + weights.prompt_logprob * prompt +
                          weights.first_entropy * signals.first_entropy +
                          weights.mean_logprob * signals.mean_logprob +
                          weights.mean_margin * signals.mean_margin;
  return 1 / (1 + std::exp(-std::clamp(log_odds, -36.0, 36.0)));
}

}  // namespace weir
