#include "local_backend/local_prompt.h"

#include <string>
#include <utility>
#include <vector>

#include "local_backend/tool_calls/call_ids.h"
#include "local_backend/tool_calls/json_scanner.h"

namespace weir {
namespace {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kSystem:
    case Role::kDeveloper: return "system";
    case Role::kUser: return "user";
    case Role::kTool: return "tool";
    case Role::kAssistant: return "assistant";
  }
  return "user";
}

std::string parts_text(const std::vector<Part>& parts) {
  std::string text;
  for (const Part& part : parts) {
    if (const auto* piece = std::get_if<TextPart>(&part.value)) text += piece->text;
  }
  return text;
}

// The results of tools are turns of their own, before what else the message says.
void add_results(const Message& message, std::vector<ChatTurn>* turns) {
  for (const Part& part : message.parts) {
    const auto* result = std::get_if<ToolResultPart>(&part.value);
    if (result == nullptr) continue;
    ChatTurn turn{"tool", (result->is_error ? "Error: " : "") + parts_text(result->parts)};
    turn.tool_call_id = result->tool_use_id;
    turn.name = message.name;
    turns->push_back(std::move(turn));
  }
}

ChatTurn turn_of(const Message& message) {
  ChatTurn turn{role_name(message.role), parts_text(message.parts)};
  turn.name = message.name;
  for (const Part& part : message.parts) {
    if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) {
      if (!thought->redacted) turn.reasoning += thought->text;
    } else if (const auto* call = std::get_if<ToolUsePart>(&part.value)) {
      turn.tool_calls.push_back(
          {std::string(call->id), std::string(call->name), std::string(call->arguments_json)});
    }
  }
  return turn;
}

std::vector<ChatTurn> turns_of(const ChatRequest& request) {
  std::vector<ChatTurn> turns;
  for (const Message& message : request.messages) {
    const std::size_t before = turns.size();
    add_results(message, &turns);
    ChatTurn turn = turn_of(message);
    if (turns.size() > before && turn.text.empty() && turn.tool_calls.empty()) continue;
    turns.push_back(std::move(turn));
  }
  return turns;
}

// An answer that has no text yet says nothing.
void drop_empty_answer(std::vector<ChatTurn>* turns) {
  if (turns->size() < 2) return;
  const ChatTurn& last = turns->back();
  const bool empty = last.text.empty() && last.reasoning.empty() && last.tool_calls.empty();
  if (last.role == "assistant" && empty) turns->pop_back();
}

bool is_begun_answer(const std::vector<ChatTurn>& turns) {
  return !turns.empty() && turns.back().role == "assistant" && !turns.back().text.empty() &&
         turns.back().tool_calls.empty();
}

// In one form, whatever the dialect of the request. `described`: also where there is nothing to
// say.
std::string tool_json(const Tool& tool, bool described) {
  std::string function = "{\"name\": " + json_quoted(tool.name);
  if (described || !tool.description.empty())
    function += ", \"description\": " + json_quoted(tool.description);
  function += ", \"parameters\": ";
  function += tool.parameters_json.empty() ? "{}" : tool.parameters_json;
  return "{\"type\": \"function\", \"function\": " + function + "}}";
}

OfferedTools offered_tools(const ChatRequest& request) {
  OfferedTools offered;
  if (request.tool_choice == ToolChoice::kNone) return offered;
  for (const Tool& tool : request.tools) {
    if (tool.kind == ToolKind::kHosted) continue;
    const bool named = request.tool_choice == ToolChoice::kNamed;
    if (named && tool.name != request.tool_choice_name) continue;
    offered.add(tool.name, tool.parameters_json);
  }
  return offered;
}

bool must_call(const ChatRequest& request) {
  return request.tool_choice == ToolChoice::kRequired || request.tool_choice == ToolChoice::kNamed;
}

}  // namespace

Result<LocalPrompt> prompt_of(const PromptHygiene& hygiene, const AnswerFormat& format,
                              const ChatRequest& request, std::string_view answer_id,
                              std::optional<std::int64_t> unix_ms) {
  std::vector<std::string> tools;
  // A template that asks for it by name may stumble where it is not there, as gpt-oss's does.
  const bool described =
      hygiene.chat_template().tool_source().find(".description") != std::string_view::npos;
  if (request.tool_choice != ToolChoice::kNone) {
    for (const Tool& tool : request.tools) {
      if (tool.kind != ToolKind::kHosted) tools.push_back(tool_json(tool, described));
    }
  }
  ChatOptions options;
  options.reasoning_effort = request.reasoning_effort;
  if (request.thinking == Thinking::kOff) options.thinking = false;
  if (request.thinking == Thinking::kOn) options.thinking = true;
  if (unix_ms) options.unix_seconds = *unix_ms / 1'000;
  const IdForm ids = format.calls == nullptr ? IdForm::kAny : format.calls->ids;
  std::vector<ChatTurn> turns = turns_of(request);
  conform_call_ids(ids, &turns);
  drop_empty_answer(&turns);
  options.goes_on = is_begun_answer(turns) && !must_call(request);
  if (options.goes_on) options.thinking = false;
  auto rendered = hygiene.render(std::move(turns), std::move(tools), options);
  if (!rendered) return rendered.error();
  LocalPrompt prompt{
      std::move(rendered->prompt), std::move(rendered->rules), offered_tools(request), {}, false};
  prompt.begins_thinking = format.begins_thinking(prompt.prompt);
  if (!must_call(request)) return prompt;
  const std::string id = client_call_id(ids, {}, answer_id, 0);
  const auto begun = format.begin_call(request.tool_choice_name, id, &prompt.prompt);
  if (!begun) return prompt;
  prompt.begun = *begun;
  prompt.begins_thinking = false;
  return prompt;
}

LocalPrompt raw_prompt_of(const ChatRequest& request) {
  LocalPrompt prompt;
  prompt.raw = true;
  for (const Message& message : request.messages) {
    prompt.prompt.add_template(parts_text(message.parts));
  }
  return prompt;
}

}  // namespace weir
