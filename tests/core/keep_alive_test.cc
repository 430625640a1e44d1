#include "core/keep_alive.h"

#include <string>

#include "tests/support/catch.h"

namespace weir {
namespace {

using std::chrono::milliseconds;

TEST_CASE("keep_alive is a number of seconds or a duration", "[core]") {
  const auto [json, wanted] = GENERATE(table<std::string, milliseconds>({
      {"0", milliseconds(0)},
      {"300", milliseconds(300'000)},
      {"1.5", milliseconds(1'500)},
      {"1e2", milliseconds(100'000)},
      {"\"0\"", milliseconds(0)},
      {"\"5m\"", milliseconds(300'000)},
      {"\"1h30m\"", milliseconds(5'400'000)},
      {"\"1m0.5s\"", milliseconds(60'500)},
      {"\"250ms\"", milliseconds(250)},
      {"\"60\"", milliseconds(60'000)},
      {"\"+2s\"", milliseconds(2'000)},
      {"\"1\xc2\xb5s\"", milliseconds(0)},
  }));
  CAPTURE(json);
  CHECK(parse_keep_alive(json).value().span == wanted);
}

TEST_CASE("A keep_alive below nothing, or beyond a life, has no end", "[core]") {
  const std::string json =
      GENERATE("-1", "\"-1\"", "\"-5m\"", "-0.5", "1e12", "\"9999999h\"", "99999999999999999999");
  CAPTURE(json);
  CHECK_FALSE(parse_keep_alive(json).value().span.has_value());
}

TEST_CASE("A keep_alive that is neither is refused by its name", "[core]") {
  const std::string json =
      GENERATE("", "\"\"", "\"", "\"m\"", "\"5 m\"", "\"5x\"", "\"5m3\"", "\"-\"", "true", "null",
               "{}", "[5]", "\"nan\"", "\"inf\"", "1e999", "\"--1\"", "\"5m\\u0020\"", "\"0x10\"");
  CAPTURE(json);
  const Error error = parse_keep_alive(json).error();
  CHECK(error.code == ErrorCode::kInvalidRequest);
  CHECK(error.param == "keep_alive");
}

}  // namespace
}  // namespace weir
