// `weir audit replay`: asks the local model again for an answer that it gave, and says
// whether the same comes out.
#pragma once

#include <string>

#include "router/cli/commands.h"

namespace weir::cli {

// Loads the configured model of the name that answered. 0: the same text, thinking and calls;
// 1: not the same, or it cannot be asked, and what differs from then.
int audit_replay(const ConfigOption& config, const std::string& request_id);

}  // namespace weir::cli
