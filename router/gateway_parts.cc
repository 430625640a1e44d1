#include "router/gateway_parts.h"

#include <chrono>
#include <span>

#include "core/hex.h"
#include "metrics/savings.h"
#include "metrics/sha256.h"
#include "router/error_response.h"

namespace weir {
namespace {

constexpr std::size_t kLongestEndUser = 128;

}  // namespace

EndUser end_user_of(std::string_view named) {
  if (named.size() <= kLongestEndUser) return {std::string(named), {}};
  const Sha256 digest = sha256_of(named);
  return {"sha256:" + to_hex(std::as_bytes(std::span(digest))), std::string(named)};
}

LimitClaim claim_of(const Identity& who, const LedgerRow& row, const EndUser& end_user) {
  LimitClaim claim;
  claim.subject = {row.team, row.key_id, end_user.account, {}, end_user.named};
  claim.team = *who.team;
  if (who.key != nullptr) claim.key = who.key->limits;
  return claim;
}

Reservation reservation_of(const LedgerRow& row, std::optional<NanoUsd> bound) {
  Reservation reservation;
  reservation.id = row.id;
  reservation.unix_ms = row.unix_ms;
  reservation.team = row.team;
  reservation.key_id = row.key_id;
  reservation.end_user = row.end_user;
  reservation.requested_model = row.requested_model;
  reservation.model = row.model;
  reservation.unlisted_model = row.unlisted_model;
  reservation.backend = row.backend;
  reservation.route = row.route;
  reservation.bound = bound;
  reservation.permit_id = row.permit_id;
  reservation.policy_version = row.policy_version;
  reservation.reason = row.reason;
  reservation.dialect = row.dialect;
  return reservation;
}

Async<void> close_books(Ledger& ledger, LimitHold* limits, LedgerRow row) {
  const NanoUsd cost = row.cost.value_or(NanoUsd{});
  const std::int64_t tokens = tokens_of(row.usage);
  const Result<void> settled = co_await ledger.settle(std::move(row));
  if (limits == nullptr) co_return;
  if (!settled && settled.error().code == ErrorCode::kOverloaded) {
    limits->finish_at_bound(tokens);
  } else {
    limits->finish(cost, tokens);
  }
}

void note_error(const Error& error, LedgerRow& row) {
  row.http_status = http_status(error);
  row.error_code = code_word(error);
}

std::int64_t microseconds(SteadyTime::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

std::int64_t tokens_of(const Usage& usage) { return usage.prompt_tokens() + usage.output_tokens; }

std::int64_t guessed_tokens_of_body(std::size_t bytes) {
  constexpr std::size_t kBytesPerToken = 4;
  return static_cast<std::int64_t>(bytes / kBytesPerToken);
}

void price(const Snapshot& snapshot, std::optional<NanoUsd> spent_before, LedgerRow& row) {
  Pricing pricing;
  pricing.paid = snapshot.prices.find(row.provider, row.model);
  pricing.baseline = snapshot.baseline_price(row.baseline_model);
  pricing.local_usd_per_hour = snapshot.config.local.cost_usd_per_hour;
  row.local_busy_us += row.usage.local_busy_us;
  apply_prices(row, pricing);
  if (!spent_before) row.cost = row.saved = std::nullopt;
  if (row.cost) *row.cost += *spent_before;
  if (row.saved) *row.saved = *row.saved - *spent_before;
  row.usage.estimated |= row.estimated_before;
}

}  // namespace weir
