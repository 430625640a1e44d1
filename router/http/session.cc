#include "router/http/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <span>
#include <utility>

namespace weir {
namespace {

using Status = ClientStream::Status;
using UseAwaitable = net::use_awaitable_t<IoExecutor>;
using WaitHandler = net::async_result<UseAwaitable, void()>::handler_type;
using Parts = std::span<std::string_view>;

// A note on form: g++ 12 lays out the frame of a coroutine wrongly when a co_await
// is itself a condition, so results are named before they are tested.

constexpr std::size_t kKeptReaders = 64;  // of one thread
// A refused body up to this size is read so that the connection can go on.
constexpr std::size_t kDroppedBodyBytes = std::size_t{64} * 1024;
constexpr unsigned kRequestsInARow = 16;  // of one connection, before others have their turn
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr RequestRefusal kHeaderTimeout = {
    408, "http_header_timeout", "The head of the request took too long.", ErrorCode::kDeadline};
constexpr RequestRefusal kBodyTimeout = {
    408, "http_body_timeout", "The body of the request took too long.", ErrorCode::kDeadline};

// `code` and `message` are ours, so nothing in them needs escaping.
Response error_response(int status, std::string_view code, std::string_view message,
                        std::string_view type = "invalid_request_error") {
  Response response;
  response.status = status;
  response.body.append(R"({"error":{"message":")").append(message);
  response.body.append(R"(","type":")").append(type);
  response.body.append(R"(","param":null,"code":")").append(code).append("\"}}\n");
  return response;
}

// RFC 9110, section 10.1.1: the only expectation there is.
bool has_other_expectation(const RequestHead& head) {
  if (head.minor_version == 0) return false;
  const std::optional<std::string_view> expect = head.fields.find("expect");
  return expect && !http1::equal_ignoring_case(*expect, "100-continue");
}

// Drops the `bytes` that were written from the front of `parts`.
void advance(Parts* parts, std::size_t bytes) {
  while (!parts->empty() && bytes >= parts->front().size()) {
    bytes -= parts->front().size();
    *parts = parts->subspan(1);
  }
  if (!parts->empty()) parts->front().remove_prefix(bytes);
}

struct ChunkSize {
  explicit ChunkSize(std::size_t bytes) {
    char* end = std::to_chars(text.data(), text.data() + text.size() - 2, bytes, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    size = static_cast<std::size_t>(end - text.data());
  }
  std::string_view view() const { return {text.data(), size}; }

  std::array<char, 20> text;
  std::size_t size;
};

}  // namespace

class Session final : public Exchange, private Expirable {
 public:
  Session(SessionThread& thread, ClientStream stream, std::string peer);
  ~Session() override;

  Async<void> run();
  void drain();
  void abort();

  // Exchange
  const RequestHead& head() const override { return reader_->head(); }
  std::string_view body() const override { return reader_->body(); }
  std::string take_body() override { return reader_->take_body(); }
  std::string_view peer() const override { return peer_; }
  SteadyTime received_at() const override { return received_at_; }
  IoThread& io_thread() const override { return thread_.io_; }
  CancelSignal& cancel() override { return *cancel_; }
  bool started() const override { return answer_ > Answer::kHeadReady; }
  Async<WriteResult> send(Response response) override;
  void start_stream(const StreamHead& head) override;
  Async<WriteResult> write_some(std::string_view bytes) override;
  Async<WriteResult> finish(std::string_view last) override;

 private:
  enum class Phase : std::uint8_t {
    kHandshake,
    kIdle,       // no byte of the next request is here
    kReading,    // a part of it is
    kAnswering,  // the handler has it
    kClosing,
  };
  enum class Answer : std::uint8_t { kNone, kHeadReady, kStreaming, kComplete };

  // Reading
  Async<bool> handshake();
  Async<void> serve_requests();
  Async<bool> read_request();
  Async<bool> read_head_and_body();
  Async<bool> more_input();
  Async<bool> begin_body();
  bool drop_body();
  void stash_input();
  void become_idle();
  void set_body_deadline(SteadyTime now);

