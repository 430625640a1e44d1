// TLS on the listener, with certificates made on the spot.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

#include "tests/router/http_test_server.h"
#include "tests/support/catch.h"

using namespace weir;
using namespace weir::test;

namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using File = std::unique_ptr<std::FILE, Release<std::fclose>>;

// A self-signed certificate and its key in a folder of their own.
struct KeyPair {
  explicit KeyPair(const char* name) {
    folder = std::filesystem::temp_directory_path() /
             ("weir_tls_" + std::to_string(::getpid()) + "_" + name);
    std::filesystem::create_directories(folder);
    certificate = folder / "certificate.pem";
    key = folder / "key.pem";
    const Key pair(EVP_EC_gen("P-256"));
    const Certificate made(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), pair.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    X509_sign(made.get(), pair.get(), EVP_sha256());
    PEM_write_X509(File(std::fopen(certificate.c_str(), "w")).get(), made.get());
    PEM_write_PrivateKey(File(std::fopen(key.c_str(), "w")).get(), pair.get(), nullptr, nullptr, 0,
                         nullptr, nullptr);
  }
  ~KeyPair() { std::filesystem::remove_all(folder); }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;

  std::filesystem::path folder, certificate, key;
};

ListenOptions tls_options(const KeyPair& pair) {
  ListenOptions options;
  options.tls = TlsServerContext::load(pair.certificate, pair.key).value();
  return options;
}

class TlsClient {
 public:
  explicit TlsClient(const TestServer& server, int max_version = TLS1_3_VERSION)
      : client_(server), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_.get(), max_version);
    SSL_CTX_set_cipher_list(context_.get(), "DEFAULT@SECLEVEL=0");
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), client_.socket());
    connected = SSL_connect(ssl_.get()) == 1;
  }
  void send(const std::string& request) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
  }
  std::string ask(const std::string& request, std::string_view end) {
    send(request);
    std::string got;
    char block[4096];
    while (got.find(end) == std::string::npos) {
      const int size = SSL_read(ssl_.get(), block, sizeof block);
      if (size <= 0) break;
      got.append(block, static_cast<std::size_t>(size));
    }
    return got;
  }
  std::string subject() const {
    const Certificate peer(SSL_get1_peer_certificate(ssl_.get()));
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
    return name;
  }
  void end() {
    SSL_shutdown(ssl_.get());
    client_.end_writing();
  }

  bool connected = false;

 private:
  TestClient client_;
  std::unique_ptr<SSL_CTX, SslFree> context_;
  SslPtr ssl_;
};

}  // namespace

TEST_CASE("Requests are served over TLS 1.2 and 1.3", "[http]") {
  const KeyPair pair("one");
  TestServer server{FunctionHandler(echo), tls_options(pair)};
  TlsClient client(server, GENERATE(TLS1_2_VERSION, TLS1_3_VERSION));
  REQUIRE(client.connected);
  CHECK(contains(client.ask(post("/a", std::string(40000, 'x')) + get("/b"), "GET /b "),
                 "content-length: 40008"));
  CHECK(contains(client.ask(get("/c"), "GET /c "), "200 OK"));
}

TEST_CASE("TLS 1.1 and plain text are refused on a TLS listener", "[http]") {
  const KeyPair pair("one");
  TestServer server{FunctionHandler(echo), tls_options(pair)};
  CHECK_FALSE(TlsClient(server, TLS1_1_VERSION).connected);
  TestClient plain(server);
  plain.send(get("/"));
  CHECK_FALSE(contains(plain.read_all(), "200 OK"));
}

TEST_CASE("A TLS client that goes is noticed", "[http]") {
  const KeyPair pair("one");
  std::atomic<bool> waiting{false}, gone{false};
  struct Run {
    static Async<void> handle(Exchange& exchange, std::atomic<bool>& waiting,
                              std::atomic<bool>& gone) {
      waiting = true;
      co_await wait_for_cancel(exchange);
      gone = exchange.cancel().raised();
    }
  };
  TestServer server{
      FunctionHandler([&](Exchange& exchange) { return Run::handle(exchange, waiting, gone); }),
      tls_options(pair)};
  TlsClient client(server);
  client.send(get("/"));
  CHECK(eventually([&] { return waiting.load(); }));
  client.end();
  CHECK(eventually([&] { return gone.load(); }));
}

TEST_CASE("New connections take the reloaded certificate, old ones go on", "[http]") {
  const KeyPair one("one"), two("two");
  TestServer server{FunctionHandler(echo), tls_options(one)};
  TlsClient before(server);
  CHECK(before.subject() == "one");
  server.server->set_tls(TlsServerContext::load(two.certificate, two.key).value());
  CHECK(eventually([&] { return TlsClient(server).subject() == "two"; }));
  CHECK(contains(before.ask(get("/a"), "GET /a "), "200 OK"));
}

TEST_CASE("A certificate that cannot be used is named", "[http]") {
  const KeyPair one("one"), two("two");
  const auto message = [](const std::string& certificate, const std::string& key) {
    return TlsServerContext::load(certificate, key).error().message;
  };
  CHECK(contains(message("/nowhere.pem", one.key), "/nowhere.pem"));
  CHECK(contains(message(one.certificate, "/nowhere.key"), "/nowhere.key"));
  CHECK(contains(message(one.certificate, one.certificate), one.certificate.string()));
  CHECK(contains(message(one.certificate, two.key), two.key.string()));
}
