// The sixteen levels that IQ4_NL's four bits stand for, in weights and in keys and values: those
// near which most of a block's normal numbers are when the one farthest from zero is -127.
#pragma once

#include <cstdint>

namespace weir::kernels {

inline constexpr std::int8_t kNonLinear[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                               1,    13,   25,  38,  53,  69,  89,  113};

}  // namespace weir::kernels
