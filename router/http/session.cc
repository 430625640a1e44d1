#include "router/http/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <utility>

#include "metrics/app_log.h"
#include "router/http/client_connection.h"

// A note on form: g++ 12 lays out the frame of a coroutine wrongly when a co_await
// is itself a condition, so results are named before they are tested.

namespace weir {
namespace {

using Parts = ClientConnection::Parts;

constexpr std::size_t kKeptReaders = 64;  // of one thread
// A refused body up to this size is read so that the connection can go on.
constexpr std::size_t kDroppedBodyBytes = std::size_t{64} * 1024;
constexpr unsigned kRequestsInARow = 16;  // of one connection, before others have their turn
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr RequestRefusal kHeaderTimeout = {
    408, "http_header_timeout", "The head of the request took too long.", ErrorCode::kDeadline};
constexpr RequestRefusal kBodyTimeout = {
    408, "http_body_timeout", "The body of the request took too long.", ErrorCode::kDeadline};
constexpr RequestRefusal kOtherExpectation = {417, "expectation_failed",
                                              "Only 100-continue can be expected."};
constexpr RequestRefusal kNoAnswer = {500, "internal", "The server failed to answer.",
                                      ErrorCode::kInternal};

// RFC 9110, section 10.1.1: the only expectation there is.
bool has_other_expectation(const RequestHead& head) {
  if (head.minor_version == 0) return false;
  const std::optional<std::string_view> expect = head.fields.find("expect");
  return expect && !http1::equal_ignoring_case(*expect, "100-continue");
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

class Session final : public Exchange {
 public:
  Session(SessionThread& thread, ClientStream stream, std::string peer);
  ~Session();

  Async<void> run();
  void drain();
  void abort() { connection_.abort(); }

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
  enum class Answer : std::uint8_t { kNone, kHeadReady, kStreaming, kComplete };

  Async<void> serve_requests();
  Async<bool> read_request();
  Async<bool> read_head_and_body();
  bool begin_body();
  bool awaits_continue() const;
  Async<void> send_continue();
  bool drop_body();
  void set_body_deadline();
  void become_idle();

  Async<void> answer();
  Async<void> refuse(RequestRefusal why);
  Response refusal(const RequestRefusal& why);
  std::string head_for(const Response& response);
  std::string_view date();
  ConnectionField connection_field() const;
  bool body_is_sent(int status) const;
  bool may_stream() const;

  SteadyTime now() const { return thread_.io_.clock.now(); }
  const HttpLimits& limits() const { return thread_.limits_; }

  SessionThread& thread_;
  ClientConnection connection_;
  const std::string peer_;
  std::size_t slot_;  // in thread_.sessions_

  Answer answer_ = Answer::kNone;
  bool idle_ = true;  // no byte of the next request is here
  bool keep_alive_ = true;
  bool stream_has_body_ = false;
  bool stream_is_chunked_ = false;
  unsigned answered_ = 0;  // requests

  std::unique_ptr<RequestReader> reader_;  // lent while a request is here
  std::optional<Response> early_;          // admit() refused
  bool unwanted_ = false;                  // the handler does without the body
  std::size_t dropped_ = 0;
  std::uint64_t body_received_ = 0;
  SteadyTime received_at_{};
  std::string stream_head_;  // not sent yet
  std::optional<CancelSignal> cancel_;
};

// ---- one connection

Session::Session(SessionThread& thread, ClientStream stream, std::string peer)
    : thread_(thread),
      connection_(thread.io_, thread.limits_, std::move(stream)),
      peer_(std::move(peer)),
      slot_(thread.sessions_.size()) {
  thread_.sessions_.push_back(this);
}

Session::~Session() {
  thread_.sessions_.back()->slot_ = slot_;
  thread_.sessions_[slot_] = thread_.sessions_.back();
  thread_.sessions_.pop_back();
  if (reader_ != nullptr) thread_.give_back(std::move(reader_));
}

Async<void> Session::run() {
  try {
    connection_.set_deadline(now() + limits().header_timeout);
    const bool secured = co_await connection_.handshake();
    if (secured) co_await serve_requests();
  } catch (...) {
    log_error("an exception ends a connection; the others go on");  // short memory, most likely
  }
  co_await connection_.close();
}

Async<void> Session::serve_requests() {
  while (true) {
    const bool complete = co_await read_request();
    if (!complete) break;
    co_await answer();
    if (!keep_alive_ || connection_.gone()) break;
    become_idle();
    const bool pause = ++answered_ % kRequestsInARow == 0 && !connection_.input().empty();
    if (pause) co_await connection_.yield();
    if (connection_.gone()) break;
  }
  const bool orderly = !connection_.gone() && !connection_.at_end() && !connection_.timed_out();
  if (orderly) co_await connection_.linger();
}

void Session::drain() {
  if (idle_ && connection_.input().empty()) connection_.stop_when_idle();
}

void Session::become_idle() {
  idle_ = true;
  answer_ = Answer::kNone;
  cancel_.reset();
  early_.reset();
  unwanted_ = false;
  dropped_ = 0;
  body_received_ = 0;
  thread_.give_back(std::move(reader_));
}

// ---- reading

// False if the connection is to be closed.
Async<bool> Session::read_request() {
  const bool first = answered_ == 0;
  connection_.set_deadline(now() + (first ? limits().header_timeout : limits().idle_timeout));
  if (connection_.input().empty()) {
    if (thread_.draining_) connection_.stop_when_idle();
    const bool more = co_await connection_.more_input();
    if (!more) co_return false;
  }
  idle_ = false;
  reader_ = thread_.take_reader();
  connection_.set_deadline(now() + limits().header_timeout);
  const bool complete = co_await read_head_and_body();
  if (complete) {
    connection_.clear_deadline();
    connection_.stash_input();
  } else if (connection_.timed_out() && !connection_.gone()) {
    connection_.forgive_timeout();
    co_await refuse(reader_->head_complete() ? kBodyTimeout : kHeaderTimeout);
  }
  co_return complete;
}

Async<bool> Session::read_head_and_body() {
  while (true) {
    if (connection_.input().empty()) {
      const bool more = co_await connection_.more_input();
      if (!more) co_return false;
    }
    const RequestReader::Progress progress = reader_->feed(connection_.input());
    connection_.use_input(progress.used);
    switch (progress.state) {
      case RequestReader::State::kNeedMore:
        if (!reader_->head_complete()) break;
        body_received_ += progress.used;
        set_body_deadline();
        if ((early_ || unwanted_) && !drop_body()) co_return true;
        break;
      case RequestReader::State::kHeadComplete:
        if (!begin_body()) co_return true;
        if (awaits_continue()) co_await send_continue();
        break;
      case RequestReader::State::kComplete:
        if (!reader_->head().has_body()) begin_body();
        if (unwanted_) drop_body();
        co_return true;
      case RequestReader::State::kRefused: co_await refuse(reader_->refusal()); co_return false;
    }
  }
}

// The head is here. False if the body is not going to be read.
bool Session::begin_body() {
  const RequestHead& head = reader_->head();
  received_at_ = now();
  keep_alive_ = head.keep_alive;
  if (has_other_expectation(head)) {
    early_ = refusal(kOtherExpectation);
  } else {
    early_ = thread_.handler_.admit(head);
  }
  if (!head.has_body()) return true;
  set_body_deadline();
  const bool short_body = head.content_length.value_or(0) <= kDroppedBodyBytes;
  const bool may_be_long = !short_body || !head.content_length;
  unwanted_ = !early_ && may_be_long && !thread_.handler_.wants_long_body(head);
  if (!early_ && !unwanted_) return true;
  if (short_body && !head.expects_continue) return true;
  keep_alive_ = false;
  return false;
}

// The client holds the body back until it is told to go on.
bool Session::awaits_continue() const {
  const RequestHead& head = reader_->head();
  return head.has_body() && head.expects_continue && connection_.input().empty();
}

Async<void> Session::send_continue() {
  std::array<std::string_view, 1> parts = {kContinue};
  Parts rest(parts);
  if (!connection_.try_write(&rest)) co_await connection_.write_rest(rest);
  set_body_deadline();
}

// Forgets what came of a body that nobody keeps. False if it is too long to wait for its end.
bool Session::drop_body() {
  dropped_ += reader_->take_body().size();
  if (dropped_ <= kDroppedBodyBytes) return true;
  keep_alive_ = false;
  return false;
}

void Session::set_body_deadline() {
  const std::chrono::seconds earned(body_received_ / limits().bytes_per_second);
  connection_.set_deadline(std::min(now(), received_at_ + earned) + limits().body_timeout);
}

// ---- answering

Async<void> Session::answer() {
  thread_.counts.requests.fetch_add(1, std::memory_order_relaxed);
  if (early_) {
    co_await send(std::move(*early_));
    co_return;
  }
  cancel_.emplace();
  connection_.watch(*cancel_);
  try {
    co_await thread_.handler_.handle(*this);
  } catch (...) {
    // Handlers return errors; what arrives here is short memory or a bug.
    keep_alive_ = false;
  }
  connection_.end_watch();
  if (connection_.gone()) {
    thread_.counts.clients_gone.fetch_add(1, std::memory_order_relaxed);
  } else if (answer_ == Answer::kStreaming) {
    // Cut off. Without chunks an orderly end would look like a complete answer.
    keep_alive_ = false;
    if (!stream_is_chunked_) connection_.reset();
  } else if (answer_ != Answer::kComplete) {
    keep_alive_ = false;
    co_await send(refusal(kNoAnswer));
  }
}

// What the server says of itself is ours, so nothing in it needs escaping.
Response HttpHandler::refusal(const RequestHead& /*head*/, int status, const Error& error) {
  Response response;
  response.status = status;
  response.body.append(R"({"error":{"message":")").append(error.message);
  response.body.append(R"(","type":")");
  response.body.append(status < 500 ? "invalid_request_error" : "server_error");
  response.body.append(R"(","param":null,"code":")").append(error.detail).append("\"}}\n");
  return response;
}

Async<void> Session::refuse(RequestRefusal why) {
  thread_.counts.count_refusal(why.code);
  keep_alive_ = false;
  co_await send(refusal(why));
}

Response Session::refusal(const RequestRefusal& why) {
  return thread_.handler_.refusal(reader_->head(), why.status, why.to_error());
}

std::string_view Session::date() { return thread_.date_.at(thread_.io_.clock.unix_ms() / 1000); }

ConnectionField Session::connection_field() const {
  if (!keep_alive_) return ConnectionField::kClose;
  const bool old_client = reader_->head().minor_version == 0;
  return old_client ? ConnectionField::kKeepAlive : ConnectionField::kNone;
}

bool Session::body_is_sent(int status) const {
  const bool asked_for_head = reader_->head_complete() && reader_->head().method == "HEAD";
  return status_has_body(status) && !asked_for_head;
}

std::string Session::head_for(const Response& response) {
  ResponseHeadParts parts;
  parts.status = response.status;
  parts.date = date();
  if (status_has_body(response.status)) {
    parts.content_type = response.content_type;
    parts.content_length = response.body.size();
  }
  parts.connection = connection_field();
  parts.headers = response.headers.text();
  parts.common = thread_.handler_.common_fields(reader_->head());
  return response_head(parts);
}

Async<WriteResult> Session::send(Response response) {
  if (connection_.gone() || started()) co_return WriteResult::kClientGone;
  keep_alive_ = keep_alive_ && !response.close && !thread_.draining_;
  const std::string head = head_for(response);
  std::array<std::string_view, 2> parts = {head, response.body};
  answer_ = Answer::kComplete;
  Parts rest = Parts(parts).first(body_is_sent(response.status) ? 2 : 1);
  if (!connection_.try_write(&rest)) co_await connection_.write_rest(rest);
  co_return connection_.written();
}

void Session::start_stream(const StreamHead& head) {
  if (started()) return;
  stream_is_chunked_ = reader_->head().minor_version == 1;
  stream_has_body_ = body_is_sent(head.status);
  keep_alive_ = keep_alive_ && stream_is_chunked_ && !thread_.draining_;
  ResponseHeadParts parts;
  parts.status = head.status;
  parts.date = date();
  parts.content_type = head.content_type;
  parts.chunked = stream_is_chunked_ && status_has_body(head.status);
  parts.connection = connection_field();
  parts.headers = head.headers.text();
  parts.common = thread_.handler_.common_fields(reader_->head());
  stream_head_ = response_head(parts);
  answer_ = Answer::kHeadReady;
}

bool Session::may_stream() const {
  return !connection_.gone() && (answer_ == Answer::kHeadReady || answer_ == Answer::kStreaming);
}

Async<WriteResult> Session::write_some(std::string_view bytes) {
  if (!may_stream()) co_return WriteResult::kClientGone;
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
  Parts rest = Parts(parts).first(count);
  if (!connection_.try_write(&rest)) co_await connection_.write_rest(rest);
  co_return connection_.written();
}

Async<WriteResult> Session::finish(std::string_view last) {
  if (!may_stream()) co_return WriteResult::kClientGone;
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
  Parts rest = Parts(parts).first(count);
  if (!connection_.try_write(&rest)) co_await connection_.write_rest(rest);
  co_return connection_.written();
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