  // Answering
  Async<void> answer();
  Async<void> run_handler();
  Async<void> refuse(RequestRefusal why);
  Async<void> linger();
  std::string head_for(const Response& response, bool with_body);
  ConnectionField connection_field() const;
  bool body_is_sent(int status) const {
    return status_has_body(status) &&
           !(reader_ != nullptr && reader_->head_complete() && reader_->head().method == "HEAD");
  }

  // Waiting
  Async<void> readable();
  Async<void> writable();
  Async<void> wait_for(Status want);
  Async<void> yield();
  void watch_socket();
  void on_readable();
  void check_client();
  void on_expired() override;
  void client_gone();
  void cancel_waits();

  bool try_write(Parts* parts);
  Async<WriteResult> write(Parts parts);
  Async<WriteResult> write_blocked(Parts parts);

  SteadyTime now() const { return thread_.io_.clock.now(); }
  const HttpLimits& limits() const { return thread_.limits_; }

  SessionThread& thread_;
  ClientStream stream_;
  const std::string peer_;
  std::size_t slot_;  // in thread_.sessions_

  Phase phase_ = Phase::kIdle;
  Answer answer_ = Answer::kNone;
  bool keep_alive_ = true;
  bool draining_ = false;
  bool timed_out_ = false;
  bool client_gone_ = false;
  bool at_end_ = false;        // the client sent its end of stream
  bool read_at_once_ = false;  // bytes are probably here: read before waiting
  bool wait_outstanding_ = false;
  bool pipelined_ = false;  // bytes of the next request wait in the socket
  bool stream_has_body_ = false;
  bool stream_is_chunked_ = false;
  unsigned answered_ = 0;  // requests

