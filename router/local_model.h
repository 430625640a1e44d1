// Loads the model of [local], if there is one.
#pragma once

#include <memory>

#include "core/result.h"
#include "local_backend/local_backend.h"
#include "router/config.h"

namespace weir {

// Null when no model is configured. Takes seconds for a large file, and shows how
// far it is if standard error is a terminal. Fails with
// kInvalidModel or kInvalidConfig and the path.
Result<std::shared_ptr<LocalBackend>> load_local_model(const LocalConfig& config);

// Whether a reload may keep the model that is loaded.
bool same_model(const LocalConfig& a, const LocalConfig& b);

}  // namespace weir
