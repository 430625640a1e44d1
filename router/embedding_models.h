// Loads the models of [[local.models]].
#pragma once

#include "core/result.h"
#include "metrics/metrics.h"
#include "router/config.h"
#include "router/snapshot.h"

namespace weir {

// One for each, in their order. Those that `before`, which may be null, has already with
// the same keys are taken over. They count their work in `metrics`, which may be null and
// outlives them. Fails with the path of what cannot be loaded, or is no model for
// embeddings. Blocking.
Result<EmbeddingModels> load_embedding_models(const LocalConfig& config, const Snapshot* before,
                                              Metrics* metrics);

}  // namespace weir
