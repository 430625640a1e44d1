// What a local answer has said so far, as far as its faults show in it.
//
// Reasoning is part of an answer: it may go in circles as text may. But it is neither
// text nor a call, so an answer that thought and said nothing is empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/chat.h"
#include "core/event.h"
#include "router/answer_faults.h"

namespace weir {

class AnswerRecord {
 public:
  // Keeps views into the request.
  explicit AnswerRecord(const ChatRequest& request);

  void take(const StreamEvent& event);

  // From now on only the end of what was said is kept: what is shown cannot be taken
  // back, and a fault of it is counted, no more.
  void let_go() { whole_ = false; }

  // Of an answer that goes on.
  AnswerFault fault_so_far() const;
  // Of one that ended so, after so many tokens. What the client's own limit cut off is
  // not held against it.
  AnswerFault fault_at_end(FinishReason finish, std::int64_t tokens) const;

  std::string_view text() const { return text_; }  // all of it, before let_go()
  bool needs_json() const { return needs_json_; }
  // The client wants a call of a tool and there is none yet.
  bool owes_call() const { return must_call_ && !fulfilled_; }
  // There is text that was meant to be a call, and the answer went on behind it.
  bool has_broken_call() const { return broken_call_; }
  // There is such text at the end: what follows will tell.
  bool may_have_broken_call() const { return broken_at_end_; }

 private:
  void take_text(std::string_view piece, std::string* text);
  void note_call(const StreamEvent& event);
  bool circles() const { return goes_in_circles(text_) || goes_in_circles(reasoning_); }

  const bool needs_json_;
  const bool offers_tools_;
  const bool must_call_;
  const std::string_view wanted_tool_;  // empty = any
  const std::int64_t max_tokens_;
  bool whole_ = true;
  std::string text_;
  std::string reasoning_;
  bool said_text_ = false;  // that is not blank
  bool called_ = false;
  bool fulfilled_ = false;
  bool broken_at_end_ = false;  // the last text was meant to be a call
  bool broken_call_ = false;
};

}  // namespace weir
