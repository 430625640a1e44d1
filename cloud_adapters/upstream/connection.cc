#include "cloud_adapters/upstream/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weir {
namespace {

constexpr auto kTuple = net::as_tuple(net::deferred);  // awaited without a frame of its own
constexpr std::size_t kMostPieces = 16;
constexpr std::chrono::milliseconds kLeastForAddress{1'000};  // of several, to answer in

// Reads that succeed at once never come back to the event loop. After so many the
// other connections of the thread get their turn.
constexpr std::uint8_t kMostReadsInARow = 8;

std::size_t size_of(std::span<const std::string_view> pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  return size;
}

// The part of `pieces` behind its first `skip` bytes.
std::size_t unsent(std::span<const std::string_view> pieces, std::size_t skip,
                   std::array<std::string_view, kMostPieces>* rest) {
  std::size_t count = 0;
  for (std::string_view piece : pieces) {
    const std::size_t skipped = std::min(skip, piece.size());
    skip -= skipped;
    piece.remove_prefix(skipped);
    if (!piece.empty() && count < rest->size()) (*rest)[count++] = piece;
  }
  return count;
}

IoStep step_of(const boost::system::error_code& error, std::size_t bytes, IoStep::State waiting) {
  if (!error) return {IoStep::State::kDone, bytes};
  if (error == net::error::would_block || error == net::error::try_again) return {waiting};
  if (error == net::error::eof) return {IoStep::State::kEnd};
  return {IoStep::State::kFailed};
}

}  // namespace

Connection::Connection(IoThread& thread, std::shared_ptr<Upstream> upstream)
    : thread_(thread), upstream_(std::move(upstream)), socket_(thread.context) {
  thread_.wheel.add(*this);
}

Connection::~Connection() { close(); }

void Connection::begin(Deadline total) {
  total_ = total;
  stop_timer();
  reader_.reset();
}

void Connection::start_timer(Timer timer) {
  const UpstreamTimeouts& timeouts = upstream_->target().timeouts;
  const auto span = timer == Timer::kConnect     ? timeouts.connect
                    : timer == Timer::kFirstByte ? timeouts.first_byte
                    : timer == Timer::kTotal     ? timeouts.total
                                                 : timeouts.idle;
  start_timer(timer, Deadline::in(thread_.clock.now(), span));
}

void Connection::start_timer(Timer timer, Deadline own) {
  timer_ = timer;
  total_is_nearer_ = total_.at < own.at;
  expires_at(own.sooner(total_).at);
}

void Connection::stop_timer() {
  timer_ = Timer::kNone;
  never_expires();
}

void Connection::rest(std::chrono::milliseconds span) {
  timer_ = Timer::kResting;
  expires_at(thread_.clock.now() + span);
}

// With an address only its own time is over.
void Connection::on_expired() {
  if (timer_ == Timer::kAddress && !total_is_nearer_) {
    boost::system::error_code ignored;
    socket_.close(ignored);
    return;
  }
  expired_ = true;
  close();
}

void Connection::abort() {
  aborted_ = true;
  close();
}

void Connection::close() {
  if (tls_ != nullptr && timer_ == Timer::kResting) tls_->close_notify();
  // The session must not outlive the socket: its number may soon be another's.
  tls_.reset();
  connected_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (resolution_ != nullptr) resolution_->stop();
}

Error Connection::why_stopped() const {
  if (aborted_) return Error(ErrorCode::kCancelled, "the request was given up");
  const std::string& name = upstream_->target().name;
  if (total_is_nearer_ || timer_ == Timer::kTotal) {
    return Error(ErrorCode::kDeadline, name + " did not finish in time (total timer)",
                 "upstream_total_timeout");
  }
  if (timer_ == Timer::kConnect) {
    return Error(ErrorCode::kDeadline, "no connection to " + name + " in time (connect timer)",
                 "upstream_connect_timeout");
  }
  if (timer_ == Timer::kFirstByte) {
    return Error(ErrorCode::kDeadline, name + " did not begin to answer (first-byte timer)",
                 "upstream_first_byte_timeout");
  }
  return Error(ErrorCode::kDeadline, name + " fell silent (idle timer)", "upstream_idle_timeout");
}

bool Connection::still_open() {
  if (!connected_) return false;
  if (tls_ != nullptr) return tls_->idle_and_open();
  char byte = 0;
  const ssize_t seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Async<Result<void>> Connection::connect() {
  const Deadline until = Deadline::in(thread_.clock.now(), upstream_->target().timeouts.connect);
  start_timer(Timer::kConnect, until);
  const auto endpoints = co_await look_up();
  if (stopped()) co_return why_stopped();
  if (!endpoints) co_return endpoints.error();
  const Result<void> reached = co_await connect_in_order(*endpoints, until);
  if (!reached) co_return reached.error();
  if (upstream_->tls() != nullptr) {
    const Result<void> secured = co_await handshake();
    if (!secured) co_return secured.error();
  }
  stop_timer();
  connected_ = true;
  co_return Result<void>();
}

Async<Result<std::vector<Resolution::Endpoint>>> Connection::look_up() {
  const UpstreamTarget& target = upstream_->target();
  if (!target.addresses.empty()) co_return target.addresses;
  resolution_ = std::make_shared<Resolution>(thread_.context.get_executor());
  auto endpoints = co_await resolution_->run(target.host, target.port);
  resolution_.reset();
  co_return endpoints;
}

// An equal share of what is left for each address that is left, or kLeastForAddress: one that
// never answers does not keep the next from being tried.
Deadline Connection::share_of(Deadline until, std::size_t addresses) const {
  const SteadyTime now = thread_.clock.now();
  const SteadyTime::duration left = until.at - now;
  const auto share =
      std::max<SteadyTime::duration>(left / static_cast<std::int64_t>(addresses), kLeastForAddress);
  return {now + std::min(left, share)};
}

Async<Result<void>> Connection::connect_in_order(const std::vector<Resolution::Endpoint>& endpoints,
                                                 Deadline until) {
  boost::system::error_code last;
  for (std::size_t left = endpoints.size(); left > 0; --left) {
    socket_.close(last);
    if (left > 1) start_timer(Timer::kAddress, share_of(until, left));
    const Resolution::Endpoint& endpoint = endpoints[endpoints.size() - left];
    const auto [error] = co_await socket_.async_connect(endpoint, kTuple);
    if (stopped()) co_return why_stopped();
    start_timer(Timer::kConnect, until);
    last = error;
    if (error) continue;
    socket_.non_blocking(true, last);
    if (!last) socket_.set_option(net::ip::tcp::no_delay(true), last);
    if (!last) co_return Result<void>();
  }
  co_return Error(ErrorCode::kUpstreamConnect,
                  "no connection to " + upstream_->target().name + ": " + last.message(),
                  "upstream_connect");
}

Async<Result<void>> Connection::handshake() {
  const UpstreamTarget& target = upstream_->target();
  tls_ = std::make_unique<TlsSession>(*upstream_->tls(), target.host, socket_.native_handle());
  for (;;) {
    const IoStep step = tls_->handshake();
    if (step.state == IoStep::State::kDone) co_return Result<void>();
    if (step.state != IoStep::State::kWantRead && step.state != IoStep::State::kWantWrite) {
      Error error(ErrorCode::kUpstreamTls,
                  "no secure connection to " + target.name + ": " + tls_->failure(),
                  "upstream_tls");
      close();
      co_return error;
    }
    const auto [error] = co_await socket_.async_wait(wait_for(step), kTuple);
    const Result<void> ready = waited(error);
    if (!ready) co_return ready.error();
  }
}

Connection::Socket::wait_type Connection::wait_for(const IoStep& step) {
  return step.state == IoStep::State::kWantRead ? Socket::wait_read : Socket::wait_write;
}

Result<void> Connection::waited(const boost::system::error_code& error) const {
  if (stopped()) return why_stopped();
  if (!error) return {};
  return Error(ErrorCode::kUpstreamClosed,
               "the connection to " + upstream_->target().name + " broke", "upstream_closed");
}

bool Connection::try_write(Pieces pieces) {
  if (stopped()) return false;
  const IoStep step = write_step(pieces, 0);
  write_sent_ = step.state == IoStep::State::kDone ? step.bytes : 0;
  return write_sent_ == size_of(pieces);
}

Async<Result<void>> Connection::write_rest(Pieces pieces) {
  for (std::size_t left = size_of(pieces) - write_sent_; left > 0;) {
    if (stopped()) co_return why_stopped();
    const IoStep step = write_step(pieces, write_sent_);
    if (step.state == IoStep::State::kDone) {
      write_sent_ += step.bytes;
      left -= step.bytes;
      continue;
    }
    if (step.state != IoStep::State::kWantRead && step.state != IoStep::State::kWantWrite) {
      co_return Error(ErrorCode::kUpstreamClosed,
                      upstream_->target().name + " closed the connection during the request",
                      "upstream_closed");
    }
    start_timer(Timer::kIdle);
    const auto [error] = co_await socket_.async_wait(wait_for(step), kTuple);
    const Result<void> ready = waited(error);
    if (!ready) co_return ready.error();
    stop_timer();
  }
  co_return Result<void>();
}

IoStep Connection::write_step(Pieces pieces, std::size_t skip) {
  if (tls_ != nullptr) return write_tls_step(pieces, skip);
  std::array<std::string_view, kMostPieces> rest;
  const std::size_t count = unsent(pieces, skip, &rest);
  std::array<net::const_buffer, kMostPieces> buffers;
  for (std::size_t i = 0; i < count; ++i) buffers[i] = net::buffer(rest[i]);
  boost::system::error_code error;
  const std::size_t bytes = socket_.write_some(std::span(buffers.data(), count), error);
  return step_of(error, bytes, IoStep::State::kWantWrite);
}

// One TLS record takes one run of bytes, so head and body are put together first. A step
// that has to wait is repeated with the same bytes, as OpenSSL demands.
IoStep Connection::write_tls_step(Pieces pieces, std::size_t skip) {
  std::array<std::string_view, kMostPieces> rest;
  const std::size_t count = unsent(pieces, skip, &rest);
  const BlockPool::Block block = thread_.blocks.take();
  std::size_t filled = 0;
  for (std::size_t i = 0; i < count && filled < block.size(); ++i) {
    const std::size_t bytes = std::min(rest[i].size(), block.size() - filled);
    std::memcpy(block.data() + filled, rest[i].data(), bytes);
    filled += bytes;
  }
  return tls_->write(block.data(), filled);
}

Async<Result<std::string_view>> Connection::read(BlockPool::Block* block) {
  if (reads_in_a_row_ >= kMostReadsInARow) drained_ = true;
  bool wait_first = drained_ && !(tls_ != nullptr && tls_->has_buffered());
  for (auto what = Socket::wait_read;;) {
    if (stopped()) co_return why_stopped();
    if (wait_first) {
      block->give_back();
      reads_in_a_row_ = 0;
      if (!waits_for_head()) start_timer(Timer::kIdle);
      const auto [error] = co_await socket_.async_wait(what, kTuple);
      const Result<void> ready = waited(error);
      if (!ready) co_return ready.error();
      if (!waits_for_head()) stop_timer();
    }
    if (!*block) *block = thread_.blocks.take();
    const IoStep step = read_step(block->data(), block->size());
    if (step.state == IoStep::State::kDone) {
      drained_ = step.bytes < block->size();
      ++reads_in_a_row_;
      co_return std::string_view(block->data(), step.bytes);
    }
    if (step.state == IoStep::State::kEnd) co_return std::string_view();
    if (step.state == IoStep::State::kFailed) {
      co_return Error(ErrorCode::kUpstreamClosed,
                      upstream_->target().name + " broke the connection", "upstream_closed");
    }
    what = wait_for(step);
    wait_first = true;
  }
}

IoStep Connection::read_step(char* data, std::size_t size) {
  if (tls_ != nullptr) return tls_->read(data, size);
  boost::system::error_code error;
  const std::size_t bytes = socket_.read_some(net::buffer(data, size), error);
  return step_of(error, bytes, IoStep::State::kWantRead);
}

}  // namespace weir
