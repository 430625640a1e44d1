#include "metrics/metrics.h"

#include <prometheus/gauge.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>
#include <sstream>

#include "metrics/gauge_set.h"
#include "metrics/metric_series.h"

namespace weir {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Labels;

struct Description {
  const char* name;
  const char* help;
};

// In the order of enum Gauge.
constexpr std::array kGauges = {
    Description{"weir_connections_open", "Client connections that are open."},
    Description{"weir_streams_in_flight", "Streaming answers being sent."},
    Description{"weir_requests_in_flight", "Requests read and not yet answered in full."},
    Description{"weir_engine_slots", "Sequences the local engine can run at once."},
    Description{"weir_engine_slots_busy", "Sequences the local engine is running."},
    Description{"weir_engine_queue_items", "Prompts waiting for a slot of the local engine."},
    Description{"weir_engine_kv_tokens", "Tokens that the local engine's KV cache holds."},
    Description{"weir_engine_kv_tokens_used", "Tokens whose keys and values are kept."},
    Description{"weir_engine_kv_tokens_reserved",
                "Tokens of the KV cache that running sequences hold, in whole pages."},
    Description{"weir_engine_kv_tokens_cached",
                "Tokens of the KV cache that later requests of a team may begin with."},
    Description{"weir_local_models_loaded", "Local models that are loaded."},
    Description{"weir_local_models_bytes",
                "Memory of loaded models: their files, keys and values at their longest."},
    Description{"weir_kv_disk_files", "Pages and checkpoints that teams with kv_persist keep."},
    Description{"weir_kv_disk_bytes", "Disk that they take."},
    Description{"weir_receipts_seq", "Number of the last receipt that is durable."},
    Description{"weir_receipts_waiting", "Receipts in memory, on their way to the disk."},
    Description{"weir_receipts_writable", "1 while the disk takes receipts; 0 also without any."},
    Description{"weir_ready", "1 when /readyz says yes."},
};
static_assert(kGauges.size() == static_cast<std::size_t>(Gauge::kLast) + 1);

// In the order of enum Counter.
constexpr std::array kCounters = {
    Description{"weir_connections_accepted_total", "Client connections accepted."},
    Description{"weir_accept_pauses_total",
                "Pauses of 100 ms in which no client connection was accepted, because as many were "
                "open as may be, or files had run out. Who waited was not refused."},
    Description{"weir_egress_private_total",
                "Outbound connections tried for a local_only request. Anything but 0 is a fault."},
    Description{"weir_log_dropped_total", "Request log lines dropped because nobody took them."},
    Description{"weir_upstream_retries_total", "Attempts repeated before the first byte."},
    Description{"weir_local_model_evictions_total",
                "Local models unloaded because another one needed the memory."},
    Description{"weir_kv_disk_written_bytes_total", "Keys and values written for kv_persist."},
    Description{"weir_kv_disk_read_bytes_total", "Keys and values found there."},
    Description{"weir_kv_disk_evictions_total", "Files deleted to stay within kv_persist_mb."},
    Description{"weir_kv_disk_refused_total",
                "Files deleted because they were damaged or of another version."},
    Description{"weir_kv_disk_failures_total", "Writes and reads that the disk refused."},
    Description{"weir_receipts_total", "Receipts made durable."},
    Description{"weir_receipt_failures_total", "Writes of receipts that the disk refused."},
    Description{"weir_receipts_lost_total",
                "Requests without a receipt, because the queue of receipts was full."},
    Description{"weir_bodies_total", "Requests whose bodies were kept for teams with log_bodies."},
    Description{"weir_bodies_dropped_total", "The same that did not fit into the queue."},
    Description{"weir_bodies_failed_total", "The same that the disk refused."},
    Description{"weir_bodies_deleted_total", "The same that were deleted again."},
};
static_assert(kCounters.size() == static_cast<std::size_t>(Counter::kLast) + 1);

constexpr std::array kLedgerStates = {LedgerState::kHealthy, LedgerState::kRetrying,
                                      LedgerState::kSyncFailed};

const prometheus::Histogram::BucketBoundaries kRowBuckets = {1,  2,   4,   8,   16,    32,
                                                             64, 128, 256, 512, 1'024, 4'096};
const prometheus::Histogram::BucketBoundaries kCommitBuckets = {
    0.0001, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1, 5};
const prometheus::Histogram::BucketBoundaries kLoadBuckets = {0.01, 0.05, 0.25, 1,   2.5, 5,
                                                              10,   30,   60,   120, 300};
const prometheus::Histogram::BucketBoundaries kShareBuckets = {0.1, 0.2, 0.3, 0.4,  0.5, 0.6,
                                                               0.7, 0.8, 0.9, 0.95, 0.99};

template <class Builder>
auto& only(Builder builder, const char* name, const char* help, prometheus::Registry& registry) {
  return builder.Name(name).Help(help).Register(registry).Add(Labels{});
}

// Counters that somebody else keeps: the difference to the last look is added.
struct Follower {
  prometheus::Counter* counter = nullptr;
  std::uint64_t last = 0;
  template <class Count>
  void follow(Count count) {
    const auto value = static_cast<std::uint64_t>(count);
    if (value > last) counter->Increment(static_cast<double>(value - last));
    last = value;
  }
};

void observe(prometheus::Histogram* histogram, std::int64_t tokens) {
  if (tokens > 0) histogram->Observe(static_cast<double>(tokens));
}

// The first byte of a whole answer is its last: only a stream tells the two apart.
bool has_first_token(const LedgerRow& row) { return row.stream && row.ttft_us >= 0; }

void count_tokens(const RequestSeries& series, const LedgerRow& row) {
  const Usage& usage = row.usage;
  observe(series.input_tokens, usage.prompt_tokens());
  observe(series.cached_tokens, usage.cache_read_tokens);
  observe(series.cache_creation_tokens, usage.cache_write_5m_tokens + usage.cache_write_1h_tokens);
  observe(series.output_tokens, usage.output_tokens);
  observe(series.reasoning_tokens, usage.reasoning_tokens);
  const std::int64_t hidden = row.shows_reasoning ? 0 : usage.reasoning_tokens;
  const std::int64_t behind_first = usage.output_tokens - hidden - 1;
  if (has_first_token(row) && behind_first > 0) {
    const auto rest_us = static_cast<double>(row.duration_us - row.ttft_us);
    series.time_per_output_token->Observe(rest_us * 1e-6 / static_cast<double>(behind_first));
  }
}

double usd(NanoUsd amount) { return static_cast<double>(amount.value) * 1e-9; }

}  // namespace

