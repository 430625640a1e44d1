// Whether answers are guessed ahead (guess_planner.h).
#pragma once

#include <cstdint>

namespace weir {

enum class Speculation : std::uint8_t {
  kNever,
  kAuto,    // where it is faster
  kAlways,  // wherever something may be guessed
};

}  // namespace weir
