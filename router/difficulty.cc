#include "router/difficulty.h"

#include <algorithm>
#include <cmath>

#include "router/difficulty_weights.h"

namespace weir {
namespace {

// A cap keeps exp() finite; the result is 0 or 1 to fifteen digits there. What is not
// a number says nothing.
double probability(double log_odds) {
  if (std::isnan(log_odds)) return 0.5;
  return 1 / (1 + std::exp(-std::clamp(log_odds, -36.0, 36.0)));
}

// Exam questions all look alike: their shape told subjects apart in training and misled
// on new ones, so the words count alone. Word problems differ by their number of steps,
// and that is their length. What comes with the request counts everywhere.
bool counts(std::size_t feature, const Features& features) {
  if (feature >= kFirstRequestFeature) return true;
  if (features[kOptionsFeature] != 0) return feature == kOptionsFeature;
  if (features[kStoryFeature] == 0) return true;
  return feature == kStoryFeature || feature == kStoryBytesFeature;
}

double head_probability(const DifficultyHead& head, const Features& features, float words) {
  double sum = head.intercept;
  if (features[kStoryFeature] == 0) sum += static_cast<double>(words);
  for (std::size_t i = 0; i < head.dense.size(); ++i) {
    if (counts(i, features)) sum += head.dense[i] * static_cast<double>(features[i]);
  }
  return probability(sum);
}

}  // namespace

AnswerOdds answer_odds(const Features& features) {
  return {head_probability(kDifficultyWeights.local, features, features[kWordsLocalFeature]),
          head_probability(kDifficultyWeights.cloud, features, features[kWordsCloudFeature])};
}

double difficulty(const Features& features) {
  const AnswerOdds odds = answer_odds(features);
  return probability(kDifficultyWeights.score_intercept +
                     kDifficultyWeights.score_slope * (odds.cloud_ok - odds.local_ok));
}

std::string_view difficulty_version() { return kDifficultyWeights.version; }

bool difficulty_was_trained_on(std::string_view sha256_hex) {
  const auto& files = kDifficultyWeights.trained_on;
  return std::find(files.begin(), files.end(), sha256_hex) != files.end();
}

}  // namespace weir
