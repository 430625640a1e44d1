// The series that one kind of request counts, found once and then cached.
//
// Thread-safe. A name from outside enters a label only through LabelCap, so a
// client cannot grow the registry without bound.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "metrics/ledger_row.h"

namespace weir {

// The label of every name that is not told apart.
inline constexpr std::string_view kOtherLabel = "_other";

// Lets the first `max` different values through, as valid UTF-8 of a bounded
// length; every later one is kOtherLabel. Not thread-safe.
class LabelCap {
 public:
  explicit LabelCap(std::size_t max) : max_(max) {}
  std::string admit(std::string_view value);

 private:
  std::size_t max_;
  std::set<std::string, std::less<>> known_;
};

// Everything that a finished request of one kind increments. Owned by the registry.
struct RequestSeries {
  prometheus::Counter* requests = nullptr;
  prometheus::Counter* cost_usd = nullptr;
  prometheus::Counter* saved_usd = nullptr;
  prometheus::Counter* extra_cost_usd = nullptr;
  prometheus::Counter* unpriced = nullptr;
  prometheus::Counter* escalations = nullptr;
  prometheus::Histogram* input_tokens = nullptr;
  prometheus::Histogram* cached_tokens = nullptr;
  prometheus::Histogram* cache_creation_tokens = nullptr;
  prometheus::Histogram* output_tokens = nullptr;
  prometheus::Histogram* reasoning_tokens = nullptr;
  prometheus::Histogram* duration = nullptr;
  prometheus::Histogram* time_to_first_token = nullptr;
  prometheus::Histogram* time_per_output_token = nullptr;
};

class RequestSeriesCache {
 public:
  RequestSeriesCache(prometheus::Registry& registry, std::size_t max_label_values);

  // The series of this row's team, models, route, reason and outcome.
  const RequestSeries& find(const LedgerRow& row);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  const RequestSeries& add(const std::string& key, const LedgerRow& row);
  RequestSeries make(const LedgerRow& row);

  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& cost_usd_;
  prometheus::Family<prometheus::Counter>& saved_usd_;
  prometheus::Family<prometheus::Counter>& extra_cost_usd_;
  prometheus::Family<prometheus::Counter>& unpriced_;
  prometheus::Family<prometheus::Counter>& escalations_;
  prometheus::Family<prometheus::Histogram>& tokens_;
  prometheus::Family<prometheus::Histogram>& duration_;
  prometheus::Family<prometheus::Histogram>& time_to_first_token_;
  prometheus::Family<prometheus::Histogram>& time_per_output_token_;

  const std::size_t max_kinds_;
  std::shared_mutex mutex_;  // guards the caps and the map
  LabelCap teams_;
  LabelCap models_;
  LabelCap requested_models_;
  LabelCap providers_;
  LabelCap errors_;
  std::unordered_map<std::string, std::unique_ptr<const RequestSeries>, Hash, std::equal_to<>>
      kinds_;
};

}  // namespace weir
