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

void note_error(const Error& error, LedgerRow& row) {
  row.http_status = http_status(error);
  row.error_code = code_word(error);
}

std::int64_t microseconds(SteadyTime::duration span) {
  return std::chrono::duration_cast<std::chrono::microseconds>(span).count();
}

}  // namespace weir
