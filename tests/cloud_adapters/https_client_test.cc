#include "cloud_adapters/upstream/https_client.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <thread>

#include "tests/cloud_adapters/upstream_bench.h"
#include "tests/support/catch.h"
#include "tests/support/fault_server.h"

namespace weir::test {
namespace {

struct Fetched {
  int status = 0;
  std::string body;
};

Async<Result<Fetched>> fetch_on(std::shared_ptr<Pool> pool, EgressPermit permit, std::string body,
                                Deadline deadline = {}) {
  UpstreamCall call(std::move(pool));
  const auto sent = co_await call.send(std::move(permit),
                                       {"/chat/completions", "*/*", body, RequestId{7}}, deadline);
  if (!sent) co_return sent.error();
  Fetched fetched{call.head().status, {}};
  for (;;) {
    const auto bytes = co_await call.read_body();
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) co_return fetched;
    fetched.body.append(*bytes);
  }
}

struct Client {
  explicit Client(const UpstreamTarget& target, const std::string& key = "sk-canary")
      : upstream(Upstream::create(target, Secret(key), nullptr).value()),
        pool(std::make_shared<Pool>(thread.io(), upstream)) {}

  Result<Fetched> fetch(std::string body = "{}", Deadline deadline = {}) {
    return thread.await(fetch_on(pool, permit_for("mock"), std::move(body), deadline));
  }

  TestThread thread;
  std::shared_ptr<Upstream> upstream;
  std::shared_ptr<Pool> pool;
};

// The error of one exchange with a server that plays `script`.
Error failure_of(const FaultServer::Script& script) {
  FaultServer server(script);
  Client client(target_at(server.port()));
  const auto fetched = client.fetch();
  REQUIRE_FALSE(fetched.has_value());
  return fetched.error();
}

FaultServer::Script answers(std::string bytes) {
  return [bytes](Peer& peer) {
    while (!peer.read_request().empty()) peer.send(bytes);
  };
}

FaultServer::Script answers_once(std::string bytes) {
  return [bytes](Peer& peer) {
    peer.read_request();
    peer.send(bytes);
  };
}

TEST_CASE("A request goes out in one piece with our headers and no others", "[upstream]") {
  std::string seen;
  FaultServer server([&seen](Peer& peer) {
    seen = peer.read_request();
    peer.send(answer("{\"ok\":1}"));
  });
  Client client(target_at(server.port()));
  const auto fetched = client.fetch("{\"model\":\"m\"}");
  REQUIRE(fetched.has_value());
  CHECK(fetched->status == 200);
  CHECK(fetched->body == "{\"ok\":1}");
  CHECK(seen ==
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(server.port()) +
            "\r\nauthorization: Bearer sk-canary\r\nuser-agent: weir/0.1\r\n"
            "accept-encoding: identity\r\ncontent-type: application/json\r\n"
            "accept: */*\r\nx-request-id: req_0000000000007\r\n"
            "content-length: 13\r\n\r\n{\"model\":\"m\"}");
}

TEST_CASE("Without a permit for this very upstream nothing is written", "[upstream]") {
  FaultServer server(answers(answer("{}")));
  Client client(target_at(server.port()));
  EgressPermit moved_from = permit_for("mock");
  const EgressPermit taken = std::move(moved_from);
  EgressPermit used = permit_for(GENERATE("other", "mock2", "MOCK"));
  const bool use_moved_from = GENERATE(true, false);
  const auto fetched = client.thread.await(
      fetch_on(client.pool, std::move(use_moved_from ? moved_from : used), "{}"));
  REQUIRE_FALSE(fetched.has_value());
  CHECK(fetched.error().code == ErrorCode::kForbidden);
  CHECK(server.connections() == 0);
}

TEST_CASE("A large request and a large answer pass whole", "[upstream]") {
  const std::string large(5'000'000, 'x');
  std::size_t received = 0;
  FaultServer server([&](Peer& peer) {
    received = peer.read_request().size();
    peer.send(answer(large));
  });
  Client client(target_at(server.port()));
  const auto fetched = client.fetch(large);
  REQUIRE(fetched.has_value());
  CHECK(received > large.size());
  CHECK(fetched->body == large);
}

TEST_CASE("F3: a refused connection is an error at once", "[upstream]") {
  Client client(target_at(closed_port()));
  const auto fetched = client.fetch();
  REQUIRE_FALSE(fetched.has_value());
  CHECK(fetched.error().code == ErrorCode::kUpstreamConnect);
  CHECK(another_try_may_help(fetched.error()));
}

TEST_CASE("F1: a name without an address is an error of its own", "[upstream]") {
  UpstreamTarget target = target_at("http://127.0.0.1/v1");
  target.host = "no-such-host.invalid";
  Client lost(target);
  const auto fetched = lost.fetch();
  REQUIRE_FALSE(fetched.has_value());
  CHECK((fetched.error().code == ErrorCode::kUpstreamConnect ||
         fetched.error().code == ErrorCode::kDeadline));
}

TEST_CASE("Addresses of a name are tried in order", "[upstream]") {
  FaultServer server(answers(answer("{}")));  // listens on 127.0.0.1 only, not on ::1
  Client client(target_at("http://localhost:" + std::to_string(server.port())));
  CHECK(client.fetch().has_value());
}

// A port on which connections are neither taken nor refused: its queue of them is full.
class SilentPort {
 public:
  SilentPort() {
    listener_.open(net::ip::tcp::v4());
    listener_.bind({net::ip::address_v4::loopback(), 0});
    listener_.listen(0);
    for (net::ip::tcp::socket& socket : waiting_) {
      socket.open(net::ip::tcp::v4());
      socket.non_blocking(true);
      const net::ip::tcp::endpoint to = endpoint();
      static_cast<void>(
          ::connect(socket.native_handle(), to.data(), static_cast<socklen_t>(to.size())));
    }
  }
  net::ip::tcp::endpoint endpoint() const { return listener_.local_endpoint(); }

