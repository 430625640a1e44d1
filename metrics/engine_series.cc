#include "metrics/engine_series.h"

#include "core/utf8.h"

namespace weir {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Labels;
using Buckets = prometheus::Histogram::BucketBoundaries;

// In the order of enum EngineOutcome.
constexpr std::array kOutcomes = {"finished", "cancelled", "deadline",
                                  "failed",   "stopped",   "rejected"};
static_assert(kOutcomes.size() == static_cast<std::size_t>(EngineOutcome::kLast) + 1);

const Buckets kStepBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5};
const Buckets kWaitBuckets = {0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
const Buckets kTokenBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                               0.05,   0.075, 0.1,    0.15,  0.25, 0.5};
const Buckets kForecastBuckets = {0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4};
const Buckets kSequenceBuckets = {1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256};
const Buckets kBatchBuckets = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024};

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(registry).Add(Labels{});
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add(Labels{});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const Buckets& buckets) {
  return BuildHistogram().Name(name).Help(help).Register(registry).Add(Labels{}, buckets);
}

// A model file is foreign: its name is cut to what a label should hold.
std::string label_of(const std::string& text) {
  constexpr std::size_t kLongest = 128;
  std::string label;
  append_repaired_utf8(&label, std::string_view(text).substr(0, kLongest));
  return label;
}

}  // namespace

EngineSeries::EngineSeries(prometheus::Registry& registry)
    : steps_(counter(registry, "weir_engine_steps_total", "Forward calls of the local engine.")),
      prompt_tokens_(counter(registry, "weir_engine_prompt_tokens_total",
                             "Prompt tokens read, those read again included.")),
      output_tokens_(counter(registry, "weir_engine_output_tokens_total", "Tokens answered.")),
      evicted_pages_(counter(registry, "weir_engine_prefix_evictions_total",
                             "Pages of 64 tokens that the prefix cache gave up.")),
      disk_tokens_(counter(registry, "weir_engine_prefix_disk_tokens_total",
                           "Prompt tokens that the prefix cache had from disk.")),
      step_seconds_(histogram(registry, "weir_engine_step_seconds", "Time of one forward call.",
                              kStepBuckets)),
      batch_sequences_(histogram(registry, "weir_engine_batch_sequences",
                                 "Sequences in one forward call.", kSequenceBuckets)),
      batch_tokens_(histogram(registry, "weir_engine_batch_tokens", "Tokens in one forward call.",
                              kBatchBuckets)),
      queue_seconds_(histogram(registry, "weir_engine_queue_wait_seconds",
                               "How long a request waited for a slot.", kWaitBuckets)),
      token_seconds_(histogram(registry, "weir_engine_time_per_output_token_seconds",
                               "Pace of an answer behind its first token.", kTokenBuckets)),
      parameters_(gauge(registry, "weir_engine_model_parameters",
                        "Weights of the local model; 0 without one.")),
      context_tokens_(gauge(registry, "weir_engine_model_context_tokens",
                            "Prompt and answer that one request may have.")),
      load_seconds_(gauge(registry, "weir_engine_model_load_seconds",
                          "How long the local model took to load.")),
      info_(BuildGauge()
                .Name("weir_engine_model_info")
                .Help("The model that the local engine runs; always 1.")
                .Register(registry)) {
  auto& prefix = BuildCounter()
                     .Name("weir_engine_prefix_tokens_total")
                     .Help("Prompt tokens that the prefix cache had, and that it had not.")
                     .Register(registry);
  prefix_hits_ = &prefix.Add({{"result", "hit"}});
  prefix_misses_ = &prefix.Add({{"result", "miss"}});
  auto& forecasts = BuildHistogram()
                        .Name("weir_engine_forecast_ratio")
                        .Help("Time that a request took by the time that was foretold as it began.")
                        .Register(registry);
  prompt_forecasts_ = &forecasts.Add({{"part", "prompt"}}, kForecastBuckets);
  answer_forecasts_ = &forecasts.Add({{"part", "answer"}}, kForecastBuckets);
  auto& guesses =
      BuildCounter()
          .Name("weir_engine_guessed_tokens_total")
          .Help(
              "Tokens of answers that were guessed, found in what was said before or by a "
              "draft model, and whether they came true.")
          .Register(registry);
  right_guesses_ = &guesses.Add({{"source", "lookup"}, {"result", "right"}});
  wrong_guesses_ = &guesses.Add({{"source", "lookup"}, {"result", "wrong"}});
  right_drafts_ = &guesses.Add({{"source", "draft"}, {"result", "right"}});
  wrong_drafts_ = &guesses.Add({{"source", "draft"}, {"result", "wrong"}});
  auto& requests = BuildCounter()
                       .Name("weir_engine_requests_total")
                       .Help("Requests that left the local engine, by how they ended.")
                       .Register(registry);
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    requests_[i] = &requests.Add({{"outcome", kOutcomes[i]}});
  }
}

void EngineSeries::observe(const EngineStepSample& step) {
  steps_.Increment();
  prompt_tokens_.Increment(static_cast<double>(step.prompt_tokens));
  output_tokens_.Increment(static_cast<double>(step.output_tokens));
  evicted_pages_.Increment(static_cast<double>(step.evicted_pages));
  const std::size_t wrong = step.guessed_tokens - step.right_guesses;
  const std::size_t wrong_drafts = step.drafted_tokens - step.right_drafts;
  right_guesses_->Increment(static_cast<double>(step.right_guesses - step.right_drafts));
  wrong_guesses_->Increment(static_cast<double>(wrong - wrong_drafts));
  right_drafts_->Increment(static_cast<double>(step.right_drafts));
  wrong_drafts_->Increment(static_cast<double>(wrong_drafts));
  step_seconds_.Observe(step.seconds);
  batch_sequences_.Observe(static_cast<double>(step.sequences));
  batch_tokens_.Observe(static_cast<double>(step.tokens));
}

void EngineSeries::observe(const EngineRequestSample& request) {
  requests_[static_cast<std::size_t>(request.outcome)]->Increment();
  if (request.outcome == EngineOutcome::kRejected) return;
  prefix_hits_->Increment(static_cast<double>(request.reused_tokens));
  disk_tokens_.Increment(static_cast<double>(request.disk_tokens));
  prefix_misses_->Increment(static_cast<double>(request.prompt_tokens - request.reused_tokens));
  queue_seconds_.Observe(request.queue_seconds);
  if (request.foretold_prompt_seconds > 0) {
    prompt_forecasts_->Observe(request.prompt_seconds / request.foretold_prompt_seconds);
  }
  if (request.foretold_answer_seconds > 0) {
    answer_forecasts_->Observe(request.answer_seconds / request.foretold_answer_seconds);
  }
  if (request.output_tokens < 2) return;
  token_seconds_.Observe(request.answer_seconds / static_cast<double>(request.output_tokens - 1));
}

void EngineSeries::set(const EngineModelSample& model) {
  const std::lock_guard lock(mutex_);
  if (model == model_) return;
  if (told_ != nullptr) info_.Remove(told_);
  told_ = nullptr;
  model_ = model;
  parameters_.Set(model.parameters);
  context_tokens_.Set(model.context_tokens);
  load_seconds_.Set(model.load_seconds);
  if (model.name.empty()) return;
  told_ = &info_.Add({{"model", label_of(model.name)},
                      {"architecture", label_of(model.architecture)},
                      {"hash", label_of(model.hash)}});
  told_->Set(1);
}

}  // namespace weir
