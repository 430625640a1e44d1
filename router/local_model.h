// Loads the model of [local], if there is one.
#pragma once

#include <memory>

#include "core/result.h"
#include "local_backend/local_backend.h"
#include "metrics/metrics.h"
#include "router/config.h"

namespace weir {

// Counts an engine's work in `metrics`, which outlives it; null without metrics.
std::shared_ptr<EngineObserver> engine_counts(Metrics* metrics);

// How the model of [local] is loaded, and one of [[local.models]].
LocalBackendOptions load_options(const LocalConfig& config, Metrics* metrics);
LocalBackendOptions load_options(const LocalConfig& config, const LocalModelConfig& model,
                                 Metrics* metrics);

// Null when no model is configured. Takes seconds for a large file, and shows how
// far it is if standard error is a terminal. The engine counts its work in `metrics`,
// which may be null and outlives it. Fails with kInvalidModel or kInvalidConfig and
// the path.
Result<std::shared_ptr<LocalBackend>> load_local_model(const LocalConfig& config, Metrics* metrics);

}  // namespace weir
