#include "router/confidence.h"

#include <cmath>
#include <limits>

#include "tests/support/catch.h"

namespace weir {
namespace {

TokenSignals token(float logprob, float entropy, float margin) {
  return {logprob, entropy, margin, true};
}

AnswerSignals of_tokens(int count, const TokenSignals& each, float prompt) {
  AnswerSignals signals;
  signals.prompt_logprob = prompt;
  for (int i = 0; i < count; ++i) signals.add(each);
  return signals;
}

TEST_CASE("Signals are means over the tokens and the entropy of the first", "[router]") {
  AnswerSignals signals;
  signals.add(token(-1, 2, 0.5F));
  signals.add(token(-3, 9, 0.1F));
  CHECK(signals.tokens == 2);
  CHECK(signals.mean_logprob == Approx(-2));
  CHECK(signals.first_entropy == Approx(2));
  CHECK(signals.mean_margin == Approx(0.3));
  CHECK(signals.worst_logprob == Approx(-3));
}

TEST_CASE("A token without signals counts for nothing", "[router]") {
  AnswerSignals signals;
  signals.add(TokenSignals{});
  CHECK(signals.tokens == 0);
  CHECK(p_local_ok(signals) == 1);
}

TEST_CASE("Confidence grows with what the model finds likely", "[router]") {
  const auto sure = of_tokens(16, token(-0.2F, 0.4F, 0.8F), -1);
  CHECK(p_local_ok(sure) > p_local_ok(of_tokens(16, token(-2, 0.4F, 0.8F), -1)));
  CHECK(p_local_ok(sure) > p_local_ok(of_tokens(16, token(-0.2F, 4, 0.8F), -1)));
  CHECK(p_local_ok(sure) >= p_local_ok(of_tokens(16, token(-0.2F, 0.4F, 0.1F), -1)));
  CHECK(p_local_ok(sure) > p_local_ok(of_tokens(16, token(-0.2F, 0.4F, 0.8F), -6)));
}

TEST_CASE("Confidence is the logistic of the weighted signals", "[router]") {
  const auto signals = of_tokens(4, token(-0.5F, 2, 0.25F), -3);
  const ConfidenceWeights weights{0.5, 0.1, -0.2, 1, 2};
  CHECK(p_local_ok(signals, weights) == Approx(1 / (1 + std::exp(0.2))));
}

TEST_CASE("Confidence is a probability for every finite signal", "[router]") {
  const float huge = std::numeric_limits<float>::max();
  for (const auto& signals :
       {of_tokens(3, token(-huge, huge, 0), -huge), of_tokens(1, token(0, 0, 1), 0)}) {
    const double p = p_local_ok(signals);
    CHECK(std::isfinite(p));
    CHECK(p >= 0);
    CHECK(p <= 1);
  }
}

}  // namespace
}  // namespace weir
