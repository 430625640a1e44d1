// Names of members that a server may take for others than policy has read. What weir sends on as
// it came is read a second time by somebody else: some match names in any case of letters, and some
// ask other models than the one of "model".
#pragma once

#include "core/chat.h"
#include "core/result.h"
#include "router/snapshot.h"

namespace weir {

// kInvalidRequest ("json_case") for a member whose name is one that policy reads but for the case
// of its letters.
Result<void> check_spelling(const ChatRequest& request);

// kUnsupportedParameter for a list of models to fall back to where the team, its key, a rule or a
// limit is about models. `money`: something bounds what the request may cost.
Result<void> check_fallbacks(const ChatRequest& request, const Identity& who,
                             const Snapshot& snapshot, bool money);

// kUnsupportedParameter for a tier of service that costs more than the list price where money is
// limited: the budget would be held against the list.
Result<void> check_tier(const ChatRequest& request, bool money);

}  // namespace weir
