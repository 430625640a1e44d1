// An OpenAI-compatible server that costs next to nothing: one thread, fixed answers.
//
// usage: mock_upstream [--port N] [--chunks N] [--interval-us N]
//
// Prints its port, serves POST with a Content-Length until SIGTERM, then prints its
// CPU. Without "stream":true in the body the answer is a chat.completion of 1.6 KB; with it,
// a chunk at once and one every interval, each with the time it was made ("t=<ns>"),
// then the usage if it was asked for, then [DONE].
#include <strings.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/sockets.h"

namespace weir::bench {
namespace {

constexpr std::size_t kMaxUnsent = 4 << 20;  // of one stream; then it is cut off
constexpr std::size_t kMaxRequest = 1 << 20;

volatile std::sig_atomic_t stopping = 0;

struct Options {
  std::uint16_t port = 0;
  int chunks = 64;
  Nanos interval_ns = 20'000'000;
};

struct Connection {
  int fd = -1;
  std::uint64_t serial = 0;
  std::string in;
  std::string unsent;
  bool wants_usage = false;
  int chunks_sent = 0;
};

// A chunk that is due. All streams have one interval, so the queue stays in order.
struct Due {
  Nanos at = 0;
  std::size_t fd = 0;
  std::uint64_t serial = 0;
};

std::string whole_answer() {
  std::string text;
  while (text.size() < 1'310) text += "The level of the river decides what passes the weir. ";
  const std::string body =
      R"({"id":"chatcmpl-9b1f6c","object":"chat.completion","created":1767225600,)"
      R"("model":"bench-model","choices":[{"index":0,"message":{"role":"assistant","content":")" +
      text +
      R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":612,"completion_tokens":271,)"
      R"("total_tokens":883}})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kUsageEvent =
    R"(data: {"id":"chatcmpl-9b1f6c","object":"chat.completion.chunk","created":1767225600,)"
    R"("model":"bench-model","choices":[],"usage":{"prompt_tokens":612,"completion_tokens":271,)"
    R"("total_tokens":883}})"
    "\n\n";

void append_http_chunk(std::string& out, std::string_view data) {
  std::array<char, 24> size{};
  out.append(size.data(), static_cast<std::size_t>(
                              std::snprintf(size.data(), size.size(), "%zx\r\n", data.size())));
  out.append(data).append("\r\n");
}

void append_token(std::string& out, Nanos now, bool last) {
  std::array<char, 320> event{};
  const int size = std::snprintf(
      event.data(), event.size(),
      R"(data: {"id":"chatcmpl-9b1f6c","object":"chat.completion.chunk","created":1767225600,)"
      R"("model":"bench-model","choices":[{"index":0,"delta":{"content":" t=%lld"},)"
      R"("finish_reason":%s}]})"
      "\n\n",
      static_cast<long long>(now), last ? R"("stop")" : "null");
  append_http_chunk(out, {event.data(), static_cast<std::size_t>(size)});
}

class Mock {
 public:
  explicit Mock(const Options& options) : options_(options), answer_(whole_answer()) {}

  void run() {
    std::uint16_t port = options_.port;
    listener_ = listen_loopback(&port);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    std::printf("port %u\n", port);
    std::fflush(stdout);
    std::array<epoll_event, 256> events{};
    while (stopping == 0) {
      const timespec wait = until_next_chunk();
      const int ready = epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
      for (int i = 0; i < ready; ++i) handle(events[static_cast<std::size_t>(i)]);
      send_due_chunks();
    }
    std::printf("cpu_seconds %.3f answers %llu chunks %llu\n", cpu_seconds(), answers_, chunks_);
  }

 private:
  void watch(int fd, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    epoll_ctl(epoll_, operation, fd, &event);
  }

  timespec until_next_chunk() const {
    if (due_.empty()) return {1, 0};
    const Nanos left = std::max<Nanos>(0, due_.front().at - now_ns());
    return {left / 1'000'000'000, left % 1'000'000'000};
  }

  void handle(const epoll_event& event) {
    if (event.data.fd == listener_) return accept_all();
    Connection* connection = connections_[static_cast<std::size_t>(event.data.fd)].get();
    if (connection == nullptr) return;
    if ((event.events & EPOLLOUT) != 0 && !write(*connection, {})) return;
    if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(*connection);
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      set_options(fd);
      const auto slot = static_cast<std::size_t>(fd);
      if (connections_.size() <= slot) connections_.resize(slot + 1);
      connections_[slot] = std::make_unique<Connection>();
      connections_[slot]->fd = fd;
      connections_[slot]->serial = ++serial_;
      watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void close(Connection& connection) {
    ::close(connection.fd);
    connections_[static_cast<std::size_t>(connection.fd)].reset();
  }

  void read(Connection& connection) {
    std::array<char, 65'536> buffer;
    const ssize_t size = ::read(connection.fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0 || connection.in.size() > kMaxRequest) return close(connection);
    connection.in.append(buffer.data(), static_cast<std::size_t>(size));
    while (const std::size_t used = take_request(connection)) {
      if (used == std::string::npos) return;
      connection.in.erase(0, used);
    }
  }

  // The bytes of the request answered; 0 = none is whole; npos = the connection is gone.
  std::size_t take_request(Connection& connection) {
    const std::size_t head = connection.in.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    const char* length = strcasestr(connection.in.c_str(), "\r\ncontent-length:");
    if (length == nullptr || length > connection.in.c_str() + head) {
      close(connection);
      return std::string::npos;
    }
    const std::size_t used = head + 4 + std::strtoul(length + 17, nullptr, 10);
    if (connection.in.size() < used) return 0;
    const std::string_view body = std::string_view(connection.in).substr(head + 4, used - head - 4);
    return answer(connection, body) ? used : std::string::npos;
  }

  bool answer(Connection& connection, std::string_view body) {
    ++answers_;
    if (body.find("\"stream\":true") == std::string_view::npos) return write(connection, answer_);
    connection.wants_usage = body.find("\"include_usage\":true") != std::string_view::npos;
    connection.chunks_sent = 0;
    return send_chunk(connection, now_ns());
  }

  bool send_chunk(Connection& connection, Nanos due) {
    scratch_.clear();
    if (connection.chunks_sent == 0) scratch_ = kStreamHead;
    const bool last = ++connection.chunks_sent == options_.chunks;
    append_token(scratch_, now_ns(), last);
    ++chunks_;
    if (last) {
      if (connection.wants_usage) append_http_chunk(scratch_, kUsageEvent);
      append_http_chunk(scratch_, "data: [DONE]\n\n");
      scratch_ += "0\r\n\r\n";
    } else {
      due_.push_back(
          {due + options_.interval_ns, static_cast<std::size_t>(connection.fd), connection.serial});
    }
    return write(connection, scratch_);
  }

  void send_due_chunks() {
    const Nanos now = now_ns();
    while (!due_.empty() && due_.front().at <= now) {
      const Due due = due_.front();
      due_.pop_front();
      Connection* connection = connections_[due.fd].get();
      if (connection != nullptr && connection->serial == due.serial)
        send_chunk(*connection, due.at);
    }
  }

  // False when the connection is gone.
  bool write(Connection& connection, std::string_view bytes) {
    const bool waited = !connection.unsent.empty();
    if (waited) {
      connection.unsent.append(bytes);
      bytes = connection.unsent;
    }
    ssize_t sent = ::send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) sent = 0;
    if (sent < 0 || bytes.size() - static_cast<std::size_t>(sent) > kMaxUnsent) {
      close(connection);
      return false;
    }
    connection.unsent = std::string(bytes.substr(static_cast<std::size_t>(sent)));
    const bool waits = !connection.unsent.empty();
    if (waits != waited) watch(connection.fd, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    return true;
  }

  const Options options_;
  const std::string answer_;
  int listener_ = -1;
  int epoll_ = -1;
  std::uint64_t serial_ = 0;
  unsigned long long answers_ = 0;
  unsigned long long chunks_ = 0;
  std::string scratch_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by file descriptor
  std::deque<Due> due_;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const long value = std::strtol(argv[i + 1], nullptr, 10);
    if (name == "--port") options.port = static_cast<std::uint16_t>(value);
    if (name == "--chunks") options.chunks = static_cast<int>(value);
    if (name == "--interval-us") options.interval_ns = value * 1000;
  }
  return options;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  const auto stop = [](int) { weir::bench::stopping = 1; };
  std::signal(SIGTERM, stop);
  std::signal(SIGINT, stop);
  weir::bench::Mock(weir::bench::read_options(argc, argv)).run();
  return 0;
}
