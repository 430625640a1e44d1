#include "router/http/client_connection.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace weir {
namespace {

constexpr std::chrono::milliseconds kLinger{1000};

// Drops the `bytes` that were written from the front of `parts`.
void advance(ClientConnection::Parts* parts, std::size_t bytes) {
  while (!parts->empty() && bytes >= parts->front().size()) {
    bytes -= parts->front().size();
    *parts = parts->subspan(1);
  }
  if (!parts->empty()) parts->front().remove_prefix(bytes);
}

}  // namespace

ClientConnection::ClientConnection(IoThread& io, const HttpLimits& limits, ClientStream stream)
    : io_(io), limits_(limits), stream_(std::move(stream)), read_at_once_(stream_.is_tls()) {
  io_.wheel.add(*this);
}

Async<bool> ClientConnection::handshake() {
  if (!stream_.is_tls()) co_return true;
  while (true) {
    const Status status = stream_.handshake();
    if (status == Status::kOk) co_return true;
    if (status == Status::kEnd || timed_out_) co_return false;
    co_await wait_for(status);
  }
}

// ---- reading

Async<bool> ClientConnection::more_input() {
  block_.give_back();
  if (stash_.capacity() > 0) std::string().swap(stash_);
  while (!timed_out_ && !gone_) {
    Status want = Status::kWantsRead;
    if (std::exchange(read_at_once_, stream_.is_tls())) {
      if (read_block(&want)) co_return true;
      if (at_end_) co_return false;
    }
    if (stopped_) co_return false;
    co_await wait_for(want);
    read_at_once_ = true;
  }
  co_return false;
}

bool ClientConnection::read_block(Status* want) {
  BlockPool::Block block = io_.blocks.take();
  const ClientStream::Outcome got = stream_.read(block.data(), block.size());
  at_end_ = got.status == Status::kEnd;
  *want = got.status;
  if (got.status != Status::kOk) return false;
  stopped_ = false;
  read_at_once_ = stream_.is_tls() || got.bytes == block.size();
  block_ = std::move(block);
  input_ = {block_.data(), got.bytes};
  return true;
}

void ClientConnection::stash_input() {
  if (!block_) return;
  stash_.assign(input_);
  input_ = stash_;
  block_.give_back();
}

// ---- writing

bool ClientConnection::try_write(Parts* parts) {
  advance(parts, 0);
  if (parts->empty() || gone_) return true;
  const ClientStream::Outcome put = stream_.write(*parts, io_.blocks);
  if (put.status == Status::kEnd) client_gone();
  if (put.status == Status::kOk) advance(parts, put.bytes);
  return parts->empty() || gone_;
}

Async<void> ClientConnection::write_rest(Parts parts) {
  const SteadyTime started = now();
  std::uint64_t written = 0;
  while (!gone_ && !parts.empty()) {
    const ClientStream::Outcome put = stream_.write(parts, io_.blocks);
    if (put.status == Status::kOk) {
      written += put.bytes;
      advance(&parts, put.bytes);
      continue;
    }
    if (put.status == Status::kEnd) break;
    const std::chrono::seconds earned(written / limits_.bytes_per_second);
    write_deadline_ = std::min(now(), started + earned) + limits_.write_timeout;
    expires_at(pipelined_ ? now() : write_deadline_);
    co_await wait_for(put.status);
    if (timed_out_) break;
  }
  write_deadline_ = SteadyTime::max();
  if (!pipelined_) never_expires();
  if (!parts.empty()) client_gone();
}

// ---- ending

Async<void> ClientConnection::linger() {
  stream_.end_writing();
  const SteadyTime deadline = now() + kLinger;
  expires_at(deadline);
  read_at_once_ = true;
  stopped_ = false;
  bool more = true;
  while (more && now() < deadline) {
    more = co_await more_input();
    co_await yield();
  }
}

Async<void> ClientConnection::yield() { return net::post(io_.context, UseAwaitable()); }

Async<void> ClientConnection::close() {
  stream_.close();
  if (wait_outstanding_) co_await readable();
}

void ClientConnection::stop_when_idle() {
  stopped_ = true;
  read_at_once_ = true;
  cancel_waits();
}

void ClientConnection::abort() {
  timed_out_ = true;
  client_gone();
  cancel_waits();
}

void ClientConnection::reset() {
  gone_ = true;
  stream_.reset();
}

// ---- watching

void ClientConnection::watch(CancelSignal& signal) {
  watcher_ = &signal;
  start_wait();
}

void ClientConnection::end_watch() {
  watcher_ = nullptr;
  pipelined_ = false;
  never_expires();
}

// Something happened on the socket while an answer is pending.
void ClientConnection::check_client() {
  switch (stream_.peek()) {
    case Status::kOk:
      // The next request. Waiting again would fire at once, so from now on the
      // wheel looks whether an end of stream came behind it.
      pipelined_ = true;
      expires_at(now());
      break;
    case Status::kEnd: client_gone(); break;
    default: start_wait(); break;
  }
}

void ClientConnection::client_gone() {
  if (std::exchange(gone_, true) || watcher_ == nullptr) return;
  cancel_waits();
  watcher_->raise();
}

// ---- waiting

Async<void> ClientConnection::wait_for(Status want) {
  return want == Status::kWantsWrite ? writable() : readable();
}

Async<void> ClientConnection::readable() {
  start_wait();
  UseAwaitable token;
  return net::async_initiate<UseAwaitable, void()>(
      [this](WaitHandler handler) { waiter_.emplace(std::move(handler)); }, token);
}

Async<void> ClientConnection::writable() {
  co_await stream_.socket().async_wait(net::socket_base::wait_write, net::as_tuple(net::deferred));
}

void ClientConnection::start_wait() {
  if (std::exchange(wait_outstanding_, true)) return;
  stream_.socket().async_wait(net::socket_base::wait_read,
                              [this](const boost::system::error_code&) { on_readable(); });
}

void ClientConnection::on_readable() {
  wait_outstanding_ = false;
  if (waiter_) {
    WaitHandler waiter = std::move(*waiter_);
    waiter_.reset();
    waiter();
  } else if (watcher_ != nullptr && !gone_) {
    check_client();
  }
}

void ClientConnection::on_expired() {
  if (pipelined_ && now() < write_deadline_) {
    if (stream_.half_closed()) return client_gone();
    return expires_at(now());
  }
  timed_out_ = true;
  cancel_waits();
}

void ClientConnection::cancel_waits() {
  boost::system::error_code ignored;
  stream_.socket().cancel(ignored);
}

}  // namespace weir
