// Lists of the functions of which alone some may be called. Elsewhere such a list has no form:
// there the others are not offered. What a provider runs itself stays.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/chat.h"

namespace weir {

inline void keep_tools(const std::vector<std::string_view>& names, std::vector<Tool>* tools) {
  std::erase_if(*tools, [&names](const Tool& tool) {
    return tool.kind != ToolKind::kHosted &&
           std::find(names.begin(), names.end(), tool.name) == names.end();
  });
}

}  // namespace weir
