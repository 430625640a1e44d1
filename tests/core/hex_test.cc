#include "core/hex.h"

#include <array>

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("Bytes are two lowercase digits each, and come back from either case", "[hex]") {
  const std::array<std::byte, 4> bytes = {std::byte{0}, std::byte{0x0f}, std::byte{0xa9},
                                          std::byte{0xff}};
  CHECK(to_hex(bytes) == "000fa9ff");
  CHECK(to_hex({}).empty());
  std::array<std::byte, 4> found{};
  CHECK(from_hex("000fa9ff", found));
  CHECK(found == bytes);
  found = {};
  CHECK(from_hex("000FA9Ff", found));
  CHECK(found == bytes);
}

TEST_CASE("What is not two digits for each byte is no hex", "[hex]") {
  std::array<std::byte, 2> found{};
  const std::string text = GENERATE("", "123", "12345", "12g4", "12 4", "-123", "0x12");
  CHECK_FALSE(from_hex(text, found));
}

}  // namespace
}  // namespace weir
