// One backend's server, as all I/O threads see it: where, with which key, in which
// certificates to trust, and whether it can be reached.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "cloud_adapters/providers/provider.h"
#include "cloud_adapters/upstream/breaker.h"
#include "cloud_adapters/upstream/target.h"
#include "cloud_adapters/upstream/tls.h"
#include "core/result.h"
#include "core/secret.h"

namespace weir {

// Connections of all threads' pools, for gauges.
struct ConnectionCounts {
  std::atomic<std::int64_t> idle{0};
  std::atomic<std::int64_t> busy{0};
};

// Immutable but for breaker and counts, so shared by all threads.
class Upstream {
 public:
  // `tls` may be null for a plain target; `api_key` may be empty: then none is sent.
  // kInvalidConfig for a key that cannot stand in a header.
  static Result<std::shared_ptr<Upstream>> create(
      UpstreamTarget target, const Secret& api_key, std::shared_ptr<const TlsContext> tls,
      const Provider& provider = compatible_provider(Dialect::kOpenAiChat));

  const UpstreamTarget& target() const { return target_; }
  const TlsContext* tls() const { return target_.tls ? tls_.get() : nullptr; }
  Breaker& breaker() { return breaker_; }
  const Breaker& breaker() const { return breaker_; }
  ConnectionCounts& counts() { return counts_; }
  const ConnectionCounts& counts() const { return counts_; }

  // The header lines that every request to it has, the key among them.
  const Secret& constant_fields() const { return constant_fields_; }

 private:
  Upstream(UpstreamTarget target, Secret constant_fields, std::shared_ptr<const TlsContext> tls);

  const UpstreamTarget target_;
  const Secret constant_fields_;
  const std::shared_ptr<const TlsContext> tls_;
  Breaker breaker_;
  ConnectionCounts counts_;
};

}  // namespace weir