struct Metrics::State {
  explicit State(const MetricsOptions& options);

  prometheus::Registry registry;
  RequestSeriesCache requests;
  EngineSeries engine;
  std::array<prometheus::Gauge*, kGauges.size()> gauges{};
  std::array<prometheus::Counter*, kCounters.size()> counters{};

  prometheus::Family<prometheus::Counter>& refusals;
  GaugeSet pools;     // under mutex
  GaugeSet breakers;  // under mutex
  prometheus::Family<prometheus::Counter>& answer_faults;
  prometheus::Family<prometheus::Counter>& schema_checks;
  prometheus::Family<prometheus::Counter>& lossy_answers;
  prometheus::Family<prometheus::Counter>& redactions;
  prometheus::Family<prometheus::Counter>& limit_denials;
  prometheus::Family<prometheus::Counter>& budget_warnings;
  prometheus::Counter& wasted_local;
  prometheus::Histogram* model_loads = nullptr;
  prometheus::Histogram* failed_model_loads = nullptr;
  prometheus::Histogram* confidence_kept = nullptr;
  prometheus::Histogram* confidence_escalated = nullptr;
  GaugeSet budgets;  // under mutex
  prometheus::Family<prometheus::Gauge>& ledger_state;
  prometheus::Gauge& ledger_queued;
  prometheus::Gauge& ledger_kept;
  prometheus::Gauge& ledger_open;
  prometheus::Gauge& ledger_imbalance;
  prometheus::Gauge& ledger_recovered;
  prometheus::Histogram& batch_items;
  prometheus::Histogram& commit_seconds;
  prometheus::Counter& commit_failures;
  prometheus::Gauge& reload_ok;
  prometheus::Gauge& reload_time;

  std::mutex mutex;  // guards the rest
  LabelCap refusal_codes;
  LabelCap backends;
  LabelCap limits;
  LabelCap budget_teams;
  Follower ledger_rows;
  Follower ledger_accepted;
  Follower ledger_settled;
  Follower ledger_released;
  Follower ledger_lost;
};

