// The counters that Prometheus reads.
//
// Names: OpenTelemetry GenAI in the spelling of Envoy AI Gateway, and weir_*.
// Labels are bounded: beyond max_label_values a team, model or backend name is
// counted as "_other". Thread-safe; counting one request costs about a
// microsecond, because its series are found by one lookup and then cached.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "metrics/engine_series.h"
#include "metrics/ledger.h"
#include "metrics/ledger_row.h"

namespace weir {

// Plain gauges without labels. metrics.cc has name and help of each.
enum class Gauge : std::uint8_t {
  kConnectionsOpen,
  kStreamsInFlight,
  kRequestsInFlight,
  kEngineSlots,
  kEngineSlotsBusy,
  kEngineQueue,
  kEngineKvTokens,
  kEngineKvTokensUsed,
  kEngineKvTokensReserved,
  kEngineKvTokensCached,
  kModelsLoaded,
  kModelBytes,
  kKvDiskFiles,
  kKvDiskBytes,
  kReceiptsSeq,
  kReceiptsWaiting,
  kReceiptsWritable,
  kReady,
  kLast = kReady,
};

// Plain counters without labels.
enum class Counter : std::uint8_t {
  kConnectionsAccepted,
  kAcceptPauses,
  kEgressPrivate,  // a local_only request met an outbound connection: must stay 0
  kLogDropped,
  kUpstreamRetries,
  kModelEvictions,
  kKvDiskWritten,
  kKvDiskRead,
  kKvDiskEvictions,
  kKvDiskRefused,
  kKvDiskFailures,
  kReceipts,
  kReceiptFailures,
  kReceiptsLost,
  kBodies,
  kBodiesDropped,
  kBodiesFailed,
  kBodiesDeleted,
  kLast = kBodiesDeleted,
};

// What a counter rises by: of a count that is kept elsewhere and was told as `before` last time.
inline double increase(std::uint64_t now, std::uint64_t before) {
  return static_cast<double>(now - before);
}

struct UpstreamPoolState {
  std::string_view backend;
  std::size_t idle = 0;
  std::size_t busy = 0;
  bool breaker_open = false;
};

// Of this month.
struct BudgetState {
  std::string_view team;
  NanoUsd cap{};
  NanoUsd settled{};
  NanoUsd reserved{};
};

struct MetricsOptions {
  std::size_t max_label_values = 200;  // of each label that is not a closed list
  std::string version;                 // for weir_build_info
};

class Metrics {
 public:
  explicit Metrics(MetricsOptions options = {});
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Everything a finished request counts: call it once for each row.
  void count(const LedgerRow& row);

  void set(Gauge gauge, double value);
  void add(Gauge gauge, double delta);
  void count(Counter counter, double by = 1);

  // A request that our own HTTP reader or limits refused before a row's route
  // was known; `code` is Error::detail, such as "http_bad_chunk".
  void count_refusal(std::string_view code);

  // A local answer that was broken, whatever it said; `fault` is a word of a closed list,
  // such as "broken-call". Shown: nobody else could answer, or it showed too late.
  void count_answer_fault(std::string_view fault, bool shown);

  // An answer from outside was held against the JSON that its request asked for; `outcome` is a
  // word of a closed list, such as "right".
  void count_schema_check(std::string_view backend, std::string_view outcome);

  // Something was lost between the client's dialect and that of the backend.
  void count_loss(std::string_view dialect, std::string_view backend);

  // Values that were redacted in a request, by the word of their kind, from a closed list.
  void count_redactions(std::string_view kind, std::uint64_t values);

  // A limit refused a request, or a budget has reached a percentage. `limit` is a name of
  // the configuration, "team:NAME" or "key:ID"; `kind` a word of a closed list.
  void count_limit_denial(std::string_view limit, std::string_view kind);
  void count_budget_warning(std::string_view limit, std::string_view kind, std::int64_t percent);

  // A local model was loaded, or could not be.
  void observe_model_load(double seconds, bool ok);

  // All backends that there are, right before a scrape. Those beyond the cap are summed.
  void set_upstream_pools(std::span<const UpstreamPoolState> pools);
  void set_ledger(const LedgerStats& stats);

  // What teams may spend, have spent and have set aside: all that have a budget, right before a
  // scrape. Teams beyond the cap are summed.
  void set_budgets(std::span<const BudgetState> budgets);

  void observe_batch(const LedgerBatch& batch);  // for LedgerOptions::on_batch
  void count_reload(bool ok, std::int64_t unix_ms);

  // The local engine's series: counting a step costs less than a microsecond.
  EngineSeries& engine();

  // The text exposition, version 0.0.4. Call the setters of gauges right before.
  std::string exposition() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline constexpr std::string_view kExpositionContentType =
    "text/plain; version=0.0.4; charset=utf-8";

}  // namespace weir
