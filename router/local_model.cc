#include "router/local_model.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/app_log.h"
#include "router/progress_bar.h"
#include "router/pull/running_sha256.h"

namespace weir {
namespace {

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
                                     step.prompt_tokens, step.output_tokens, step.evicted_pages,
                                     step.guessed_tokens, step.right_guesses, step.drafted_tokens,
                                     step.right_drafts});
  }
  void on_departure(const EngineDeparture& request) override {
    const Forecast foretold = request.error ? Forecast() : request.foretold.value_or(Forecast());
    series_.observe(EngineRequestSample{
        outcome_of(request.error), seconds(request.queue_wait), seconds(request.answering),
        request.output_tokens, request.prompt_tokens, request.reused_tokens, request.disk_tokens,
        foretold.prompt.count(), seconds(request.reading), foretold.answer.count()});
  }
  void on_reject() override { series_.observe(EngineRequestSample{EngineOutcome::kRejected}); }
  void on_failure(std::string_view what) override {
    log_error("the local engine failed in a step: " + std::string(what));
  }

 private:
  EngineSeries& series_;
};

// As sha256sum says it of a model in one file; of several, of all their bytes one after the
// other. Reads all of it.
std::string hash_of_file(const GgufFile& file) {
  RunningSha256 hash;
  for (const std::span<const std::byte> piece : file.pieces()) {
    hash.add({reinterpret_cast<const char*>(piece.data()), piece.size()});
  }
  return "sha256:" + hash.hex();
}

}  // namespace

std::shared_ptr<EngineObserver> engine_counts(Metrics* metrics) {
  return metrics == nullptr ? nullptr : std::make_shared<EngineCounts>(metrics->engine());
}

LocalBackendOptions load_options(const LocalConfig& config, Metrics* metrics) {
  LocalBackendOptions options;
  options.name = kLocalBackend;
  options.model_path = config.model;
  options.model_name = config.name;
  options.draft_path = config.draft_model;
  options.normalise = config.normalise;
  options.constrain_calls = config.constrain_calls;
  options.arithmetic = config.arithmetic;
  options.pack_weights = config.pack_weights;
  if (config.digest_files) options.hash_file = hash_of_file;
  const bool exact = config.arithmetic == kernels::Arithmetic::kF32;
  options.kv_types = exact ? KvTypes{} : config.kv_type;
  if (!exact) options.kv_layers = config.kv_type_layers;
  options.engine.threads = static_cast<std::size_t>(config.threads);
  options.engine.context_tokens = static_cast<std::size_t>(config.context_tokens);
  options.engine.max_sequences = static_cast<std::size_t>(config.slots);
  options.engine.max_queued = static_cast<std::size_t>(config.max_queue);
  options.engine.kv_bytes = static_cast<std::size_t>(config.kv_cache_mb) * kMebibyte;
  options.engine.prefix_cache = config.prefix_cache;
  options.engine.speculate = config.speculate;
  options.engine.observer = engine_counts(metrics);
  options.max_output_tokens = config.max_output_tokens;
  options.watch_load = progress_bar(std::filesystem::path(config.model).filename().string());
  return options;
}

LocalBackendOptions load_options(const LocalConfig& config, const LocalModelConfig& model,
                                 Metrics* metrics) {
  LocalConfig one;
  one.threads = config.threads;
  one.normalise = config.normalise;
  one.constrain_calls = config.constrain_calls;
  one.prefix_cache = config.prefix_cache;
  one.speculate = config.speculate;
  one.arithmetic = config.arithmetic;
  one.pack_weights = config.pack_weights;
  one.digest_files = config.digest_files;
  one.kv_type = model.kv_type.value_or(config.kv_type);
  one.kv_type_layers = model.kv_type_layers;
  one.model = model.model;
  one.draft_model = model.draft_model;
  one.name = model.name;
  one.context_tokens = model.context_tokens;
  one.slots = model.slots;
  one.max_queue = model.max_queue;
  one.kv_cache_mb = model.kv_cache_mb;
  one.max_output_tokens = model.max_output_tokens;
  return load_options(one, metrics);
}

Result<std::shared_ptr<LocalBackend>> load_local_model(const LocalConfig& config,
                                                       Metrics* metrics) {
  if (config.model.empty()) return std::shared_ptr<LocalBackend>();
  Result<std::unique_ptr<LocalBackend>> loaded = LocalBackend::load(load_options(config, metrics));
  if (!loaded) {
    return Error{loaded.error().code,
                 "[local] model " + config.model + ": " + loaded.error().message};
  }
  return std::shared_ptr<LocalBackend>(std::move(*loaded));
}

}  // namespace weir
