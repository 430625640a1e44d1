// What would happen to a request, without anything happening: the answer of
// POST /admin/explain.
//
// No byte leaves, no money is reserved and no row is written.
#pragma once

#include <string>

#include "core/chat.h"
#include "router/deliberation.h"

namespace weir {

// {"team":.., "privacy":.., "rule":.., "score":.., "features":{..}, "decision":{..},
// "route":{..}} or "refusal" in place of the route.
std::string dry_run(const Question& question);

}  // namespace weir
