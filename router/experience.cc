#include "router/experience.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

// How far one answer moves what is known: the last few dozen count.
constexpr double kRate = 0.05;
// One answer that waited for a slow disk must not spoil the rest.
constexpr double kMostAtOnce = 16;

}  // namespace

Experience::Guess Experience::guess(std::int64_t prompt_tokens,
                                    std::optional<std::int64_t> max_tokens) const {
  const std::lock_guard lock(mutex_);
  Guess guess;
  guess.output_tokens = std::llround(output_tokens_);
  if (max_tokens)
    guess.output_tokens = std::clamp<std::int64_t>(*max_tokens, 0, guess.output_tokens);
  if (!timed_) return guess;
  const auto prompt = static_cast<double>(std::max<std::int64_t>(prompt_tokens, 0));
  const auto output = static_cast<double>(guess.output_tokens);
  guess.local_busy_us = std::llround(us_per_prompt_token_ * prompt + us_per_output_token_ * output);
  return guess;
}

// Both paces are scaled by how wrong their sum was, each by its part of it.
void Experience::learn(const Usage& usage) {
  if (usage.output_tokens <= 0 || usage.unseen) return;
  const auto output = static_cast<double>(usage.output_tokens);
  const std::lock_guard lock(mutex_);
  output_tokens_ += kRate * (output - output_tokens_);
  if (usage.local_busy_us <= 0) return;
  const double prompt_us = us_per_prompt_token_ * static_cast<double>(usage.prompt_tokens());
  const double output_us = us_per_output_token_ * output;
  const double expected_us = prompt_us + output_us;
  const double wrong_by = static_cast<double>(usage.local_busy_us) / expected_us;
  if (!timed_) {
    us_per_prompt_token_ *= wrong_by;
    us_per_output_token_ *= wrong_by;
    timed_ = true;
    return;
  }
  const double step = kRate * std::log(std::clamp(wrong_by, 1 / kMostAtOnce, kMostAtOnce));
  us_per_prompt_token_ *= std::exp(step * prompt_us / expected_us);
  us_per_output_token_ *= std::exp(step * output_us / expected_us);
}

}  // namespace weir
