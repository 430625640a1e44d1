// A server with a handler given as a function, on a clock moved by hand, and a
// blocking client of raw bytes: what the tests of router/http/ stand on.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "router/http/server.h"

namespace weir::test {

// Thread-safe.
class ManualClock final : public Clock {
 public:
  SteadyTime now() const override { return SteadyTime(std::chrono::milliseconds(ms_.load())); }
  std::int64_t unix_ms() const override { return 784'111'777'000; }
  void advance(std::chrono::milliseconds span) { ms_ += span.count(); }

 private:
  std::atomic<std::int64_t> ms_{1'000'000};
};

class FunctionHandler final : public HttpHandler {
 public:
  using Handle = std::function<Async<void>(Exchange&)>;
  using Admit = std::function<std::optional<Response>(const RequestHead&)>;

  explicit FunctionHandler(Handle handle, Admit admit = nullptr)
      : handle_(std::move(handle)), admit_(std::move(admit)) {}

  std::optional<Response> admit(const RequestHead& head) override {
    return admit_ ? admit_(head) : std::nullopt;
  }
  bool wants_long_body(const RequestHead& head) override {
    return head.fields.value("x-key") != "unknown";
  }
  Async<void> handle(Exchange& exchange) override { return handle_(exchange); }

 private:
  Handle handle_;
  Admit admit_;
};

// "METHOD target body", so that a test sees what was read.
inline Async<void> echo(Exchange& exchange) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::string(exchange.head().method) + " " + std::string(exchange.head().target) +
                  " " + std::string(exchange.body());
  co_await exchange.send(std::move(response));
}

// Returns when exchange.cancel() is raised, or after ten seconds.
inline Async<void> wait_for_cancel(Exchange& exchange) {
  net::steady_timer timer(exchange.io_thread().context, std::chrono::seconds(10));
  const CancelScope scope(exchange.cancel(), [&timer] { timer.cancel(); });
  co_await timer.async_wait(net::as_tuple(net::use_awaitable_t<IoExecutor>()));
}

class TestServer {
 public:
  explicit TestServer(FunctionHandler handler, ListenOptions options = {})
      : threads_(2, clock), handler_(std::move(handler)) {
    server = HttpServer::listen(threads_, std::move(options), handler_).value();
    server->start();
    threads_.start();
  }
  explicit TestServer(FunctionHandler::Handle handle, HttpLimits limits = {})
      : TestServer(FunctionHandler(std::move(handle)), with_limits(limits)) {}
  ~TestServer() { server.reset(); }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  static ListenOptions with_limits(HttpLimits limits) {
    ListenOptions options;
    options.limits = limits;
    return options;
  }

  ManualClock clock;

 private:
  IoThreads threads_;
  FunctionHandler handler_;

 public:
  std::unique_ptr<HttpServer> server;
};

class TestClient {
 public:
  TestClient() = default;
  explicit TestClient(const TestServer& to, int receive_buffer = 0) {
    open(receive_buffer);
    connect(to.server->port());
  }
  explicit TestClient(std::uint16_t port) {
    open();
    connect(port);
  }
  TestClient(TestClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  TestClient& operator=(TestClient&&) = delete;
  ~TestClient() { close(); }

  void open(int receive_buffer = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
  }
  bool connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  int socket() const { return socket_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void end_writing() { ::shutdown(socket_, SHUT_WR); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads until `end` has been received or nothing comes for `timeout_ms`.
  std::string read_until(std::string_view end, int timeout_ms = 5000) {
    std::string got;
    while (got.find(end) == std::string::npos && read_some(&got, timeout_ms)) {
    }
    return got;
  }
  // Reads until the server closes.
  std::string read_all(int timeout_ms = 5000) {
    std::string got;
    while (read_some(&got, timeout_ms)) {
    }
    return got;
  }
  // True if the server has closed, or does so in time; drops what it sent before.
  bool closed(int timeout_ms = 5000) {
    read_all(timeout_ms);
    return at_end_;
  }

 private:
  bool read_some(std::string* got, int timeout_ms) {
    pollfd watched{socket_, POLLIN, 0};
    if (::poll(&watched, 1, timeout_ms) <= 0) return false;
    char block[65536];
    const ssize_t size = ::recv(socket_, block, sizeof block, 0);
    at_end_ = size <= 0;
    if (size > 0) got->append(block, static_cast<std::size_t>(size));
    return size > 0;
  }

  int socket_ = -1;
  bool at_end_ = false;
};

// True as soon as `condition` is; false after five seconds.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

inline std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: weir\r\n\r\n";
}

inline std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: weir\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace weir::test
