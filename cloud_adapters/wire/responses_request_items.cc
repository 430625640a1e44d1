// Reads the input of POST /v1/responses: items, of which those that the model made in
// one turn become one message.
#include <array>
#include <map>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

namespace dom = simdjson::dom;

class ItemReader {
 public:
  explicit ItemReader(ItemsOut out) : out_(out) {
    for (const Tool& tool : *out.tools) {
      if (!tool.space.empty()) names_.try_emplace({tool.space, tool.own_name}, tool.name);
    }
  }

  bool read(JsonValue value, RawText raw, const JsonPath& path) {
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) {
      out_.messages->emplace_back().parts.push_back({TextPart{text}, {}});
      return true;
    }
    dom::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) {
      return fail(path, "must be a string or a non-empty array of items");
    }
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!read_item(item, RawText(texts, index++), place)) return false;
    }
    return true;
  }

 private:
  bool read_item(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    if (type.empty() && find_member(node, "type")) return fail(path / "type", "must be a string");
    if (type == "message" || (type.empty() && find_member(node, "role"))) {
      return message(node, raw, path);
    }
    if (type == "function_call") return function_call(node, path);
    if (type == "custom_tool_call") return custom_call(node, path);
    if (type == "reasoning") return reasoning(node);
    if (type == "item_reference" && string_member(node, "id").starts_with("rs_")) {
      return kept_thought(node);
    }
    if (type == "function_call_output" || type == "custom_tool_call_output") {
      return call_output(node, raw, path);
    }
    if (type.empty()) return fail(path / "type", "must be a non-empty string");
    turn(type.ends_with("_output") ? Role::kTool : Role::kAssistant)
        .parts.push_back({OtherPart{type, raw.get()}, {}});
    return true;
  }

  // The message that an item belongs to: the model's own items go on with its turn.
  Message& turn(Role role) {
    if (role == Role::kAssistant && in_turn_) return out_.messages->back();
    in_turn_ = role == Role::kAssistant;
    Message& message = out_.messages->emplace_back();
    message.role = role;
    return message;
  }

  bool role(std::string_view word, const JsonPath& path, Role* role) {
    constexpr std::array<std::pair<std::string_view, Role>, 4> kRoles = {{
        {"user", Role::kUser},
        {"assistant", Role::kAssistant},
        {"system", Role::kSystem},
        {"developer", Role::kDeveloper},
    }};
    for (const auto& [name, value] : kRoles) {
      if (word != name) continue;
      *role = value;
      return true;
    }
    return fail(path / "role", "must be one of system, developer, user and assistant");
  }

  bool message(dom::object node, RawText raw, const JsonPath& path) {
    Role role = Role::kUser;
    if (!this->role(string_member(node, "role"), path, &role)) return false;
    Message& message = turn(role);
    const std::size_t before = message.parts.size();
    std::string extras;
    bool has_content = false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const std::string_view key = walk.key();
      if (key == "type" || key == "role" || key == "id" || key == "status") continue;
      if (walk.value().is_null()) continue;
      if (key != "content") {
        append_member(&extras, key, walk.raw());
        continue;
      }
      has_content = true;
      if (!content(walk.value(), RawText(walk), path / "content", &message.parts)) return false;
    }
    if (!has_content) return fail(path / "content", "must be a string or an array of parts");
    return extras.empty() || keep_extras(std::move(extras), before, &message);
  }

  // A turn has several items: what one of them says beside its content stays with its first part.
  bool keep_extras(std::string extras, std::size_t first, Message* message) {
    if (message->role != Role::kAssistant) {
      message->extras = keep(std::move(extras));
    } else if (first < message->parts.size()) {
      std::string_view& place = message->parts[first].extras;
      if (!place.empty()) extras += "," + std::string(place);
      place = keep(std::move(extras));
    }
    return true;
  }

  bool content(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* parts) {
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) {
      parts->push_back({TextPart{text}, {}});
      return true;
    }
    dom::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) {
      return fail(path, "must be a string or an array of parts");
    }
    ElementTexts texts(raw);
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
    if (type == "input_text" || type == "output_text" || type == "text") {
      const std::optional<JsonValue> text = find_member(node, "text");
      if (!text) return fail(path / "text", "must be a string");
      if (!read_string(*text, path / "text", &made.value.emplace<TextPart>().text, out_.error)) {
        return false;
      }
      return part_extras(node, raw, {"text", "text", "text", "text"}, &made);
    }
    if (type == "input_image" && !string_member(node, "image_url").empty()) {
      image(node, &made.value.emplace<ImagePart>());
      return part_extras(node, raw, {"image_url", "detail", "file_id", "detail"}, &made);
    }
    if (type == "input_file") {
      file(node, &made.value.emplace<FilePart>());
      return part_extras(node, raw, {"filename", "file_id", "file_data", "file_url"}, &made);
    }
    if (type == "refusal") return refusal(node, raw, &made);
    made.value = OtherPart{type, raw.get()};
    return true;
  }

  // As the codec of chat keeps it: the text alone, still JSON.
  static bool refusal(dom::object node, RawText raw, Part* made) {
    made->value = OtherPart{"refusal", "\"\""};
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() != "refusal" || !walk.value().is_string()) continue;
      made->value = OtherPart{"refusal", walk.raw()};
    }
    return true;
  }

  // Empty lists of annotations and the like say nothing.
  bool part_extras(dom::object node, RawText raw, const std::array<std::string_view, 4>& known,
                   Part* made) {
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      bool skip = walk.key() == "type" || walk.value().is_null();
      for (const std::string_view name : known) skip = skip || walk.key() == name;
      dom::array list;
      if (walk.value().get_array().get(list) == simdjson::SUCCESS) {
        skip = skip || list.begin() == list.end();
      }
      if (!skip) append_member(&extras, walk.key(), walk.raw());
    }
    made->extras = keep(std::move(extras));
    return true;
  }

  static void image(dom::object node, ImagePart* image) {
    image->url = string_member(node, "image_url");
    image->detail = string_member(node, "detail");
    if (const auto data = parse_data_url(image->url)) {
      image->media_type = data->media_type;
      image->base64_data = data->base64;
      image->url = {};
    }
  }

  static void file(dom::object node, FilePart* file) {
    file->name = string_member(node, "filename");
    file->file_id = string_member(node, "file_id");
    file->url = string_member(node, "file_url");
    file->base64_data = string_member(node, "file_data");
    if (const auto data = parse_data_url(file->base64_data)) {
      file->media_type = data->media_type;
      file->base64_data = data->base64;
    }
  }

  bool called(dom::object node, const JsonPath& path, ToolUsePart* use) {
    use->id = string_member(node, "call_id");
    if (use->id.empty()) return fail(path / "call_id", "must be a non-empty string");
    const std::string_view name = string_member(node, "name");
    if (name.empty()) return fail(path / "name", "must be a non-empty string");
    use->name = name_in(string_member(node, "namespace"), name);
    return true;
  }

  std::string_view name_in(std::string_view space, std::string_view name) {
    if (space.empty()) return name;
    const auto known = names_.find({space, name});
    if (known != names_.end()) return known->second;
    return keep(std::string(space) + "__" + std::string(name));
  }

  bool function_call(dom::object node, const JsonPath& path) {
    ToolUsePart use;
    if (!called(node, path, &use)) return false;
    const std::optional<JsonValue> arguments = find_member(node, "arguments");
    if (arguments &&
        !read_string(*arguments, path / "arguments", &use.arguments_json, out_.error)) {
      return false;
    }
    turn(Role::kAssistant).parts.push_back({use, {}});
    return true;
  }

  bool custom_call(dom::object node, const JsonPath& path) {
    ToolUsePart use;
    if (!called(node, path, &use)) return false;
    use.arguments_json = keep(custom_arguments(string_member(node, "input")));
    turn(Role::kAssistant).parts.push_back({use, {}});
    return true;
  }

  // The thought itself where it was told, else its summary.
  bool reasoning(dom::object node) {
    ReasoningPart thought;
    thought.id = string_member(node, "id");
    thought.signature = string_member(node, "encrypted_content");
    std::string text = joined(node, "content", "");
    if (text.empty()) text = joined(node, "summary", "\n\n");
    thought.text = keep(std::move(text));
    thought.redacted = thought.text.empty() && !thought.signature.empty();
    turn(Role::kAssistant).parts.push_back({thought, {}});
    return true;
  }

  // A thought that only the server which had it can look up. Others answer without it.
  bool kept_thought(dom::object node) {
    ReasoningPart thought;
    thought.id = string_member(node, "id");
    thought.redacted = true;
    turn(Role::kAssistant).parts.push_back({thought, {}});
    return true;
  }

  static std::string joined(dom::object node, std::string_view member, std::string_view between) {
    std::string all;
    const auto list = array_member(node, member);
    if (!list) return all;
    for (const JsonValue item : *list) {
      dom::object part;
      if (item.get_object().get(part) != simdjson::SUCCESS) continue;
      if (!all.empty()) all += between;
      all += string_member(part, "text");
    }
    return all;
  }

  bool call_output(dom::object node, RawText raw, const JsonPath& path) {
    ToolResultPart result;
    result.tool_use_id = string_member(node, "call_id");
    if (result.tool_use_id.empty()) return fail(path / "call_id", "must be a non-empty string");
    bool has_output = false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() != "output") continue;
      has_output = true;
      if (!content(walk.value(), RawText(walk), path / "output", &result.parts)) return false;
    }
    if (!has_output) return fail(path / "output", "must be a string or an array of parts");
    turn(Role::kTool).parts.push_back({std::move(result), {}});
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

  const ItemsOut out_;
  bool in_turn_ = false;  // the last message is the model's
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> names_;
};

}  // namespace

bool read_input(JsonValue value, RawText raw, const JsonPath& path, ItemsOut out) {
  return ItemReader(out).read(value, raw, path);
}

}  // namespace weir::responses
