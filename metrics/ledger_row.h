// What the ledger remembers of one request. One row always, for errors and
// cancels too.
//
// Plain values, move-only so that no row is copied on the path of a request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/chat.h"
#include "core/event.h"
#include "core/money.h"
#include "core/reason.h"
#include "core/request_id.h"
#include "core/result.h"
#include "core/usage.h"

namespace weir {

// Where the answer came from. kNone: nowhere, the request was refused or failed.
enum class Route : std::uint8_t { kNone, kLocal, kSite, kCloud };
std::string_view to_string(Route route);

std::string_view to_string(FinishReason finish);

// What was asked for.
enum class Operation : std::uint8_t { kChat, kEmbeddings, kPassThrough };
std::string_view to_string(Operation operation);

enum class RowState : std::uint8_t {
  kSettled,    // the cost is what the usage says
  kRecovered,  // the process died in between: the cost is the reservation's bound
};
std::string_view to_string(RowState state);

// Money set aside before a paid byte leaves.
struct Reservation {
  RequestId id;
  std::int64_t unix_ms = 0;
  std::string team;
  std::string key_id;
  std::string end_user;
  std::string requested_model;
  std::string model;  // the name the backend is asked for
  bool unlisted_model = false;
  std::string backend;  // as in [[backend]] name
  Route route = Route::kCloud;
  Reason reason = Reason::kModelRequested;
  Dialect dialect = Dialect::kOpenAiChat;
  std::optional<NanoUsd> bound;  // the most it can cost; unset = unpriced
  std::uint64_t permit_id = 0;
  std::string policy_version;

  Reservation() = default;
  Reservation(Reservation&&) = default;
  Reservation& operator=(Reservation&&) = default;
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
};

struct LedgerRow {
  RequestId id;
  std::int64_t unix_ms = 0;      // when the request came
  std::int64_t duration_us = 0;  // until the last byte was ready
  std::int64_t ttft_us = -1;     // until the first visible byte; -1 = there was none
  RowState state = RowState::kSettled;

  std::string team;
  std::string key_id;
  std::string end_user;  // as the client named them; empty = nobody; hostile until escaped
  Dialect dialect = Dialect::kOpenAiChat;
  std::string requested_model;  // as the client spelled it; hostile until escaped
  std::string model;            // what answered, as its backend calls it; empty = nothing did
  bool unlisted_model = false;  // `model` is a client's word that nothing here knows: not stored
  std::string backend;          // as in [[backend]] name; empty = none
  std::string provider;         // gen_ai.provider.name, for metrics only: not stored
  Operation operation = Operation::kChat;  // the same
  std::uint64_t egress_bytes = 0;          // that left the process for it; for receipts: not stored
  std::string egress_backends;             // that got them, with commas between; the same
  std::string redacted;                    // of what left, as a receipt says it; the same
  std::optional<std::uint64_t> seed;       // a local answer's; the same
  Route route = Route::kNone;
  Reason reason = Reason::kInvalid;

  std::int32_t http_status = 0;  // 499 = the client went away
  std::string error_code;        // to_string(ErrorCode) or Error::detail; empty = none
  bool stream = false;
  bool shows_reasoning = false;  // the client saw its thinking begin; for metrics only: not stored
  FinishReason finish = FinishReason::kNone;
  Usage usage;
  // Of the attempt that `usage` speaks of: what was reserved; unset = nothing bounds it, or it
  // has no price. Not stored.
  std::optional<NanoUsd> reserved;
  bool estimated_before = false;  // an attempt before it cost what we guess; the same

  // Money. `cost` is what left the organisation: 0 for a local answer, unset for
  // a model without a price. apply_prices() (metrics/savings.h) fills all of it.
  std::optional<NanoUsd> cost = NanoUsd{0};
  std::string price_as_of;  // date and source of the price used; empty = none was needed
  std::string baseline_model;
  std::optional<NanoUsd> baseline_cost;
  std::optional<NanoUsd> saved;
  std::int64_t local_busy_us = 0;    // share of the local engine that this request used
  std::int64_t wasted_local_us = 0;  // the part of it whose answer nobody saw
  NanoUsd local_cost;

  std::string rule;           // name of the [[rule]] that matched; empty = none
  double quality_target = 0;  // of the team or the rule; 0 = none
  std::optional<double> score;
  std::optional<double> confidence;  // calibrated P(local ok), once a local attempt was watched
  std::string decision;              // a JSON object that explains it, at most ~2 KB; empty = none
  std::vector<float> features;       // as router/features.h orders them; empty = not scored
  double propensity = 1;
  std::string policy_version;
  std::string model_hash;          // of the local model's file
  std::uint64_t conversation = 0;  // key of router/conversation.h; 0 = none
  std::uint64_t permit_id = 0;     // of the last attempt; 0 = nothing left the process
  std::int32_t attempts = 0;       // backends tried
  bool escalated = false;          // the local model was tried first and another answered

  LedgerRow() = default;
  LedgerRow(LedgerRow&&) = default;
  LedgerRow& operator=(LedgerRow&&) = default;
  LedgerRow(const LedgerRow&) = delete;
  LedgerRow& operator=(const LedgerRow&) = delete;
};

}  // namespace weir
