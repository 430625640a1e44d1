#include "router/cache_salt.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A team has one salt, which is no other team's and does not show its name", "[router]") {
  const std::string red = cache_salt_of("red");
  CHECK(red.size() == 32);
  CHECK(red == cache_salt_of("red"));
  CHECK(red != cache_salt_of("blue"));
  CHECK(red != cache_salt_of(""));
  CHECK(red.find("red") == std::string::npos);
}

}  // namespace
}  // namespace weir