 private:
  net::io_context context_;
  net::ip::tcp::acceptor listener_{context_};
  std::array<net::ip::tcp::socket, 4> waiting_ = {
      net::ip::tcp::socket(context_), net::ip::tcp::socket(context_),
      net::ip::tcp::socket(context_), net::ip::tcp::socket(context_)};
};

TEST_CASE("An address that never answers does not keep the next one from being tried",
          "[upstream]") {
  FaultServer server(answers(answer("{}")));
  const SilentPort silent;
  UpstreamTarget target = target_at(server.port());
  target.addresses = {silent.endpoint(), {net::ip::address_v4::loopback(), server.port()}};
  target.timeouts.connect = milliseconds(4'000);
  Client client(target);
  client.thread.clock().hold();
  std::optional<Result<Fetched>> fetched;
  client.thread.start(fetch_on(client.pool, permit_for("mock"), "{}"), &fetched);
  client.thread.turn(20);
  CHECK(server.connections() == 0);
  client.thread.clock().skip(milliseconds(2'000));
  client.thread.run_until([&] { return fetched.has_value(); });
  CHECK(fetched->has_value());
}

TEST_CASE("Addresses that never answer have the connect timer together", "[upstream]") {
  const SilentPort first;
  const SilentPort second;
  UpstreamTarget target = target_at(closed_port());
  target.addresses = {first.endpoint(), second.endpoint()};
  target.timeouts.connect = milliseconds(4'000);
  Client client(target);
  client.thread.clock().hold();
  std::optional<Result<Fetched>> fetched;
  client.thread.start(fetch_on(client.pool, permit_for("mock"), "{}"), &fetched);
  for (int half = 0; half < 2; ++half) {
    client.thread.turn(20);
    CHECK_FALSE(fetched.has_value());
    client.thread.clock().skip(milliseconds(2'000));
  }
  client.thread.run_until([&] { return fetched.has_value(); });
  CHECK(fetched->error().detail == "upstream_connect_timeout");
}

TEST_CASE("After refused connections in a row the upstream is left alone", "[upstream]") {
  Client client(target_at(closed_port()));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(client.fetch().has_value());
  CHECK_FALSE(client.upstream->breaker().available(system_clock().now()));
  CHECK(client.fetch().error().detail == "upstream_down");
  CHECK(client.upstream->breaker().available(system_clock().now() + std::chrono::minutes(1)));
}

TEST_CASE("F7: silence before the head ends by the first-byte timer", "[upstream]") {
  const Error error = failure_of([](Peer& peer) {
    peer.read_request();
    peer.wait_for_close();
  });
  CHECK(error.code == ErrorCode::kDeadline);
  CHECK(error.detail == "upstream_first_byte_timeout");
}

TEST_CASE("F7: bytes of a head that never ends do not extend the first-byte timer", "[upstream]") {
  const Error error = failure_of([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n");
    peer.wait_for_close();
  });
  CHECK(error.detail == "upstream_first_byte_timeout");
}

TEST_CASE("F8: silence in the body ends by the idle timer", "[upstream]") {
  const Error error = failure_of([](Peer& peer) {
    peer.read_request();
    peer.send(std::string(kStreamHead) + chunk("data: 1\n\n"));
    peer.wait_for_close();
  });
  CHECK(error.code == ErrorCode::kDeadline);
  CHECK(error.detail == "upstream_idle_timeout");
}

TEST_CASE("A request that the upstream does not take ends by the idle timer", "[upstream]") {
  FaultServer deaf([](Peer&) {}, true);
  Client client(target_at(deaf.port()));
  const auto fetched = client.fetch(std::string(30'000'000, 'x'));
  CHECK(fetched.error().detail == "upstream_idle_timeout");
}

TEST_CASE("The caller's deadline bounds everything", "[upstream]") {
  FaultServer server([](Peer& peer) { peer.wait_for_close(); });
  Client client(target_at(server.port()));
  const SteadyTime begin = system_clock().now();
  const auto fetched = client.fetch("{}", Deadline::in(begin, milliseconds(50)));
  CHECK(fetched.error().detail == "upstream_total_timeout");
  CHECK(system_clock().now() - begin < milliseconds(250));
  CHECK_FALSE(another_try_may_help(fetched.error()));
}

TEST_CASE("F9: a reset in the body is an error", "[upstream]") {
  const Error error = failure_of([](Peer& peer) {
    peer.read_request();
    peer.send(std::string(kStreamHead) + "20\r\nhalf of it");
    peer.reset();
  });
  CHECK(error.code == ErrorCode::kUpstreamClosed);
}

TEST_CASE("F10, F11: an end before the end is an error", "[upstream]") {
  const std::string bytes =
      GENERATE(std::string(kStreamHead) + "9\r\ndata: 1\n\n\r\n",
               std::string("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort"),
               std::string("HTTP/1.1 200 OK\r\n"), std::string());
  CAPTURE(bytes);
  CHECK(failure_of(answers_once(bytes)).code == ErrorCode::kUpstreamClosed);
}

TEST_CASE("F12, F13, F14: bad chunks are an error", "[upstream]") {
  const std::string body = GENERATE(std::string("xyz\r\n"), std::string("-1\r\n\r\n"),
                                    std::string("ffffffffffffffffff\r\n"),
                                    "5;" + std::string(200'000, 'e') + "\r\nhello\r\n0\r\n\r\n");
  const Error error = failure_of(answers_once(std::string(kStreamHead) + body));
  CHECK(error.code == ErrorCode::kUpstreamProtocol);
}

TEST_CASE("What is not HTTP is an error", "[upstream]") {
  const std::string bytes = GENERATE("SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n\r\n",
                                     "HTTP/1.1 abc\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00");
  const ErrorCode code = failure_of(answers_once(bytes)).code;
  CHECK((code == ErrorCode::kUpstreamProtocol || code == ErrorCode::kUpstreamClosed));
}

TEST_CASE("F32: interim answers are skipped", "[upstream]") {
  FaultServer server(answers("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" + answer("{}")));
  Client client(target_at(server.port()));
  const auto fetched = client.fetch();
  REQUIRE(fetched.has_value());
  CHECK(fetched->body == "{}");
}

TEST_CASE("An answer that comes before the whole request was taken is read", "[upstream]") {
  FaultServer server([](Peer& peer) {
    peer.send(
        answer("{\"error\":{}}", "application/json", "413 Too Large", "connection: close\r\n"));
    peer.wait_for_close();
  });
  Client client(target_at(server.port()));
  const auto fetched = client.fetch(std::string(100'000, 'x'));
  REQUIRE(fetched.has_value());
  CHECK(fetched->status == 413);
  CHECK(client.pool->idle_count() == 0);
}

TEST_CASE("Giving up closes the upstream's connection within 50 ms", "[upstream]") {
  const std::string before =
      GENERATE(std::string(), std::string(kStreamHead) + chunk("data: 1\n\n"));
  std::atomic<bool> waiting{false};
  std::optional<Peer::Clock::time_point> closed;
  auto server = std::make_unique<FaultServer>([&](Peer& peer) {
    peer.read_request();
    peer.send(before);
    waiting = true;
    closed = peer.wait_for_close();
  });
  Client client(target_at(server->port()));
  UpstreamCall call(client.pool);
  std::optional<Result<void>> sent;
  client.thread.start(call.send(permit_for("mock"), {"/x", "*/*", "{}", RequestId{1}}, {}), &sent);
  client.thread.run_until([&] { return waiting && (before.empty() || sent.has_value()); });
  const auto given_up = Peer::Clock::now();
  call.abort();
  client.thread.run_until([&] { return sent.has_value(); });
  if (before.empty()) CHECK(sent->error().code == ErrorCode::kCancelled);
  server.reset();
  REQUIRE(closed.has_value());
  CHECK(*closed - given_up < milliseconds(50));
}

TEST_CASE("No error text holds the provider's key", "[upstream]") {
  const std::string bytes = GENERATE("nonsense ", "HTTP/1.1 200 OK\r\nx y: ", "");
  const Error error = failure_of(answers_once(bytes + std::string("sk-canary\r\n\r\n")));
  CHECK(error.message.find("sk-canary") == std::string::npos);
}

TEST_CASE("A key that cannot stand in a header is refused at the start", "[upstream]") {
  const std::string key = GENERATE("two words", "line\nbreak", "line\r\nx: y", "caf\xc3\xa9");
  const auto upstream = Upstream::create(target_at("http://127.0.0.1"), Secret(key), nullptr);
  REQUIRE_FALSE(upstream.has_value());
  CHECK(upstream.error().code == ErrorCode::kInvalidConfig);
  CHECK(upstream.error().message.find(key) == std::string::npos);
}

}  // namespace
}  // namespace weir::test
