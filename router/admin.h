// What the admin listener does: metrics for Prometheus, whether weir is well, what it would
// do with a request, and the local models, which can be loaded and unloaded.
//
// Thread-safe.
#pragma once

#include <functional>

#include "local_backend/model_store.h"
#include "metrics/metrics.h"
#include "router/gateway.h"
#include "router/http/exchange.h"

namespace weir {

class AdminHandler final : public HttpHandler {
 public:
  // `refresh` brings the gauges up to date right before an exposition. All outlive the handler.
  AdminHandler(const Metrics& metrics, Gateway& gateway, ModelStore& models,
               std::function<void()> refresh);

  std::optional<Response> admit(const RequestHead& head) override;
  Async<void> handle(Exchange& exchange) override;

 private:
  Response change_model(std::string_view path);

  const Metrics& metrics_;
  Gateway& gateway_;
  ModelStore& models_;
  const std::function<void()> refresh_;
};

}  // namespace weir
