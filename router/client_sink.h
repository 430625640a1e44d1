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
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "core/event.h"
#include "core/money.h"
#include "core/reason.h"
#include "core/request_id.h"
#include "router/answer_faults.h"
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

inline constexpr std::string_view kCostHeader = "x-weir-cost-usd";

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

  // What every answer says from now on, beside what it says of its route.
  void say_always(HeaderLines lines) { always_ = std::move(lines); }

  // What the attempt writes is shown all the same: x-weir-fault, while the head is still here.
  void note_fault(AnswerFault fault) { draft_.fault = fault; }

  // What of the request the attempt's backend did not see: x-weir-redacted.
  void note_redactions(std::string redactions);

  // What one attempt wrote so far.
  struct Draft {
    RouteLabel label;
    std::string normalised;  // as the start of the answer says it
    std::string lost;        // the same
    std::string prefix;      // the value of x-weir-cache
    std::string redacted;    // of x-weir-redacted
    AnswerFault fault = AnswerFault::kNone;
    std::unique_ptr<AnswerWriter> writer;
    std::string pending;  // encoded, not sent yet; or the whole body
    bool forwarded = false;
    bool held = false;
    bool held_visible = false;  // what is kept has something to show
    bool complete = false;
    std::optional<Error> unsaid;  // an event the client's dialect has no words for
    FinishReason finish = FinishReason::kNone;
    std::optional<SteadyTime> first_output;
    bool shows_reasoning = false;
  };
  // Takes a complete answer that nobody has seen out, in case that nothing better comes.
  std::unique_ptr<Draft> set_aside();
  // It is the answer after all, under this label: finish() sends it. Only while !started().
  void bring_back(std::unique_ptr<Draft> draft, const RouteLabel& label);

  // Keeps what comes from now on until release(), or until another attempt begins.
  void hold() { draft_.held = true; }
  // What is kept has something to show.
  bool holds_something() const { return draft_.held_visible; }
  // Sends what was kept, under this label. After hold(), before anything was seen.
  Async<WriteResult> release(const RouteLabel& label);

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return exchange_.started(); }
  CancelSignal& cancel() override { return exchange_.cancel(); }

  // Writes what is left of a complete answer: the whole body, or a stream's closing events and
  // terminator. Fails where the client's dialect could not say some of it.
  Result<void> close(const RouteLabel& label);

  // After close(): sends it.
  Async<WriteResult> finish(const RouteLabel& label);

  // Tells the client of an error: a whole error answer, or an error event in a
  // stream that has begun. After cancel() there is nobody to tell.
  Async<WriteResult> fail(const Error& error, const RouteLabel& label);

  // Something of the request or of the answer could not be said in the other's dialect.
  bool has_losses() const { return !losses().empty(); }

  bool complete() const { return draft_.complete; }             // kDone was seen
  FinishReason finish_reason() const { return draft_.finish; }  // of the first choice
  std::optional<SteadyTime> first_output() const { return draft_.first_output; }
  bool shows_reasoning() const { return draft_.shows_reasoning; }  // so it may be the first

 private:
  bool forwards(const StreamEvent& event) const;
  Async<WriteResult> keep_awake(const StreamEvent& comment);
  Async<WriteResult> forward(const StreamEvent& event);
  Async<WriteResult> encode(const StreamEvent& event);
  AnswerWriter& writer();
  void begin_stream();
  HeaderLines headers(const RouteLabel& label) const;
  std::string losses() const;
  void note_start(const StreamEvent& event);
  void note_progress(const StreamEvent& event);

  Exchange& exchange_;
  const ChatRequest& request_;
  const Codec& codec_;
  std::string_view request_id_;
  const SteadyTime began_;
  HeaderLines always_;
  Draft draft_;
};

}  // namespace weir
