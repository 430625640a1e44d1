// The files that a configuration names, as a server finds them on this machine.
#pragma once

#include <string>
#include <vector>

#include "router/config.h"

namespace weir {

// What would keep a server from starting, or one of its models or backends from answering:
// "[section] key: path: what is wrong", in the order of the configuration; empty = nothing.
// Opens what is read, and only asks about what is written: changes nothing. Blocking.
std::vector<std::string> faults_of_named_files(const Config& config);

}  // namespace weir
