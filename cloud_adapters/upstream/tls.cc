#include "cloud_adapters/upstream/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

namespace weir {
namespace {

constexpr std::array<unsigned char, 9> kHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL, so a closed peer would
// end the process.
int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int finished(BIO* bio, ssize_t returned, int retry) {
  BIO_clear_retry_flags(bio);
  if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  }
  if (returned == 0 && retry == BIO_FLAGS_READ) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(returned);
}

int bio_read(BIO* bio, char* data, int size) {
  return finished(bio, ::recv(socket_of(bio), data, static_cast<std::size_t>(size), 0),
                  BIO_FLAGS_READ);
}

int bio_write(BIO* bio, const char* data, int size) {
  return finished(bio, ::send(socket_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL),
                  BIO_FLAGS_WRITE);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

BIO_METHOD* make_socket_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "weir socket");
  BIO_meth_set_read(method, bio_read);
  BIO_meth_set_write(method, bio_write);
  BIO_meth_set_ctrl(method, bio_control);
  return method;
}

BIO* make_socket_bio(int socket) {
  static BIO_METHOD* const method = make_socket_method();
  BIO* bio = BIO_new(method);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  return bio;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes;
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Result<std::shared_ptr<const TlsContext>> TlsContext::create(const std::string& ca_file) {
  std::shared_ptr<const TlsContext> made(new TlsContext(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = made->native();
  if (context == nullptr) return Error(ErrorCode::kInternal, "OpenSSL has no TLS context");
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                     : SSL_CTX_load_verify_file(context, ca_file.c_str());
  if (loaded != 1) {
    ERR_clear_error();
    return Error(ErrorCode::kInvalidConfig, "cannot read the CA certificates in " + ca_file);
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context, kHttp11.data(), kHttp11.size());
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  return made;
}

void TlsSession::Free::operator()(SSL* session) const { SSL_free(session); }

TlsSession::TlsSession(const TlsContext& context, const std::string& host, int socket)
    : session_(SSL_new(context.native())) {
  SSL* ssl = session_.get();
  BIO* bio = make_socket_bio(socket);
  SSL_set_bio(ssl, bio, bio);
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
    // What the macro SSL_set_tlsext_host_name stands for, without its old-style cast.
    std::string name = host;
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  SSL_set_connect_state(ssl);
}

IoStep TlsSession::step(int returned) {
  if (returned > 0) return {IoStep::State::kDone, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(session_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return {IoStep::State::kWantRead};
    case SSL_ERROR_WANT_WRITE: return {IoStep::State::kWantWrite};
    case SSL_ERROR_ZERO_RETURN: return {IoStep::State::kEnd};
    default:
      last_error_ = ERR_peek_error();
      ERR_clear_error();
      return {IoStep::State::kFailed};
  }
}

IoStep TlsSession::handshake() {
  ERR_clear_error();
  return step(SSL_do_handshake(session_.get()));
}

IoStep TlsSession::read(char* data, std::size_t size) {
  ERR_clear_error();
  const std::size_t most = std::numeric_limits<int>::max();
  return step(SSL_read(session_.get(), data, static_cast<int>(std::min(size, most))));
}

IoStep TlsSession::write(const char* data, std::size_t size) {
  ERR_clear_error();
  const std::size_t most = std::numeric_limits<int>::max();
  return step(SSL_write(session_.get(), data, static_cast<int>(std::min(size, most))));
}

bool TlsSession::has_buffered() const { return SSL_has_pending(session_.get()) == 1; }

bool TlsSession::idle_and_open() {
  ERR_clear_error();
  char byte = 0;
  // Reads the session tickets that a server sends after its answers; anything else ends it.
  return step(SSL_peek(session_.get(), &byte, 1)).state == IoStep::State::kWantRead;
}

void TlsSession::close_notify() {
  ERR_clear_error();
  if (SSL_is_init_finished(session_.get()) == 1 && last_error_ == 0) {
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }
}

std::string TlsSession::failure() const {
  const long verdict = SSL_get_verify_result(session_.get());
  if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
  const char* reason = ERR_reason_error_string(last_error_);
  return reason == nullptr ? "the connection ended" : reason;
}

}  // namespace weir
