// What an engine's keys, values and states depend on beside weights and tokens.
#pragma once

#include <string>
#include <string_view>

#include "local_backend/kv_cache/sequence_state.h"

namespace weir {

// Equal only if pages and checkpoints are laid out alike and computed by the same kernels: a
// line each. Changes whenever the engine would give other bits.
std::string state_identity(const StateLayout& layout, std::string_view kernels);

}  // namespace weir
