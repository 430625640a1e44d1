// Has a cloud answer a request without telling it whom or what the request is about (experimental):
// the local model asks in other words, and answers itself with what the cloud said to that.
// docs/delegation.md says what this keeps back and what not.
//
// Belongs to one request and its I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/async.h"
#include "core/chat.h"
#include "core/result.h"
#include "core/usage.h"
#include "metrics/ledger_row.h"
#include "policies/privacy/rewrite.h"
#include "router/client_sink.h"
#include "router/delegation_question.h"
#include "router/snapshot.h"

namespace weir {

struct ServeInput;

class Delegation {
 public:
  // Has the question written, of what `redaction` left, which outlives the delegation.
  // kForbidden ("delegation_failed") where no local model can, or where what it wrote may not
  // leave. Adds the engine's time to the row.
  static Async<Result<std::unique_ptr<Delegation>>> begin(const ServeInput& input,
                                                          const privacy::Redaction& redaction,
                                                          LedgerRow& row);

  // What a backend outside is asked, and what of it may leave.
  const ChatRequest& question() const { return question_; }
  const privacy::Rewrite& rewrite() const { return rewrite_; }

  // Asks `backend` that, and has the request answered into input.sink with what it says. The
  // usage is the backend's; the engine's time is added to the row. `label` is what the client is
  // told; where the local model cannot answer or is unsure, what the backend said is the answer to
  // a request for plain text.
  Async<Result<Usage>> run(const ServeInput& input, Backend& backend, Attempt attempt,
                           RouteLabel label, Deadline deadline, LedgerRow& row) const;

 private:
  Delegation(const ServedBackend& helper, const privacy::Redaction& redaction, std::string text,
             ChatRequest question, privacy::Rewrite rewrite);

  Async<Result<Usage>> merge(const ServeInput& input, std::string_view advice,
                             const RouteLabel& label, LedgerRow& row) const;

  const ServedBackend& helper_;
  const privacy::Redaction& redaction_;
  const std::string text_;  // of the question
  const ChatRequest question_;
  const privacy::Rewrite rewrite_;
};

}  // namespace weir
