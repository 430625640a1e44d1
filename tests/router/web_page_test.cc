#include "router/web_page.h"

#include <string_view>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

bool is_public(std::string_view host) {
  RequestHead head;
  head.fields.add({"host", host});
  return asks_for_public_name(head);
}

TEST_CASE("A Host of the public internet is told from addresses and private names", "[router]") {
  for (const std::string_view host : {"evil.example", "evil.example:8090", "EVIL.EXAMPLE.",
                                      "1.2.3.4.evil.example", "a.b.test.org"}) {
    CAPTURE(host);
    CHECK(is_public(host));
  }
  for (const std::string_view host :
       {"", "localhost", "localhost:8090", "127.0.0.1:8090", "192.168.1.5", "[::1]:8090", "weir",
        "weir.local", "Weir.Internal:80", "app.localhost", "weir.test", "box.home.arpa"}) {
    CAPTURE(host);
    CHECK_FALSE(is_public(host));
  }
}

TEST_CASE("Without a key a Host of the public internet is refused", "[router]") {
  House house(succeed, succeed);
  const std::string body = R"({"model":"local","messages":[{"role":"user","content":"Hi"}]})";
  const auto ask = [&](const std::string& host) {
    return house.ask_raw("POST /v1/chat/completions HTTP/1.1\r\nhost: " + host +
                         "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  const Answer refused = ask("evil.example");
  CHECK(refused.status == 403);
  CHECK(contains(refused.body, "foreign_host"));
  CHECK(house.local_.runs == 0);
  CHECK(ask("127.0.0.1:8090").status == 200);
}

}  // namespace
}  // namespace weir