Metrics::State::State(const MetricsOptions& options)
    : requests(registry, options.max_label_values),
      engine(registry),
      refusals(BuildCounter()
                   .Name("weir_http_refusals_total")
                   .Help("Requests refused by the HTTP reader, a key or a limit, by code.")
                   .Register(registry)),
      pools(BuildGauge()
                .Name("weir_upstream_connections")
                .Help("Connections to a backend, idle and busy.")
                .Register(registry)),
      breakers(BuildGauge()
                   .Name("weir_upstream_breaker_open")
                   .Help("1 while a backend's circuit breaker refuses attempts.")
                   .Register(registry)),
      answer_faults(BuildCounter()
                        .Name("weir_local_answer_faults_total")
                        .Help("Local answers that were broken, by fault and by whether they were "
                              "shown or withheld.")
                        .Register(registry)),
      schema_checks(BuildCounter()
                        .Name("weir_schema_checks_total")
                        .Help("Answers from outside that were held against the JSON that was "
                              "asked for, by backend and outcome.")
                        .Register(registry)),
      lossy_answers(BuildCounter()
                        .Name("weir_lossy_answers_total")
                        .Help("Answers of which, or of whose request, something could not be said "
                              "in the dialect of the other side: see x-weir-lossy.")
                        .Register(registry)),
      redactions(BuildCounter()
                     .Name("weir_redactions_total")
                     .Help("Private values that a request was sent without, by kind.")
                     .Register(registry)),
      limit_denials(BuildCounter()
                        .Name("weir_limit_denials_total")
                        .Help("Attempts that a limit of a team, a key or a [[limit]] refused, by "
                              "what was used up.")
                        .Register(registry)),
      budget_warnings(BuildCounter()
                          .Name("weir_budget_warnings_total")
                          .Help("Budgets that have reached 80, 95 or 100 percent of their cap, "
                                "once a period.")
                          .Register(registry)),
      wasted_local(only(BuildCounter(), "weir_wasted_local_seconds_total",
                        "Time of the local engine for answers that nobody saw.", registry)),
      budgets(BuildGauge()
                  .Name("weir_budget_usd")
                  .Help("A team's budget of the month, in US dollars: its cap, what is settled "
                        "and what is reserved.")
                  .Register(registry)),
      ledger_state(BuildGauge()
                       .Name("weir_ledger_state")
                       .Help("1 for the state the ledger is in; paid calls need healthy.")
                       .Register(registry)),
      ledger_queued(only(BuildGauge(), "weir_ledger_queue_items",
                         "Reservations and rows waiting for the ledger's writer.", registry)),
      ledger_kept(only(BuildGauge(), "weir_ledger_kept_rows",
                       "Rows in memory because the disk refused them.", registry)),
      ledger_open(only(BuildGauge(), "weir_ledger_open_reservations",
                       "Reservations not yet settled.", registry)),
      ledger_imbalance(only(BuildGauge(), "weir_ledger_imbalance",
                            "Reservations accepted - settled - released - open. Anything but 0 is "
                            "a fault.",
                            registry)),
      ledger_recovered(only(BuildGauge(), "weir_ledger_recovered_reservations",
                            "Reservations settled at their bound at the last start.", registry)),
      batch_items(BuildHistogram()
                      .Name("weir_ledger_batch_items")
                      .Help("Reservations and rows in one commit.")
                      .Register(registry)
                      .Add(Labels{}, kRowBuckets)),
      commit_seconds(BuildHistogram()
                         .Name("weir_ledger_commit_seconds")
                         .Help("Time of one commit, mostly the sync.")
                         .Register(registry)
                         .Add(Labels{}, kCommitBuckets)),
      commit_failures(only(BuildCounter(), "weir_ledger_commit_failures_total",
                           "Commits that the disk refused.", registry)),
      reload_ok(only(BuildGauge(), "weir_config_reload_success",
                     "1 when the last load of the configuration succeeded.", registry)),
      reload_time(only(BuildGauge(), "weir_config_reload_timestamp_seconds",
                       "When the configuration was last loaded with success.", registry)),
      refusal_codes(options.max_label_values),
      backends(options.max_label_values),
      limits(options.max_label_values),
      budget_teams(options.max_label_values) {
  for (std::size_t i = 0; i < kGauges.size(); ++i) {
    gauges[i] = &only(BuildGauge(), kGauges[i].name, kGauges[i].help, registry);
  }
  for (std::size_t i = 0; i < kCounters.size(); ++i) {
    counters[i] = &only(BuildCounter(), kCounters[i].name, kCounters[i].help, registry);
  }
  ledger_rows.counter =
      &only(BuildCounter(), "weir_ledger_rows_total", "Rows made durable.", registry);
  auto& reservations = BuildCounter()
                           .Name("weir_ledger_reservations_total")
                           .Help(
                               "Reservations since the ledger was made: accepted = settled + "
                               "released + open. Released ones cost nothing.")
                           .Register(registry);
  ledger_accepted.counter = &reservations.Add({{"state", "accepted"}});
  ledger_settled.counter = &reservations.Add({{"state", "settled"}});
  ledger_released.counter = &reservations.Add({{"state", "released"}});
  ledger_lost.counter = &only(BuildCounter(), "weir_ledger_lost_rows_total",
                              "Rows dropped because every queue was full.", registry);
  auto& confidence = BuildHistogram()
                         .Name("weir_local_confidence")
                         .Help(
                             "Calibrated probability that a local answer is good, once it was "
                             "watched, by what was done with it.")
                         .Register(registry);
  auto& loads = BuildHistogram()
                    .Name("weir_local_model_load_seconds")
                    .Help("Time to load a local model, by outcome.")
                    .Register(registry);
  model_loads = &loads.Add({{"outcome", "loaded"}}, kLoadBuckets);
  failed_model_loads = &loads.Add({{"outcome", "failed"}}, kLoadBuckets);
  confidence_kept = &confidence.Add({{"outcome", "kept"}}, kShareBuckets);
  confidence_escalated = &confidence.Add({{"outcome", "escalated"}}, kShareBuckets);
  BuildGauge()
      .Name("weir_build_info")
      .Help("The version of this program; always 1.")
      .Register(registry)
      .Add({{"version", options.version}})
      .Set(1);
}

