// How a model marks its thinking and its tool calls.
//
// Found out from the chat template, once when a model is loaded. Immutable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/chat_template.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {

struct ReasoningMarks {
  std::string_view open;
  std::string_view close;
  // The model may think again in the middle of an answer.
  bool anywhere = false;
  // No other model has this end: a template need not show how thinking begins.
  bool close_tells = false;
  std::vector<std::string_view> dropped = {};  // texts that nobody should see
};

// Of a template, or a text that such a model wrote; null if there are none in it.
const ReasoningMarks* reasoning_marks_in(std::string_view text);

struct AnswerFormat {
  const CallSyntax* calls = nullptr;          // null: the model was not taught to call tools
  const ReasoningMarks* reasoning = nullptr;  // null: the model does not mark its thinking

  // How an answer begins that is a call; see begin_call(). Empty: not known.
  std::string replaced;
  std::string call_opening;
  std::string name_end;
  bool json_arguments = false;  // arguments stand as JSON behind it; its last byte opens them
  // Around an id that may stand behind such arguments; empty: none does.
  std::string id_opening;
  std::string id_end;

  // The text of a call of this tool, from call_mark() on, up to its arguments, where these are
  // JSON and no id stands before them; else empty.
  std::string call_head(std::string_view name) const;
  // What calls are held to instead, or besides it where they have no mark; null: there is none.
  const CallForm* call_form() const;
  // What tells that a call begins; empty: nothing but the call itself does.
  std::string_view call_mark() const;
  // A call, or its beginning, without what stands before the mark.
  std::string_view from_mark(std::string_view call) const;

  // Tells the words of a syntax from other control tokens, which are not shown.
  bool uses(std::string_view control_token) const;
  // Whether an answer to this prompt begins in the middle of thinking. User text at the prompt's
  // end is the beginning of the answer.
  bool begins_thinking(const Prompt& prompt) const;
  // Lets the answer begin with a call: of this tool, or, with an empty name, of any. Returns
  // the beginning of the answer that the prompt now holds; nullopt, and the prompt as it
  // was, if the template does not show how that is written.
  std::optional<std::string> begin_call(std::string_view name, std::string_view id,
                                        Prompt* prompt) const;
};

// Of answers to raw prompts, whose text is shown as it is.
const AnswerFormat& plain_format();

// The syntax is that of which the template's own rendering of a past call reads back as
// this call; if no syntax does, the one whose signs the template holds. `has_token` says
// whether the vocabulary holds a control token, for templates that show no calls.
AnswerFormat detect_format(const ChatTemplate& chat,
                           const std::function<bool(std::string_view)>& has_token);
AnswerFormat detect_format(const ChatTemplate& chat, const Vocabulary& vocabulary);

}  // namespace weir
