// The choice of model "auto" between the engine here and what is outside.
#pragma once

#include "core/result.h"
#include "router/decision.h"
#include "router/options.h"

namespace weir {

// `options` are those of each backend's default model; they outlive the call.
Result<Decision> choose_for_auto(const DecisionInput& input, const Options& options);

}  // namespace weir
