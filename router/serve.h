// Runs the candidates of a decision until one answers.
//
// In order: a place in the limits of the model and, for a backend outside this process,
// a share of the budgets, a durable reservation, then a permit, then the attempt. Before the client
// has seen a byte a failure moves on to the next candidate, or tries the last one once more; after
// it, never. A local answer is watched: one that the model is unsure of counts as a failure while
// another backend may answer. So does an answer from outside that is not the JSON that was asked
// for; when everybody else fails, it is shown all the same.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/backend.h"
#include "core/deadline.h"
#include "core/money.h"
#include "core/result.h"
#include "metrics/body_store.h"
#include "metrics/ledger.h"
#include "metrics/ledger_row.h"
#include "metrics/metrics.h"
#include "metrics/receipt_log.h"
#include "policies/limit_book.h"
#include "policies/permit_issuer.h"
#include "policies/ruling.h"
#include "router/client_sink.h"
#include "router/decision.h"
#include "router/delegation.h"
#include "router/explanation.h"
#include "router/schema_checks.h"
#include "router/snapshot.h"

namespace weir {

// What outlives every request.
struct Services {
  const Clock& clock;
  Ledger& ledger;
  Metrics& metrics;
  PermitIssuer& permits;
  LimitBook& limits;
  ReceiptLog* receipts = nullptr;  // none are wanted
  BodyStore* bodies = nullptr;     // the same
};

// What leaves in place of a request that may not leave as it is; made when one is about to.
struct Disguise {
  std::optional<privacy::Redaction> redaction;
  bool late = false;  // there was no time to make it whole: nothing of it may leave
  std::optional<Result<std::unique_ptr<Delegation>>> delegation;
};

struct ServeInput {
  const Snapshot& snapshot;
  const Services& services;
  const ChatRequest& request;
  const Ruling& ruling;
  const Decision& decision;
  ClientSink& sink;
  LimitHold& limits;
  std::vector<AttemptNote>& attempts;  // gets one for each try
  SchemaChecks& checks;
  std::string_view client_fields = {};  // as in Attempt
  Disguise* disguise = nullptr;
  std::string_view client_query = {};  // as in Attempt
};

// The answer's usage, or the error of the last attempt with what it had used by
// then in row.usage. Fills the row's route, backend, model, reason, attempts and
// permit, and adds to `spent_before` what failed attempts cost; without a price
// for one of them it becomes unset. All of it outlives the coroutine.
Async<Result<Usage>> serve(ServeInput input, LedgerRow& row, std::optional<NanoUsd>& spent_before);

}  // namespace weir
