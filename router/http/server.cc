#include "router/http/server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "router/http/session.h"

namespace weir {
namespace {

using tcp = net::ip::tcp;
using UseAwaitable = net::use_awaitable_t<IoExecutor>;
using Acceptor = net::basic_socket_acceptor<tcp, IoExecutor>;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, IoExecutor>;

constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::milliseconds kCloseGrace{5000};
constexpr int kBacklog = 1024;

// The client gave up before it was accepted: look at the next one.
bool is_about_one_client(const boost::system::error_code& error) {
  return error == net::error::connection_aborted || error == net::error::interrupted ||
         error == net::error::connection_reset;
}

}  // namespace

// The accept loop runs on the first I/O thread and gives each connection to the
// thread that has the fewest. One acceptor, not one a thread with SO_REUSEPORT: the
// kernel's hash would give one thread 60 of 100 long streams, and a second process
// could bind the same port unnoticed.
class HttpServer::Impl {
 public:
  Impl(IoThreads& threads, ListenOptions options, HttpHandler& handler)
      : options_(std::move(options)),
        acceptor_(threads.at(0).context),
        pause_(threads.at(0).context),
        tls_(options_.tls) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      threads_.push_back(
          std::make_unique<SessionThread>(threads.at(i), handler, options_.limits, closed_));
    }
  }

  Result<void> bind();
  std::uint16_t port() const { return port_; }
  void start();
  void set_tls(std::shared_ptr<const TlsServerContext> tls);
  void begin_drain();
  bool wait_closed(std::chrono::milliseconds timeout);
  void close_all();
  HttpStats stats() const;

 private:
  Async<void> accept_loop();
  bool accept_waiting();
  void hand_over(ClientStream::Socket socket, std::string peer, SessionThread& thread);
  std::uint64_t open_connections() const;
  SessionThread& least_loaded();
  IoThread& home() { return threads_.front()->io(); }
  template <class Work>
  void post(IoThread& io, Work work);

  const ListenOptions options_;
  std::shared_ptr<ClosedSignal> closed_ = std::make_shared<ClosedSignal>();
  std::vector<std::unique_ptr<SessionThread>> threads_;
  Acceptor acceptor_;
  Timer pause_;
  std::shared_ptr<const TlsServerContext> tls_;
  std::uint16_t port_ = 0;
  bool started_ = false;
  std::atomic<bool> accepting_{false};  // the accept loop has not ended
  std::atomic<int> posted_{0};          // work that was posted and has not run
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> accept_pauses_{0};
};

