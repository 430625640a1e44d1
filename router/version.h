// The version of the program, set by the build from project(VERSION).
#pragma once

#include <string_view>

namespace weir {

inline constexpr std::string_view kVersion = WEIR_VERSION;

}  // namespace weir
