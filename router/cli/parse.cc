#include "router/cli/parse.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "local_backend/tool_calls/answer_parser.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

using nlohmann::json;

Result<OfferedTools> read_tools(const std::string& path) {
  OfferedTools tools;
  if (path.empty()) return tools;
  const auto text = read_input(path);
  if (!text) return text.error();
  json listed = json::parse(*text, nullptr, false);
  if (listed.is_object()) listed = listed.value("tools", json());
  if (!listed.is_array()) return Error{ErrorCode::kInvalidRequest, path + ": no array of tools"};
  for (const json& tool : listed) {
    const json function = tool.is_object() ? tool.value("function", tool) : json();
    const std::string name = function.is_object() ? function.value("name", "") : "";
    if (name.empty()) {
      return Error{ErrorCode::kInvalidRequest, path + ": a tool has no name"};
    }
    tools.add(name, function.value("parameters", json::object()).dump());
  }
  return tools;
}

const char* name_of(AnswerPart::Kind kind) {
  switch (kind) {
    case AnswerPart::Kind::kText: return "text";
    case AnswerPart::Kind::kReasoning: return "reasoning";
    case AnswerPart::Kind::kCall: return "tool_call";
    case AnswerPart::Kind::kBrokenCall: return "broken_call";
  }
  return "text";
}

std::string line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string lines_of(const std::vector<AnswerPart>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size();) {
    const AnswerPart::Kind kind = parts[i].kind;
    if (kind == AnswerPart::Kind::kCall) {
      const ToolCall& call = parts[i++].call;
      json told = {{"name", call.name}, {"arguments", call.arguments}};
      if (!call.id.empty()) told["id"] = call.id;
      out += line({{name_of(kind), told}});
      continue;
    }
    std::string text;
    while (i < parts.size() && parts[i].kind == kind) text += parts[i++].text;
    out += line({{name_of(kind), text}});
  }
  return out;
}

json described(const AnswerFormat& format) {
  json told = {{"tool_calls", nullptr}, {"reasoning", nullptr}, {"call_opening", nullptr}};
  if (format.calls != nullptr) told["tool_calls"] = format.calls->name;
  if (format.reasoning != nullptr) told["reasoning"] = format.reasoning->open;
  if (!format.call_opening.empty()) told["call_opening"] = format.call_opening;
  return {{"format", told}};
}

}  // namespace

int parse_answer(const ParseOptions& options) {
  const auto format = read_format(options.source);
  if (!format) return fail(format.error().message, kWrongArguments);
  const auto tools = read_tools(options.tools);
  if (!tools) return fail(tools.error().message, kWrongArguments);
  const auto answer = read_input(options.answer);
  if (!answer) return fail(answer.error().message, kWrongArguments);
  AnswerParser parser(*format, *tools, options.begins_thinking);
  std::vector<AnswerPart> parts;
  const std::size_t piece = options.piece == 0 ? answer->size() + 1 : options.piece;
  for (std::size_t at = 0; at < answer->size(); at += piece) {
    parser.push(std::string_view(*answer).substr(at, piece), &parts);
  }
  parser.finish(&parts);
  return print(line(described(*format)) + lines_of(parts));
}

}  // namespace weir::cli
