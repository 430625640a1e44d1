// One HTTP/1.1 exchange with an upstream, over TLS or plain TCP.
//
// The only way to write a request is send(), which consumes an EgressPermit;
// there is none for a request that may not leave. Everything runs on the pool's
// I/O thread. Each wait ends by one of four timers (connect, first byte, idle,
// total), whose expiry is noticed within a tick of the thread's wheel, or at once
// by abort().
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cloud_adapters/upstream/connection.h"
#include "cloud_adapters/upstream/pool.h"
#include "cloud_adapters/upstream/response_reader.h"
#include "core/async.h"
#include "core/deadline.h"
#include "core/egress_permit.h"
#include "core/request_id.h"
#include "core/result.h"

namespace weir {

// The views outlive send(). What goes out is this, the target's Host, the provider's key
// and our User-Agent; of the client's own headers those alone that belong to its dialect.
struct UpstreamRequest {
  std::string_view path;  // behind the target's base path: "/chat/completions"
  std::string_view accept = "application/json";
  std::string_view body;
  RequestId id;
  // False: the head comes when the whole answer is ready, so the first-byte timer does
  // not apply and only the total timer bounds the wait for it.
  bool streams = true;
  std::string_view fields = {};  // further header lines, each with its CRLF
  std::string_view method = "POST";
  std::string_view content_type = "application/json";  // empty: none is named
};

// One request and its answer. Destroying it closes the connection unless the
// answer was read cleanly to its end: then the pool has it back already.
class UpstreamCall {
 public:
  explicit UpstreamCall(std::shared_ptr<Pool> pool);
  ~UpstreamCall();
  UpstreamCall(const UpstreamCall&) = delete;
  UpstreamCall& operator=(const UpstreamCall&) = delete;

  // Sends and waits for the head of the answer. Call once. Nothing is written and no
  // connection made if the permit was moved from or names another destination
  // (kForbidden). kUpstreamClosed with detail "upstream_stale" means that a kept-alive
  // connection broke under the request, or at once behind it and before a byte of the answer:
  // with a new permit the same request may go out once more, and will be on a new connection.
  Async<Result<void>> send(EgressPermit permit, UpstreamRequest request, Deadline deadline);

  // After send() and until the body has ended.
  const ResponseHead& head() const { return connection_->reader_.head(); }

  // The next piece of the body; empty at its end. The view lives until the next call.
  Async<Result<std::string_view>> read_body();

  // What read_body() would return if that is here already; nothing if it must wait.
  std::optional<Result<std::string_view>> ready_body();

  // Nobody needs the rest of the body. If its end is at hand the connection is kept:
  // waits a second for it at most, on its own.
  static void finish_later(std::unique_ptr<UpstreamCall> call);

  // Closes the connection now; whoever waits gets kCancelled. Callable at any time.
  void abort();

  // An answer of status 200 to 299 has begun to come, though its head may be one that is refused.
  bool answered() const { return answered_; }

  // Bytes of the request may have reached the upstream.
  bool sent() const { return sent_; }
  // Of the request, head and body, once they were handed to the connection; else 0.
  std::uint64_t egress_bytes() const { return egress_bytes_; }

 private:
  Async<Result<void>> obtain_connection(Deadline total);
  bool reuse_connection(Deadline total);
  ResponseReader::Step buffered_step();
  Async<Result<ResponseReader::Step>> next_step();
  Result<std::string_view> body_of(const ResponseReader::Step& step);
  static Async<void> drain(std::unique_ptr<UpstreamCall> call);
  void give_back(bool reusable);
  Error stale_or(Error error);

  const std::shared_ptr<Pool> pool_;
  Pool::Waiter waiter_;
  std::unique_ptr<Connection> connection_;
  BlockPool::Block block_;
  std::string_view unread_;  // in block_
  bool reused_ = false;
  bool aborted_ = false;
  bool sent_ = false;
  bool write_failed_ = false;
  bool answer_began_ = false;
  bool answered_ = false;
  SteadyTime written_at_;
  std::uint64_t egress_bytes_ = 0;
};

// Whether a caller may try again, here or elsewhere, as long as the client has
// seen nothing: connection faults, timers but the total one, a provider's 408, 409, 429
// and 5xx, an error under status 200, and a refusal of our own key.
bool another_try_may_help(const Error& error);

}  // namespace weir
