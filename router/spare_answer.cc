#include "router/spare_answer.h"

#include <utility>

#include "metrics/savings.h"
#include "router/explanation.h"
#include "router/serve.h"

namespace weir {
namespace {

// Nothing where tokens were used that have no price.
std::optional<NanoUsd> cost_of(const Snapshot& snapshot, const LedgerRow& row) {
  const bool used = row.usage.prompt_tokens() + row.usage.output_tokens > 0;
  if (row.route == Route::kLocal || !used) return NanoUsd{};
  const Price* price = snapshot.prices.find(row.provider, row.model);
  if (price != nullptr) return paid_cost(row, *price);
  if (row.route == Route::kCloud) return std::nullopt;
  return NanoUsd{};
}

// What a row says of the attempt that answered.
void copy_answer(const LedgerRow& from, LedgerRow& to) {
  to.route = from.route;
  to.backend = from.backend;
  to.provider = from.provider;
  to.model = from.model;
  to.model_hash = from.model_hash;
  to.reason = from.reason;
  to.usage = from.usage;
  to.reserved = from.reserved;
  to.permit_id = from.permit_id;
  to.escalated = from.escalated;
}

}  // namespace

NanoUsd add_spent(const Snapshot& snapshot, LedgerRow& row, std::optional<NanoUsd>& spent) {
  const std::optional<NanoUsd> more = cost_of(snapshot, row);
  if (spent && more) *spent += *more;
  if (!more) spent.reset();
  row.estimated_before |= row.usage.estimated && more != NanoUsd{};
  return more.value_or(NanoUsd{});
}

void SpareAnswer::keep(ClientSink& sink, const LedgerRow& row, std::size_t attempt,
                       std::string_view text) {
  kept_ = std::make_unique<Kept>();
  kept_->draft = sink.set_aside();
  copy_answer(row, kept_->row);
  kept_->attempt = attempt;
  kept_->text = text;
}

Usage SpareAnswer::bring_back(const ServeInput& input, LedgerRow& row,
                              std::optional<NanoUsd>& spent) {
  add_spent(input.snapshot, row, spent);
  const std::optional<NanoUsd> own = cost_of(input.snapshot, kept_->row);
  if (spent && own) *spent = *spent - *own;
  row.local_busy_us += row.usage.local_busy_us;
  row.wasted_local_us += row.usage.local_busy_us;
  copy_answer(kept_->row, row);
  AttemptNote& note = input.attempts[kept_->attempt];
  note.schema = SchemaOutcome::kShown;
  input.sink.bring_back(std::move(kept_->draft),
                        {to_string(row.route), note.backend, note.model, row.reason, {}, {}});
  return row.usage;
}

}  // namespace weir
