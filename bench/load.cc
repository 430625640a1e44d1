// A load generator for chat completions: keep-alive connections, one thread.
//
// Closed loop by default: each connection asks again when it has its answer. With
// --rate, requests are due at fixed times whether or not answers come back, and
// their latency counts from when they were due. Prints one line of JSON.
#include <sys/epoll.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/response_reader.h"
#include "bench/sockets.h"

namespace weir::bench {
namespace {

constexpr int kMaxErrors = 1'000;  // then the run is worthless

struct Options {
  std::uint16_t port = 0;
  std::string key = "none";
  std::string model = "bench-model";
  int connections = 64;
  std::int64_t requests = -1;  // -1 = as many as fit
  double seconds = 3600;       // after which no request begins
  double rate = 0;             // requests a second; 0 = closed loop
  bool stream = false;
  int chunks = 0;           // what each stream must have
  double hold_seconds = 0;  // keep the idle connections open afterwards
};

struct Connection {
  int fd = -1;
  bool busy = false;
  Nanos began = 0;
  ResponseReader reader;
  std::string line;  // of an event stream
  int chunks = 0;
  bool done_seen = false;
};

// A body of 2.7 KB with ten messages.
std::string chat_body(const Options& options) {
  const std::string text =
      "A weir holds the river at its own level and lets only the excess pass; what it holds turns "
      "the mill, and what it lets go is counted at the gauge below the bridge every morning by the "
      "keeper of the book.";
  std::string body = R"({"model":")" + options.model + R"(","messages":[)" +
                     R"({"role":"system","content":"You answer briefly. )" + text + R"("})";
  for (int i = 1; i < 10; ++i) {
    body += i % 2 == 1 ? R"(,{"role":"user","content":")" : R"(,{"role":"assistant","content":")";
    body += "Part " + std::to_string(i) + ": " + text + R"("})";
  }
  return body + R"(],"temperature":0.2,"max_tokens":512)" +
         (options.stream ? R"(,"stream":true})" : "}");
}

std::string chat_request(const Options& options) {
  const std::string body = chat_body(options);
  return "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) +
         "\r\nAuthorization: Bearer " + options.key +
         "\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
         "User-Agent: weir-bench/1\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

double quantile_us(std::vector<Nanos>& values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return static_cast<double>(values[at]) / 1000;
}

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        request_(chat_request(options)),
        connections_(static_cast<std::size_t>(options.connections)) {}

  int run() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
    start_ = now_ns();
    stop_ = start_ + static_cast<Nanos>(options_.seconds * 1e9);
    begin_due_requests();
    while (in_flight_ > 0 || more_to_begin()) {
      if (errors_ > kMaxErrors) break;
      wait();
      begin_due_requests();
    }
    const double seconds = static_cast<double>(now_ns() - start_) / 1e9;
    print(seconds);
    hold();
    return errors_ == 0 ? 0 : 1;
  }

 private:
  void open(std::size_t i) {
    Connection& connection = connections_[i];
    connection.fd = connect_loopback(options_.port);
    connection.reader.next();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
    idle_.push_back(i);
  }

  bool more_to_begin() const {
    return (options_.requests < 0 || begun_ < options_.requests) && now_ns() < stop_;
  }

  Nanos due_at() const {
    if (options_.rate <= 0) return start_;
    return start_ + static_cast<Nanos>(static_cast<double>(begun_) * 1e9 / options_.rate);
  }

  void begin_due_requests() {
    while (!idle_.empty() && more_to_begin()) {
      const Nanos now = now_ns();
      const Nanos due = due_at();
      if (due > now) return;
      const std::size_t i = idle_.front();
      idle_.pop_front();
      begin(i, options_.rate > 0 ? due : now);
    }
  }

