// Bytes as hex digits, two each, lowercase; and back. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir {

std::string to_hex(std::span<const std::byte> bytes);

// Fills `bytes`; digits may be of either case. False, and they hold anything, unless `text` is
// two digits for each.
bool from_hex(std::string_view text, std::span<std::byte> bytes);

}  // namespace weir