Metrics::Metrics(MetricsOptions options) : state_(std::make_unique<State>(options)) {
  // A series from the start, so that rate() sees the first.
  state_->refusals.Add({{"code", std::string(kOtherLabel)}});
  set_budgets({});
}
Metrics::~Metrics() = default;

void Metrics::count(const LedgerRow& row) {
  const RequestSeries& series = state_->requests.find(row);
  series.requests->Increment();
  if (!row.cost) {
    series.unpriced->Increment();
  } else if (row.cost->value > 0) {
    series.cost_usd->Increment(usd(*row.cost));
  }
  if (row.saved && row.saved->value > 0) series.saved_usd->Increment(usd(*row.saved));
  if (row.saved && row.saved->value < 0) series.extra_cost_usd->Increment(-usd(*row.saved));
  if (row.escalated) series.escalations->Increment();
  if (row.wasted_local_us > 0) {
    state_->wasted_local.Increment(static_cast<double>(row.wasted_local_us) * 1e-6);
  }
  if (row.confidence && *row.confidence >= 0 && *row.confidence <= 1) {
    (row.escalated ? state_->confidence_escalated : state_->confidence_kept)
        ->Observe(*row.confidence);
  }
  series.duration->Observe(static_cast<double>(row.duration_us) * 1e-6);
  if (has_first_token(row)) {
    series.time_to_first_token->Observe(static_cast<double>(row.ttft_us) * 1e-6);
  }
  count_tokens(series, row);
}

void Metrics::set(Gauge gauge, double value) {
  state_->gauges[static_cast<std::size_t>(gauge)]->Set(value);
}

void Metrics::add(Gauge gauge, double delta) {
  state_->gauges[static_cast<std::size_t>(gauge)]->Increment(delta);
}

void Metrics::count(Counter counter, double by) {
  state_->counters[static_cast<std::size_t>(counter)]->Increment(by);
}

void Metrics::count_refusal(std::string_view code) {
  const std::lock_guard lock(state_->mutex);
  state_->refusals.Add({{"code", state_->refusal_codes.admit(code)}}).Increment();
}

void Metrics::count_answer_fault(std::string_view fault, bool shown) {
  state_->answer_faults
      .Add({{"fault", std::string(fault)}, {"outcome", shown ? "shown" : "withheld"}})
      .Increment();
}

void Metrics::count_schema_check(std::string_view backend, std::string_view outcome) {
  const std::lock_guard lock(state_->mutex);
  state_->schema_checks
      .Add({{"backend", state_->backends.admit(backend)}, {"outcome", std::string(outcome)}})
      .Increment();
}

