// Keeps the prompts of an agent's turns equal at the front, so that what was computed for
// one turn serves the next.
//
// Agents stamp what they send: a billing header that changes with every request, a clock
// in the system text, tools in any order; and templates write an answer one way while it
// is new and another way once it is old. Each rule undoes one of these, for the local
// model only, and is named to the client when it changed something:
//   billing-header  a line x-anthropic-billing-header of a system message is dropped
//   clock           what tells the present moment in a system message goes to the end of
//                   the last user message or tool result (clock_lines.h)
//   tool-order      tools are sorted, and the members of their JSON (tool_order.h)
//   reasoning       thoughts before the last user message are not repeated, and the answers of
//                   a tool loop without thoughts stand as later prompts will repeat them
//                   (chat_template/settled_form.h)
// Immutable, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "local_backend/chat_template/chat_template.h"
#include "local_backend/chat_template/settled_form.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir {

struct NormalisedPrompt {
  Prompt prompt;
  std::string rules;  // those that changed it, "clock, tool-order"; empty: none
};

class PromptHygiene {
 public:
  // Off, or if the template is as_written(): prompts are exactly what it writes.
  PromptHygiene(ChatTemplate chat, bool on);

  // ChatTemplate::render() of the conversation, under the rules; at most five renderings. A
  // conversation that the template takes only without them is rendered without. The tools
  // of `options` are replaced by `tools_json`.
  Result<NormalisedPrompt> render(std::vector<ChatTurn> turns, std::vector<std::string> tools_json,
                                  ChatOptions options) const;

  const ChatTemplate& chat_template() const { return chat_; }

 private:
  ChatTemplate chat_;
  bool on_;
  SettledForm settled_;
  const ReasoningMarks* marks_;  // the template's own; null: none
};

// The rules one by one; each returns whether it changed something. O(text).
bool drop_billing_headers(std::vector<ChatTurn>* turns);
bool move_clocks(std::vector<ChatTurn>* turns);
// Thoughts that stand apart, and those at the front of an answer between <think> and
// </think> or between `own` marks, which may be null. Only before the last user message: a
// model needs what it thought in the tool loop that still runs.
bool drop_reasoning(std::vector<ChatTurn>* turns, const ReasoningMarks* own);

}  // namespace weir
