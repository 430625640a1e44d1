#include "router/local_model.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include "router/progress_bar.h"

namespace weir {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

auto identity_of(const LocalConfig& config) {
  return std::tie(config.model, config.name, config.context_tokens, config.slots, config.threads,
                  config.max_queue, config.kv_cache_mb, config.max_output_tokens, config.normalise,
                  config.arithmetic);
}

double seconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double>(span).count();
}

EngineOutcome outcome_of(const std::optional<ErrorCode>& error) {
  if (!error) return EngineOutcome::kFinished;
  switch (*error) {
    case ErrorCode::kCancelled: return EngineOutcome::kCancelled;
    case ErrorCode::kDeadline: return EngineOutcome::kDeadline;
    case ErrorCode::kUnavailable: return EngineOutcome::kStopped;
    default: return EngineOutcome::kFailed;
  }
}

// The engine's word in the words of metrics.
class EngineCounts final : public EngineObserver {
 public:
  explicit EngineCounts(EngineSeries& series) : series_(series) {}

  void on_step(const EngineStep& step) override {
    series_.observe(EngineStepSample{seconds(step.spent), step.sequences, step.tokens,
                                     step.prompt_tokens, step.output_tokens});
  }
  void on_departure(const EngineDeparture& request) override {
    series_.observe(EngineRequestSample{outcome_of(request.error), seconds(request.queue_wait),
                                        seconds(request.answering), request.output_tokens});
  }
  void on_reject() override { series_.observe(EngineRequestSample{EngineOutcome::kRejected}); }

 private:
  EngineSeries& series_;
};

}  // namespace

std::shared_ptr<EngineObserver> engine_counts(Metrics* metrics) {
  return metrics == nullptr ? nullptr : std::make_shared<EngineCounts>(metrics->engine());
}

Result<std::shared_ptr<LocalBackend>> load_local_model(const LocalConfig& config,
                                                       Metrics* metrics) {
  if (config.model.empty()) return std::shared_ptr<LocalBackend>();
  LocalBackendOptions options;
  options.name = kLocalBackend;
  options.model_path = config.model;
  options.model_name = config.name;
  options.normalise = config.normalise;
  options.arithmetic = config.arithmetic;
  options.engine.threads = static_cast<std::size_t>(config.threads);
  options.engine.context_tokens = static_cast<std::size_t>(config.context_tokens);
  options.engine.max_sequences = static_cast<std::size_t>(config.slots);
  options.engine.max_queued = static_cast<std::size_t>(config.max_queue);
  options.engine.kv_bytes = static_cast<std::size_t>(config.kv_cache_mb) * kMebibyte;
  options.engine.observer = engine_counts(metrics);
  options.max_output_tokens = config.max_output_tokens;
  options.watch_load = progress_bar(std::filesystem::path(config.model).filename().string());
  Result<std::unique_ptr<LocalBackend>> loaded = LocalBackend::load(std::move(options));
  if (!loaded) {
    return Error{loaded.error().code,
                 "[local] model " + config.model + ": " + loaded.error().message};
  }
  return std::shared_ptr<LocalBackend>(std::move(*loaded));
}

void show_local_model(const LocalBackend* local, const LocalConfig& config, Metrics& metrics) {
  const EngineLoad load = local == nullptr ? EngineLoad{} : local->load_now();
  const auto set = [&](Gauge gauge, std::size_t value) {
    metrics.set(gauge, static_cast<double>(value));
  };
  set(Gauge::kEngineSlots, local == nullptr ? 0 : static_cast<std::size_t>(config.slots));
  set(Gauge::kEngineSlotsBusy, load.running);
  set(Gauge::kEngineQueue, load.queued);
  set(Gauge::kEngineKvTokens, load.kv_tokens_max);
  set(Gauge::kEngineKvTokensUsed, load.kv_tokens_used);
  set(Gauge::kEngineKvTokensReserved, load.kv_tokens_reserved);
  EngineModelSample model;
  if (local != nullptr) {
    const LocalModelInfo& info = local->model_info();
    model = {info.name,
             info.architecture,
             info.hash,
             static_cast<double>(info.parameters),
             static_cast<double>(info.context_tokens),
             info.load_seconds};
  }
  metrics.engine().set(model);
}

bool same_model(const LocalConfig& a, const LocalConfig& b) {
  return identity_of(a) == identity_of(b);
}

}  // namespace weir
