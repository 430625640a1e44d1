// Makes the folder that holds ledger, keys, receipts and models.
#pragma once

#include <string>

#include "core/result.h"

namespace weir {

// Fails with kInvalidConfig. A folder that this makes is its owner's alone; one that is there
// keeps its rights, as do those above it.
Result<void> make_state_dir(const std::string& path);

}  // namespace weir