  void begin(std::size_t i, Nanos due) {
    Connection& connection = connections_[i];
    connection.busy = true;
    connection.began = due;
    connection.chunks = 0;
    connection.done_seen = false;
    ++begun_;
    ++in_flight_;
    const ssize_t sent = send(connection.fd, request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request_.size())) fail(i, "short write");
  }

  void wait() {
    std::array<epoll_event, 256> events;
    timespec limit{0, 100'000'000};
    if (options_.rate > 0 && !idle_.empty() && more_to_begin()) {
      limit.tv_nsec = std::clamp<Nanos>(due_at() - now_ns(), 0, limit.tv_nsec);
    }
    const int ready = epoll_pwait2(epoll_, events.data(), events.size(), &limit, nullptr);
    for (int i = 0; i < ready; ++i) read(events[static_cast<std::size_t>(i)].data.u64);
  }

  void read(std::size_t i) {
    Connection& connection = connections_[i];
    std::array<char, 65'536> buffer;
    const ssize_t size = ::read(connection.fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return fail(i, "the connection was closed");
    if (!connection.busy) return fail(i, "bytes that nobody asked for");
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    const Nanos now = now_ns();
    const std::size_t used = connection.reader.feed(bytes, [&](std::string_view body) {
      if (options_.stream) read_events(connection, body, now);
    });
    if (connection.reader.broken() || used != bytes.size()) return fail(i, "a broken answer");
    if (connection.reader.done()) finish(i, now);
  }

  void read_events(Connection& connection, std::string_view body, Nanos now) {
    while (!body.empty()) {
      const std::size_t end = body.find('\n');
      connection.line.append(body.substr(0, end));
      if (end == std::string_view::npos) return;
      body.remove_prefix(end + 1);
      read_line(connection, now);
      connection.line.clear();
    }
  }

  // The mock writes into each chunk when it was made.
  void read_line(Connection& connection, Nanos now) {
    if (connection.line == "data: [DONE]") connection.done_seen = true;
    const std::size_t at = connection.line.find(" t=");
    if (at == std::string::npos) return;
    chunk_delays_.push_back(now - std::strtoll(connection.line.c_str() + at + 3, nullptr, 10));
    if (connection.chunks++ == 0) first_chunks_.push_back(now - connection.began);
  }

  void finish(std::size_t i, Nanos now) {
    Connection& connection = connections_[i];
    if (connection.reader.status() != 200) return fail(i, "the status is not 200");
    if (options_.stream && !connection.done_seen) return fail(i, "no [DONE]");
    if (options_.stream && options_.chunks > 0 && connection.chunks != options_.chunks) {
      return fail(i, "chunks are missing");
    }
    latencies_.push_back(now - connection.began);
    connection.reader.next();
    connection.busy = false;
    --in_flight_;
    idle_.push_back(i);
  }

  // A request that failed is counted and its connection replaced.
  void fail(std::size_t i, const char* why) {
    if (errors_++ < 5) {
      std::fprintf(stderr, "load: %s (status %d)\n", why, connections_[i].reader.status());
    }
    close(connections_[i].fd);
    if (connections_[i].busy) {
      --in_flight_;
    } else {
      std::erase(idle_, i);
    }
    connections_[i] = Connection{};
    open(i);
  }

  void print(double seconds) {
    const double n = static_cast<double>(latencies_.size());
    std::printf("{\"requests\": %zu, \"errors\": %d, \"seconds\": %.4f, \"rps\": %.1f, ",
                latencies_.size(), errors_, seconds, n / seconds);
    std::printf("\"p50_us\": %.1f, \"p99_us\": %.1f, ", quantile_us(latencies_, 0.5),
                quantile_us(latencies_, 0.99));
    std::printf("\"chunks\": %zu, \"ttft_p50_us\": %.1f, \"ttft_p99_us\": %.1f, ",
                chunk_delays_.size(), quantile_us(first_chunks_, 0.5),
                quantile_us(first_chunks_, 0.99));
    std::printf("\"chunk_p50_us\": %.1f, \"chunk_p99_us\": %.1f, \"cpu_seconds\": %.3f}\n",
                quantile_us(chunk_delays_, 0.5), quantile_us(chunk_delays_, 0.99), cpu_seconds());
    std::fflush(stdout);
  }

  void hold() const {
    if (options_.hold_seconds <= 0) return;
    const Nanos left = static_cast<Nanos>(options_.hold_seconds * 1e9);
    const timespec time{left / 1'000'000'000, left % 1'000'000'000};
    nanosleep(&time, nullptr);
  }

  const Options options_;
  const std::string request_;
  int epoll_ = -1;
  Nanos start_ = 0;
  Nanos stop_ = 0;
  std::int64_t begun_ = 0;
  int in_flight_ = 0;
  int errors_ = 0;
  std::vector<Connection> connections_;
  std::deque<std::size_t> idle_;
  std::vector<Nanos> latencies_;
  std::vector<Nanos> first_chunks_;
  std::vector<Nanos> chunk_delays_;
};

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  weir::bench::Options options;
  CLI::App app("Asks an OpenAI-compatible server on 127.0.0.1 and says how long it took.");
  app.add_option("--port", options.port, "where it listens")->required();
  app.add_option("--key", options.key, "the bearer token");
  app.add_option("--model", options.model, "the model to ask for");
  app.add_option("--connections", options.connections, "kept open")->capture_default_str();
  app.add_option("--requests", options.requests, "in all; default: as many as fit");
  app.add_option("--seconds", options.seconds, "after which no request begins");
  app.add_option("--rate", options.rate, "requests a second; default: closed loop");
  app.add_flag("--stream", options.stream, "ask for event streams");
  app.add_option("--chunks", options.chunks, "each stream must have so many; 0 = any");
  app.add_option("--hold-seconds", options.hold_seconds, "then keep the connections open");
  CLI11_PARSE(app, argc, argv);
  return weir::bench::Load(options).run();
}
