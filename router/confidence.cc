#include "router/confidence.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

struct Weights {
  double intercept;
  double prompt_logprob;
  double first_entropy;
  double mean_logprob;
  double mean_margin;
  double usual_prompt_logprob;  // stands in for a prompt that was not scored
};

constexpr Weights kWeights{2.0, 0.6, -0.2, 0.6, 1.0, -2.0};

}  // namespace

void AnswerSignals::add(const TokenSignals& token) {
  if (!token.valid) return;
  if (tokens == 0) first_entropy = double{token.entropy};
  worst_logprob = std::min(worst_logprob, double{token.logprob});
  ++tokens;
  const auto count = static_cast<double>(tokens);
  mean_logprob += (double{token.logprob} - mean_logprob) / count;
  mean_margin += (double{token.margin} - mean_margin) / count;
}

double p_local_ok(const AnswerSignals& signals) {
  if (signals.tokens == 0) return 1;
  const double prompt =
      signals.prompt_logprob ? double{*signals.prompt_logprob} : kWeights.usual_prompt_logprob;
  const double log_odds = kWeights.intercept + kWeights.prompt_logprob * prompt +
                          kWeights.first_entropy * signals.first_entropy +
                          kWeights.mean_logprob * signals.mean_logprob +
                          kWeights.mean_margin * signals.mean_margin;
  return 1 / (1 + std::exp(-std::clamp(log_odds, -36.0, 36.0)));
}

std::string_view confidence_version() { return "stories-1"; }

}  // namespace weir
