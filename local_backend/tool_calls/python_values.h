// Calls and values written as Python does, or as Gemma does, turned into JSON.
//
// Pure functions over complete texts; nested at most JsonScanner::kMaxDepth deep.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tool_calls/call_reader.h"

namespace weir {

// "[f(a=1), g.h(b='x')]" or "f(a=1)": named arguments only. nullopt if it is none.
std::optional<std::vector<ToolCall>> python_calls(std::string_view text);

// A literal: None, True, numbers, texts, lists, tuples, dictionaries. JSON's own words are
// understood too.
std::optional<std::string> python_value_json(std::string_view text);

// {key:<|"|>text<|"|>,n:1,list:[true,null],inner:{k:2}} as Gemma 4 writes it.
std::optional<std::string> gemma_object_json(std::string_view text);

}  // namespace weir
