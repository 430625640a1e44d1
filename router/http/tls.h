// The server's side of TLS: a certificate and its key, ready to make connections.
//
// TLS 1.2 and 1.3, forward secrecy and AEAD ciphers only, ALPN "http/1.1".
// Immutable, so every thread may share one; a reload makes another.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "core/result.h"

namespace weir {

struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslFree>;

class TlsServerContext {
 public:
  // PEM files; the certificate file may hold the chain behind the certificate.
  // Fails with kInvalidConfig and a message that names the file.
  static Result<std::shared_ptr<const TlsServerContext>> load(const std::string& certificate_file,
                                                              const std::string& key_file);

  // The state of one connection on a connected, non-blocking socket. Null only
  // when memory is short. Keeps the context's data alive by itself.
  SslPtr accept_on(int socket) const;

 private:
  explicit TlsServerContext(std::unique_ptr<SSL_CTX, SslFree> context)
      : context_(std::move(context)) {}
  std::unique_ptr<SSL_CTX, SslFree> context_;
};

}  // namespace weir
