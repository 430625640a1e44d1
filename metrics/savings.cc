#include "metrics/savings.h"

#include "metrics/prices.h"

namespace weir {
namespace {

bool used_tokens(const Usage& usage) {
  return usage.prompt_tokens() > 0 || usage.output_tokens > 0;
}

// What left the organisation, and by which price. Tokens decide, not the route: a
// cloud answer that broke half-way was paid for too.
void apply_cost(LedgerRow& row, const Price* paid) {
  const bool unpriced_site = row.route == Route::kSite && paid == nullptr;
  if (row.route == Route::kLocal || unpriced_site || !used_tokens(row.usage)) {
    row.cost = NanoUsd{0};
  } else if (paid == nullptr) {
    row.cost = std::nullopt;
  } else {
    row.cost = cost(row.usage, *paid);
    row.price_as_of = paid->version();
  }
}

}  // namespace

void apply_prices(LedgerRow& row, const Pricing& pricing) {
  apply_cost(row, pricing.paid);
  row.local_cost = local_cost(row.local_busy_us, pricing.local_usd_per_hour);
  row.baseline_cost.reset();
  row.saved.reset();
  if (!used_tokens(row.usage)) {
    row.baseline_cost = NanoUsd{0};
  } else if (pricing.baseline != nullptr) {
    row.baseline_cost = cost(row.usage, *pricing.baseline);
  }
  if (row.baseline_cost && row.cost) row.saved = *row.baseline_cost - *row.cost - row.local_cost;
}

}  // namespace weir
