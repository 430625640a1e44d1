// What a request cost and what it saved, against a named baseline model.
//
//   saved = baseline's list price for the same usage - cost - local cost
//
// An escalated request is never counted as saved: what the cloud model answered is no
// saving, however cheap, and the local work was for nothing. Neither is one that the local model
// had to repair, nor one that should have left and could not. They save minus their local cost.
// A request that failed saves minus what it cost, because nobody has an answer.
//
// It is an estimate and says so: the same token counts are assumed, although
// tokenizers differ (a factor of two between vendors is common) and another model
// writes another answer; no cache discount is assumed for the baseline that the
// usage does not show. What has no price leaves the saving unknown, never zero.
#pragma once

#include "core/money.h"
#include "metrics/ledger_row.h"
#include "metrics/price_table.h"

namespace weir {

struct Pricing {
  const Price* paid = nullptr;      // of what answered; nullptr = unpriced (ignored for local)
  const Price* baseline = nullptr;  // nullptr = unknown
  NanoUsd local_usd_per_hour;
};

// What the attempt that the row speaks of cost at `price`; if its answer was unseen, what was
// reserved for it.
NanoUsd paid_cost(const LedgerRow& row, const Price& price);

// Of a row that is priced: nobody has the answer after all. http_status says so by now.
void apply_failure(LedgerRow& row);

// Fills cost, price_as_of, baseline_cost, saved and local_cost of a row from its
// route, usage, local_busy_us, escalated and http_status; baseline_model must be set
// before. A row that used no token (refused, failed before an answer) saves exactly
// minus its local cost. A row of route kSite costs 0 unless the site's model has a price. A paid
// attempt that died without a usage must be given an estimated one by the caller.
void apply_prices(LedgerRow& row, const Pricing& pricing);

}  // namespace weir
