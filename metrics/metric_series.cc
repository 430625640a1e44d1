#include "metrics/metric_series.h"

#include <mutex>
#include <utility>

#include "core/utf8.h"

namespace weir {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;
using prometheus::Histogram;
using prometheus::Labels;

constexpr std::size_t kMaxLabelBytes = 128;

// Buckets as OpenTelemetry's GenAI metrics name them; time to first token goes
// on to a minute, as in Envoy AI Gateway.
const Histogram::BucketBoundaries kUsageBuckets = {
    1,      4,      16,      64,        256,       1'024,      4'096,
    16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};
const Histogram::BucketBoundaries kDurationBuckets = {0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
                                                      1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
const Histogram::BucketBoundaries kFirstTokenBuckets = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60};
const Histogram::BucketBoundaries kPerTokenBuckets = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,
                                                      0.3,  0.4,   0.5,  0.75,  1,   2.5};

std::string_view provider_of(const LedgerRow& row) {
  if (!row.provider.empty()) return row.provider;
  return row.route == Route::kLocal ? "weir" : kOtherLabel;
}

// Nobody answered, or nothing here knows the model: the name may be anything a client made up.
std::string_view requested_by(const LedgerRow& row) {
  const bool known = !row.model.empty() && !row.unlisted_model;
  return known ? std::string_view(row.requested_model) : kOtherLabel;
}

std::string_view model_of(const LedgerRow& row) {
  return row.unlisted_model ? kOtherLabel : std::string_view(row.model);
}

char status_class(std::int32_t status) {
  return static_cast<char>('0' + (status >= 100 && status < 600 ? status / 100 : 0));
}

// All that tells two kinds of requests apart, as one string.
void append_key(std::string* key, const LedgerRow& row) {
  for (const std::string_view part : {std::string_view(row.team), requested_by(row), model_of(row),
                                      provider_of(row), std::string_view(row.error_code)}) {
    key->append(part);
    key->push_back('\0');
  }
  key->push_back(static_cast<char>(row.operation));
  key->push_back(static_cast<char>(row.route));
  key->push_back(static_cast<char>(row.reason));
  key->push_back(status_class(row.http_status));
}

Labels with(Labels labels, const char* name, std::string_view value) {
  labels.emplace(name, value);
  return labels;
}

}  // namespace

std::string LabelCap::admit(std::string_view value) {
  std::string clean;
  append_repaired_utf8(&clean, value.substr(0, kMaxLabelBytes));
  if (known_.contains(clean) || clean.empty()) return clean;
  if (known_.size() >= max_) return std::string(kOtherLabel);
  known_.insert(clean);
  return clean;
}

RequestSeriesCache::RequestSeriesCache(prometheus::Registry& registry, std::size_t max_label_values)
    : requests_(BuildCounter()
                    .Name("weir_requests_total")
                    .Help("Requests by team, route, reason and class of status.")
                    .Register(registry)),
      cost_usd_(BuildCounter()
                    .Name("weir_cost_usd_total")
                    .Help("Paid to providers, in US dollars; the ledger has it exactly.")
                    .Register(registry)),
      saved_usd_(BuildCounter()
                     .Name("weir_saved_usd_total")
                     .Help("Saved against the baseline model, in US dollars: an estimate.")
                     .Register(registry)),
      extra_cost_usd_(BuildCounter()
                          .Name("weir_extra_cost_usd_total")
                          .Help("Paid above the baseline model: negative savings, in US dollars.")
                          .Register(registry)),
      unpriced_(BuildCounter()
                    .Name("weir_unpriced_requests_total")
                    .Help("Paid requests to models without a known price.")
                    .Register(registry)),
      escalations_(BuildCounter()
                       .Name("weir_escalations_total")
                       .Help("Requests where the local model was tried first and another answered.")
                       .Register(registry)),
      tokens_(BuildHistogram()
                  .Name("gen_ai_client_token_usage")
                  .Help("Tokens of a request; cached_input, cache_creation_input and reasoning "
                        "are parts of input and output.")
                  .Register(registry)),
      duration_(BuildHistogram()
                    .Name("gen_ai_server_request_duration_seconds")
                    .Help("Time until the last byte of an answer.")
                    .Register(registry)),
      time_to_first_token_(BuildHistogram()
                               .Name("gen_ai_server_time_to_first_token_seconds")
                               .Help("Time until the first visible byte of a streamed answer.")
                               .Register(registry)),
      time_per_output_token_(
          BuildHistogram()
              .Name("gen_ai_server_time_per_output_token_seconds")
              .Help("Time for each output token of a streamed answer after the first.")
              .Register(registry)),
      max_kinds_(max_label_values * 16 + 64),
      teams_(max_label_values),
      models_(max_label_values),
      requested_models_(max_label_values),
      providers_(max_label_values),
      errors_(max_label_values) {}

