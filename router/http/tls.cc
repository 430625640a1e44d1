#include "router/http/tls.h"

#include <openssl/err.h>

#include <array>
#include <utility>

namespace weir {
namespace {

constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

Error config_error(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return {ErrorCode::kInvalidConfig, reason == nullptr ? what : what + ": " + reason};
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr std::array<unsigned char, 9> kHttp11 = {8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11.data(), kHttp11.size(), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<std::shared_ptr<const TlsServerContext>> TlsServerContext::load(
    const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, SslFree> context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return config_error("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  if (SSL_CTX_set_cipher_list(context.get(), kCiphers) != 1) {
    return config_error("TLS has none of the ciphers that are served");
  }
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return config_error("cannot use the certificate in " + certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return config_error("cannot use the private key in " + key_file);
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return config_error("the key in " + key_file + " does not belong to " + certificate_file);
  }
  return std::shared_ptr<const TlsServerContext>(new TlsServerContext(std::move(context)));
}

SslPtr TlsServerContext::accept_on(int socket) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl != nullptr && SSL_set_fd(ssl.get(), socket) != 1) ssl.reset();
  if (ssl != nullptr) SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace weir
