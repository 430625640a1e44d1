// The last gate before the client: an Exchange that keeps what closes an answer until
// the books are written, and remembers what passed.
//
// It stands between a handler and the session's Exchange. What the handler sends whole,
// or as the end of a stream, waits here until release(); everything before that goes
// through at once. Both directions can be hashed, for receipts, and kept, for teams that
// log bodies. Belongs to one request and its I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "router/http/exchange.h"
#include "router/pull/running_sha256.h"

namespace weir {

// What passed in one direction.
class PassedBytes {
 public:
  void hash() { sha256_.emplace(); }
  // Keeps at most so many; more, and none are kept.
  void keep(std::size_t at_most) { room_ = at_most; }

  void add(std::string_view bytes);

  std::uint64_t size() const { return size_; }
  // 64 hex digits; empty unless hash() came before the bytes. Once.
  std::string sha256() { return sha256_ ? sha256_->hex() : std::string(); }
  // Unset unless all of them were kept.
  const std::optional<std::string>& kept() const { return kept_; }
  std::string take_kept() { return kept_ ? std::move(*kept_) : std::string(); }

 private:
  std::optional<RunningSha256> sha256_;
  std::uint64_t size_ = 0;
  std::size_t room_ = 0;
  std::optional<std::string> kept_;
};

class AnswerGate final : public Exchange {
 public:
  // `exchange` outlives it. `hashes`: both directions are hashed.
  AnswerGate(Exchange& exchange, bool hashes);

  // From now on bytes are kept, up to so many in each direction: before take_body().
  void keep_bodies(std::size_t at_most);

  // Adds a header field to an answer that has not begun, or a comment to a stream's end. The
  // client reads it; hashes leave it out.
  void annotate(std::string_view name, std::string_view value);

  // Sends what waits, if anything does.
  Async<WriteResult> release();

  PassedBytes& request();  // also of a request whose body nobody took
  PassedBytes& answer() { return answer_; }
  // The answer is a stream that has begun or is to end as one.
  bool streams() const { return exchange_.started() || end_.has_value(); }

  const RequestHead& head() const override { return exchange_.head(); }
  std::string_view body() const override { return exchange_.body(); }
  std::string take_body() override;
  std::string_view peer() const override { return exchange_.peer(); }
  SteadyTime received_at() const override { return exchange_.received_at(); }
  IoThread& io_thread() const override { return exchange_.io_thread(); }
  bool started() const override { return exchange_.started(); }
  CancelSignal& cancel() override { return exchange_.cancel(); }
  Async<WriteResult> send(Response response) override;
  void start_stream(const StreamHead& head) override { exchange_.start_stream(head); }
  Async<WriteResult> write_some(std::string_view bytes) override;
  Async<WriteResult> finish(std::string_view last) override;

 private:
  Exchange& exchange_;
  PassedBytes request_;
  bool taken_ = false;
  PassedBytes answer_;
  std::optional<Response> whole_;
  std::string content_type_;        // of whole_, whose maker may be gone by then
  std::optional<std::string> end_;  // of a stream
  std::string comments_;
};

}  // namespace weir
