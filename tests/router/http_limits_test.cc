// Every wait and every buffer of a connection is bounded.
#include <sys/resource.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/router/http_test_server.h"
#include "tests/support/catch.h"

using namespace weir;
using namespace weir::test;
using std::chrono::milliseconds;

namespace {

// How handlers tell the test what happened.
struct Seen {
  std::atomic<std::int64_t> bytes{0};
  std::atomic<bool> waiting{false};
  std::atomic<bool> gone{false};
  std::atomic<bool> released{false};
};

FunctionHandler::Handle wait_until_gone(Seen& seen) {
  struct Run {
    static Async<void> handle(Exchange& exchange, Seen& seen) {
      seen.waiting = true;
      co_await wait_for_cancel(exchange);
      seen.gone = exchange.cancel().raised();
    }
  };
  return [&seen](Exchange& exchange) { return Run::handle(exchange, seen); };
}

FunctionHandler::Handle write_until_gone(Seen& seen) {
  struct Run {
    static Async<void> handle(Exchange& exchange, Seen& seen) {
      const std::string chunk(65536, 'x');
      exchange.start_stream({});
      WriteResult result = WriteResult::kOk;
      while (result == WriteResult::kOk && seen.bytes < (1 << 30)) {
        seen.waiting = true;
        result = co_await exchange.write_some(chunk);
        seen.bytes += 65536;
      }
      seen.gone = exchange.cancel().raised();
    }
  };
  return [&seen](Exchange& exchange) { return Run::handle(exchange, seen); };
}

// Answers when the test says so.
FunctionHandler::Handle answer_when_released(Seen& seen) {
  struct Run {
    static Async<void> handle(Exchange& exchange, Seen& seen) {
      seen.waiting = true;
      net::steady_timer timer(exchange.io_thread().context);
      while (!seen.released && !exchange.cancel().raised()) {
        timer.expires_after(milliseconds(1));
        co_await timer.async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
      }
      seen.gone = exchange.cancel().raised();
      co_await echo(exchange);
    }
  };
  return [&seen](Exchange& exchange) { return Run::handle(exchange, seen); };
}

HttpLimits small_limits() {
  HttpLimits limits;
  limits.request.body_bytes = 1000;
  return limits;
}

bool settled(const std::atomic<std::int64_t>& value) {
  std::int64_t last = -1;
  return eventually([&] {
    const bool same = value == last;
    last = value;
    ::poll(nullptr, 0, same ? 0 : 100);
    return same;
  });
}

}  // namespace

