#include "router/cli/render.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "router/cli/output.h"
#include "router/cli/template_input.h"

namespace weir::cli {
namespace {

using nlohmann::json;

Error wrong(std::string message) { return {ErrorCode::kInvalidRequest, std::move(message)}; }

std::string text_at(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// A text, or the texts of the parts.
std::string content_of(const json& message) {
  std::string text = text_at(message, "content");
  const auto parts = message.find("content");
  if (parts == message.end() || !parts->is_array()) return text;
  for (const json& part : *parts) {
    if (part.is_object()) text += text_at(part, "text");
  }
  return text;
}

void add_calls(const json& message, ChatTurn* turn) {
  const auto calls = message.find("tool_calls");
  if (calls == message.end() || !calls->is_array()) return;
  for (const json& call : *calls) {
    const json function =
        call.is_object() ? call.value("function", json::object()) : json::object();
    if (!function.is_object()) continue;
    const json arguments = function.value("arguments", json::object());
    turn->tool_calls.push_back(
        {text_at(call, "id"), text_at(function, "name"),
         arguments.is_string() ? arguments.get<std::string>() : arguments.dump()});
  }
}

Result<std::vector<ChatTurn>> read_turns(const json& messages) {
  std::vector<ChatTurn> turns;
  if (!messages.is_array()) return wrong("the messages are no array");
  for (const json& message : messages) {
    static constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool"};
    const std::string role = message.is_object() ? text_at(message, "role") : "";
    ChatTurn turn;
    for (const std::string_view known : kRoles) {
      if (role == known) turn.role = known;
    }
    if (role == "developer") turn.role = "system";
    if (turn.role.empty()) return wrong("a message has no role that is known");
    turn.text = content_of(message);
    turn.reasoning = text_at(message, "reasoning_content");
    turn.tool_call_id = text_at(message, "tool_call_id");
    turn.name = text_at(message, "name");
    add_calls(message, &turn);
    turns.push_back(std::move(turn));
  }
  return turns;
}

Result<Prompt> prompt_of(const ChatTemplate& chat, const std::string& text) {
  json input = json::parse(text, nullptr, false);
  if (input.is_array()) input = json{{"messages", input}};
  if (!input.is_object()) return wrong("the messages are no JSON");
  const auto turns = read_turns(input.value("messages", json()));
  if (!turns) return turns.error();
  ChatOptions options;
  std::vector<std::string> tools;
  const json listed = input.value("tools", json::array());
  if (listed.is_array()) {
    for (const json& tool : listed) tools.push_back(tool.dump());
  }
  options.tools_json.assign(tools.begin(), tools.end());
  const auto flag = [&](const char* key) {
    const auto at = input.find(key);
    return at != input.end() && at->is_boolean() ? std::optional<bool>(at->get<bool>())
                                                 : std::nullopt;
  };
  options.add_generation_prompt = flag("add_generation_prompt").value_or(true);
  options.thinking = flag("enable_thinking");
  return chat.render(*turns, options);
}

std::string shown(const Prompt& prompt, const RenderOptions& options) {
  std::string out;
  json list = json::array();
  for (const PromptSegment& segment : prompt.segments) {
    const char* const origin =
        segment.origin == PromptSegment::Origin::kTemplate ? "template" : "user";
    if (options.json) {
      list.push_back({{"origin", origin}, {"text", segment.text}});
    } else if (options.plain) {
      out += segment.text;
    } else {
      out += std::string("--- ") + origin + "\n" + for_terminal(segment.text);
      if (!segment.text.ends_with('\n')) out += '\n';
    }
  }
  return options.json ? list.dump(-1, ' ', false, json::error_handler_t::replace) : out;
}

}  // namespace

int render_prompt(const RenderOptions& options) {
  const auto chat = read_template({options.model, options.template_path});
  if (!chat) return fail(chat.error().message, kWrongArguments);
  const auto text = read_input(options.messages);
  if (!text) return fail(text.error().message, kWrongArguments);
  const auto prompt = prompt_of(*chat, *text);
  if (!prompt) return fail(prompt.error().message);
  const std::string out = shown(*prompt, options);
  if (!options.plain) return print(out);
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() ? kDone : kFailed;
}

}  // namespace weir::cli
