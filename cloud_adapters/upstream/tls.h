// TLS towards upstreams: at least 1.2, certificate and name always checked.
//
// OpenSSL works on the non-blocking socket itself: no copy in between and,
// while a connection is idle, no buffers.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {

// Trust and settings. Immutable, shared by all threads and backends.
class TlsContext {
 public:
  // `ca_file`: PEM certificates to trust in place of the system's; empty = the
  // system's. kInvalidConfig if it cannot be read.
  static Result<std::shared_ptr<const TlsContext>> create(const std::string& ca_file);

  SSL_CTX* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const;
  };
  explicit TlsContext(SSL_CTX* context) : context_(context) {}

  std::unique_ptr<SSL_CTX, Free> context_;
};

// What a non-blocking step came to.
struct IoStep {
  enum class State { kDone, kWantRead, kWantWrite, kEnd, kFailed };
  State state = State::kFailed;
  std::size_t bytes = 0;  // with kDone
};

// The TLS half of one connection. Does not own the socket.
class TlsSession {
 public:
  // `host` is what the certificate must be for.
  TlsSession(const TlsContext& context, const std::string& host, int socket);

  IoStep handshake();
  IoStep read(char* data, std::size_t size);
  IoStep write(const char* data, std::size_t size);

  // Bytes were received that read() has not returned: do not wait for the socket first.
  bool has_buffered() const;

  // False if the peer closed or sent something nobody asked for.
  bool idle_and_open();

  // Tells the peer that nothing follows. Never waits.
  void close_notify();

  // Why the last step failed, in words for an operator.
  std::string failure() const;

 private:
  struct Free {
    void operator()(SSL* session) const;
  };
  IoStep step(int returned);

  std::unique_ptr<SSL, Free> session_;
  unsigned long last_error_ = 0;
};

}  // namespace weir
