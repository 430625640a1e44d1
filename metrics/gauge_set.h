// Gauges of which a scrape says all at once: those that it does not name are gone, as what they
// stood for is.
//
// One thread at a time.
#pragma once

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/labels.h>

#include <map>
#include <utility>

namespace weir {

class GaugeSet {
 public:
  explicit GaugeSet(prometheus::Family<prometheus::Gauge>& family) : family_(family) {}

  void set(const std::map<prometheus::Labels, double>& values) {
    std::map<prometheus::Labels, prometheus::Gauge*> shown;
    for (const auto& [labels, value] : values) {
      prometheus::Gauge& gauge = family_.Add(labels);
      gauge.Set(value);
      shown.emplace(labels, &gauge);
    }
    for (const auto& [labels, gauge] : shown_) {
      if (!shown.contains(labels)) family_.Remove(gauge);
    }
    shown_ = std::move(shown);
  }

 private:
  prometheus::Family<prometheus::Gauge>& family_;
  std::map<prometheus::Labels, prometheus::Gauge*> shown_;
};

}  // namespace weir
