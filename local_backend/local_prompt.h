// Turns a chat request into the prompt of the local model. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/chat.h"
#include "core/result.h"
#include "local_backend/prompt_hygiene.h"
#include "local_backend/tool_calls/answer_format.h"
#include "local_backend/tool_calls/offered_tools.h"

namespace weir {

struct LocalPrompt {
  Prompt prompt;
  std::string rules;   // of PromptHygiene that changed it
  OfferedTools tools;  // that an answer may call
  std::string begun;   // of the answer: the prompt's end, if it must be a call
  bool begins_thinking = false;
  bool raw = false;  // nothing in the answer is marked: see plain_format()
};

// Results of tools become turns of their own. Tools are shown unless the request forbids
// them; where it demands a call, the answer is begun as one, if the template shows how. Else a
// last message of the assistant's that says something and calls nothing is the beginning of the
// answer, and the prompt ends with it: what the model writes goes on from there.
// `answer_id` is unique; `unix_ms` is the time that a template may tell, unset = now. Fails as
// ChatTemplate::render() does.
Result<LocalPrompt> prompt_of(const PromptHygiene& hygiene, const AnswerFormat& format,
                              const ChatRequest& request, std::string_view answer_id,
                              std::optional<std::int64_t> unix_ms = {});

// The text of a request whose prompt is raw. Whoever asks so has put the markers of turns
// there, and they count as such.
LocalPrompt raw_prompt_of(const ChatRequest& request);

}  // namespace weir
