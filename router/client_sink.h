// The client's end of one answer: events in, bytes of the client's dialect out.
//
// Frames of the client's own dialect are forwarded as received; all else goes
// through the codec's writer. Nothing leaves before something can be seen, so
// until then another backend may take over; and what closes the answer is held
// back until finish(), which the gateway calls when the ledger is durable.
//
// Belongs to one request and its I/O thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "core/event.h"
#include "core/money.h"
#include "core/reason.h"
#include "core/request_id.h"
#include "router/http/exchange.h"

namespace weir {

// What the x-weir-* headers say about an answer. Money is unknown while a stream
// runs, and then left out.
struct RouteLabel {
  std::string_view route;    // local, site, cloud or none
  std::string_view backend;  // as in [[backend]] name; empty = none
  std::string_view model;
  Reason reason = Reason::kInvalid;
  std::optional<NanoUsd> cost;
  std::optional<NanoUsd> saved;
};

// x-request-id and x-weir-*, but for x-weir-normalised and x-weir-cache, which a local
// answer may add.
HeaderLines answer_headers(std::string_view request_id, const RouteLabel& label);

class ClientSink final : public EventSink {
 public:
  // All of them outlive the sink.
  ClientSink(Exchange& exchange, const ChatRequest& request, const Codec& codec,
             std::string_view request_id);

  // The next events come from this candidate. Forgets what an earlier one wrote
  // that nobody has seen; only while !started().
  void begin_attempt(const RouteLabel& label);

  // Keeps what comes from now on until release(), or until another attempt begins.
  void hold() { held_ = true; }
  // What is kept has something to show.
  bool holds_something() const { return held_visible_; }
  // Sends what was kept, under this label. After hold(), before anything was seen.
  Async<WriteResult> release(const RouteLabel& label);

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return exchange_.started(); }
  CancelSignal& cancel() override { return exchange_.cancel(); }

  // Sends the rest of a complete answer: the whole body, or a stream's closing
  // events and terminator. An answer that the dialect could not say becomes an error.
  Async<WriteResult> finish(const RouteLabel& label);

  // Tells the client of an error: a whole error answer, or an error event in a
  // stream that has begun. After cancel() there is nobody to tell.
  Async<WriteResult> fail(const Error& error, const RouteLabel& label);

  bool complete() const { return complete_; }             // kDone was seen
  FinishReason finish_reason() const { return finish_; }  // of the first choice
  std::optional<SteadyTime> first_output() const { return first_output_; }

 private:
  bool forwards(const StreamEvent& event) const;
  Async<WriteResult> forward(const StreamEvent& event);
  Async<WriteResult> encode(const StreamEvent& event);
  AnswerWriter& writer();
  void begin_stream();
  HeaderLines headers(const RouteLabel& label) const;
  void note_start(const StreamEvent& event);
  void note_progress(const StreamEvent& event);

  Exchange& exchange_;
  const ChatRequest& request_;
  const Codec& codec_;
  std::string_view request_id_;
  RouteLabel label_;
  std::string normalised_;  // as the start of the answer says it
  std::string prefix_;      // the value of x-weir-cache
  std::unique_ptr<AnswerWriter> writer_;
  std::string pending_;  // encoded, not sent yet; or the whole body
  bool forwarded_ = false;
  bool held_ = false;
  bool held_visible_ = false;  // what is kept has something to show
  bool complete_ = false;
  std::optional<Error> unsaid_;  // an event the client's dialect has no words for
  FinishReason finish_ = FinishReason::kNone;
  std::optional<SteadyTime> first_output_;
};

}  // namespace weir