TEST_CASE("A body above the limit is refused before it is buffered", "[http]") {
  TestServer server(echo, small_limits());
  TestClient client(server);
  SECTION("declared") { client.send("POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 1001\r\n\r\n"); }
  SECTION("declared, and the client asks first") {
    client.send(
        "POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  }
  SECTION("chunked: at the size line that goes too far") {
    client.send("POST / HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\nx");
  }
  const std::string got = client.read_all();
  CHECK(got.starts_with("HTTP/1.1 413 Content Too Large\r\n"));
  CHECK(contains(got, R"("code":"http_body_too_large")"));
}

TEST_CASE("A head or a body that drips is timed out", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  const bool body = GENERATE(false, true);
  client.send(body ? "POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 50000\r\n\r\n"
                   : "GET / HTTP/1.1\r\nHost: w\r\n");
  std::string got;
  for (int i = 0; i < 30 && got.empty(); ++i) {
    client.send("x: y\r\n");
    server.clock.advance(milliseconds(3'000));
    got = client.read_until("}}", 60);
  }
  const std::string code = body ? "http_body_timeout" : "http_header_timeout";
  CHECK(got.starts_with("HTTP/1.1 408 Request Timeout"));
  CHECK(contains(got, code));
  CHECK(server.server->stats().refusals[code] == 1);
}

TEST_CASE("A connection that sends nothing is closed without a word", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  SECTION("from the start") {
    CHECK(eventually([&] { return server.server->stats().open_connections == 1; }));
    CHECK(eventually([&] {
      server.clock.advance(milliseconds(10'000));
      return client.closed(60);
    }));
  }
  SECTION("after an answer") {
    client.send(get("/a"));
    client.read_until("GET /a ");
    server.clock.advance(milliseconds(74'000));
    CHECK_FALSE(client.closed(120));
    server.clock.advance(milliseconds(1'001));
    CHECK(client.read_all().empty());
  }
}

TEST_CASE("A body that stops is timed out", "[http]") {
  TestServer server(echo);
  TestClient client(server);
  client.send("POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 50000\r\n\r\nsome");
  REQUIRE(eventually([&] { return server.server->stats().open_connections == 1; }));
  CHECK(client.read_until("}}", 120).empty());
  server.clock.advance(milliseconds(30'001));
  CHECK(contains(client.read_all(), R"("code":"http_body_timeout")"));
}

TEST_CASE("A client that stops reading costs bounded memory and is cut off", "[http]") {
  Seen seen;
  TestServer server(write_until_gone(seen));
  TestClient client(server, 4096);
  client.send(get("/"));
  REQUIRE(settled(seen.bytes));
  CHECK(seen.bytes < (16 << 20));
  CHECK_FALSE(seen.gone);
  server.clock.advance(milliseconds(30'001));
  CHECK(eventually([&] { return seen.gone.load(); }));
  CHECK(eventually([&] { return server.server->stats().open_connections == 0; }));
}

TEST_CASE("A client that goes is noticed within 50 ms", "[http]") {
  Seen seen;
  TestServer server(wait_until_gone(seen));
  TestClient client(server);
  client.send(get("/"));
  REQUIRE(eventually([&] { return seen.waiting.load(); }));
  const bool pipelined = GENERATE(false, true);
  if (pipelined) client.send(get("/next"));
  CHECK_FALSE(seen.gone);
  const auto start = std::chrono::steady_clock::now();
  if (GENERATE(false, true)) {
    client.end_writing();
  } else {
    client.close();
  }
  CHECK(eventually([&] { return seen.gone.load(); }));
  // With bytes before the end of stream the wheel looks, every 50 ms.
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took < (pipelined ? milliseconds(150) : milliseconds(50)));
  CHECK(server.server->stats().clients_gone == 1);
}

TEST_CASE("A pipelined request is answered after the one that was pending", "[http]") {
  Seen seen;
  TestServer server(answer_when_released(seen));
  TestClient client(server);
  client.send(get("/a"));
  REQUIRE(eventually([&] { return seen.waiting.load(); }));
  client.send(get("/b"));
  seen.released = true;
  const std::string got = client.read_until("GET /b ");
  CHECK(contains(got, "GET /a "));
  CHECK(contains(got, "GET /b "));
}

TEST_CASE("A drain finishes what is pending and closes what is idle", "[http]") {
  Seen seen;
  TestServer server(answer_when_released(seen));
  TestClient idle(server);
  TestClient busy(server);
  busy.send(get("/a"));
  REQUIRE(eventually([&] { return seen.waiting.load(); }));
  REQUIRE(eventually([&] { return server.server->stats().open_connections == 2; }));
  server.server->begin_drain();
  CHECK(idle.closed());
  idle.close();
  TestClient late;
  late.open();
  CHECK_FALSE(late.connect(server.server->port()));
  CHECK_FALSE(server.server->wait_closed(milliseconds(20)));
  seen.released = true;
  CHECK(contains(busy.read_all(), "connection: close"));
  busy.close();
  CHECK(server.server->wait_closed(milliseconds(5000)));
  CHECK_FALSE(seen.gone);
}

TEST_CASE("close_all() tells handlers that the client has gone", "[http]") {
  Seen seen;
  TestServer server(wait_until_gone(seen));
  TestClient client(server);
  client.send(get("/"));
  REQUIRE(eventually([&] { return seen.waiting.load(); }));
  server.server->close_all();
  CHECK(seen.gone);
  CHECK(server.server->stats().open_connections == 0);
  CHECK(client.closed());
}

TEST_CASE("Above the connection cap clients wait and those connected are served", "[http]") {
  HttpLimits limits;
  limits.connections = 2;
  TestServer server(echo, limits);
  TestClient first(server), second(server), third(server);
  third.send(get("/third"));
  for (TestClient* client : {&first, &second}) {
    client->send(get("/a"));
    CHECK(contains(client->read_until("GET /a "), "200 OK"));
  }
  CHECK(third.read_until("GET", 50).empty());
  first.close();
  CHECK(contains(third.read_until("GET /third "), "200 OK"));
}

TEST_CASE("Without file descriptors accepting pauses and connections are served", "[http]") {
  TestServer server(echo);
  TestClient connected(server);
  connected.send(get("/a"));
  REQUIRE(contains(connected.read_until("GET /a "), "200 OK"));
  TestClient waiting;
  waiting.open();

  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(waiting.socket());
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const std::uint64_t pauses = server.server->stats().accept_pauses;
  const bool reached = waiting.connect(server.server->port()) && waiting.send(get("/late"));
  const bool paused = eventually([&] { return server.server->stats().accept_pauses > pauses; });
  connected.send(get("/b"));
  const std::string served = connected.read_until("GET /b ");
  const std::string early = waiting.read_until("GET", 150);
  const std::uint64_t pauses_in_150_ms = server.server->stats().accept_pauses - pauses;
  ::setrlimit(RLIMIT_NOFILE, &before);

  CHECK(reached);
  CHECK(paused);
  CHECK(contains(served, "200 OK"));
  CHECK(early.empty());
  CHECK(pauses_in_150_ms <= 10);
  CHECK(contains(waiting.read_until("GET /late "), "200 OK"));
}
