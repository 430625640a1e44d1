// Lists of names in the configuration, each of which may end in '*'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Whether `name` is one of them, or begins as one that ends in '*'. An empty list
// stands for every name.
bool fits_any(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace weir
