// Requests that go to a provider without being understood: files, batches, images, audio.
//
// The bytes of both bodies are handed on as they are. RemoteBackend::forward() does it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/async.h"
#include "core/cancel.h"
#include "core/egress_permit.h"
#include "core/event.h"
#include "core/http1.h"
#include "core/request_id.h"

namespace weir {

// The views outlive forward().
struct ForwardedRequest {
  std::string_view method;
  std::string_view path;          // below the version, with its query: "/files?limit=2"
  std::string_view content_type;  // of the body; may be empty
  std::string_view accept;
  std::string_view fields;  // further header lines of the client, each with its CRLF
  RequestId id;
  OutboundBody body;  // may be empty
};

struct ForwardedHead {
  int status = 0;
  std::string_view content_type;        // may be empty
  std::optional<std::uint64_t> length;  // of the body, if the upstream told it
  // What else of the upstream's head the client is told: lower-case names.
  http1::Fields fields;
};

// Where the answer goes: begin() once, then its body in pieces.
class ForwardSink {
 public:
  virtual void begin(const ForwardedHead& head) = 0;
  // `bytes` stay until it completes. Completes when the client's socket has taken them.
  virtual Async<WriteResult> write(std::string_view bytes) = 0;
  virtual CancelSignal& cancel() = 0;

 protected:
  ~ForwardSink() = default;
};

}  // namespace weir
