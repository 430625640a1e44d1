#include "router/answer_watch.h"

#include <utility>

namespace weir {
namespace {

// A loop is looked for every so many tokens of an answer that waits for its end.
constexpr std::int64_t kTokensBetweenLooks = 32;

}  // namespace

AnswerWatch::AnswerWatch(ClientSink& client, const ChatRequest& request, const Clock& clock,
                         WatchTerms terms, RouteLabel label)
    : client_(client),
      clock_(clock),
      terms_(terms),
      label_(label),
      stream_(request.stream),
      record_(request) {
  open_ = watches();
  if (open_) {
    client_.hold();
  } else {
    record_.let_go();
  }
}

void AnswerWatch::compare_beginning(std::string_view text) {
  if (!compares_) return;
  const std::string_view rest = terms_.declines.substr(beginning_);
  const std::string_view same = text.substr(0, rest.size());
  compares_ = text.size() < rest.size() && rest.starts_with(same);
  if (rest.starts_with(same)) beginning_ += same.size();
}

void AnswerWatch::take(const StreamEvent& event) {
  if (event.kind == EventKind::kTextDelta) compare_beginning(event.text);
  if (event.kind == EventKind::kStart) signals_.prompt_logprob = event.prompt_logprob;
  if (event.signals.valid && !first_token_) first_token_ = clock_.now();
  signals_.add(event.signals);
  record_.take(event);
}

bool AnswerWatch::window_is_over(const StreamEvent& event) const {
  if (terms_.may_escalate && record_.has_broken_call()) return true;
  if (waits()) {
    return event.signals.valid && signals_.tokens % kTokensBetweenLooks == 0 && signals_.tokens > 0;
  }
  return signals_.tokens >= terms_.hold_tokens ||
         (first_token_ && clock_.now() - *first_token_ >= terms_.hold_time);
}

Async<WriteResult> AnswerWatch::judge(bool at_end, FinishReason finish) {
  if (terms_.hold_tokens > 0) {
    confidence_ = p_local_ok(signals_, terms_.weights);
    unsure_ = terms_.judged && *confidence_ <= terms_.least_confidence;
  }
  fault_ = at_end ? record_.fault_at_end(finish, signals_.tokens) : record_.fault_so_far();
  if (fault_ == AnswerFault::kNone && terms_.may_escalate && declines()) {
    fault_ = AnswerFault::kDeclined;
  }
  const bool unusable = fault_ == AnswerFault::kBrokenJson;
  if (unusable || (terms_.may_escalate && (unsure_ || fault_ != AnswerFault::kNone))) {
    rejected_ = true;
    co_return WriteResult::kClientGone;
  }
  const bool complete = client_.holds_something() && !record_.may_have_broken_call();
  if (!at_end && (waits() || !complete)) co_return WriteResult::kOk;
  open_ = false;
  record_.let_go();
  if (unsure_) label_.reason = terms_.stays;
  co_return co_await client_.release(label_);
}

// The end is judged before it is passed on, the window after its last token.
Async<WriteResult> AnswerWatch::write(const StreamEvent& event) {
  if (rejected_) co_return WriteResult::kClientGone;
  take(event);
  const bool ends = event.kind == EventKind::kFinish;
  if (ends && !open_) fault_ = record_.fault_at_end(event.finish, signals_.tokens);
  if (ends && open_) {
    const WriteResult judged = co_await judge(true, event.finish);
    if (judged != WriteResult::kOk) co_return judged;
  }
  const WriteResult written = co_await client_.write(event);
  if (written != WriteResult::kOk || !open_ || !window_is_over(event)) co_return written;
  co_return co_await judge(false, FinishReason::kNone);
}

}  // namespace weir
