#include "policies/team_key.h"

#include <string>

#include "tests/support/catch.h"

namespace weir {
namespace {

std::array<std::uint8_t, kKeyRandomBytes> bytes_from(std::uint8_t first) {
  std::array<std::uint8_t, kKeyRandomBytes> bytes{};
  for (std::uint8_t& byte : bytes) byte = first++;
  return bytes;
}

TEST_CASE("A new key is accepted by the config line that comes with it", "[policies]") {
  const NewKey key = make_key(bytes_from(7));
  const std::optional<TeamKey> line = parse_key_line(key.config_line);
  REQUIRE(line);
  CHECK(key_id(key.printed.reveal()) == line->id);
  CHECK(equal_in_constant_time(sha256_of(key.printed.reveal()), line->sha256));
}

TEST_CASE("A new key has the documented form", "[policies]") {
  const NewKey key = make_key(bytes_from(200));
  const std::string printed(key.printed.reveal());
  CHECK(printed.size() == 5 + 8 + 1 + 43);
  CHECK(printed.starts_with("weir_"));
  CHECK(printed[13] == '_');
  CHECK(key.config_line.find(printed.substr(14)) == std::string::npos);
}

TEST_CASE("Keys of different random bytes differ", "[policies]") {
  std::array<std::uint8_t, kKeyRandomBytes> other = bytes_from(1);
  other.back() ^= 1;
  CHECK(make_key(bytes_from(1)).printed.reveal() != make_key(other).printed.reveal());
  CHECK(make_key(std::array<std::uint8_t, kKeyRandomBytes>{}).printed.reveal() ==
        "weir_00000000_" + std::string(43, '0'));
}

TEST_CASE("The digest is SHA-256 as everybody computes it", "[policies]") {
  const Sha256 digest = sha256_of("abc");  // FIPS 180-2, appendix B.1
  CHECK(digest[0] == 0xba);
  CHECK(digest[1] == 0x78);
  CHECK(digest[31] == 0xad);
}

TEST_CASE("A string that is no key has no id", "[policies]") {
  const std::string key = GENERATE("", "weir_", "sk-1234", "weir_abcdefgh", "weir_abcdefgh_",
                                   "weir_abcdefghi_x", "weir_abc-efgh_x", "WEIR_abcdefgh_x");
  CAPTURE(key);
  CHECK_FALSE(key_id(key));
}

TEST_CASE("A key line that is not exact is refused", "[policies]") {
  const std::string hex(64, 'a');
  CHECK(parse_key_line("abcdefgh:sha256:" + hex));
  const std::string line = GENERATE_COPY(
      std::string(), "abcdefgh:sha256:", "abcdefgh:sha256:" + hex.substr(1),
      "abcdefgh:sha256:" + hex + "a", "abcdefgh:sha512:" + hex, "abcdefg:sha256:" + hex,
      "abcd_fgh:sha256:" + hex, "abcdefgh:sha256:" + hex.substr(1) + "g");
  CAPTURE(line);
  CHECK_FALSE(parse_key_line(line));
}

}  // namespace
}  // namespace weir
