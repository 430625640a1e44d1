// Custom tools, which take free text, in the form of functions: one parameter "input", a
// string. So every dialect and every model can call them.
#pragma once

#include <string>
#include <string_view>

#include "core/chat.h"

namespace weir {

inline constexpr std::string_view kCustomParameters =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

// {"input":"..."}
std::string custom_arguments(std::string_view input);

// The text of `arguments_json`; arguments of another form are the text themselves.
std::string custom_input(std::string_view arguments_json);

// Whether `name` is a custom tool of the request, which may be null.
bool is_custom_tool(const ChatRequest* request, std::string_view name);

}  // namespace weir
