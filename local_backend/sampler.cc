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

bool better(const TokenLogprob& a, const TokenLogprob& b) {
  return a.logprob > b.logprob || (a.logprob == b.logprob && a.token < b.token);
}

// Whether one of some neighbours is not below `lowest`. Without branches, so that a compiler takes
// several together.
bool any_reaches(std::span<const float> logits, float lowest) {
  std::uint32_t reached = 0;
  for (const float logit : logits) reached |= static_cast<std::uint32_t>(logit >= lowest);
  return reached != 0;
}

}  // namespace

std::optional<Error> SamplingParams::problem() const {
  if (!within(temperature, 0, 2)) return out_of_range("temperature", "between 0 and 2");
  if (!within(top_p, 0, 1)) return out_of_range("top_p", "between 0 and 1");
  if (!within(min_p, 0, 1)) return out_of_range("min_p", "between 0 and 1");
  if (top_k < 0) return out_of_range("top_k", "at least 0");
  if (!within(repetition_penalty, 0.01, 10)) {
    return out_of_range("repetition_penalty", "between 0.01 and 10");
  }
  if (!within(presence_penalty, -2, 2)) return out_of_range("presence_penalty", "between -2 and 2");
  if (!within(frequency_penalty, -2, 2)) {
    return out_of_range("frequency_penalty", "between -2 and 2");
  }
  if (top_logprobs < 0 || top_logprobs > kMaxTopLogprobs) {
    return out_of_range("top_logprobs", "between 0 and 20");
  }
  if (bias.size() > kMaxBiases) return out_of_range("logit_bias", "at most 1024 tokens");
  for (const Bias& one : bias) {
    if (!within(one.value, -100, 100)) return out_of_range("logit_bias", "between -100 and 100");
  }
  if (max_tokens && *max_tokens < 1) return out_of_range("max_tokens", "at least 1");
  if (stop.size() > kMaxStops) return out_of_range("stop", "at most 16 strings");
  for (const std::string& text : stop) {
    if (text.empty() || text.size() > kMaxStopBytes)
      return out_of_range("stop", "1 to 256 bytes each");
  }
  return std::nullopt;
}

bool has_choice(std::span<const float> logits) {
  float highest = -std::numeric_limits<float>::infinity();
  for (const float logit : logits) {
    if (std::isnan(logit)) return false;
    highest = std::max(highest, logit);
  }
  return std::isfinite(highest);
}

std::vector<TokenLogprob> top_tokens(std::span<const float> logits, double log_total,
                                     std::size_t count) {
  std::vector<TokenLogprob> best;
  best.reserve(count + 1);
  for (std::size_t i = 0; i < logits.size() && count > 0; ++i) {
    const TokenLogprob token{static_cast<TokenId>(i), logits[i]};
    if (best.size() == count && !better(token, best.back())) continue;
    best.insert(std::upper_bound(best.begin(), best.end(), token, better), token);
    if (best.size() > count) best.pop_back();
  }
  for (TokenLogprob& token : best) {
    token.logprob = static_cast<float>(double{token.logprob} - log_total);
  }
  return best;
}

Sampler::Sampler(const SamplingParams& params, std::uint64_t seed, std::span<const TokenId> prompt)
    : params_(params), rng_(seed) {
  if (params_.repetition_penalty == 1) return;
  for (const TokenId token : prompt) seen_.emplace(token, 0);
}

bool Sampler::penalizes() const {
  return params_.repetition_penalty != 1 || params_.presence_penalty != 0 ||
         params_.frequency_penalty != 0;
}

void Sampler::accept(TokenId token) {
  if (penalizes()) ++seen_[token];
}

void Sampler::imitate(const Sampler& other) {
  rng_ = other.rng_;
  if (penalizes()) seen_ = other.seen_;
}

void Sampler::change(TokenId token, double logit, std::span<float> logits) {
  float& place = logits[static_cast<std::size_t>(token)];
  changed_.push_back({token, double{place}});
  place = static_cast<float>(logit);
}

bool Sampler::adjust(std::span<float> logits) {
  changed_.clear();
  for (const SamplingParams::Bias& one : params_.bias) {
    change(one.token, double{logits[static_cast<std::size_t>(one.token)]} + one.value, logits);
  }
  for (const auto& [token, count] : seen_) {
    double logit = double{logits[static_cast<std::size_t>(token)]};
    logit = logit > 0 ? logit / params_.repetition_penalty : logit * params_.repetition_penalty;
    if (count > 0) {
      logit -= params_.presence_penalty + params_.frequency_penalty * static_cast<double>(count);
    }
    change(token, logit, logits);
  }
  return !changed_.empty();
}

float Sampler::before_adjust(TokenId token, float logit) const {
  for (const SamplingParams::Bias& one : changed_) {
    if (one.token == token) return static_cast<float>(one.value);
  }
  return logit;
}

TokenId Sampler::choose(std::span<const float> logits, std::optional<TokenId> likeliest) {
  if (!likeliest) {
    const auto found = std::max_element(logits.begin(), logits.end());
    likeliest = static_cast<TokenId>(found - logits.begin());
  }
  if (greedy()) return *likeliest;
  const float highest = logits[static_cast<std::size_t>(*likeliest)];
  collect(logits, highest);
  keep_top_k();
  weigh(highest);
  keep_top_p();
  return draw();
}

TokenId Sampler::choose_among(std::span<const TokenId> tokens, std::span<const float> logits) {
  some_logits_.clear();
  for (const TokenId token : tokens) {
    some_logits_.push_back(logits[static_cast<std::size_t>(token)]);
  }
  return tokens[static_cast<std::size_t>(choose(some_logits_))];
}

// min_p compares with the best probability, so it can be applied at once, and to
// logits: most tokens need no exp().
void Sampler::collect(std::span<const float> logits, float highest) {
  constexpr std::size_t kTogether = 64;
  candidates_.clear();
  const double share = std::max(params_.min_p, double{std::numeric_limits<float>::min()});
  const double lowest = double{highest} + params_.temperature * std::log(share);
  const float near =
      std::nextafter(static_cast<float>(lowest), -std::numeric_limits<float>::infinity());
  for (std::size_t begin = 0; begin < logits.size(); begin += kTogether) {
    const auto some = logits.subspan(begin, std::min(kTogether, logits.size() - begin));
    if (!any_reaches(some, near)) continue;
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (double{some[i]} < lowest) continue;
      candidates_.push_back({static_cast<TokenId>(begin + i), some[i]});
    }
  }
}

void Sampler::weigh(float highest) {
  for (Candidate& c : candidates_) {
    const double below = double{c.weight} - double{highest};
    c.weight = static_cast<float>(std::exp(below / params_.temperature));
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
