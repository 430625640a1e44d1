#include "metrics/prices.h"

#include <algorithm>

namespace weir {
namespace {

__extension__ using Wide = __int128;

constexpr Wide kTokensPerPrice = 1'000'000;

// One place where an amount becomes nano-dollars again: upwards, and saturated.
NanoUsd round_up(Wide sum, Wide divisor) {
  const Wide amount = (sum + divisor - 1) / divisor;
  return {static_cast<std::int64_t>(std::min<Wide>(amount, kMaxRequestCost.value))};
}

Wide times(std::int64_t tokens, std::int64_t price) {
  return Wide{std::max<std::int64_t>(tokens, 0)} * price;
}

std::int64_t dearest_input(const TokenPrices& p) {
  return std::max({p.input, p.cache_read, p.cache_write_5m, p.cache_write_1h});
}

// The longest answer, or nullopt.
std::optional<std::int64_t> answer_bound(const Price& price, const BoundInput& input) {
  if (input.max_tokens) return std::max<std::int64_t>(*input.max_tokens, 0);
  if (price.max_output_tokens > 0) return price.max_output_tokens;
  if (price.context_tokens > 0) return price.context_tokens;
  return std::nullopt;
}

}  // namespace

NanoUsd cost(const Usage& usage, const Price& price) {
  const auto count = [](std::int64_t tokens) { return Wide{std::max<std::int64_t>(tokens, 0)}; };
  const Wide prompt = count(usage.input_tokens) + count(usage.cache_read_tokens) +
                      count(usage.cache_write_5m_tokens) + count(usage.cache_write_1h_tokens);
  const TokenPrices& p = price.at(static_cast<std::int64_t>(std::min<Wide>(prompt, INT64_MAX)));
  const Wide sum =
      times(usage.input_tokens, p.input) + times(usage.cache_read_tokens, p.cache_read) +
      times(usage.cache_write_5m_tokens, p.cache_write_5m) +
      times(usage.cache_write_1h_tokens, p.cache_write_1h) + times(usage.output_tokens, p.output);
  return round_up(sum, kTokensPerPrice);
}

std::optional<NanoUsd> upper_bound(const Price& price, const BoundInput& input) {
  const std::optional<std::int64_t> answer = answer_bound(price, input);
  if (!answer) return std::nullopt;
  constexpr std::int64_t kMost = INT64_MAX / 2;
  const std::int64_t prompt = std::clamp<std::int64_t>(input.body_bytes, 0, kMost) +
                              std::clamp<std::int64_t>(input.extra_input_tokens, 0, kMost);
  const std::int64_t choices = std::max<std::int64_t>(input.choices, 1);
  const auto total = [&](const TokenPrices& p) {
    const NanoUsd read = round_up(times(prompt, dearest_input(p)), kTokensPerPrice);
    const NanoUsd one = round_up(times(*answer, p.output), kTokensPerPrice);
    return round_up(Wide{read.value} + Wide{one.value} * choices, 1);
  };
  NanoUsd most = total(price.base);
  for (const PriceTier& tier : price.tiers) {
    if (prompt > tier.above_prompt_tokens) most = std::max(most, total(tier.prices));
  }
  return most;
}

// What it costs grows with its length: by halves.
std::int64_t longest_answer(const Price& price, BoundInput input, NanoUsd money,
                            std::int64_t most) {
  std::int64_t fits = 0;
  for (std::int64_t low = 1; low <= most;) {
    const std::int64_t middle = low + (most - low) / 2;
    input.max_tokens = middle;
    const std::optional<NanoUsd> bound = upper_bound(price, input);
    if (bound && *bound <= money) {
      fits = middle;
      low = middle + 1;
    } else {
      most = middle - 1;
    }
  }
  return fits;
}

NanoUsd local_cost(std::int64_t busy_us, NanoUsd usd_per_hour) {
  constexpr Wide kHourUs = 3'600'000'000;
  return round_up(times(busy_us, std::max<std::int64_t>(usd_per_hour.value, 0)), kHourUs);
}

}  // namespace weir
