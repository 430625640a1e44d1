#include "local_backend/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weir {
namespace {

Error out_of_range(std::string field, std::string_view range) {
  std::string message = field + " must be " + std::string(range);
  return {ErrorCode::kInvalidRequest, std::move(message), "invalid_value", std::move(field)};
}

// False for NaN.
bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace

std::optional<Error> SamplingParams::problem() const {
  if (!within(temperature, 0, 2)) return out_of_range("temperature", "between 0 and 2");
  if (!within(top_p, 0, 1)) return out_of_range("top_p", "between 0 and 1");
  if (!within(min_p, 0, 1)) return out_of_range("min_p", "between 0 and 1");
  if (top_k < 0) return out_of_range("top_k", "at least 0");
  if (max_tokens && *max_tokens < 1) return out_of_range("max_tokens", "at least 1");
  if (stop.size() > kMaxStops) return out_of_range("stop", "at most 16 strings");
  for (const std::string& text : stop) {
    if (text.empty() || text.size() > kMaxStopBytes)
      return out_of_range("stop", "1 to 256 bytes each");
  }
  return std::nullopt;
}

std::optional<Measured> measure(std::span<const float> logits) {
  float best = -std::numeric_limits<float>::infinity();
  float second = best;
  for (const float logit : logits) {
    if (logit > best) {
      second = best;
      best = logit;
    } else if (logit > second) {
      second = logit;
    }
  }
  if (!std::isfinite(best)) return std::nullopt;
  double total = 0;
  double weighted = 0;
  for (const float logit : logits) {
    const double below = double{logit} - double{best};
    const double weight = std::exp(below);
    total += weight;
    if (weight > 0) weighted += weight * below;
  }
  if (!std::isfinite(total)) return std::nullopt;
  Measured measured;
  measured.log_total = double{best} + std::log(total);
  measured.signals.entropy = static_cast<float>(std::log(total) - weighted / total);
  measured.signals.margin =
      static_cast<float>((1 - std::exp(double{second} - double{best})) / total);
  measured.signals.valid = true;
  return measured;
}

TokenId Sampler::choose(std::span<const float> logits) {
  const auto highest = std::max_element(logits.begin(), logits.end());
  const auto greedy = static_cast<TokenId>(highest - logits.begin());
  if (params_.temperature <= 0) return greedy;
  collect(logits, *highest);
  keep_top_k();
  keep_top_p();
  return draw();
}

// min_p compares with the best probability, so it can be applied at once.
void Sampler::collect(std::span<const float> logits, float highest) {
  candidates_.clear();
  const double lowest = std::max(params_.min_p, std::numeric_limits<double>::min());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double weight = std::exp((double{logits[i]} - double{highest}) / params_.temperature);
    if (weight < lowest) continue;
    candidates_.push_back({static_cast<TokenId>(i), static_cast<float>(weight)});
  }
}

void Sampler::keep_top_k() {
  const auto keep = static_cast<std::size_t>(params_.top_k);
  if (keep == 0 || keep >= candidates_.size()) return;
  const auto last = candidates_.begin() + static_cast<std::ptrdiff_t>(keep);
  std::nth_element(candidates_.begin(), last, candidates_.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.weight > b.weight || (a.weight == b.weight && a.token < b.token);
                   });
  candidates_.erase(last, candidates_.end());
}

// The fewest best candidates whose probabilities reach top_p (Holtzman et al. 2020).
void Sampler::keep_top_p() {
  if (params_.top_p >= 1) return;
  double total = 0;
  for (const Candidate& c : candidates_) total += double{c.weight};
  // Candidates below this share cannot matter: all of them together are less
  // than what may be cut. It spares sorting a vocabulary.
  const double negligible = (1 - params_.top_p) * total / static_cast<double>(candidates_.size());
  std::erase_if(candidates_, [&](const Candidate& c) { return double{c.weight} < negligible; });
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.weight > b.weight || (a.weight == b.weight && a.token < b.token);
  });
  double sum = 0;
  std::size_t keep = 0;
  while (keep < candidates_.size() && (keep == 0 || sum < params_.top_p * total)) {
    sum += double{candidates_[keep++].weight};
  }
  candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(keep), candidates_.end());
}

TokenId Sampler::draw() {
  double total = 0;
  for (const Candidate& c : candidates_) total += double{c.weight};
  double left = rng_.uniform() * total;
  for (const Candidate& c : candidates_) {
    left -= double{c.weight};
    if (left < 0) return c.token;
  }
  return candidates_.back().token;
}

}  // namespace weir
