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

OutboundBody PermitIssuer::original_body(const Ruling&, const ChatRequest& request) const {
  return OutboundBody(request.original, false);
}

OutboundBody PermitIssuer::original_body(const Ruling&, std::string_view bytes) const {
  return OutboundBody(bytes, false);
}

}  // namespace weir
