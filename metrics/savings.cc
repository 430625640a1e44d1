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
    row.cost = paid_cost(row, *paid);
    row.price_as_of = paid->version();
  }
}

// What the answer would have cost at the baseline's list price. No answer, no price.
std::optional<NanoUsd> baseline_cost_of(const LedgerRow& row, const Price* baseline) {
  if (row.http_status >= 400 || !used_tokens(row.usage)) return NanoUsd{0};
  if (baseline == nullptr) return std::nullopt;
  return cost(row.usage, *baseline);
}

std::optional<NanoUsd> saving_of(const LedgerRow& row) {
  const bool saves_nothing =
      row.escalated || row.reason == Reason::kRepaired || row.reason == Reason::kDelegated ||
      row.reason == Reason::kEscalationUnavailable || row.reason == Reason::kBudgetSpent;
  if (saves_nothing && row.http_status < 400) return NanoUsd{0} - row.local_cost;
  if (!row.baseline_cost || !row.cost) return std::nullopt;
  return *row.baseline_cost - *row.cost - row.local_cost;
}

}  // namespace

NanoUsd paid_cost(const LedgerRow& row, const Price& price) {
  return row.usage.unseen && row.reserved ? *row.reserved : cost(row.usage, price);
}

void apply_failure(LedgerRow& row) {
  row.baseline_cost = NanoUsd{0};
  row.saved = saving_of(row);
}

void apply_prices(LedgerRow& row, const Pricing& pricing) {
  apply_cost(row, pricing.paid);
  row.local_cost = local_cost(row.local_busy_us, pricing.local_usd_per_hour);
  row.baseline_cost = baseline_cost_of(row, pricing.baseline);
  row.saved = saving_of(row);
}

}  // namespace weir