Result<void> HttpServer::Impl::bind() {
  boost::system::error_code error;
  const auto address = net::ip::make_address(options_.address, error);
  if (error) {
    return Error{ErrorCode::kInvalidConfig, "\"" + options_.address + "\" is not an IP address"};
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (error) {
    return Error{ErrorCode::kInvalidConfig, "cannot listen on " + options_.address + " port " +
                                                std::to_string(options_.port) + ": " +
                                                error.message()};
  }
  port_ = acceptor_.local_endpoint(error).port();
  return {};
}

void HttpServer::Impl::start() {
  if (std::exchange(started_, true)) return;
  accepting_ = true;
  net::co_spawn(home().context, accept_loop(), net::detached);
}

Async<void> HttpServer::Impl::accept_loop() {
  while (acceptor_.is_open()) {
    if (accept_waiting()) {
      co_await acceptor_.async_wait(net::socket_base::wait_read, net::as_tuple(UseAwaitable()));
    } else if (acceptor_.is_open()) {
      accept_pauses_.fetch_add(1, std::memory_order_relaxed);
      pause_.expires_after(kPause);
      co_await pause_.async_wait(net::as_tuple(UseAwaitable()));
    }
  }
  const std::shared_ptr<ClosedSignal> closed = closed_;
  accepting_ = false;
  closed->notify();
}

// Accepts who waits. False if accepting must pause: too many connections, or no
// file descriptor or memory for another.
bool HttpServer::Impl::accept_waiting() {
  while (open_connections() < options_.limits.connections) {
    SessionThread& thread = least_loaded();
    boost::system::error_code error;
    tcp::endpoint from;
    ClientStream::Socket socket(thread.io().context);
    acceptor_.accept(socket, from, error);
    if (error == net::error::would_block || error == net::error::try_again) return true;
    if (is_about_one_client(error)) continue;
    if (error) return false;
    accepted_.fetch_add(1, std::memory_order_relaxed);
    hand_over(std::move(socket), from.address().to_string(), thread);
  }
  return false;
}

void HttpServer::Impl::hand_over(ClientStream::Socket socket, std::string peer,
                                 SessionThread& thread) {
  SslPtr ssl;
  if (tls_ != nullptr) {
    ssl = tls_->accept_on(socket.native_handle());
    if (ssl == nullptr) return;
  }
  thread.counts.open.fetch_add(1);
  ClientStream stream(std::move(socket), std::move(ssl));
  net::post(thread.io().context,
            [&thread, stream = std::move(stream), peer = std::move(peer)]() mutable {
              thread.serve(std::move(stream), std::move(peer));
            });
}

std::uint64_t HttpServer::Impl::open_connections() const {
  std::uint64_t total = 0;
  for (const auto& thread : threads_) total += thread->counts.open.load();
  return total;
}

SessionThread& HttpServer::Impl::least_loaded() {
  const auto by_load = [](const auto& a, const auto& b) {
    return a->counts.open.load() < b->counts.open.load();
  };
  return **std::min_element(threads_.begin(), threads_.end(), by_load);
}

// The destructor waits for what is posted, since it refers to this object.
template <class Work>
void HttpServer::Impl::post(IoThread& io, Work work) {
  posted_.fetch_add(1);
  net::post(io.context, [this, closed = closed_, work = std::move(work)]() mutable {
    work();
    posted_.fetch_sub(1);
    closed->notify();
  });
}

void HttpServer::Impl::set_tls(std::shared_ptr<const TlsServerContext> tls) {
  if (!started_) {
    tls_ = std::move(tls);
    return;
  }
  post(home(), [this, tls = std::move(tls)]() mutable { tls_ = std::move(tls); });
}

void HttpServer::Impl::begin_drain() {
  if (!started_) return;
  post(home(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  for (const auto& thread : threads_) {
    post(thread->io(), [&thread = *thread] { thread.drain(); });
  }
}

bool HttpServer::Impl::wait_closed(std::chrono::milliseconds timeout) {
  const auto closed = [this] { return !accepting_ && posted_ == 0 && open_connections() == 0; };
  return closed_->wait_until(closed, timeout);
}

void HttpServer::Impl::close_all() {
  if (!started_) return;
  begin_drain();
  for (const auto& thread : threads_) {
    post(thread->io(), [&thread = *thread] { thread.abort(); });
  }
  wait_closed(kCloseGrace);
}

HttpStats HttpServer::Impl::stats() const {
  HttpStats all;
  all.open_connections = open_connections();
  all.accepted = accepted_.load();
  all.accept_pauses = accept_pauses_.load();
  for (const auto& thread : threads_) {
    all.requests += thread->counts.requests.load();
    all.clients_gone += thread->counts.clients_gone.load();
    thread->counts.add_refusals_to(&all.refusals);
  }
  return all;
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(IoThreads& threads, ListenOptions options,
                                                       HttpHandler& handler) {
  auto impl = std::make_unique<Impl>(threads, std::move(options), handler);
  if (const Result<void> bound = impl->bind(); !bound) return bound.error();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { close_all(); }

std::uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::start() { impl_->start(); }
void HttpServer::set_tls(std::shared_ptr<const TlsServerContext> tls) {
  impl_->set_tls(std::move(tls));
}
void HttpServer::begin_drain() { impl_->begin_drain(); }
bool HttpServer::wait_closed(std::chrono::milliseconds timeout) {
  return impl_->wait_closed(timeout);
}
void HttpServer::close_all() { impl_->close_all(); }
HttpStats HttpServer::stats() const { return impl_->stats(); }

}  // namespace weir
