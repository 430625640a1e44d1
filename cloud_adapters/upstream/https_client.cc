#include "cloud_adapters/upstream/https_client.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <utility>

namespace weir {
namespace {

constexpr std::chrono::milliseconds kDrainTime{1'000};

// Who closed a connection while it rested says so within a round trip of the next request. Who
// closes later has seen the request, and may have computed something.
constexpr std::chrono::milliseconds kStaleTime{250};

std::string request_line(const UpstreamTarget& target, const UpstreamRequest& request) {
  std::string line;
  line.reserve(32 + target.base_path.size() + request.path.size());
  line.append(request.method).append(" ").append(target.base_path);
  line.append(request.path).append(" HTTP/1.1\r\n");
  return line;
}

// Methods for which no length means no body.
bool bodiless(std::string_view method) { return method == "GET" || method == "DELETE"; }

std::string own_fields(const UpstreamRequest& request) {
  std::string fields;
  fields.reserve(240 + request.fields.size());
  if (!request.content_type.empty()) {
    fields.append("content-type: ").append(request.content_type).append("\r\n");
  }
  fields.append(request.fields).append("accept: ").append(request.accept);
  fields.append("\r\nx-request-id: ").append(to_string(request.id));
  const bool no_body = request.body.empty() && bodiless(request.method);
  if (!no_body) fields.append("\r\ncontent-length: ").append(std::to_string(request.body.size()));
  fields.append("\r\n\r\n");
  return fields;
}

}  // namespace

UpstreamCall::UpstreamCall(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

UpstreamCall::~UpstreamCall() { give_back(false); }

void UpstreamCall::give_back(bool reusable) {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_), reusable);
}

void UpstreamCall::abort() {
  aborted_ = true;
  waiter_.abort();
  if (connection_ != nullptr) connection_->abort();
}

Async<Result<void>> UpstreamCall::send(EgressPermit permit, UpstreamRequest request,
                                       Deadline deadline) {
  const UpstreamTarget& target = pool_->upstream().target();
  if (!permit.valid() || permit.destination() != target.name) {
    co_return Error(ErrorCode::kForbidden, "no permit to send this request to " + target.name,
                    "egress_not_permitted");
  }
  const Deadline total =
      Deadline::in(pool_->thread().clock.now(), target.timeouts.total).sooner(deadline);
  if (!reuse_connection(total)) {
    const Result<void> obtained = co_await obtain_connection(total);
    if (!obtained) co_return obtained.error();
  }
  const std::string line = request_line(target, request);
  const std::string fields = own_fields(request);
  const std::array<std::string_view, 4> pieces = {
      line, pool_->upstream().constant_fields().reveal(), fields, request.body};
  sent_ = true;
  for (const std::string_view piece : pieces) egress_bytes_ += piece.size();
  if (!connection_->try_write(pieces)) {
    const Result<void> written = co_await connection_->write_rest(pieces);
    // An upstream may refuse a long request before it has read all of it.
    write_failed_ = !written && written.error().code == ErrorCode::kUpstreamClosed;
    if (!written && !write_failed_) co_return written.error();
  }
  written_at_ = pool_->thread().clock.now();
  connection_->start_timer(request.streams ? Connection::Timer::kFirstByte
                                           : Connection::Timer::kTotal);
  const auto head = co_await next_step();
  answered_ = this->head().status >= 200 && this->head().status < 300;
  if (!head) co_return stale_or(head.error());
  connection_->stop_timer();
  co_return Result<void>();
}

// False if there is none, or none may be taken: then obtain_connection() says why.
bool UpstreamCall::reuse_connection(Deadline total) {
  if (aborted_ || !pool_->upstream().breaker().available(pool_->thread().clock.now())) return false;
  connection_ = pool_->try_acquire();
  if (connection_ == nullptr) return false;
  connection_->begin(total);
  reused_ = true;
  return true;
}

Async<Result<void>> UpstreamCall::obtain_connection(Deadline total) {
  Breaker& breaker = pool_->upstream().breaker();
  if (aborted_) co_return Error(ErrorCode::kCancelled, "the request was given up");
  if (!breaker.available(pool_->thread().clock.now())) {
    co_return Error(ErrorCode::kUpstreamConnect,
                    pool_->upstream().target().name + " could not be reached a moment ago",
                    "upstream_down");
  }
  auto acquired = co_await pool_->acquire(waiter_, total);
  if (!acquired) co_return acquired.error();
  connection_ = std::move(*acquired);
  if (aborted_) co_return Error(ErrorCode::kCancelled, "the request was given up");
  connection_->begin(total);
  reused_ = connection_->connected();
  if (reused_) co_return Result<void>();
  const Result<void> connected = co_await connection_->connect();
  if (connected) breaker.connected();
  if (!connected && another_try_may_help(connected.error())) {
    breaker.failed(pool_->thread().clock.now());
  }
  co_return connected;
}

Error UpstreamCall::stale_or(Error error) {
  if (!reused_ || error.code != ErrorCode::kUpstreamClosed || answer_began_) return error;
  const bool at_once = pool_->thread().clock.now() - written_at_ <= kStaleTime;
  if (!write_failed_ && !at_once) return error;
  pool_->drop_idle();
  error.detail = "upstream_stale";
  return error;
}

ResponseReader::Step UpstreamCall::buffered_step() {
  const ResponseReader::Step step = connection_->reader_.next(unread_);
  unread_.remove_prefix(step.used);
  return step;
}

Async<Result<ResponseReader::Step>> UpstreamCall::next_step() {
  ResponseReader& reader = connection_->reader_;
  for (;;) {
    ResponseReader::Step step = buffered_step();
    if (step.event == ResponseReader::Event::kNeedMore) {
      const Result<std::string_view> bytes = co_await connection_->read(&block_);
      if (!bytes) co_return bytes.error();
      unread_ = *bytes;
      answer_began_ |= !unread_.empty();
      if (!unread_.empty()) continue;
      step = reader.end_of_stream();
    }
    if (step.event == ResponseReader::Event::kFailed) co_return reader.error();
    co_return step;
  }
}

std::optional<Result<std::string_view>> UpstreamCall::ready_body() {
  if (connection_ == nullptr) return std::string_view();
  const ResponseReader::Step step = buffered_step();
  if (step.event == ResponseReader::Event::kNeedMore) return std::nullopt;
  return body_of(step);
}

Async<Result<std::string_view>> UpstreamCall::read_body() {
  if (connection_ == nullptr) co_return std::string_view();
  const auto step = co_await next_step();
  if (!step) co_return step.error();
  co_return body_of(*step);
}

Result<std::string_view> UpstreamCall::body_of(const ResponseReader::Step& step) {
  if (step.event == ResponseReader::Event::kFailed) return connection_->reader_.error();
  if (step.event == ResponseReader::Event::kBody) return step.body;
  give_back(connection_->reader_.reusable() && unread_.empty() && !write_failed_);
  return std::string_view();
}

void UpstreamCall::finish_later(std::unique_ptr<UpstreamCall> call) {
  if (call->connection_ == nullptr || call->aborted_) return;
  Connection& connection = *call->connection_;
  const ResponseReader::Step step = connection.reader_.next(call->unread_);
  if (step.event == ResponseReader::Event::kComplete) {
    const bool clean = step.used == call->unread_.size() && !call->write_failed_;
    call->give_back(clean && connection.reader_.reusable());
    return;
  }
  if (step.event != ResponseReader::Event::kNeedMore) return;
  call->unread_ = {};
  connection.total_ = Deadline::in(call->pool_->thread().clock.now(), kDrainTime);
  net::io_context& context = call->pool_->thread().context;
  net::co_spawn(context, drain(std::move(call)), net::detached);
}

// A byte of body here is one behind the end of the stream it belonged to: close.
Async<void> UpstreamCall::drain(std::unique_ptr<UpstreamCall> call) { co_await call->read_body(); }

bool another_try_may_help(const Error& error) {
  switch (error.code) {
    case ErrorCode::kRateLimited:
    case ErrorCode::kOverloaded:
    case ErrorCode::kUpstreamConnect:
    case ErrorCode::kUpstreamTls:
    case ErrorCode::kUpstreamClosed:
    case ErrorCode::kUpstreamProtocol: return true;
    case ErrorCode::kDeadline: return error.detail != "upstream_total_timeout";
    case ErrorCode::kUpstreamStatus: {
      if (error.upstream == nullptr) return true;
      const int status = error.upstream->status;
      return status < 400 || status == 408 || status == 409 || status == 429 || status >= 500;
    }
    default: return false;
  }
}

}  // namespace weir
