// Backends that the keys in the environment make where the configuration has none.
#pragma once

#include "router/config.h"

namespace weir {

// With no [[backend]]: adds one for each of OPENAI_API_KEY, ANTHROPIC_API_KEY and
// GEMINI_API_KEY that is set, in this order, at OPENAI_BASE_URL, ANTHROPIC_BASE_URL or
// GOOGLE_GEMINI_BASE_URL (as their clients read them) or the public address, and says so in
// the notes. load_config() calls it.
void add_environment_backends(Config& config, const EnvLookup& environment);

}  // namespace weir
