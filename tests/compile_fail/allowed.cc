// compiles
#include <utility>

#include "core/egress_permit.h"
#include "core/secret.h"
#include "policies/permit_issuer.h"

weir::EgressPermit pass_on(weir::EgressPermit permit) { return permit; }

bool send(weir::PermitIssuer& issuer, const weir::Ruling& ruling, const weir::ChatRequest& request,
          const weir::Secret& key) {
  auto permit = issuer.issue(ruling, {}, "openai", weir::BackendClass::kCloud);
  const weir::OutboundBody body = issuer.original_body(ruling, request).value();
  return permit && pass_on(std::move(*permit)).valid() && !body.bytes().empty() && !key.empty();
}
