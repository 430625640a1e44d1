// Names of models with and without a tag. To Ollama "qwen3" and "qwen3:latest" are one model, by
// its own API as by OpenAI's, and its clients write either for what a list showed them.
#pragma once

#include <string_view>

#include "router/snapshot.h"

namespace weir {

// `name`, if anything here has it; else the same name without ":latest", or with it, if
// something has that; else `name`. Every rule and limit sees the name that comes back, which
// lives as long as both.
std::string_view name_of_tag(const Snapshot& snapshot, std::string_view name);

}  // namespace weir
