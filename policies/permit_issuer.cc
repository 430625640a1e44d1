#include "policies/permit_issuer.h"

#include <string>

namespace weir {

Result<EgressPermit> PermitIssuer::issue(const Ruling& ruling, RequestId request,
                                         std::string_view destination,
                                         BackendClass destination_class) {
  const bool local = destination_class == BackendClass::kLocal;
  if (local || !ruling.allows(destination_class, destination)) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (local) return Error{ErrorCode::kInternal, "the local engine takes no permit"};
    return Error{ErrorCode::kForbidden, "Policy keeps this request from leaving.",
                 "egress_not_allowed"};
  }
  const std::uint64_t id = issued_.fetch_add(1, std::memory_order_relaxed) + 1;
  return EgressPermit(id, request, std::string(destination));
}

Result<OutboundBody> PermitIssuer::original_body(const Ruling& ruling,
                                                 const ChatRequest& request) const {
  return original_body(ruling, request.original);
}

Result<OutboundBody> PermitIssuer::original_body(const Ruling& ruling,
                                                 std::string_view bytes) const {
  if (!ruling.redacts()) return OutboundBody(bytes, nullptr);
  return Error{ErrorCode::kInternal,
               "a request that is to be redacted was about to leave as it is"};
}

Result<OutboundBody> PermitIssuer::redacted_body(const Ruling& ruling,
                                                 const privacy::Redaction& redaction) const {
  if (!ruling.delegates()) return OutboundBody(redaction.body(), &redaction);
  return Error{ErrorCode::kInternal,
               "a request that is to be delegated was about to leave in its own words"};
}

OutboundBody PermitIssuer::delegated_body(const Ruling&, const privacy::Rewrite& rewrite) const {
  return OutboundBody(rewrite.body(), &rewrite);
}

}  // namespace weir
