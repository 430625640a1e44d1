// The local models of a configuration: [local] model and [[local.models]].
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "local_backend/kv_cache/kv_archive.h"
#include "local_backend/model_store.h"
#include "metrics/metrics.h"
#include "router/config.h"

namespace weir {

// Counts loads and evictions in `metrics`, which outlives the store.
ModelStoreEvents count_loads(Metrics& metrics);

ModelStoreLimits store_limits(const LocalConfig& config);

// Where the local models keep what they have read.
struct LocalArchive {
  std::shared_ptr<KvArchive> archive;  // null: nowhere
  std::string program;                 // that computes: another one begins anew
};

// Those of [local] and [[local.models]], in this order; the first is loaded when it is
// that of [local]. ModelStore::use() makes them the configured ones. The error names the
// path of a [local] model that cannot be loaded, or a name that two models have.
// Blocking.
Result<ModelStore::Models> prepare_local_models(ModelStore& store, const LocalConfig& config,
                                                Metrics* metrics, const LocalArchive& archive = {});

// Sets the gauges of the local engines: right before a scrape.
void show_local_models(const ModelStore& store, Metrics& metrics);

// GET /admin/models: {"models":[{"name":..,"state":..},..]}.
std::string local_models_json(const ModelStore& store);

}  // namespace weir
