#include "router/gateway_parts.h"

#include <chrono>

#include "router/error_response.h"

namespace weir {

LimitClaim claim_of(const Identity& who, const LedgerRow& row, std::string_view end_user) {
  LimitClaim claim;
  claim.subject = {row.team, row.key_id, end_user, {}};
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
  reservation.backend = row.backend;
  reservation.route = row.route;
  reservation.bound = bound;
  reservation.permit_id = row.permit_id;
  reservation.policy_version = row.policy_version;
  reservation.reason = row.reason;
  reservation.dialect = row.dialect;
  return reservation;
}

void note_error(const Error& error, LedgerRow& row) {
  row.http_status = http_status(error);
  row.error_code = code_word(error);
}

std::int64_t microseconds(SteadyTime::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

}  // namespace weir
