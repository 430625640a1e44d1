// Whom an engine shares its time and its memory between: a team, and what it may have of them
// when others want some, too.
#pragma once

#include <cstdint>
#include <string>

namespace weir {

struct Tenant {
  std::string name;
  std::int64_t weight = 1;  // positive; who has 2 gets twice what who has 1 gets
};

}  // namespace weir
