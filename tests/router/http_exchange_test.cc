// What a client gets for what a handler does.
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/router/http_test_server.h"
#include "tests/support/catch.h"

using namespace weir;
using namespace weir::test;

namespace {

Async<void> stream_three(Exchange& exchange) {
  exchange.start_stream({});
  co_await exchange.write_some("one");
  co_await exchange.write_some("two");
  co_await exchange.finish("three");
}

Async<void> answer_nothing(Exchange&) { co_return; }

Async<void> throw_something(Exchange& exchange) {
  static_cast<void>(exchange);
  throw std::runtime_error("a bug");
  co_return;
}

Async<void> leave_stream_unfinished(Exchange& exchange) {
  exchange.start_stream({});
  co_await exchange.write_some("one");
}

std::string numbered(int i) { return std::string("/").append(std::to_string(i)); }

Async<void> change_mind(Exchange& exchange) {
  exchange.start_stream({});
  Response response;
  response.status = 503;
  response.headers.add("x-one", "a\r\nx-two: b");
  response.body = "{}";
  co_await exchange.send(std::move(response));
}

}  // namespace

TEST_CASE("A whole answer has its length, a date and the connection stays open", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  client.send(post("/a", "body"));
  CHECK(client.read_until("POST /a body") ==
        "HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-type: text/plain\r\n"
        "content-length: 12\r\n\r\nPOST /a body");
  client.send(get("/b"));
  CHECK(contains(client.read_until("GET /b "), "content-length: 7\r\n"));
}

TEST_CASE("Pipelined requests are answered in order", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  std::string requests, expected;
  for (int i = 0; i < 500; ++i) requests += post(numbered(i), "x");
  requests += get("/last");
  std::thread sender([&] { client.send(requests); });
  const std::string got = client.read_until("GET /last ");
  sender.join();
  std::size_t at = 0;
  for (int i = 0; i < 500 && at != std::string::npos; ++i) {
    at = got.find("POST " + numbered(i) + " x", at);
  }
  CHECK(at != std::string::npos);
  CHECK(count(got, "HTTP/1.1 200 OK") == 501);
}

TEST_CASE("A stream is chunked and its last chunk comes with the end", "[http]") {
  TestServer server(stream_three);
  TestClient client(server);
  client.send(get("/"));
  const std::string got = client.read_until("0\r\n\r\n");
  CHECK(contains(got, "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"));
  CHECK(got.ends_with("3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"));
}

TEST_CASE("A stream to HTTP/1.0 ends with the connection", "[http]") {
  TestServer server(stream_three);
  TestClient client(server);
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string got = client.read_all();
  CHECK(contains(got, "connection: close\r\n"));
  CHECK_FALSE(contains(got, "chunked"));
  CHECK(got.ends_with("\r\n\r\nonetwothree"));
}

TEST_CASE("HEAD gets the head alone", "[http]") {
  TestServer server(GENERATE(true, false) ? FunctionHandler::Handle(echo) : stream_three);
  TestClient client(server);
  client.send("HEAD /a HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n");
  const std::string got = client.read_all();
  CHECK(got.ends_with("\r\n\r\n"));
  CHECK(count(got, "\r\n\r\n") == 1);
}

TEST_CASE("Connection: close and HTTP/1.0 are honoured", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  SECTION("close") {
    client.send("GET /a HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n" + get("/b"));
    const std::string got = client.read_all();
    CHECK(contains(got, "connection: close"));
    CHECK_FALSE(contains(got, "GET /b"));
  }
  SECTION("HTTP/1.0 keep-alive") {
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(contains(client.read_until("GET /a "), "connection: keep-alive"));
    client.send("GET /b HTTP/1.0\r\n\r\n");
    CHECK(contains(client.read_all(), "connection: close"));
  }
}

TEST_CASE("A handler that fails to answer becomes a 500", "[http]") {
  TestServer server(GENERATE(true, false) ? FunctionHandler::Handle(answer_nothing)
                                          : throw_something);
  TestClient client(server);
  client.send(get("/"));
  const std::string got = client.read_all();
  CHECK(got.starts_with("HTTP/1.1 500 "));
  CHECK(contains(got, R"("type":"server_error","param":null,"code":"internal")"));
}

TEST_CASE("A stream that is not finished is cut without its end", "[http]") {
  TestServer server(leave_stream_unfinished);
  TestClient client(server);
  client.send(get("/"));
  CHECK(client.read_all().ends_with("3\r\none\r\n"));
}

