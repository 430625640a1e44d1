#include "local_backend/local_prompt.h"

#include <string>
#include <utility>
#include <vector>

#include "local_backend/chat_template/jinja_json.h"

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

std::string text_of(const std::vector<Part>& parts) {
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
    ChatTurn turn{"tool", text_of(result->parts)};
    turn.tool_call_id = result->tool_use_id;
    turn.name = message.name;
    turns->push_back(std::move(turn));
  }
}

ChatTurn turn_of(const Message& message) {
  ChatTurn turn{role_name(message.role), text_of(message.parts)};
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

// In one form, whatever the dialect of the request.
std::string tool_json(const Tool& tool) {
  const auto text = [](std::string_view value) {
    jinja::Run run{jinja::Limits{}};
    return jinja::to_json(run, jinja::Value::of_user(std::string(value)), {});
  };
  std::string function = "{\"name\": " + text(tool.name);
  if (!tool.description.empty()) function += ", \"description\": " + text(tool.description);
  function += ", \"parameters\": ";
  function += tool.parameters_json.empty() ? "{}" : tool.parameters_json;
  return "{\"type\": \"function\", \"function\": " + function + "}}";
}

}  // namespace

Result<Prompt> prompt_of(const ChatTemplate& chat, const ChatRequest& request) {
  std::vector<std::string> tools;
  if (request.tool_choice != ToolChoice::kNone) {
    for (const Tool& tool : request.tools) tools.push_back(tool_json(tool));
  }
  ChatOptions options;
  options.tools_json.assign(tools.begin(), tools.end());
  options.reasoning_effort = request.reasoning_effort;
  return chat.render(turns_of(request), options);
}

}  // namespace weir
