// Why no place may answer a request, said to the client.
#pragma once

#include "core/result.h"
#include "router/options.h"

namespace weir {

// kNotFound (detail "model_not_found") for a name nobody has, kForbidden for one
// the team may not use or that policy keeps from leaving, kUnsupportedParameter
// or kContextTooLong when no allowed backend fits, kForbidden ("max_cost_exceeded")
// when only a rule's max_cost is in the way, kBudgetExceeded when the team's month
// is, kUnavailable when a local-only request has no local model, kOverloaded when
// all that fit are down.
Error nothing_fits(const DecisionInput& input, const Options& options);

}  // namespace weir