void Metrics::count_loss(std::string_view dialect, std::string_view backend) {
  const std::lock_guard lock(state_->mutex);
  state_->lossy_answers
      .Add({{"dialect", std::string(dialect)}, {"backend", state_->backends.admit(backend)}})
      .Increment();
}

void Metrics::count_redactions(std::string_view kind, std::uint64_t values) {
  state_->redactions.Add({{"kind", std::string(kind)}}).Increment(static_cast<double>(values));
}

void Metrics::count_limit_denial(std::string_view limit, std::string_view kind) {
  const std::lock_guard lock(state_->mutex);
  state_->limit_denials.Add({{"limit", state_->limits.admit(limit)}, {"kind", std::string(kind)}})
      .Increment();
}

void Metrics::count_budget_warning(std::string_view limit, std::string_view kind,
                                   std::int64_t percent) {
  const std::lock_guard lock(state_->mutex);
  state_->budget_warnings
      .Add({{"limit", state_->limits.admit(limit)},
            {"kind", std::string(kind)},
            {"percent", std::to_string(percent)}})
      .Increment();
}

void Metrics::observe_model_load(double seconds, bool ok) {
  (ok ? state_->model_loads : state_->failed_model_loads)->Observe(seconds);
}

void Metrics::set_upstream_pools(std::span<const UpstreamPoolState> pools) {
  const std::lock_guard lock(state_->mutex);
  std::map<Labels, double> connections;
  std::map<Labels, double> open;
  for (const UpstreamPoolState& pool : pools) {
    const std::string name = state_->backends.admit(pool.backend);
    connections[{{"backend", name}, {"state", "idle"}}] += static_cast<double>(pool.idle);
    connections[{{"backend", name}, {"state", "busy"}}] += static_cast<double>(pool.busy);
    double& breaker = open[{{"backend", name}}];
    if (pool.breaker_open) breaker = 1;
  }
  state_->pools.set(connections);
  state_->breakers.set(open);
}

void Metrics::set_budgets(std::span<const BudgetState> budgets) {
  const std::lock_guard lock(state_->mutex);
  std::map<Labels, NanoUsd> amounts;
  const auto add = [&amounts](std::string_view team, const BudgetState& budget) {
    const std::string name(team);
    amounts[{{"team", name}, {"kind", "cap"}}] += budget.cap;
    amounts[{{"team", name}, {"kind", "settled"}}] += budget.settled;
    amounts[{{"team", name}, {"kind", "reserved"}}] += budget.reserved;
  };
  add(kOtherLabel, {});
  for (const BudgetState& budget : budgets) {
    add(state_->budget_teams.admit(budget.team), budget);
  }
  std::map<Labels, double> shown;
  for (const auto& [labels, amount] : amounts) shown.emplace(labels, usd(amount));
  state_->budgets.set(shown);
}

void Metrics::set_ledger(const LedgerStats& stats) {
  state_->ledger_queued.Set(static_cast<double>(stats.queued));
  state_->ledger_kept.Set(static_cast<double>(stats.kept));
  state_->ledger_open.Set(static_cast<double>(stats.open));
  state_->ledger_imbalance.Set(static_cast<double>(stats.imbalance()));
  state_->ledger_recovered.Set(static_cast<double>(stats.recovered));
  for (const LedgerState state : kLedgerStates) {
    state_->ledger_state.Add({{"state", std::string(to_string(state))}})
        .Set(state == stats.state ? 1 : 0);
  }
  const std::lock_guard lock(state_->mutex);
  state_->ledger_rows.follow(stats.rows);
  state_->ledger_accepted.follow(stats.accepted);
  state_->ledger_settled.follow(stats.settled);
  state_->ledger_released.follow(stats.released);
  state_->ledger_lost.follow(stats.lost_rows);
}

void Metrics::observe_batch(const LedgerBatch& batch) {
  state_->batch_items.Observe(static_cast<double>(batch.items));
  state_->commit_seconds.Observe(batch.commit_seconds);
  if (!batch.ok) state_->commit_failures.Increment();
}

void Metrics::count_reload(bool ok, std::int64_t unix_ms) {
  state_->reload_ok.Set(ok ? 1 : 0);
  if (ok) state_->reload_time.Set(static_cast<double>(unix_ms) * 1e-3);
}

EngineSeries& Metrics::engine() { return state_->engine; }

std::string Metrics::exposition() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, state_->registry.Collect());
  return std::move(out).str();
}

}  // namespace weir
