// Reads the tools of POST /v1/responses.
#include <unordered_set>
#include <utility>

#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kCustomParameters =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

class ToolReader {
 public:
  explicit ToolReader(ToolsOut out) : out_(out) {}

  bool read(JsonValue value, RawText raw, const JsonPath& path) {
    if (!list(value, raw, path, {})) return false;
    name_spaced_tools();
    return true;
  }

 private:
  bool list(JsonValue value, RawText raw, const JsonPath& path, std::string_view space) {
    dom::array array;
    if (!read_array(value, path, &array, out_.error)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : array) {
      const JsonPath place = path / index;
      if (!tool(item, RawText(texts, index++), place, space)) return false;
    }
    return true;
  }

  bool tool(JsonValue value, RawText raw, const JsonPath& path, std::string_view space) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    if (type.empty()) return fail(path / "type", "must be a non-empty string");
    if (type == "namespace" && space.empty()) return name_space(node, raw, path);
    Tool& tool = out_.tools->emplace_back();
    tool.raw_json = raw.get();
    tool.space = space;
    if (type == "custom") return custom(node, path, &tool);
    if (type == "function") return function(node, tool.raw_json, path, &tool);
    tool.kind = ToolKind::kHosted;
    tool.type = type;
    return true;
  }

  bool name_space(dom::object node, RawText raw, const JsonPath& path) {
    const std::string_view name = string_member(node, "name");
    if (name.empty()) return fail(path / "name", "must be a non-empty string");
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() != "tools") continue;
      return list(walk.value(), RawText(walk), path / "tools", name);
    }
    return fail(path / "tools", "must be an array");
  }

  bool name_and_description(dom::object node, const JsonPath& path, Tool* tool) {
    tool->name = string_member(node, "name");
    tool->description = string_member(node, "description");
    return !tool->name.empty() || fail(path / "name", "must be a non-empty string");
  }

  bool function(dom::object node, std::string_view raw, const JsonPath& path, Tool* tool) {
    if (!name_and_description(node, path, tool)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() == "strict" &&
          !read_bool(walk.value(), path / "strict", &tool->strict, out_.error)) {
        return false;
      }
      if (walk.key() != "parameters") continue;
      if (!walk.value().is_object()) return fail(path / "parameters", "must be an object");
      tool->parameters_json = walk.raw();
    }
    return true;
  }

  // Only the description can tell other models which grammar the text has.
  bool custom(dom::object node, const JsonPath& path, Tool* tool) {
    if (!name_and_description(node, path, tool)) return false;
    tool->kind = ToolKind::kCustom;
    tool->parameters_json = kCustomParameters;
    const auto format = object_member(node, "format");
    const std::string_view grammar = format ? string_member(*format, "definition") : "";
    if (grammar.empty()) return true;
    std::string text(tool->description);
    if (!text.empty()) text += "\n\n";
    text += "The input follows this grammar (" + std::string(string_member(*format, "syntax"));
    text += "):\n" + std::string(grammar);
    tool->description = out_.made->emplace_back(std::move(text));
    return true;
  }

  void name_spaced_tools() {
    std::unordered_set<std::string_view> taken;
    std::size_t serial = 2;
    for (const Tool& tool : *out_.tools) {
      if (tool.space.empty()) taken.insert(tool.name);
    }
    for (Tool& tool : *out_.tools) {
      if (tool.space.empty() || tool.name.empty()) continue;
      tool.own_name = tool.name;
      std::string name = std::string(tool.space) + "__" + std::string(tool.own_name);
      for (; taken.contains(name); ++serial) {
        name = std::string(tool.space) + "__" + std::to_string(serial) + "__" +
               std::string(tool.own_name);
      }
      tool.name = out_.made->emplace_back(std::move(name));
      taken.insert(tool.name);
    }
  }

  bool fail(const JsonPath& path, std::string_view what) {
    *out_.error = invalid_field(path, what);
    return false;
  }

  const ToolsOut out_;
};

}  // namespace

bool read_tools(JsonValue value, RawText raw, const JsonPath& path, ToolsOut out) {
  return ToolReader(out).read(value, raw, path);
}

}  // namespace weir::responses
