// An upstream that misbehaves as a test tells it to: a TCP server on 127.0.0.1
// whose every connection plays a script.
//
// Runs on threads of its own; the destructor ends them. Every wait of a script
// gives up after ten seconds, so a broken test fails and does not hang.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir::test {

// The server's end of one connection, in a script's hands.
class Peer {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Peer(int socket) : socket_(socket) {}
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // One request, head and body (Content-Length); empty if the client closed.
  std::string read_request();

  void send(std::string_view bytes);
  // In pieces of `size` bytes, one write each.
  void send_in_pieces(std::string_view bytes, std::size_t size);

  void close();  // in order: FIN
  void reset();  // RST

  // When the client closed its end, or nothing after ten seconds.
  std::optional<Clock::time_point> wait_for_close();

  // The server's part of a TLS handshake; false if the client would not have it.
  bool accept_tls(SSL_CTX* context);

 private:
  friend class FaultServer;
  std::size_t receive(char* data, std::size_t size);
  bool wait_readable();
  void interrupt();  // from another thread: every wait ends

  std::mutex closing_;  // held to close, and to interrupt
  int socket_;
  SSL* tls_ = nullptr;
  std::string unread_;
};

class FaultServer {
 public:
  using Script = std::function<void(Peer&)>;

  // The n-th connection plays the n-th script, later ones the last. `inline_scripts`: one
  // after the other on one thread, and connections stay open until the end.
  explicit FaultServer(std::vector<Script> scripts, bool inline_scripts = false);
  explicit FaultServer(Script script, bool inline_scripts = false)
      : FaultServer(std::vector<Script>{std::move(script)}, inline_scripts) {}
  ~FaultServer();

  std::uint16_t port() const { return port_; }
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  int connections() const { return accepted_.load(); }

 private:
  void accept_loop();

  const std::vector<Script> scripts_;
  const bool inline_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A port of 127.0.0.1 on which nobody listens.
std::uint16_t closed_port();

}  // namespace weir::test
