// Holds the answer of a backend outside this process against the JSON that was asked for.
//
// Stands between the backend and the client's sink, and changes no byte of an answer. A stream
// goes through as it comes. Only where another backend may answer instead does it wait: until
// something can be judged, so that one that begins wrong is never seen, or to its end if a
// wrong one can be repaired. A whole answer waits anyway. What was shown is counted, no more.
//
// Belongs to one attempt and its I/O thread.
#pragma once

#include <memory>
#include <string_view>

#include "core/chat.h"
#include "core/event.h"
#include "router/answer_faults.h"
#include "router/client_sink.h"
#include "router/schema_checks.h"
#include "router/schema_record.h"

namespace weir {

// What can be done about a wrong answer that nobody has seen.
struct SchemaTerms {
  bool may_escalate = false;  // another backend stands behind this one
  bool may_repair = false;    // the local model can make it right, if it has all of it
  bool may_be_cut = true;     // by the token limit
};

class SchemaWatch final : public EventSink {
 public:
  // All of them, and what `checks` views, outlive the watch. `label` is what the client is told of
  // the attempt.
  SchemaWatch(ClientSink& client, const ChatRequest& request, TeamSchemaChecks checks,
              SchemaTerms terms, RouteLabel label);

  Async<WriteResult> write(const StreamEvent& event) override;
  bool started() const override { return client_.started(); }
  CancelSignal& cancel() override { return client_.cancel(); }

  // The answer is wrong and was withheld. The client's sink has all of it if it is complete();
  // else the backend was told to stop, and what run() returned then is no failure of its.
  bool rejected() const { return rejected_; }
  AnswerFault fault() const { return fault_; }
  bool unchecked() const { return record_.unchecked(); }
  std::string_view text() const { return record_.text(); }

 private:
  bool may_reject() const;
  Async<WriteResult> end(const StreamEvent& done);
  Async<WriteResult> let_through();

  ClientSink& client_;
  const SchemaTerms terms_;
  RouteLabel label_;
  const bool binds_;
  SchemaRecord record_;
  bool held_ = false;
  bool rejected_ = false;
  AnswerFault fault_ = AnswerFault::kNone;
};

}  // namespace weir
