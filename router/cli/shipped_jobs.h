// The small jobs that weir-mini is judged by, inside the program.
#pragma once

#include <array>
#include <string_view>

namespace weir::cli {

struct ShippedJobs {
  const char* name;        // of its file in tools/weir_mini/eval
  std::string_view lines;  // as read_jobs() takes them
};

std::array<ShippedJobs, 2> shipped_jobs();

}  // namespace weir::cli
