// Reads the messages of POST /v1/chat/completions.
#include <array>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

namespace dom = simdjson::dom;

class MessageReader {
 public:
  explicit MessageReader(MessagesOut out) : out_(out) {}

  bool read(JsonValue value, RawText raw, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, out_.error)) return false;
    out_.messages->reserve(list.size());
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!message(item, RawText(texts, index++), place)) return false;
    }
    return true;
  }

 private:
  struct MessageNode {
    std::string_view role;
    std::optional<JsonValue> content;
    std::string_view content_raw;
    std::optional<JsonValue> tool_calls;
    std::string_view tool_calls_raw;
    std::string_view tool_call_id;
    std::string_view reasoning;
    std::string extras;
    std::vector<Part> others;  // members with content of their own, such as "refusal"
  };

  bool message(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object object;
    if (!read_object(value, path, &object, out_.error)) return false;
    Message& message = out_.messages->emplace_back();
    MessageNode node;
    for (MemberWalk walk(object, raw); walk.next();) {
      if (!walk.value().is_null() && !message_member(walk, path, &node, &message)) return false;
    }
    if (!role(node.role, path, &message)) return false;
    message.extras = keep(std::move(node.extras));
    if (node.role == "function") return whole_as_other("function", raw.get(), &message);
    if (message.role == Role::kTool) return tool_result(node, path, &message);
    return message_parts(std::move(node), path, &message);
  }

  bool message_member(MemberWalk& walk, const JsonPath& path, MessageNode* node, Message* message) {
    const std::string_view key = walk.key();
    const JsonPath place = path / key;
    if (key == "role") return read_string(walk.value(), place, &node->role, out_.error);
    if (key == "name") return read_string(walk.value(), place, &message->name, out_.error);
    if (key == "tool_call_id") {
      return read_string(walk.value(), place, &node->tool_call_id, out_.error);
    }
    if (key == "reasoning_content" || (key == "reasoning" && walk.value().is_string())) {
      return read_string(walk.value(), place, &node->reasoning, out_.error);
    }
    if (key == "content") {
      node->content = walk.value();
      if (walk.value().is_array()) node->content_raw = walk.raw();
    } else if (key == "tool_calls") {
      node->tool_calls = walk.value();
      node->tool_calls_raw = walk.raw();
    } else if (key == "refusal" || key == "audio" || key == "function_call") {
      node->others.push_back({OtherPart{key, walk.raw()}, {}});
    } else {
      append_member(&node->extras, key, walk.raw());
    }
    return true;
  }

  bool role(std::string_view word, const JsonPath& path, Message* message) {
    constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles = {{
        {"user", Role::kUser},
        {"assistant", Role::kAssistant},
        {"system", Role::kSystem},
        {"developer", Role::kDeveloper},
        {"tool", Role::kTool},
        {"function", Role::kTool},
    }};
    for (const auto& [name, value] : kRoles) {
      if (word != name) continue;
      message->role = value;
      return true;
    }
    return fail(path / "role",
                "must be one of system, developer, user, assistant, tool and function");
  }

  static bool whole_as_other(std::string_view type, std::string_view raw, Message* message) {
    message->parts.push_back({OtherPart{type, raw}, {}});
    return true;
  }

  bool tool_result(const MessageNode& node, const JsonPath& path, Message* message) {
    if (node.tool_call_id.empty()) {
      return fail(path / "tool_call_id", "must be a non-empty string");
    }
    ToolResultPart result;
    result.tool_use_id = node.tool_call_id;
    if (!content(node, path / "content", &result.parts)) return false;
    message->parts.push_back({std::move(result), {}});
    return true;
  }

  bool message_parts(MessageNode node, const JsonPath& path, Message* message) {
    if (!node.reasoning.empty()) {
      message->parts.push_back({ReasoningPart{node.reasoning, {}, false}, {}});
    }
    const bool may_lack_content = message->role == Role::kAssistant;
    if ((node.content || !may_lack_content) && !content(node, path / "content", &message->parts)) {
      return false;
    }
    for (Part& other : node.others) message->parts.push_back(std::move(other));
    return !node.tool_calls || tool_calls(node, path / "tool_calls", message);
  }

  bool content(const MessageNode& node, const JsonPath& path, std::vector<Part>* parts) {
    if (node.content && node.content->is_string()) {
      parts->push_back({TextPart{node.content->get_string().value_unsafe()}, {}});
      return true;
    }
    dom::array list;
    if (!node.content || node.content->get_array().get(list) != simdjson::SUCCESS) {
      return fail(path, "must be a string or an array of parts");
    }
    parts->reserve(list.size());
    ElementTexts texts(node.content_raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!part(item, RawText(texts, index++), place, parts)) return false;
    }
    return true;
  }

  bool part(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* parts) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    if (type.empty()) return fail(path / "type", "must be a non-empty string");
    Part& made = parts->emplace_back();
    if (type != "text" && type != "image_url" && type != "file") {
      made.value = OtherPart{type, raw.get()};
      return true;
    }
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() == "type") continue;
      if (walk.key() != type) {
        append_member(&extras, walk.key(), walk.raw());
      } else if (!part_value(type, walk.value(), path / type, &made)) {
        return false;
      }
    }
    made.extras = keep(std::move(extras));
    // A part starts as an empty text, which is what it is without its value.
    const bool complete = type == "text" || !std::holds_alternative<TextPart>(made.value);
    return complete || fail(path / type, "must be an object");
  }

  bool part_value(std::string_view type, JsonValue value, const JsonPath& path, Part* part) {
    if (type == "text") {
      return read_string(value, path, &part->value.emplace<TextPart>().text, out_.error);
    }
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    if (type == "image_url") return image(node, path, &part->value.emplace<ImagePart>());
    FilePart& file = part->value.emplace<FilePart>();
    file.name = string_member(node, "filename");
    file.file_id = string_member(node, "file_id");
    if (const auto data = parse_data_url(string_member(node, "file_data"))) {
      file.media_type = data->media_type;
      file.base64_data = data->base64;
    } else {
      file.base64_data = string_member(node, "file_data");
    }
    return true;
  }

  bool image(dom::object node, const JsonPath& path, ImagePart* image) {
    image->detail = string_member(node, "detail");
    image->url = string_member(node, "url");
    if (image->url.empty()) return fail(path / "url", "must be a non-empty string");
    if (const auto data = parse_data_url(image->url)) {
      image->media_type = data->media_type;
      image->base64_data = data->base64;
      image->url = {};
    }
    return true;
  }

  bool tool_calls(const MessageNode& node, const JsonPath& path, Message* message) {
    dom::array list;
    if (!read_array(*node.tool_calls, path, &list, out_.error)) return false;
    ElementTexts texts(node.tool_calls_raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!tool_call(item, RawText(texts, index++), place, message)) return false;
    }
    return true;
  }

  bool tool_call(JsonValue value, RawText raw, const JsonPath& path, Message* message) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    const std::string_view form = type == "custom" ? type : "function";
    if (!type.empty() && type != form) {
      return whole_as_other(kForeignCall, raw.get(), message);
    }
    ToolUsePart use;
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      const std::string_view key = walk.key();
      if (key == form) {
        const JsonPath place = path / form;
        const bool good = type == "custom"
                              ? called_custom(walk.value(), place, &use)
                              : called_function(walk.value(), RawText(walk), place, &use);
        if (!good) return false;
      } else if (key == "id" && walk.value().is_string()) {
        use.id = walk.value().get_string().value_unsafe();
      } else if (key != "id" && key != "type" && key != "index") {
        append_member(&extras, key, walk.raw());
      }
    }
    if (use.name.empty()) return fail(path / form, "must be an object");
    message->parts.push_back({use, keep(std::move(extras))});
    return true;
  }

  bool called_custom(JsonValue value, const JsonPath& path, ToolUsePart* use) {
    dom::object custom;
    if (!read_object(value, path, &custom, out_.error)) return false;
    use->name = string_member(custom, "name");
    if (use->name.empty()) return fail(path / "name", "must be a non-empty string");
    use->arguments_json = keep(custom_arguments(string_member(custom, "input")));
    return true;
  }

  // Some clients send the arguments as the object that they are.
  bool called_function(JsonValue value, RawText raw, const JsonPath& path, ToolUsePart* use) {
    dom::object function;
    if (!read_object(value, path, &function, out_.error)) return false;
    use->name = string_member(function, "name");
    if (use->name.empty()) return fail(path / "name", "must be a non-empty string");
    for (MemberWalk walk(function, raw); walk.next();) {
      if (walk.key() != "arguments" || walk.value().is_null()) continue;
      if (walk.value().is_object()) {
        use->arguments_json = walk.raw();
      } else if (!read_string(walk.value(), path / "arguments", &use->arguments_json, out_.error)) {
        return false;
      }
    }
    return true;
  }

  std::string_view keep(std::string text) {
    if (text.empty()) return {};
    return out_.made->emplace_back(std::move(text));
  }

  bool fail(const JsonPath& path, std::string_view what) {
    *out_.error = invalid_field(path, what);
    return false;
  }

  const MessagesOut out_;
};

}  // namespace

bool read_messages(JsonValue value, RawText raw, const JsonPath& path, MessagesOut out) {
  return MessageReader(out).read(value, raw, path);
}

}  // namespace weir::openai
