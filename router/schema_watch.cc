#include "router/schema_watch.h"

namespace weir {

SchemaWatch::SchemaWatch(ClientSink& client, const ChatRequest& request, TeamSchemaChecks checks,
                         SchemaTerms terms, RouteLabel label)
    : client_(client),
      terms_(terms),
      label_(label),
      binds_(SchemaRecord::binds(request)),
      record_(request, checks, terms.may_repair) {
  held_ = request.stream && binds_ && (terms.may_escalate || terms.may_repair);
  if (held_) client_.hold();
}

Async<WriteResult> SchemaWatch::write(const StreamEvent& event) {
  if (rejected_) co_return WriteResult::kClientGone;
  record_.take(event);
  if (event.kind == EventKind::kDone) co_return co_await end(event);
  if (held_ && !terms_.may_repair && record_.is_lost()) {
    fault_ = record_.fault();
    rejected_ = true;
    co_return WriteResult::kClientGone;
  }
  const WriteResult written = co_await client_.write(event);
  const bool waits = terms_.may_repair || !record_.has_spoken();
  if (written != WriteResult::kOk || !held_ || waits) co_return written;
  co_return co_await let_through();
}

// What ends a stream is told by finish(), so it is no part of what is let through.
Async<WriteResult> SchemaWatch::end(const StreamEvent& done) {
  fault_ = record_.fault();
  const bool cut = client_.finish_reason() == FinishReason::kLength;
  if (fault_ == AnswerFault::kNone && cut && !terms_.may_be_cut) fault_ = AnswerFault::kOverflow;
  rejected_ = may_reject() && !started();
  client_.note_fault(fault_);
  if (held_ && !rejected_) {
    const WriteResult released = co_await let_through();
    if (released != WriteResult::kOk) co_return released;
  }
  co_return co_await client_.write(done);
}

// Where the schema does not bind, what came is the best that could be had.
bool SchemaWatch::may_reject() const {
  if (fault_ == AnswerFault::kNone) return false;
  if (fault_ == AnswerFault::kBrokenCall) return terms_.may_escalate;
  return binds_ && (terms_.may_escalate || terms_.may_repair);
}

Async<WriteResult> SchemaWatch::let_through() {
  held_ = false;
  co_return co_await client_.release(label_);
}

}  // namespace weir
