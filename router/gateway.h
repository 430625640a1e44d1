// What the data listener does with a request: the whole life of one, in order.
//
// Thread-safe: called on every I/O thread at once.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "core/request_id.h"
#include "metrics/request_log.h"
#include "router/conversation_memory.h"
#include "router/endpoints.h"
#include "router/experience.h"
#include "router/http/exchange.h"
#include "router/serve.h"
#include "router/snapshot.h"

namespace weir {

class Gateway final : public HttpHandler {
 public:
  // `services` and `log` outlive the gateway; `log` may be null.
  Gateway(Services services, std::shared_ptr<const Snapshot> snapshot, RequestLog* log,
          RequestIdSource& ids);

  // Requests that begin from now on use `snapshot`, or these keys beside those of the
  // configuration.
  void use(std::shared_ptr<const Snapshot> snapshot);
  void use(std::shared_ptr<const KeyRing> keys);
  std::shared_ptr<const Snapshot> snapshot() const;
  std::shared_ptr<const KeyRing> keys() const { return keys_.load(); }

  // /readyz says 503, so that a load balancer looks elsewhere, while drained, while receipts that
  // every answer needs cannot be written, and while the ledger cannot and there are backends.
  void set_draining() { draining_.store(true, std::memory_order_relaxed); }
  bool ready() const;

  std::optional<Response> admit(const RequestHead& head) override;
  std::string_view common_fields(const RequestHead& head) override;
  // In the shape of the path's dialect, and with an id as every answer.
  Response refusal(const RequestHead& head, int status, const Error& error) override;
  // Memory for long bodies is given to those alone whose key is good.
  bool wants_long_body(const RequestHead& head) override;
  Async<void> handle(Exchange& exchange) override;

  // What would become of the chat request in the exchange's body, asked by the team
  // that x-weir-team names (not needed when there is one). See router/dry_run.h.
  Response explain(Exchange& exchange);

 private:
  struct Job;

  // What a request is answered from.
  struct Asking {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const KeyRing> keys;
  };

  Async<void> answer_at_once(Exchange& exchange, Destination destination);
  Async<void> generate(Exchange& exchange, Destination destination);
  Async<Result<Usage>> answer(Job& job);
  Async<Result<Usage>> load_model(Job& job, const Identity& who, const RequestHead& head);
  static Result<Usage> close_answer(Job& job, const RouteLabel& label, Usage usage);
  Async<void> embeddings(Exchange& exchange, Destination destination);
  Async<void> count_tokens(Exchange& exchange, Destination destination);
  // pass_through.cc
  bool passes_on(const Exchange& client, const Destination& embeddings) const;
  Async<void> pass_through(Exchange& client, Destination destination);
  Response small_answer(Exchange& exchange, const Destination& destination) const;
  Result<Identity> identify(const Asking& asking, const RequestHead& head, Scope scope,
                            LedgerRow& row) const;
  std::int64_t expected_tokens(const ChatRequest& request) const;
  Asking asking() const { return {snapshot_.load(), keys_.load()}; }

  const Services services_;
  std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
  std::atomic<std::shared_ptr<const KeyRing>> keys_{std::make_shared<const KeyRing>()};
  RequestLog* const log_;
  RequestIdSource& ids_;
  ConversationMemory conversations_;
  Experience experience_;
  SchemaChecks schema_checks_;
  std::atomic<bool> draining_{false};
};

}  // namespace weir
