// The steady clock where it is read at once: by whoever has no Clock that tests move by hand.
#pragma once

#include <chrono>

#include "core/clock.h"

namespace weir {

inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace weir
