// The arguments of a tool's call, for dialects where they are an object and not its text.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// True if `text` is a JSON object, whole and valid.
bool is_json_object(const std::string& text);

// A JSON object, whatever a model wrote: `text` itself if it is one, {} if it is blank, and
// {"INVALID_JSON": "what it wrote"} otherwise, as Anthropic's documents propose.
std::string arguments_object(std::string_view text);

// The last of these forms.
std::string invalid_arguments(std::string_view text);

}  // namespace weir
