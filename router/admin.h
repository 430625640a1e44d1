// What the admin listener does: metrics for Prometheus, whether weir is well, and what
// it would do with a request.
//
// Thread-safe.
#pragma once

#include <functional>

#include "metrics/metrics.h"
#include "router/gateway.h"
#include "router/http/exchange.h"

namespace weir {

class AdminHandler final : public HttpHandler {
 public:
  // `refresh` brings the gauges up to date right before an exposition. All outlive the handler.
  AdminHandler(const Metrics& metrics, Gateway& gateway, std::function<void()> refresh);

  std::optional<Response> admit(const RequestHead& head) override;
  Async<void> handle(Exchange& exchange) override;

 private:
  const Metrics& metrics_;
  Gateway& gateway_;
  const std::function<void()> refresh_;
};

}  // namespace weir
