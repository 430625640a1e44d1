#include "cloud_adapters/upstream/target.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A base URL gives host, port and path", "[upstream]") {
  const auto target = parse_target("openai", "https://api.example.com/v1/", false);
  REQUIRE(target.has_value());
  CHECK(target->tls);
  CHECK(target->host == "api.example.com");
  CHECK(target->port == 443);
  CHECK(target->base_path == "/v1");
  CHECK(host_header(*target) == "api.example.com");
}

TEST_CASE("An IPv6 address keeps its brackets in the Host header", "[upstream]") {
  const auto target = parse_target("vllm", "http://[::1]:8000", false);
  REQUIRE(target.has_value());
  CHECK(target->host == "::1");
  CHECK(target->base_path.empty());
  CHECK(host_header(*target) == "[::1]:8000");
}

TEST_CASE("Plain http leaves the host only by explicit wish", "[upstream]") {
  CHECK(parse_target("x", "http://localhost:8000/v1", false).has_value());
  CHECK(parse_target("x", "http://127.0.0.1/v1", false).has_value());
  CHECK_FALSE(parse_target("x", "http://192.168.1.5/v1", false).has_value());
  CHECK_FALSE(parse_target("x", "http://localhost.example.com", false).has_value());
  CHECK(parse_target("x", "http://192.168.1.5/v1", true).has_value());
}

TEST_CASE("A base URL that could mean two things is refused", "[upstream]") {
  const std::string url =
      GENERATE("", "api.example.com", "ftp://a", "https://", "https:///v1", "https://user@host",
               "https://u:p@host/", "https://host:0", "https://host:99999", "https://host:80x",
               "https://host:", "https://host?x=1", "https://host/v1?x", "https://host/v1#f",
               "https://ho st", "https://host/a b", "https://[::1", "https://[zz]",
               "https://host\r\nx: y", "https://host\\@evil", "https://[::1]8000");
  CAPTURE(url);
  const auto target = parse_target("x", url, true);
  REQUIRE_FALSE(target.has_value());
  CHECK(target.error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace weir
