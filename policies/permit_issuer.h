// The one maker of egress permits and outbound bodies.
//
// Thread-safe; one for the whole process, so that permit ids do not repeat.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "core/chat.h"
#include "core/egress_permit.h"
#include "core/result.h"
#include "policies/privacy/redaction.h"
#include "policies/privacy/rewrite.h"
#include "policies/ruling.h"

namespace weir {

class PermitIssuer {
 public:
  PermitIssuer() = default;
  PermitIssuer(const PermitIssuer&) = delete;
  PermitIssuer& operator=(const PermitIssuer&) = delete;

  // A permit for one send of `request` to the backend `destination`; a retry asks
  // again. kForbidden when the ruling does not allow that backend, kInternal for
  // the local engine, which needs none.
  Result<EgressPermit> issue(const Ruling& ruling, RequestId request, std::string_view destination,
                             BackendClass destination_class);

  // The client's own bytes. A view: `request` must outlive it. Without a permit nobody sends
  // it. kInternal for a ruling that redacts.
  Result<OutboundBody> original_body(const Ruling& ruling, const ChatRequest& request) const;
  // The same for a request that nobody here understands, which other rulings keep.
  Result<OutboundBody> original_body(const Ruling& ruling, std::string_view bytes) const;
  // What is left of them. A view, too. kInternal for a ruling that delegates.
  Result<OutboundBody> redacted_body(const Ruling& ruling,
                                     const privacy::Redaction& redaction) const;
  // What is asked in their place. A view, too.
  OutboundBody delegated_body(const Ruling& ruling, const privacy::Rewrite& rewrite) const;

  std::uint64_t issued() const { return issued_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> issued_{0};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace weir
