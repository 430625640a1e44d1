#include "router/answer_record.h"

#include <limits>

namespace weir {
namespace {

// Enough to see a loop; more than twice of it is cut back to it.
constexpr std::size_t kTailBytes = 2048;

}  // namespace

AnswerRecord::AnswerRecord(const ChatRequest& request)
    : needs_json_(request.response_format.kind == ResponseFormatKind::kJsonObject),
      offers_tools_(!request.tools.empty() && request.tool_choice != ToolChoice::kNone),
      must_call_(request.tool_choice == ToolChoice::kRequired ||
                 request.tool_choice == ToolChoice::kNamed),
      wanted_tool_(request.tool_choice_name),
      max_tokens_(request.sampling.max_tokens.value_or(std::numeric_limits<std::int64_t>::max())) {}

void AnswerRecord::take_text(std::string_view piece, std::string* text) {
  text->append(piece);
  if (!whole_ && text->size() > 2 * kTailBytes) text->erase(0, text->size() - kTailBytes);
}

// A call that the token limit cuts is broken too, but at the very end and through no
// fault of the model's: so one counts when something follows.
void AnswerRecord::note_call(const StreamEvent& event) {
  const bool broken = event.kind == EventKind::kTextDelta && event.broken_call;
  const bool ends = event.kind == EventKind::kFinish;
  const bool cut = ends && event.finish == FinishReason::kLength;
  const bool says =
      !event.text.empty() || event.signals.valid || ends || event.kind == EventKind::kToolCallStart;
  if (broken_at_end_ && says && !broken && !cut) broken_call_ = true;
  if (says) broken_at_end_ = broken;
  if (event.kind != EventKind::kToolCallStart) return;
  called_ = true;
  if (wanted_tool_.empty() || event.name == wanted_tool_) fulfilled_ = true;
}

void AnswerRecord::take(const StreamEvent& event) {
  note_call(event);
  if (event.kind == EventKind::kReasoningDelta) take_text(event.text, &reasoning_);
  if (event.kind != EventKind::kTextDelta) return;
  take_text(event.text, &text_);
  said_text_ = said_text_ || !is_blank(event.text);
}

// What comes before a call need not be JSON, and whether one comes shows at the end.
AnswerFault AnswerRecord::fault_so_far() const {
  if (broken_call_) return AnswerFault::kBrokenCall;
  if (needs_json_ && !offers_tools_ && !may_become_json_object(text_)) {
    return AnswerFault::kBrokenJson;
  }
  return circles() ? AnswerFault::kRepetition : AnswerFault::kNone;
}

AnswerFault AnswerRecord::fault_at_end(FinishReason finish, std::int64_t tokens) const {
  const bool cut = finish == FinishReason::kLength;
  if (cut && tokens < max_tokens_) return AnswerFault::kOverflow;
  if (broken_call_) return AnswerFault::kBrokenCall;
  const bool calls = called_ || finish == FinishReason::kToolCalls;
  if (needs_json_ && whole_ && !calls &&
      !(cut ? may_become_json_object(text_) : is_json_object(text_))) {
    return AnswerFault::kBrokenJson;
  }
  if (owes_call() && !cut) return AnswerFault::kMissingCall;
  if (!calls && !said_text_) return AnswerFault::kEmpty;
  return circles() ? AnswerFault::kRepetition : AnswerFault::kNone;
}

}  // namespace weir
