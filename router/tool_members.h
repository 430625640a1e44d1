// Members of a body that bring tools, in any dialect.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "core/http1.h"

namespace weir {

// In any case of letters: some servers read names so.
inline bool is_tool_member(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"tools", "functions", "mcp_servers",
                                                      "plugins", "web_search_options"};
  return std::any_of(kNames.begin(), kNames.end(), [name](std::string_view each) {
    return http1::equal_ignoring_case(name, each);
  });
}

}  // namespace weir
