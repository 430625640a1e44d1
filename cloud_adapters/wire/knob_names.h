// How the clients of a dialect spell what ChatRequest calls "stop" or "thinking_budget".
#pragma once

#include <string>
#include <string_view>

#include "core/dialect.h"

namespace weir {

// For Losses, which name fields as the source has them: "stop" is "stop_sequences" of
// Anthropic's clients and "generationConfig.stopSequences" of Gemini's. Chat Completions'
// words are ChatRequest's own, so is what a dialect has no word for.
std::string knob_name(Dialect source, std::string_view knob);
// The same for each of "seed, tools[0], stop"; what is no knob stays.
std::string knob_names(Dialect source, std::string_view list);

}  // namespace weir
