#include "tests/support/fault_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace weir::test {
namespace {

constexpr int kMostWaitMs = 10'000;

int listen_anywhere(std::uint16_t* port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, plain, size) != 0 || ::getsockname(socket, plain, &size) != 0) std::abort();
  *port = ntohs(address.sin_port);
  return socket;
}

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "content-length: ";
  const std::size_t at = head.find(kName);
  if (at == std::string_view::npos) return 0;
  return std::strtoul(head.data() + at + kName.size(), nullptr, 10);
}

}  // namespace

Peer::~Peer() { close(); }

bool Peer::wait_readable() {
  if (tls_ != nullptr && SSL_pending(tls_) > 0) return true;
  pollfd wait{socket_, POLLIN, 0};
  return ::poll(&wait, 1, kMostWaitMs) > 0;
}

std::size_t Peer::receive(char* data, std::size_t size) {
  if (!wait_readable()) return 0;
  const auto got = tls_ != nullptr ? SSL_read(tls_, data, static_cast<int>(size))
                                   : ::recv(socket_, data, size, 0);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::string Peer::read_request() {
  std::array<char, 65536> buffer;
  for (;;) {
    const std::size_t head_end = unread_.find("\r\n\r\n");
    if (head_end != std::string::npos) {
      const std::size_t size = head_end + 4 + content_length(unread_.substr(0, head_end));
      if (unread_.size() >= size) {
        std::string request = unread_.substr(0, size);
        unread_.erase(0, size);
        return request;
      }
    }
    const std::size_t got = receive(buffer.data(), buffer.size());
    if (got == 0) return {};
    unread_.append(buffer.data(), got);
  }
}

void Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr
                          ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                          : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Peer::send_in_pieces(std::string_view bytes, std::size_t size) {
  for (std::size_t at = 0; at < bytes.size(); at += size) send(bytes.substr(at, size));
}

void Peer::close() {
  if (tls_ != nullptr) SSL_free(std::exchange(tls_, nullptr));
  const std::lock_guard lock(closing_);
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Peer::interrupt() {
  const std::lock_guard lock(closing_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

std::optional<Peer::Clock::time_point> Peer::wait_for_close() {
  std::array<char, 4096> buffer;
  for (;;) {
    if (!wait_readable()) return std::nullopt;
    if (::recv(socket_, buffer.data(), buffer.size(), 0) <= 0) return Clock::now();
  }
}

bool Peer::accept_tls(SSL_CTX* context) {
  tls_ = SSL_new(context);
  SSL_set_fd(tls_, socket_);
  const bool accepted = SSL_accept(tls_) == 1;
  ERR_clear_error();
  return accepted;
}

FaultServer::FaultServer(std::vector<Script> scripts, bool inline_scripts)
    : scripts_(std::move(scripts)), inline_(inline_scripts), listener_(listen_anywhere(&port_)) {
  if (::listen(listener_, 1024) != 0) std::abort();
  acceptor_ = std::thread([this] { accept_loop(); });
}

FaultServer::~FaultServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (const auto& peer : peers_) peer->interrupt();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

void FaultServer::accept_loop() {
  // For this thread and those it starts: the code under test must do without.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (!stopping_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    const auto number = static_cast<std::size_t>(accepted_.fetch_add(1));
    const Script& script = scripts_[std::min(number, scripts_.size() - 1)];
    peers_.push_back(std::make_unique<Peer>(socket));
    Peer& peer = *peers_.back();
    if (inline_) {
      script(peer);
    } else {
      threads_.emplace_back([&script, &peer] {
        script(peer);
        peer.close();
      });
    }
  }
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(listen_anywhere(&port));
  return port;
}

}  // namespace weir::test
