#include "metrics/ledger_pending.h"

#include <algorithm>
#include <cmath>

#include "metrics/ledger_kinds.h"

namespace weir {
namespace {

// Above what any request can have, and low enough that the sums of a report
// cannot overflow, whatever a provider claims.
constexpr std::int64_t kMaxTokens = 1'000'000'000'000;

// A decision above this is none of the router's.
constexpr std::size_t kMaxDecisionBytes = 65'536;

std::int64_t sane(std::int64_t tokens) { return std::clamp<std::int64_t>(tokens, 0, kMaxTokens); }

std::int64_t busy_of(const LedgerRow& row) { return std::max<std::int64_t>(row.local_busy_us, 0); }

bool has_decision(const LedgerRow& row) {
  return !row.decision.empty() && row.decision.size() <= kMaxDecisionBytes;
}

// NULL where it says what the id says.
void set_time(sqlite::Cell cell, RequestId id, std::int64_t unix_ms) {
  unix_ms == id.unix_ms() ? cell.set_null() : cell.set(unix_ms);
}

void set_unless(bool known, sqlite::Cell cell, std::string_view text) {
  known ? cell.set_null() : cell.set(text);
}

}  // namespace

void PendingReservations::read(std::size_t row, int column, sqlite::Cell cell) const {
  const auto& [reservation, kind] = at(row);
  switch (column) {
    case 0: return cell.set(reservation->id.value);
    case 1: return cell.set(kind);
    case 2: return cell.set(reservation->bound);
    case 3: return cell.set(static_cast<std::int64_t>(reservation->permit_id));
    case 4: return set_time(cell, reservation->id, reservation->unix_ms);
    default: return set_unless(reservation->end_user.empty(), cell, reservation->end_user);
  }
}

void PendingRows::read(std::size_t index, int column, sqlite::Cell cell) const {
  const auto& [row, kind, bound] = at(index);
  switch (column) {
    case 0: return cell.set(row->id.value);
    case 1: return cell.set(kind);
    case 2: return cell.set(row->cost);
    case 3: return cell.set(row->saved);
    case 4: return cell.set(row->baseline_cost);
    case 5: return cell.set(row->local_cost.value);
    case 6: return cell.set(bound);
    case 7: return cell.set(sane(row->usage.input_tokens));
    case 8: return cell.set(sane(row->usage.cache_read_tokens));
    case 9: return cell.set(sane(row->usage.cache_write_5m_tokens));
    case 10: return cell.set(sane(row->usage.cache_write_1h_tokens));
    case 11: return cell.set(sane(row->usage.output_tokens));
    case 12: return cell.set(sane(row->usage.reasoning_tokens));
    case 13: return cell.set(row->duration_us);
    case 14: return row->ttft_us < 0 ? cell.set_null() : cell.set(row->ttft_us);
    case 15: return cell.set(busy_of(*row));
    case 16: return cell.set(std::clamp<std::int64_t>(row->wasted_local_us, 0, busy_of(*row)));
    case 17: return cell.set(row->score);
    case 18: return cell.set(row->confidence);
    case 19: return cell.set(std::isfinite(row->propensity) ? row->propensity : 0.0);
    case 20: return cell.set(static_cast<std::int64_t>(row->conversation));
    case 21: return cell.set(static_cast<std::int64_t>(row->permit_id));
    case 22: return set_time(cell, row->id, row->unix_ms);
    case 23: return set_unless(kind_has_requested_model(*row), cell, row->requested_model);
    case 24: return set_unless(row->error_code.empty(), cell, row->error_code);
    default: return set_unless(row->end_user.empty(), cell, row->end_user);
  }
}

bool PendingExplanations::needs(const LedgerRow& row) {
  return !row.features.empty() || has_decision(row);
}

void PendingExplanations::read(std::size_t index, int column, sqlite::Cell cell) const {
  const LedgerRow& row = *at(index);
  if (column == 0) return cell.set(row.id.value);
  if (column == 2) return set_unless(!has_decision(row), cell, row.decision);
  if (row.features.empty()) return cell.set_null();
  cell.set_bytes(row.features.data(), row.features.size() * sizeof(float));
}

}  // namespace weir
