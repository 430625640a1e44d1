#include "local_backend/logit_meter.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

using kernels::LogitSums;
using kernels::LogitSurvey;

constexpr std::size_t kPart = std::size_t{1} << 14;  // logits of a task
constexpr std::size_t kWorthSharing = 2 * kPart;

LogitSurvey merged(std::span<const LogitSurvey> parts) {
  LogitSurvey all = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const LogitSurvey& part = parts[i];
    const bool higher = part.highest > all.highest;
    all.second = higher ? std::max(all.highest, part.second) : std::max(all.second, part.highest);
    if (higher) all.highest = part.highest;
    if (higher) all.best = i * kPart + part.best;
    all.sound = all.sound && part.sound;
  }
  return all;
}

std::optional<Measured> measured(const LogitSurvey& survey, std::span<const LogitSums> parts) {
  if (!survey.sound || !std::isfinite(survey.highest)) return std::nullopt;
  LogitSums sums;
  for (const LogitSums& part : parts) {
    sums.total += part.total;
    sums.weighted += part.weighted;
  }
  const double log_sum = std::log(sums.total);
  const double below = double{survey.second} - double{survey.highest};
  Measured found;
  found.log_total = double{survey.highest} + log_sum;
  found.likeliest = static_cast<TokenId>(survey.best);
  const double entropy = log_sum - sums.weighted / sums.total;
  found.signals.entropy = static_cast<float>(std::max(entropy, 0.0));
  found.signals.margin = static_cast<float>((1 - std::exp(below)) / sums.total);
  found.signals.valid = true;
  return found;
}

}  // namespace

std::span<const std::optional<Measured>> LogitMeter::measure(const kernels::Kernels& kernels,
                                                             kernels::WorkerPool& pool,
                                                             std::span<const float> logits,
                                                             std::size_t vocabulary) {
  const std::size_t rows = logits.size() / vocabulary;
  const std::size_t parts = (vocabulary - 1) / kPart + 1;
  const kernels::WorkerPool::Load load{.tasks = rows * parts,
                                       .share = logits.size() >= kWorthSharing};
  const auto part_of = [&](std::size_t task) {
    const std::size_t begin = task % parts * kPart;
    return logits.subspan(task / parts * vocabulary + begin, std::min(kPart, vocabulary - begin));
  };
  surveys_.resize(rows * parts);
  sums_.resize(rows * parts);
  whole_.resize(rows);
  measured_.resize(rows);
  pool.run(load, [&](std::size_t i, float*) {
    surveys_[i] = kernels.survey(part_of(i).data(), part_of(i).size());
  });
  for (std::size_t r = 0; r < rows; ++r) {
    whole_[r] = merged(std::span(surveys_).subspan(r * parts, parts));
  }
  pool.run(load, [&](std::size_t i, float*) {
    sums_[i] = kernels.sum_logits(part_of(i).data(), part_of(i).size(), whole_[i / parts].highest);
  });
  for (std::size_t r = 0; r < rows; ++r) {
    measured_[r] = measured(whole_[r], std::span(sums_).subspan(r * parts, parts));
  }
  return measured_;
}

}  // namespace weir