  BlockPool::Block block_;
  std::string stash_;       // input that could not stay in a block
  std::string_view input_;  // not read yet; in block_ or stash_
  std::unique_ptr<RequestReader> reader_;
  std::optional<Response> early_;  // admit() refused
  std::size_t dropped_ = 0;
  std::uint64_t body_received_ = 0;
  SteadyTime body_started_{};
  SteadyTime received_at_{};
  SteadyTime write_deadline_ = SteadyTime::max();
  std::string stream_head_;  // not sent yet
  std::optional<CancelSignal> cancel_;
  std::optional<WaitHandler> waiter_;
};

// ---- one connection

Session::Session(SessionThread& thread, ClientStream stream, std::string peer)
    : thread_(thread),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      slot_(thread.sessions_.size()),
      draining_(thread.draining_) {
  thread_.sessions_.push_back(this);
  thread_.io_.wheel.add(*this);
}

Session::~Session() {
  thread_.sessions_.back()->slot_ = slot_;
  thread_.sessions_[slot_] = thread_.sessions_.back();
  thread_.sessions_.pop_back();
  if (reader_ != nullptr) thread_.give_back(std::move(reader_));
}

Async<void> Session::run() {
  try {
    const bool secured = co_await handshake();
    if (secured) co_await serve_requests();
  } catch (...) {
    // Short memory: this connection ends, the others go on.
  }
  stream_.close();
  // The outstanding wait refers to this session, so it must end first.
  if (wait_outstanding_) co_await readable();
}

Async<void> Session::serve_requests() {
  while (true) {
    const bool complete = co_await read_request();
    if (!complete) break;
    co_await answer();
    if (!keep_alive_ || client_gone_) break;
    become_idle();
    if (++answered_ % kRequestsInARow == 0 && !input_.empty()) co_await yield();
    if (client_gone_) break;
  }
  if (!client_gone_ && !at_end_ && !timed_out_) co_await linger();
}

Async<bool> Session::handshake() {
  if (!stream_.is_tls()) co_return true;
  phase_ = Phase::kHandshake;
  read_at_once_ = true;
  expires_at(now() + limits().header_timeout);
  while (true) {
    const Status status = stream_.handshake();
    if (status == Status::kOk) co_return true;
    if (status == Status::kEnd || timed_out_) co_return false;
    co_await wait_for(status);
  }
}

void Session::drain() {
  draining_ = true;
  if (phase_ == Phase::kIdle && input_.empty()) cancel_waits();
}

void Session::abort() {
  draining_ = true;
  timed_out_ = true;
  client_gone();
  cancel_waits();
}

// ---- reading

void Session::become_idle() {
  phase_ = Phase::kIdle;
  answer_ = Answer::kNone;
  cancel_.reset();
  early_.reset();
  dropped_ = 0;
  body_received_ = 0;
  thread_.give_back(std::move(reader_));
}

void Session::stash_input() {
  if (!block_) return;
  stash_.assign(input_);
  input_ = stash_;
  block_.give_back();
}

// Gives up what was used and reads; false if the connection ended or is late.
Async<bool> Session::more_input() {
  block_.give_back();
  if (stash_.capacity() > 0) std::string().swap(stash_);
  while (!timed_out_ && !client_gone_) {
    Status want = Status::kWantsRead;
    if (std::exchange(read_at_once_, stream_.is_tls())) {
      BlockPool::Block block = thread_.io_.blocks.take();
      const ClientStream::Outcome got = stream_.read(block.data(), block.size());
      if (got.status == Status::kOk) {
        read_at_once_ = stream_.is_tls() || got.bytes == block.size();
        block_ = std::move(block);
        input_ = {block_.data(), got.bytes};
        co_return true;
      }
      at_end_ = got.status == Status::kEnd;
      if (at_end_) co_return false;
      want = got.status;
    }
    if (draining_ && phase_ == Phase::kIdle) co_return false;
    co_await wait_for(want);
    read_at_once_ = true;
  }
  co_return false;
}

Async<bool> Session::read_request() {
  const bool first = answered_ == 0;
  expires_at(now() + (first ? limits().header_timeout : limits().idle_timeout));
  if (input_.empty()) {
    const bool more = co_await more_input();
    if (!more) co_return false;
  }
  phase_ = Phase::kReading;
  reader_ = thread_.take_reader();
  expires_at(now() + limits().header_timeout);
  const bool complete = co_await read_head_and_body();
  if (complete) {
    never_expires();
    stash_input();
    co_return true;
  }
  if (timed_out_ && !client_gone_) {
    timed_out_ = false;
    co_await refuse(reader_->head_complete() ? kBodyTimeout : kHeaderTimeout);
  }
  co_return false;
}

// False if the connection is to be closed.
Async<bool> Session::read_head_and_body() {
  while (true) {
    if (input_.empty()) {
      const bool more = co_await more_input();
      if (!more) co_return false;
    }
    const RequestReader::Progress progress = reader_->feed(input_);
    input_.remove_prefix(progress.used);
    switch (progress.state) {
      case RequestReader::State::kNeedMore:
        if (!reader_->head_complete()) break;
        body_received_ += progress.used;
        set_body_deadline(now());
        if (early_ && !drop_body()) co_return true;
        break;
      case RequestReader::State::kHeadComplete: {
        const bool wanted = co_await begin_body();
        if (!wanted) co_return true;
        break;
      }
      case RequestReader::State::kComplete:
        if (!reader_->head().has_body()) co_await begin_body();
        co_return true;
      case RequestReader::State::kRefused: co_await refuse(reader_->refusal()); co_return false;
    }
  }
}

// The head is here. False if the body is not going to be read.
Async<bool> Session::begin_body() {
  const RequestHead& head = reader_->head();
  received_at_ = now();
  body_started_ = received_at_;
  keep_alive_ = head.keep_alive;
  if (has_other_expectation(head)) {
    early_ = error_response(417, "expectation_failed", "Only 100-continue can be expected.");
  } else {
    early_ = thread_.handler_.admit(head);
  }
  if (!head.has_body()) co_return true;
  set_body_deadline(received_at_);
  if (early_) {
    const bool short_body = head.content_length.value_or(0) <= kDroppedBodyBytes;
    if (short_body && !head.expects_continue) co_return true;
    keep_alive_ = false;
    co_return false;
  }
  if (head.expects_continue && input_.empty()) {
    std::array<std::string_view, 1> parts = {kContinue};
    co_await write(parts);
  }
  co_return true;
}

// Forgets what came of a refused body. False if it is too long to wait for its end.
bool Session::drop_body() {
  dropped_ += reader_->take_body().size();
  if (dropped_ <= kDroppedBodyBytes) return true;
  keep_alive_ = false;
  return false;
}

void Session::set_body_deadline(SteadyTime now) {
  const std::chrono::seconds earned(body_received_ / limits().bytes_per_second);
  expires_at(std::min(now, body_started_ + earned) + limits().body_timeout);
}

// ---- answering

Async<void> Session::answer() {
  thread_.counts.requests.fetch_add(1, std::memory_order_relaxed);
  phase_ = Phase::kAnswering;
  cancel_.emplace();
  if (early_) {
    co_await send(std::move(*early_));
  } else {
    watch_socket();
    co_await run_handler();
  }
  never_expires();
  pipelined_ = false;
  phase_ = Phase::kClosing;
  if (answer_ == Answer::kComplete || client_gone_) co_return;
  keep_alive_ = false;
  if (answer_ == Answer::kStreaming) {
    // Without chunks an orderly end would look like a complete answer.
    if (!stream_is_chunked_) stream_.reset();
    client_gone_ = true;
  } else {
    co_await send(error_response(500, "internal", "The server failed to answer.", "server_error"));
  }
}

Async<void> Session::run_handler() {
  try {
    co_await thread_.handler_.handle(*this);
  } catch (...) {
    // Handlers return errors; what arrives here is short memory or a bug. The
    // caller sees that no answer was completed.
    keep_alive_ = false;
  }
}

Async<void> Session::refuse(RequestRefusal why) {
  thread_.counts.count_refusal(why.code);
  keep_alive_ = false;
  phase_ = Phase::kClosing;
  Response response = error_response(why.status, why.code, why.message);
  response.close = true;
  co_await send(std::move(response));
}

// Lets the client read the last answer: closing with unread bytes in the socket
// would reset the connection and could take the answer along.
Async<void> Session::linger() {
  phase_ = Phase::kClosing;
  stream_.end_writing();
  const SteadyTime deadline = now() + kLinger;
  expires_at(deadline);
  read_at_once_ = true;
  bool more = true;
  while (more && now() < deadline) {
    more = co_await more_input();
    co_await yield();
  }
}

ConnectionField Session::connection_field() const {
  if (!keep_alive_) return ConnectionField::kClose;
  const bool old_client = reader_->head().minor_version == 0;
  return old_client ? ConnectionField::kKeepAlive : ConnectionField::kNone;
}

std::string Session::head_for(const Response& response, bool with_length) {
  ResponseHeadParts parts;
  parts.status = response.status;
  parts.date = thread_.date_.at(thread_.io_.clock.unix_ms() / 1000);
  if (status_has_body(response.status)) parts.content_type = response.content_type;
  if (with_length) parts.content_length = response.body.size();
  parts.connection = connection_field();
  parts.headers = response.headers.text();
  return response_head(parts);
}

Async<WriteResult> Session::send(Response response) {
  if (client_gone_ || started()) co_return WriteResult::kClientGone;
  keep_alive_ = keep_alive_ && !response.close && !draining_;
  const std::string head = head_for(response, status_has_body(response.status));
  std::array<std::string_view, 2> parts = {head, response.body};
  answer_ = Answer::kComplete;
  co_return co_await write(Parts(parts).first(body_is_sent(response.status) ? 2 : 1));
}

void Session::start_stream(const StreamHead& head) {
  if (started()) return;
  stream_is_chunked_ = reader_->head().minor_version == 1;
  stream_has_body_ = body_is_sent(head.status);
  keep_alive_ = keep_alive_ && stream_is_chunked_ && !draining_;
  ResponseHeadParts parts;
  parts.status = head.status;
  parts.date = thread_.date_.at(thread_.io_.clock.unix_ms() / 1000);
  parts.content_type = head.content_type;
  parts.chunked = stream_is_chunked_ && status_has_body(head.status);
  parts.connection = connection_field();
  parts.headers = head.headers.text();
  stream_head_ = response_head(parts);
  answer_ = Answer::kHeadReady;
}

Async<WriteResult> Session::write_some(std::string_view bytes) {
  if (client_gone_ || (answer_ != Answer::kHeadReady && answer_ != Answer::kStreaming)) {
    co_return WriteResult::kClientGone;
  }
  answer_ = Answer::kStreaming;
  const std::string head = std::exchange(stream_head_, {});
  const ChunkSize size(bytes.size());
  std::array<std::string_view, 4> parts = {head};
  std::size_t count = 1;
  if (stream_has_body_ && !bytes.empty()) {
    if (stream_is_chunked_) parts[count++] = size.view();
    parts[count++] = bytes;
    if (stream_is_chunked_) parts[count++] = "\r\n";
  }
  co_return co_await write(Parts(parts).first(count));
}

Async<WriteResult> Session::finish(std::string_view last) {
  if (client_gone_ || (answer_ != Answer::kHeadReady && answer_ != Answer::kStreaming)) {
    co_return WriteResult::kClientGone;
  }
  answer_ = Answer::kComplete;
  const std::string head = std::exchange(stream_head_, {});
  const ChunkSize size(last.size());
  std::array<std::string_view, 4> parts = {head};
  std::size_t count = 1;
  if (stream_has_body_) {
    if (stream_is_chunked_ && !last.empty()) parts[count++] = size.view();
    if (!last.empty()) parts[count++] = last;
    if (stream_is_chunked_) parts[count++] = last.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  }
  co_return co_await write(Parts(parts).first(count));
}

// ---- writing

// True if all is written or nothing more can be.
bool Session::try_write(Parts* parts) {
  advance(parts, 0);
  if (parts->empty()) return true;
  const ClientStream::Outcome put = stream_.write(*parts, thread_.io_.blocks);
  if (put.status == Status::kEnd) client_gone();
  if (put.status == Status::kOk) advance(parts, put.bytes);
  return parts->empty() || client_gone_;
}

Async<WriteResult> Session::write(Parts parts) {
  if (!try_write(&parts)) co_await write_blocked(parts);
  co_return client_gone_ ? WriteResult::kClientGone : WriteResult::kOk;
}

Async<WriteResult> Session::write_blocked(Parts parts) {
  const SteadyTime started = now();
  std::uint64_t written = 0;
  while (!client_gone_ && !parts.empty()) {
    const ClientStream::Outcome put = stream_.write(parts, thread_.io_.blocks);
    if (put.status == Status::kEnd) client_gone();
    if (put.status == Status::kOk) {
      written += put.bytes;
      advance(&parts, put.bytes);
      continue;
    }
    const std::chrono::seconds earned(written / limits().bytes_per_second);
    write_deadline_ = std::min(now(), started + earned) + limits().write_timeout;
    expires_at(pipelined_ ? now() : write_deadline_);
    if (!client_gone_) co_await wait_for(put.status);
    if (timed_out_) client_gone();
  }
  write_deadline_ = SteadyTime::max();
  if (!pipelined_) never_expires();
  co_return client_gone_ ? WriteResult::kClientGone : WriteResult::kOk;
}

// ---- waiting

// At most one wait for reading is outstanding. The one that watched for the
// client's going during an answer becomes the one for its next request.
void Session::watch_socket() {
  if (wait_outstanding_) return;
  wait_outstanding_ = true;
  stream_.socket().async_wait(net::socket_base::wait_read,
                              [this](const boost::system::error_code&) { on_readable(); });
}

void Session::on_readable() {
  wait_outstanding_ = false;
  if (waiter_) {
    WaitHandler waiter = std::move(*waiter_);
    waiter_.reset();
    waiter();
  } else if (phase_ == Phase::kAnswering && !client_gone_) {
    check_client();
  }
}

Async<void> Session::readable() {
  watch_socket();
  UseAwaitable token;
  co_await net::async_initiate<UseAwaitable, void()>(
      [this](WaitHandler handler) { waiter_.emplace(std::move(handler)); }, token);
}

Async<void> Session::writable() {
  co_await stream_.socket().async_wait(net::socket_base::wait_write, net::as_tuple(UseAwaitable()));
}

Async<void> Session::wait_for(Status want) {
  return want == Status::kWantsWrite ? writable() : readable();
}

// Lets the other connections of the thread have their turn.
Async<void> Session::yield() { return net::post(thread_.io_.context, UseAwaitable()); }

// Called while an answer is pending and something happened on the socket.
void Session::check_client() {
  switch (stream_.peek()) {
    case Status::kOk:
      // The next request. Waiting again would fire at once, so from now on the
      // wheel looks whether an end of stream came behind it.
      pipelined_ = true;
      expires_at(now());
      break;
    case Status::kEnd: client_gone(); break;
    default: watch_socket(); break;
  }
}

void Session::on_expired() {
  if (pipelined_ && now() < write_deadline_) {
    if (stream_.half_closed()) return client_gone();
    return expires_at(now());
  }
  timed_out_ = true;
  cancel_waits();
}

void Session::client_gone() {
  if (std::exchange(client_gone_, true)) return;
  if (phase_ != Phase::kAnswering) return;
  thread_.counts.clients_gone.fetch_add(1, std::memory_order_relaxed);
  cancel_waits();
  cancel_->raise();
}

void Session::cancel_waits() {
  boost::system::error_code ignored;
  stream_.socket().cancel(ignored);
}

// ---- the thread

void SessionCounts::count_refusal(std::string_view code) {
  const std::lock_guard lock(mutex_);
  const auto found = refusals_.find(code);
  if (found != refusals_.end()) {
    ++found->second;
  } else {
    refusals_.emplace(code, 1);
  }
}

void SessionCounts::add_refusals_to(std::map<std::string, std::uint64_t>* all) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [code, count] : refusals_) (*all)[code] += count;
}

