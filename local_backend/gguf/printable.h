// Names from a model file as errors and logs may show them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// In quotes, on one line, short and ASCII, whatever the name holds.
inline std::string printable(std::string_view name) {
  constexpr std::size_t kShown = 64;
  std::string text;
  for (const char c : name.substr(0, kShown)) text += c >= ' ' && c <= '~' ? c : '?';
  return "'" + text + (name.size() > kShown ? "...'" : "'");
}

}  // namespace weir
