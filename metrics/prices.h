// The arithmetic of prices. Pure functions on integers: a request is summed in
// nano-dollars x tokens and rounded up once, to the next nano-dollar.
//
// Sums are 128 bits wide and saturate at kMaxRequestCost; a negative count (a
// provider's nonsense) is taken as zero.
#pragma once

#include <cstdint>
#include <optional>

#include "core/money.h"
#include "core/usage.h"
#include "metrics/price_table.h"

namespace weir {

// A million dollars: more than any request costs, and little enough that thousands
// of them can be summed.
inline constexpr NanoUsd kMaxRequestCost{1'000'000'000'000'000};

NanoUsd cost(const Usage& usage, const Price& price);

// What is known of a request before it runs.
struct BoundInput {
  std::int64_t body_bytes = 0;             // no tokenizer makes more tokens than bytes
  std::int64_t extra_input_tokens = 0;     // for what the body only names: image urls, file ids
  std::optional<std::int64_t> max_tokens;  // as the client asked
  std::int64_t choices = 1;
};

// The most the request can cost: every byte a prompt token at its dearest input
// bucket, the answer as long as max_tokens, the model's listed maximum or its
// context allows, at the dearest tier in reach. nullopt when the price lists no
// maximum and the client gave none: then nothing bounds it.
std::optional<NanoUsd> upper_bound(const Price& price, const BoundInput& input);

// The longest answer, in tokens, with which the request cannot cost more than `money`:
// upper_bound() of it fits. At most `most`; 0 when even the prompt alone may cost more.
std::int64_t longest_answer(const Price& price, BoundInput input, NanoUsd money, std::int64_t most);

// Busy time of the local engine at a price per hour, rounded up.
NanoUsd local_cost(std::int64_t busy_us, NanoUsd usd_per_hour);

}  // namespace weir
