#include "router/answer_watch.h"

#include <limits>
#include <utility>

namespace weir {
namespace {

// A loop is looked for every so many tokens of an answer that waits for its end.
constexpr std::int64_t kTokensBetweenLooks = 32;

}  // namespace

AnswerWatch::AnswerWatch(ClientSink& client, const ChatRequest& request, const Clock& clock,
                         WatchTerms terms, RouteLabel label)
    : client_(client),
      request_(request),
      clock_(clock),
      terms_(terms),
      label_(label),
      needs_json_(request.response_format.kind == ResponseFormatKind::kJsonObject) {
  open_ = watches();
  if (open_) client_.hold();
}

void AnswerWatch::take(const StreamEvent& event) {
  if (event.kind == EventKind::kStart) signals_.prompt_logprob = event.prompt_logprob;
  if (event.signals.valid && !first_token_) first_token_ = clock_.now();
  signals_.add(event.signals);
  if (open_ && event.kind == EventKind::kTextDelta) text_.append(event.text);
}

bool AnswerWatch::window_is_over() {
  if (waits_for_end()) return signals_.tokens % kTokensBetweenLooks == 0 && signals_.tokens > 0;
  return signals_.tokens >= terms_.hold_tokens ||
         (first_token_ && clock_.now() - *first_token_ >= terms_.hold_time);
}

AnswerFault AnswerWatch::fault_at_end(FinishReason finish) const {
  constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
  if (finish == FinishReason::kToolCalls) return AnswerFault::kNone;
  const bool cut = finish == FinishReason::kLength;
  if (cut && signals_.tokens < request_.sampling.max_tokens.value_or(kNoLimit)) {
    return AnswerFault::kOverflow;
  }
  if (needs_json_ && !(cut ? may_become_json_object(text_) : is_json_object(text_))) {
    return AnswerFault::kBrokenJson;
  }
  return is_blank(text_) ? AnswerFault::kEmpty : AnswerFault::kNone;
}

Async<WriteResult> AnswerWatch::judge(bool at_end, FinishReason finish) {
  if (terms_.hold_tokens > 0) {
    confidence_ = p_local_ok(signals_, terms_.weights);
    unsure_ = terms_.judged && *confidence_ <= terms_.least_confidence;
  }
  if (at_end) fault_ = fault_at_end(finish);
  if (!at_end && needs_json_ && !may_become_json_object(text_)) fault_ = AnswerFault::kBrokenJson;
  if (fault_ == AnswerFault::kNone && goes_in_circles(text_)) fault_ = AnswerFault::kRepetition;
  const bool unusable = fault_ == AnswerFault::kBrokenJson;
  if (unusable || (terms_.may_escalate && (unsure_ || fault_ != AnswerFault::kNone))) {
    rejected_ = true;
    co_return WriteResult::kClientGone;
  }
  if (!at_end && waits_for_end()) co_return WriteResult::kOk;
  open_ = false;
  if (unsure_) label_.reason = Reason::kEscalationUnavailable;
  co_return co_await client_.release(label_);
}

// The end is judged before it is passed on, the window after its last token.
Async<WriteResult> AnswerWatch::write(const StreamEvent& event) {
  if (rejected_) co_return WriteResult::kClientGone;
  take(event);
  if (open_ && event.kind == EventKind::kFinish) {
    const WriteResult judged = co_await judge(true, event.finish);
    if (judged != WriteResult::kOk) co_return judged;
  }
  const WriteResult written = co_await client_.write(event);
  if (written != WriteResult::kOk || !open_ || !event.signals.valid || !window_is_over()) {
    co_return written;
  }
  co_return co_await judge(false, FinishReason::kNone);
}

}  // namespace weir
