#include "local_backend/logit_meter.h"

#include <cmath>
#include <limits>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<std::optional<Measured>> measure_rows(const std::vector<float>& logits,
                                                  std::size_t vocabulary, std::size_t threads) {
  kernels::WorkerPool pool(threads);
  LogitMeter meter;
  const auto found = meter.measure(kernels::best_kernels(), pool, logits, vocabulary);
  return {found.begin(), found.end()};
}

std::optional<Measured> measure(const std::vector<float>& logits) {
  return measure_rows(logits, logits.size(), 1).front();
}

// Some of them minus infinity.
std::vector<float> random_logits(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<float> logits(n);
  for (float& logit : logits) {
    logit = rng.uniform() < 0.1 ? -kInfinity : static_cast<float>(30 * rng.uniform() - 15);
  }
  logits[n / 2] = 16;
  return logits;
}

TEST_CASE("Signals are those of the whole distribution", "[sampler]") {
  const auto even = measure(std::vector<float>(8, 5.0f));
  REQUIRE(even);
  CHECK(even->signals.entropy == Approx(std::log(8.0)));
  CHECK(even->signals.margin == Approx(0).margin(1e-6));
  const auto skewed = measure(std::vector<float>{std::log(0.7f), std::log(0.2f), std::log(0.1f)});
  CHECK(skewed->signals.margin == Approx(0.5));
  CHECK(skewed->signals.entropy == Approx(0.8018186));
  CHECK(skewed->log_total == Approx(0).margin(1e-6));
  const auto sure = measure(std::vector<float>{-kInfinity, 1});
  CHECK(sure->signals.entropy == Approx(0).margin(1e-6));
  CHECK(sure->signals.margin == Approx(1));
}

TEST_CASE("Logits that are not numbers are noticed", "[sampler]") {
  const float bad = GENERATE(std::numeric_limits<float>::quiet_NaN(), kInfinity);
  const std::size_t at = GENERATE(as<std::size_t>{}, 0, 1, 2);
  std::vector<float> logits = {1, 2, 3};
  logits[at] = bad;
  CHECK_FALSE(measure(logits));
  CHECK_FALSE(measure(std::vector<float>(3, -kInfinity)));
}

TEST_CASE("A large vocabulary is measured as the definitions say", "[sampler]") {
  const std::size_t n = GENERATE(as<std::size_t>{}, 1, 15, 17, 1'024, 16'384, 16'385, 151'936);
  const std::vector<float> logits = random_logits(n, n);
  double total = 0, weighted = 0;
  float second = -kInfinity;
  for (std::size_t i = 0; i < n; ++i) {
    if (i != n / 2) second = std::max(second, logits[i]);
    const double part = std::exp(double{logits[i]} - 16);
    total += part;
    if (part > 0) weighted += part * (double{logits[i]} - 16);
  }
  const auto found = measure(logits);
  REQUIRE(found);
  CHECK(found->likeliest == static_cast<TokenId>(n / 2));
  CHECK(found->log_total == Approx(16 + std::log(total)));
  CHECK(found->signals.entropy == Approx(std::log(total) - weighted / total).margin(1e-5));
  CHECK(found->signals.margin == Approx((1 - std::exp(double{second} - 16)) / total).margin(1e-6));
}

TEST_CASE("Of equal logits the first is the likeliest, and the margin is nothing", "[sampler]") {
  std::vector<float> logits(40'000, 1);
  const std::size_t first = GENERATE(as<std::size_t>{}, 0, 5, 16'383, 16'384, 39'998);
  const std::size_t second = GENERATE(as<std::size_t>{}, 39'999, 20'000);
  if (second < first) return;
  logits[first] = logits[second] = 7;
  const auto found = measure(logits);
  REQUIRE(found);
  CHECK(found->likeliest == static_cast<TokenId>(first));
  CHECK(found->signals.margin == 0);
}

TEST_CASE("What is measured does not depend on threads or neighbours, bit for bit", "[sampler]") {
  constexpr std::size_t kVocabulary = 50'021;
  std::vector<float> rows = random_logits(3 * kVocabulary, 5);
  rows[kVocabulary + 7] = std::numeric_limits<float>::quiet_NaN();
  const auto together = measure_rows(rows, kVocabulary, 3);
  REQUIRE(together.size() == 3);
  CHECK_FALSE(together[1]);
  for (const std::size_t row : {0, 2}) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(row * kVocabulary);
    const auto alone = measure({begin, begin + kVocabulary});
    REQUIRE(alone);
    REQUIRE(together[row]);
    CHECK(together[row]->likeliest == alone->likeliest);
    CHECK(together[row]->log_total == alone->log_total);
    CHECK(together[row]->signals.entropy == alone->signals.entropy);
    CHECK(together[row]->signals.margin == alone->signals.margin);
  }
}

}  // namespace
}  // namespace weir
