#include "router/difficulty_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/rng.h"

namespace weir {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr std::size_t kSamples = 1'000;
constexpr std::size_t kFewestSamples = 100;
constexpr std::size_t kDrawBudget = 200'000'000;
constexpr std::size_t kBins = 10;

using Prompts = std::span<const GradedPrompt>;

double as_real(std::size_t count) { return static_cast<double>(count); }

// The prompts of one score: they are sent to the strong model together.
struct Step {
  double prompts = 0;
  double gain = 0;  // the strong grades minus the weak ones
};

// Which step each prompt belongs to; step 0 has the highest score.
struct Ranking {
  std::vector<std::uint32_t> step_of;
  std::size_t steps = 0;
};

template <class Score>
Ranking rank(Prompts prompts, Score score) {
  std::vector<std::uint32_t> order(prompts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return score(prompts[a]) > score(prompts[b]);
  });
  Ranking ranking;
  ranking.step_of.resize(prompts.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || score(prompts[order[i]]) != score(prompts[order[i - 1]])) ++ranking.steps;
    ranking.step_of[order[i]] = static_cast<std::uint32_t>(ranking.steps - 1);
  }
  return ranking;
}

double gain_of(const GradedPrompt& prompt) { return prompt.strong_grade - prompt.weak_grade; }

std::vector<Step> steps_of(Prompts prompts, const Ranking& ranking) {
  std::vector<Step> steps(ranking.steps);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    Step& step = steps[ranking.step_of[i]];
    ++step.prompts;
    step.gain += gain_of(prompts[i]);
  }
  return steps;
}

std::optional<double> apgr_of(const std::vector<Step>& steps) {
  double area = 0;
  double gained = 0;
  double prompts = 0;
  for (const Step& step : steps) {
    area += step.prompts * (gained + step.gain / 2);
    gained += step.gain;
    prompts += step.prompts;
  }
  if (gained <= 1e-9) return std::nullopt;
  return area / prompts / gained;
}

// The smallest share of strong calls, in per cent, that gains `part` of the gap.
std::optional<double> calls_for(const std::vector<Step>& steps, double part) {
  double gap = 0;
  double all = 0;
  for (const Step& step : steps) {
    gap += step.gain;
    all += step.prompts;
  }
  if (gap <= 1e-9) return std::nullopt;
  double missing = part * gap;
  double sent = 0;
  for (const Step& step : steps) {
    if (step.gain >= missing) return 100 * (sent + step.prompts * missing / step.gain) / all;
    missing -= step.gain;
    sent += step.prompts;
  }
  return 100;
}

// The area under the ROC curve; ties count half.
std::optional<double> auroc_of(Prompts prompts, const Ranking& ranking) {
  std::vector<Step> steps(ranking.steps);  // gain: how many strong answers are better
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    Step& step = steps[ranking.step_of[i]];
    ++step.prompts;
    if (gain_of(prompts[i]) > 0) ++step.gain;
  }
  double better = 0;
  double pairs = 0;
  for (const Step& step : steps) {
    const double others = step.prompts - step.gain;
    pairs += others * (better + step.gain / 2);
    better += step.gain;
  }
  const double rest = as_real(prompts.size()) - better;
  if (better == 0 || rest == 0) return std::nullopt;
  return pairs / (better * rest);
}

template <class Forecast, class Outcome>
double calibration_error(Prompts prompts, Forecast forecast, Outcome outcome) {
  std::array<double, kBins> surplus{};  // forecasts minus outcomes
  for (const GradedPrompt& prompt : prompts) {
    const double value = forecast(prompt);
    const auto bin = std::min(kBins - 1, static_cast<std::size_t>(value * kBins));
    surplus[bin] += value - outcome(prompt);
  }
  double sum = 0;
  for (const double bin : surplus) sum += std::abs(bin);
  return sum / as_real(prompts.size());
}

void add_interval(Prompts prompts, const Ranking& ranking, DifficultyMeasures& measures) {
  const std::size_t samples = std::clamp(kDrawBudget / prompts.size(), kFewestSamples, kSamples);
  Rng rng(kSeed);
  std::vector<double> values;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    std::vector<Step> steps(ranking.steps);
    for (std::size_t draw = 0; draw < prompts.size(); ++draw) {
      const std::size_t i = rng.next() % prompts.size();
      Step& step = steps[ranking.step_of[i]];
      ++step.prompts;
      step.gain += gain_of(prompts[i]);
    }
    if (const auto value = apgr_of(steps)) values.push_back(*value);
  }
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  const auto last = as_real(values.size() - 1);
  measures.apgr_low = values[static_cast<std::size_t>(std::lround(0.025 * last))];
  measures.apgr_high = values[static_cast<std::size_t>(std::lround(0.975 * last))];
}

void add_calibration(Prompts prompts, DifficultyMeasures& measures) {
  using P = const GradedPrompt&;
  measures.ece =
      calibration_error(prompts, [](P p) { return p.local_ok; }, [](P p) { return p.weak_grade; });
  measures.ece_cloud = calibration_error(
      prompts, [](P p) { return p.cloud_ok; }, [](P p) { return p.strong_grade; });
  measures.ece_score = calibration_error(
      prompts, [](P p) { return p.score; }, [](P p) { return gain_of(p) > 0 ? 1.0 : 0.0; });
}

}  // namespace

DifficultyMeasures measure_difficulty(Prompts prompts) {
  DifficultyMeasures measures;
  measures.prompts = prompts.size();
  if (prompts.empty()) return measures;
  for (const GradedPrompt& prompt : prompts) {
    measures.weak_mean += prompt.weak_grade / as_real(prompts.size());
    measures.strong_mean += prompt.strong_grade / as_real(prompts.size());
  }
  const Ranking ranking = rank(prompts, [](const GradedPrompt& p) { return p.score; });
  const std::vector<Step> steps = steps_of(prompts, ranking);
  measures.apgr = apgr_of(steps);
  measures.cpt50 = calls_for(steps, 0.5);
  measures.cpt80 = calls_for(steps, 0.8);
  measures.auroc = auroc_of(prompts, ranking);
  if (measures.apgr) add_interval(prompts, ranking, measures);
  add_calibration(prompts, measures);
  const Ranking by_length = rank(prompts, [](const GradedPrompt& p) { return p.bytes; });
  measures.length = apgr_of(steps_of(prompts, by_length));
  measures.oracle = apgr_of(steps_of(prompts, rank(prompts, gain_of)));
  return measures;
}

}  // namespace weir
