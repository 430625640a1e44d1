#include <openssl/ssl.h>

#include "cloud_adapters/upstream/https_client.h"
#include "tests/cloud_adapters/upstream_bench.h"
#include "tests/support/catch.h"
#include "tests/support/fault_server.h"
#include "tests/support/test_certificates.h"

namespace weir::test {
namespace {

const TestCertificates& certificates() {
  static const TestCertificates made;
  return made;
}

FaultServer::Script tls_answers(SSL_CTX* context, std::string bytes, std::size_t piece = 1 << 20) {
  return [context, bytes, piece](Peer& peer) {
    if (!peer.accept_tls(context)) return;
    while (!peer.read_request().empty()) peer.send_in_pieces(bytes, piece);
  };
}

struct TlsBench {
  TlsBench(const std::string& host, std::uint16_t port,
           const std::string& ca_file = certificates().ca_file())
      : pool(std::make_shared<Pool>(
            thread.io(), Upstream::create(target_at("https://" + host + ":" + std::to_string(port)),
                                          Secret(), TlsContext::create(ca_file).value())
                             .value())) {}

  Result<std::string> fetch(std::string_view body = "{}") {
    UpstreamCall call(pool);
    const auto sent =
        thread.await(call.send(permit_for("mock"), {"/x", "*/*", body, RequestId{1}}, Deadline{}));
    if (!sent) return sent.error();
    for (std::string text;;) {
      const auto bytes = thread.await(call.read_body());
      if (!bytes) return bytes.error();
      if (bytes->empty()) return text;
      text.append(*bytes);
    }
  }

  TestThread thread;
  std::shared_ptr<Pool> pool;
};

TEST_CASE("A request goes over TLS to a server with the right certificate", "[upstream]") {
  const std::string host = GENERATE("localhost", "127.0.0.1");
  const auto context = certificates().server({host});
  FaultServer server(tls_answers(context.get(), answer("{\"ok\":1}")));
  TlsBench bench(host, server.port());
  for (int i = 0; i < 3; ++i) {
    const auto body = bench.fetch();
    REQUIRE(body.has_value());
    CHECK(*body == "{\"ok\":1}");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("Large bodies pass TLS whole in both directions", "[upstream]") {
  const std::string large(3'000'000, 'x');
  const auto context = certificates().server();
  FaultServer server(tls_answers(context.get(), answer(large), 100'000));
  TlsBench bench("localhost", server.port());
  const auto body = bench.fetch(large);
  REQUIRE(body.has_value());
  CHECK(*body == large);
}

TEST_CASE("F18: an answer in TLS records of one byte is read whole", "[upstream]") {
  const auto context = certificates().server();
  FaultServer server(tls_answers(context.get(), answer("{\"text\":\"\xf0\x9f\x8c\x8a\"}"), 1));
  TlsBench bench("localhost", server.port());
  const auto body = bench.fetch();
  REQUIRE(body.has_value());
  CHECK(*body == "{\"text\":\"\xf0\x9f\x8c\x8a\"}");
}

TEST_CASE("F5: a certificate that does not prove the name ends the attempt", "[upstream]") {
  CertificateWish wish;
  SECTION("of another host") { wish.host = "example.com"; }
  SECTION("of a host that only begins alike") { wish.host = "localhost.example.com"; }
  SECTION("of another address") { wish.host = "127.0.0.2"; }
  SECTION("expired") { wish.valid_until_s = -60; }
  SECTION("not valid yet") { wish.valid_from_s = 600; }
  SECTION("signed by itself") { wish.self_signed = true; }
  const auto context = certificates().server(wish);
  FaultServer server(tls_answers(context.get(), answer("{}")));
  TlsBench bench("localhost", server.port());
  const auto body = bench.fetch();
  REQUIRE_FALSE(body.has_value());
  CHECK(body.error().code == ErrorCode::kUpstreamTls);
  CHECK(body.error().detail == "upstream_tls");
  CAPTURE(body.error().message);
  CHECK(body.error().message.find("certificate") + body.error().message.find("ostname") !=
        2 * std::string::npos);
}

TEST_CASE("F5: the system's authorities do not vouch for a stranger", "[upstream]") {
  const auto context = certificates().server();
  FaultServer server(tls_answers(context.get(), answer("{}")));
  TlsBench bench("localhost", server.port(), "");
  CHECK(bench.fetch().error().code == ErrorCode::kUpstreamTls);
}

TEST_CASE("F5: a server without TLS 1.2 is refused, and nothing is sent in the clear",
          "[upstream]") {
  const auto context = certificates().server();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);
  FaultServer server(tls_answers(context.get(), answer("{}")));
  TlsBench bench("localhost", server.port());
  CHECK(bench.fetch().error().code == ErrorCode::kUpstreamTls);
}

TEST_CASE("F5: a server that speaks plain HTTP is refused", "[upstream]") {
  std::atomic<bool> got_request{false};
  FaultServer server([&](Peer& peer) {
    peer.send(answer("{}"));
    got_request = !peer.read_request().empty();
  });
  TlsBench bench("localhost", server.port());
  CHECK(bench.fetch().error().code == ErrorCode::kUpstreamTls);
  CHECK_FALSE(got_request);
}

TEST_CASE("F6: a handshake that stalls ends by the connect timer", "[upstream]") {
  FaultServer server([](Peer& peer) { peer.wait_for_close(); });
  TlsBench bench("localhost", server.port());
  const auto body = bench.fetch();
  CHECK(body.error().code == ErrorCode::kDeadline);
  CHECK(body.error().detail == "upstream_connect_timeout");
}

TEST_CASE("A handshake that breaks off is an error, never a request in the clear", "[upstream]") {
  FaultServer server([](Peer& peer) { peer.reset(); });
  TlsBench bench("localhost", server.port());
  const Error error = bench.fetch().error();
  CAPTURE(error.message);
  // A reset may come before the client knows that it is connected.
  CHECK(another_try_may_help(error));
}

TEST_CASE("F10: a TLS connection cut without goodbye ends no answer", "[upstream]") {
  const auto context = certificates().server();
  FaultServer server([&](Peer& peer) {
    if (!peer.accept_tls(context.get())) return;
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"half\":");
  });
  TlsBench bench("localhost", server.port());
  const auto body = bench.fetch();
  REQUIRE_FALSE(body.has_value());
  CHECK(body.error().code == ErrorCode::kUpstreamClosed);
}

TEST_CASE("A TLS connection that the upstream closed is noticed before use", "[upstream]") {
  const auto context = certificates().server();
  std::atomic<int> closed{0};
  FaultServer server([&](Peer& peer) {
    if (!peer.accept_tls(context.get())) return;
    peer.read_request();
    peer.send(answer("{}"));
    peer.close();
    ++closed;
  });
  TlsBench bench("localhost", server.port());
  CHECK(bench.fetch().has_value());
  bench.thread.run_until([&] { return closed == 1; });
  CHECK(bench.fetch().has_value());
  CHECK(server.connections() == 2);
}

TEST_CASE("A CA file that cannot be read is refused", "[upstream]") {
  const auto context = TlsContext::create("/nonexistent/ca.pem");
  REQUIRE_FALSE(context.has_value());
  CHECK(context.error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace weir::test
