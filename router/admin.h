// What the admin listener does: metrics for Prometheus, whether weir is well, what it would
// do with a request, the local models, which can be loaded and unloaded, and the keys.
//
// With [server] admin_token all below /admin/ asks for it; without, keys cannot be had here.
//
// Thread-safe.
#pragma once

#include <functional>

#include "local_backend/model_store.h"
#include "metrics/metrics.h"
#include "router/gateway.h"
#include "router/http/exchange.h"
#include "router/key_admin.h"

namespace weir {

class AdminHandler final : public HttpHandler {
 public:
  // `refresh` brings the gauges up to date right before an exposition. All outlive the handler.
  AdminHandler(const Metrics& metrics, Gateway& gateway, ModelStore& models, KeyAdmin& keys,
               std::function<void()> refresh);

  std::optional<Response> admit(const RequestHead& head) override;
  Async<void> handle(Exchange& exchange) override;

 private:
  std::optional<Error> refuse(const RequestHead& head) const;
  Response change_model(std::string_view path);

  const Metrics& metrics_;
  Gateway& gateway_;
  ModelStore& models_;
  KeyAdmin& keys_;
  const std::function<void()> refresh_;
};

}  // namespace weir
