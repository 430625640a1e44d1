// What the weir that serves, if one does, says of its local models.
#pragma once

#include <map>
#include <string>

namespace weir::cli {

struct ServedState {
  std::string state;     // as /admin/models has it: "ready"
  double progress = -1;  // of a load, 0 to 1; negative: none is told
  std::string problem;   // of one that failed
};

// By name. Asks the admin listener at `address` ("127.0.0.1:9464"), for a second at most; empty
// if nobody answers there as weir does.
std::map<std::string, ServedState> served_states(const std::string& address);

}  // namespace weir::cli
