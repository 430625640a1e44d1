// Gathers the words of an answer for weir itself, not for a client.
#pragma once

#include <string>

#include "core/event.h"
#include "router/confidence.h"

namespace weir {

// Of the first choice, without thoughts. Belongs to one attempt and its I/O thread.
class TextSink final : public EventSink {
 public:
  // `cancel` outlives it.
  explicit TextSink(CancelSignal& cancel) : cancel_(cancel) {}

  Async<WriteResult> write(const StreamEvent& event) override {
    if (event.choice_index == 0 && event.kind == EventKind::kTextDelta) text_ += event.text;
    if (event.choice_index == 0 && event.kind == EventKind::kFinish) finish_ = event.finish;
    if (event.kind == EventKind::kStart) signals_.prompt_logprob = event.prompt_logprob;
    signals_.add(event.signals);
    co_return WriteResult::kOk;
  }
  bool started() const override { return false; }
  CancelSignal& cancel() override { return cancel_; }

  const std::string& text() const { return text_; }
  const AnswerSignals& signals() const { return signals_; }
  bool cut() const { return finish_ == FinishReason::kLength; }  // before its end

 private:
  CancelSignal& cancel_;
  std::string text_;
  AnswerSignals signals_;
  FinishReason finish_ = FinishReason::kNone;
};

}  // namespace weir
