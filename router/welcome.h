// What `weir serve` tells the person who started it: where it listens, what it can
// answer with, and a request to try.
#pragma once

#include <cstdint>

#include "router/snapshot.h"

namespace weir {

enum class CurlLine : std::uint8_t { kNone, kWithoutKey, kWithKey };

// To the log, one line each; the curl line to standard output.
void welcome(const Snapshot& snapshot, std::uint16_t data_port, std::uint16_t admin_port,
             CurlLine curl);

}  // namespace weir
