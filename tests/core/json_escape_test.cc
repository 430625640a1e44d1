#include "core/json_escape.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_escaped(&out, text);
  return out;
}

TEST_CASE("What ends or breaks a JSON string is escaped", "[core]") {
  CHECK(escaped(R"(say "a\b")") == R"(say \"a\\b\")");
  CHECK(escaped("a\nb\r\t\b\f") == R"(a\nb\r\t\b\f)");
  CHECK(escaped(std::string_view("\0\x1f", 2)) == R"(\u0000\u001f)");
}

TEST_CASE("Every other byte of a JSON string stays as it is", "[core]") {
  CHECK(escaped("caf\u00e9 \U0001F307 / \x7f") == "caf\u00e9 \U0001F307 / \x7f");
  CHECK(escaped("\xff\xfe") == "\xff\xfe");
  CHECK(escaped("").empty());
}

}  // namespace
}  // namespace weir
