// The tools of POST /v1/messages, read and written.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kNoParameters = R"({"type":"object","properties":{}})";
constexpr std::string_view kFreeText =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

bool fail(const JsonPath& path, std::string_view what, RequestOut out) {
  *out.error = invalid_field(path, what);
  return false;
}

// A tool of any other type is known to the provider by its name.
bool is_function(std::string_view type) { return type.empty() || type == "custom"; }

bool read_function(dom::object node, RawText raw, const JsonPath& path, RequestOut out,
                   Tool* tool) {
  for (MemberWalk walk(node, raw); walk.next();) {
    const std::string_view key = walk.key();
    const JsonPath place = path / key;
    bool good = true;
    if (walk.value().is_null()) continue;
    if (key == "name") good = read_string(walk.value(), place, &tool->name, out.error);
    if (key == "description") {
      good = read_string(walk.value(), place, &tool->description, out.error);
    }
    if (key == "strict") good = read_bool(walk.value(), place, &tool->strict, out.error);
    if (key == "input_schema") {
      if (!walk.value().is_object()) return fail(place, "must be an object", out);
      tool->parameters_json = walk.raw();
    }
    if (!good) return false;
  }
  return !tool->name.empty() || fail(path / "name", "must be a non-empty string", out);
}

bool read_tool(JsonValue value, RawText raw, const JsonPath& path, RequestOut out) {
  dom::object node;
  if (!read_object(value, path, &node, out.error)) return false;
  Tool& tool = out.request->tools.emplace_back();
  tool.raw_json = raw.get();
  const std::string_view type = string_member(node, "type");
  if (is_function(type)) return read_function(node, tool.raw_json, path, out, &tool);
  tool.kind = ToolKind::kHosted;
  tool.type = type;
  return true;
}

// Whether the body has a hosted tool that its own `name` calls so.
bool names_hosted(const ChatRequest& request, std::string_view name) {
  std::string quoted;
  append_json_string(&quoted, name);
  return std::any_of(request.tools.begin(), request.tools.end(), [&](const Tool& tool) {
    if (tool.kind != ToolKind::kHosted) return false;
    for (JsonMembers members(tool.raw_json); members.next();) {
      if (members.key() == "name" && members.value() == quoted) return true;
    }
    return false;
  });
}

bool has_member(std::string_view object, std::string_view name) {
  for (JsonMembers members(object); members.next();) {
    if (members.key() == name) return true;
  }
  return false;
}

// The API insists on the type of the outermost schema.
void write_schema(const Tool& tool, JsonObject* object) {
  const std::string_view schema = tool.parameters_json;
  if (schema.empty()) {
    object->raw("input_schema", tool.kind == ToolKind::kCustom ? kFreeText : kNoParameters);
  } else if (has_member(schema, "type")) {
    object->raw("input_schema", schema);
  } else {
    std::string typed = R"({"type":"object")";
    const std::string_view rest = schema.substr(schema.find('{') + 1);
    if (rest.find('"') != std::string_view::npos) typed += ',';
    object->raw("input_schema", typed.append(rest));
  }
}

void write_tool(const RequestIn& in, const Tool& tool) {
  if (in.out->back() != '[') in.out->push_back(',');
  if (in.same_dialect()) {
    in.out->append(tool.raw_json);
    return;
  }
  JsonObject object(in.out);
  object.string("name", tool.name);
  if (!tool.description.empty()) object.string("description", tool.description);
  write_schema(tool, &object);
  if (tool.strict) object.boolean("strict", true);
  object.close();
}

std::string_view choice_word(ToolChoice choice) {
  switch (choice) {
    case ToolChoice::kUnset:
    case ToolChoice::kAuto: return "auto";
    case ToolChoice::kNone: return "none";
    case ToolChoice::kRequired: return "any";
    case ToolChoice::kNamed: return "tool";
  }
  return "auto";
}

void write_tool_choice(const ChatRequest& request, JsonObject* body) {
  const bool one_at_a_time = request.parallel_tool_calls == false;
  if (request.tool_choice == ToolChoice::kUnset && !one_at_a_time) return;
  JsonObject choice(body->key("tool_choice"));
  choice.string("type", choice_word(request.tool_choice));
  if (request.tool_choice == ToolChoice::kNamed) choice.string("name", request.tool_choice_name);
  if (one_at_a_time && request.tool_choice != ToolChoice::kNone) {
    choice.boolean("disable_parallel_tool_use", true);
  }
  choice.close();
}

}  // namespace

bool read_tools(JsonValue value, RawText raw, const JsonPath& path, RequestOut out) {
  dom::array list;
  if (!read_array(value, path, &list, out.error)) return false;
  ElementTexts texts(raw);
  std::size_t index = 0;
  for (const JsonValue item : list) {
    const JsonPath place = path / index;
    if (!read_tool(item, RawText(texts, index++), place, out)) return false;
  }
  return true;
}

bool read_tool_choice(JsonValue value, const JsonPath& path, RequestOut out) {
  dom::object node;
  if (!read_object(value, path, &node, out.error)) return false;
  ChatRequest& request = *out.request;
  const std::string_view type = string_member(node, "type");
  if (type == "auto") request.tool_choice = ToolChoice::kAuto;
  if (type == "any") request.tool_choice = ToolChoice::kRequired;
  if (type == "none") request.tool_choice = ToolChoice::kNone;
  if (type == "tool") {
    request.tool_choice = ToolChoice::kNamed;
    request.tool_choice_name = string_member(node, "name");
  }
  if (request.tool_choice == ToolChoice::kUnset) request.unknown_members.push_back("tool_choice");
  const std::optional<JsonValue> serial = find_member(node, "disable_parallel_tool_use");
  bool disable = false;
  if (!serial) return true;
  if (!read_bool(*serial, path / "disable_parallel_tool_use", &disable, out.error)) return false;
  request.parallel_tool_calls = !disable;
  return true;
}

bool check_tool_choice(RequestOut out) {
  ChatRequest& request = *out.request;
  const JsonPath root;
  const JsonPath path = root / "tool_choice";
  if (request.tool_choice == ToolChoice::kRequired && request.tools.empty()) {
    return fail(path, "needs tools", out);
  }
  if (request.tool_choice != ToolChoice::kNamed) return true;
  const std::string_view name = request.tool_choice_name;
  const bool known = std::any_of(request.tools.begin(), request.tools.end(), [&](const Tool& tool) {
    return !name.empty() && tool.name == name;
  });
  if (known) return true;
  if (!names_hosted(request, name)) return fail(path, "names a tool that is not in 'tools'", out);
  request.tool_choice = ToolChoice::kUnset;
  request.tool_choice_name = {};
  request.unknown_members.push_back("tool_choice");
  return true;
}

void write_tools(const RequestIn& in, JsonObject* body) {
  const std::vector<Tool>& tools = in.request.tools;
  const auto written = [&](const Tool& tool) {
    return in.same_dialect() || tool.kind != ToolKind::kHosted;
  };
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (!written(tools[i])) in.lost->add("tools[" + std::to_string(i) + "]");
  }
  if (std::none_of(tools.begin(), tools.end(), written)) {
    if (!in.same_dialect() && in.request.tool_choice != ToolChoice::kUnset) {
      in.lost->add("tool_choice");
    }
    return;
  }
  body->key("tools")->push_back('[');
  for (const Tool& tool : tools) {
    if (written(tool)) write_tool(in, tool);
  }
  in.out->push_back(']');
  if (!in.same_dialect()) write_tool_choice(in.request, body);
}

}  // namespace weir::anthropic
