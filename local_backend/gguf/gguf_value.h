// One metadata value of a GGUF file, as views into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace weir {

// As numbered in the file.
enum class GgufType : std::uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

// `count` elements of one type that is not kArray. The bytes were checked: they
// hold exactly that many elements, strings with their lengths included.
struct GgufArray {
  GgufType type = GgufType::kU8;
  std::size_t count = 0;
  std::span<const std::byte> bytes;
};

// Integers of every width are widened, with their sign kept apart.
using GgufValue =
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, GgufArray>;

struct GgufEntry {
  std::string_view key;
  GgufValue value;
  std::span<const std::byte> stored;  // its type and value, as they stand in the file
};

}  // namespace weir