TEST_CASE("Until a byte has left, another answer can be given", "[http]") {
  TestServer server(change_mind);
  TestClient client(server);
  client.send(get("/"));
  const std::string got = client.read_until("{}");
  CHECK(got.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  CHECK(contains(got, "\r\nx-one: a  x-two: b\r\n"));
  CHECK_FALSE(contains(got, "chunked"));
}

TEST_CASE("A refused request is told why and the connection closes", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  client.send(get("/a") + "GET /b HTTP/1.1\r\nHost: weir\r\nHost: other\r\n\r\n" + get("/c"));
  const std::string got = client.read_all();
  CHECK(contains(got, "GET /a "));
  CHECK(contains(got, "HTTP/1.1 400 Bad Request\r\n"));
  CHECK(contains(got, R"("type":"invalid_request_error","param":null,"code":"http_bad_host"}})"));
  CHECK_FALSE(contains(got, "GET /c"));
  CHECK(server.server->stats().refusals["http_bad_host"] == 1);
}

TEST_CASE("Expect: 100-continue is answered, other expectations are refused", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  const std::string head = "POST /a HTTP/1.1\r\nHost: weir\r\nContent-Length: 2\r\nExpect: ";
  SECTION("100-continue") {
    client.send(head + "100-Continue\r\n\r\n");
    CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    CHECK(client.read_until("POST /a ok").starts_with("HTTP/1.1 200 OK"));
  }
  SECTION("something else") {
    client.send(head + "200-ok\r\n\r\nok" + get("/b"));
    const std::string got = client.read_until("GET /b ");
    CHECK(got.starts_with("HTTP/1.1 417 Expectation Failed"));
    CHECK(got.ends_with("GET /b "));
  }
}

TEST_CASE("a long body that the handler does without is not kept", "[http]") {
  const std::string head = "POST /a HTTP/1.1\r\nHost: weir\r\nX-Key: unknown\r\n";
  TestServer server(echo);
  TestClient client(server);
  SECTION("its end is not waited for") {
    client.send(head + "Content-Length: 1000000\r\n\r\n");
    const std::string got = client.read_until("POST /a ");
    CHECK(contains(got, "connection: close"));
    CHECK(got.ends_with("POST /a "));
  }
  SECTION("of a chunked one nothing is left") {
    client.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + get("/b"));
    CHECK(contains(client.read_until("GET /b "), "\r\n\r\nPOST /a HTTP/1.1"));
  }
  SECTION("a chunked one is dropped up to a limit") {
    client.send(head + "Transfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(0x12000, 'x'));
    CHECK(contains(client.read_until("POST /a "), "connection: close"));
  }
  SECTION("a short one is kept, because that costs nothing") {
    client.send(head + "Content-Length: 3\r\n\r\nabc");
    CHECK(client.read_until("POST /a abc").ends_with("POST /a abc"));
  }
}

TEST_CASE("admit() refuses before the body is kept", "[http]") {
  const auto refuse_all = [](const RequestHead&) {
    Response response;
    response.status = 401;
    response.body = "no";
    return std::optional<Response>(std::move(response));
  };
  TestServer server(FunctionHandler(echo, refuse_all), {});
  TestClient client(server);
  SECTION("a short body is read and the connection goes on") {
    client.send(post("/a", std::string(5000, 'x')));
    CHECK(client.read_until("\r\n\r\nno").starts_with("HTTP/1.1 401 "));
    client.send(get("/b"));
    CHECK(client.read_until("\r\n\r\nno").starts_with("HTTP/1.1 401 "));
  }
  SECTION("a long body is not waited for") {
    client.send("POST /a HTTP/1.1\r\nHost: weir\r\nContent-Length: 1000000\r\n\r\n");
    CHECK(contains(client.read_until("\r\n\r\nno"), "connection: close"));
  }
  SECTION("a chunked body is dropped up to a limit") {
    client.send("POST /a HTTP/1.1\r\nHost: weir\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n");
    client.send(std::string(0x12000, 'x'));
    CHECK(contains(client.read_until("\r\n\r\nno"), "connection: close"));
  }
  SECTION("no 100 Continue is sent") {
    client.send("POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_until("\r\n\r\nno").starts_with("HTTP/1.1 401 "));
  }
}