void ClosedSignal::notify() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

bool ClosedSignal::wait_until(const std::function<bool()>& done,
                              std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, done);
}

namespace {

// Once `counts.open` is lowered the thread's owner may go.
Async<void> run_session(SessionThread& thread, ClientStream stream, std::string peer,
                        std::shared_ptr<ClosedSignal> closed) {
  {
    Session session(thread, std::move(stream), std::move(peer));
    co_await session.run();
  }
  thread.counts.open.fetch_sub(1);
  closed->notify();
}

}  // namespace

void SessionThread::serve(ClientStream stream, std::string peer) {
  net::co_spawn(io_.context, run_session(*this, std::move(stream), std::move(peer), closed_),
                net::detached);
}

void SessionThread::drain() {
  draining_ = true;
  for (Session* session : sessions_) session->drain();
}

void SessionThread::abort() {
  draining_ = true;
  for (Session* session : sessions_) session->abort();
}

std::unique_ptr<RequestReader> SessionThread::take_reader() {
  if (readers_.empty()) return std::make_unique<RequestReader>(limits_.request);
  std::unique_ptr<RequestReader> reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void SessionThread::give_back(std::unique_ptr<RequestReader> reader) {
  if (readers_.size() >= kKeptReaders) return;
  reader->reset();
  readers_.push_back(std::move(reader));
}

}  // namespace weir
