// One listener: accepts connections and gives each to an I/O thread.
//
// Every connection and request is bounded in time and size by HttpLimits. When
// the connection cap is reached, or the process is out of file descriptors,
// accepting stops for a moment and what is open keeps being served.
//
// A process has one for data and one for admin, on the same threads. The public
// functions may be called from any thread but the I/O threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/result.h"
#include "router/http/exchange.h"
#include "router/http/request_reader.h"
#include "router/http/tls.h"
#include "router/io_threads.h"

namespace weir {

struct HttpLimits {
  RequestLimits request;
  std::size_t connections = 10'000;
  std::chrono::milliseconds header_timeout{10'000};  // first byte to end of head; TLS handshake
  std::chrono::milliseconds body_timeout{30'000};    // longest pause within a body
  std::chrono::milliseconds idle_timeout{75'000};    // between two requests
  std::chrono::milliseconds write_timeout{30'000};   // longest pause of a client that must read
  // A body or an answer that moves slower than this on average is timed out too,
  // once the pause above is used up.
  std::size_t bytes_per_second = 256;
};

struct ListenOptions {
  std::string address = "127.0.0.1";  // an IP address
  std::uint16_t port = 0;             // 0 = any free one
  HttpLimits limits;
  std::shared_ptr<const TlsServerContext> tls;  // null = plain HTTP
};

struct HttpStats {
  std::uint64_t open_connections = 0;
  std::uint64_t accepted = 0;                     // connections
  std::uint64_t requests = 0;                     // handed to the handler or refused by admit()
  std::uint64_t accept_pauses = 0;                // cap reached or no file descriptor left
  std::uint64_t clients_gone = 0;                 // left while their answer was pending
  std::map<std::string, std::uint64_t> refusals;  // by error.code, timeouts included
};

class HttpServer {
 public:
  // Binds and listens; kInvalidConfig if the address cannot be used. `threads` and
  // `handler` outlive the server. Connections are accepted from start() on.
  static Result<std::unique_ptr<HttpServer>> listen(IoThreads& threads, ListenOptions options,
                                                    HttpHandler& handler);
  ~HttpServer();  // close_all(); the threads must run, or never have been started
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  void start();

  // Connections made from now on use `tls`; for a server that was made with TLS.
  void set_tls(std::shared_ptr<const TlsServerContext> tls);

  // The orderly end: begin_drain() stops accepting, closes idle connections and
  // says "Connection: close" on the answers still to come; wait_closed() waits
  // until none is open and tells whether it got there; close_all() cuts the rest off
  // and waits for their handlers to notice (a few seconds at most).
  void begin_drain();
  bool wait_closed(std::chrono::milliseconds timeout);
  void close_all();

  HttpStats stats() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir
