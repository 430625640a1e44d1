// What quantised weights are multiplied with. Float weights always meet floats.
#pragma once

#include <cstdint>

namespace weir::kernels {

enum class Arithmetic : std::uint8_t {
  kInt8,  // activations rounded to int8 by blocks of 32: fast, adds about 1 % of noise
  kF32,   // weights widened, activations exact: slow, for judging
};

}  // namespace weir::kernels