const RequestSeries& RequestSeriesCache::find(const LedgerRow& row) {
  thread_local std::string key;
  key.clear();
  append_key(&key, row);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = kinds_.find(std::string_view(key)); found != kinds_.end()) {
      return *found->second;
    }
  }
  return add(key, row);
}

const RequestSeries& RequestSeriesCache::add(const std::string& key, const LedgerRow& row) {
  const std::unique_lock lock(mutex_);
  if (kinds_.size() < max_kinds_) {
    auto& entry = kinds_[key];
    if (entry == nullptr) entry = std::make_unique<const RequestSeries>(make(row));
    return *entry;
  }
  // Too many combinations: what is closed stays, every open name is "_other".
  LedgerRow plain;
  plain.team = plain.model = plain.requested_model = plain.provider = kOtherLabel;
  plain.operation = row.operation;
  plain.route = row.route;
  plain.reason = row.reason;
  plain.http_status = row.http_status;
  std::string plain_key;
  append_key(&plain_key, plain);
  auto& entry = kinds_[plain_key];
  if (entry == nullptr) entry = std::make_unique<const RequestSeries>(make(plain));
  return *entry;
}

RequestSeries RequestSeriesCache::make(const LedgerRow& row) {
  const Labels team = {{"team", teams_.admit(row.team)}};
  const std::string model = models_.admit(model_of(row));
  const Labels route = with(team, "route", to_string(row.route));
  const Labels reason = with(route, "reason", to_string(row.reason));
  const Labels gen_ai = {{"gen_ai_operation_name", std::string(to_string(row.operation))},
                         {"gen_ai_provider_name", providers_.admit(provider_of(row))},
                         {"gen_ai_original_model", requested_models_.admit(requested_by(row))},
                         {"gen_ai_request_model", model}};
  const Labels outcome = with(gen_ai, "error_type", errors_.admit(row.error_code));
  const auto tokens = [&](const char* type) {
    return &tokens_.Add(with(gen_ai, "gen_ai_token_type", type), kUsageBuckets);
  };
  RequestSeries series;
  series.requests =
      &requests_.Add(with(reason, "code", std::string(1, status_class(row.http_status)) + "xx"));
  series.cost_usd = &cost_usd_.Add(with(team, "model", model));
  series.saved_usd = &saved_usd_.Add(route);
  series.extra_cost_usd = &extra_cost_usd_.Add(route);
  series.unpriced = &unpriced_.Add({{"model", model}});
  series.escalations = &escalations_.Add({{"reason", std::string(to_string(row.reason))}});
  series.input_tokens = tokens("input");
  series.cached_tokens = tokens("cached_input");
  series.cache_creation_tokens = tokens("cache_creation_input");
  series.output_tokens = tokens("output");
  series.reasoning_tokens = tokens("reasoning");
  series.duration = &duration_.Add(outcome, kDurationBuckets);
  series.time_to_first_token = &time_to_first_token_.Add(gen_ai, kFirstTokenBuckets);
  series.time_per_output_token = &time_per_output_token_.Add(gen_ai, kPerTokenBuckets);
  return series;
}

}  // namespace weir
