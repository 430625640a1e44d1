// Reads the contents of a request of the Gemini API.
#include <array>
#include <unordered_map>
#include <utility>

#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir::gemini {
namespace {

namespace dom = simdjson::dom;

// What a part holds; at most one of them, beside what describes it.
constexpr std::array<std::string_view, 10> kKinds = {"text",
                                                     "inlineData",
                                                     "fileData",
                                                     "functionCall",
                                                     "functionResponse",
                                                     "toolCall",
                                                     "executableCode",
                                                     "codeExecutionResult",
                                                     "toolResponse",
                                                     "audioTranscription"};

std::string_view kind_of(std::string_view key) {
  for (const std::string_view kind : kKinds) {
    if (is_name(key, kind)) return kind;
  }
  return {};
}

// The ids of calls that no response has answered yet, by the name of their function.
class OpenCalls {
 public:
  void add(std::string_view name, std::string_view id) { ids_[name].push_back(id); }
  // The oldest of them is the one that a response without an id answers.
  std::string_view take(std::string_view name) {
    std::deque<std::string_view>& ids = ids_[name];
    if (ids.empty()) return {};
    const std::string_view id = ids.front();
    ids.pop_front();
    return id;
  }
  void answer(std::string_view name, std::string_view id) {
    std::deque<std::string_view>& ids = ids_[name];
    if (!ids.empty() && ids.front() == id) ids.pop_front();
  }

 private:
  std::unordered_map<std::string_view, std::deque<std::string_view>> ids_;
};

class ContentReader {
 public:
  explicit ContentReader(ContentsOut out) : out_(out) {}

  bool read(JsonValue value, RawText raw, const JsonPath& path) {
    if (value.is_object()) return content(value, raw, path);
    dom::array list;
    if (!read_array(value, path, &list, out_.error)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!content(item, RawText(texts, index++), place)) return false;
    }
    return true;
  }

  bool read_system(JsonValue value, RawText raw, const JsonPath& path) {
    Message message;
    message.role = Role::kSystem;
    if (value.is_string()) {
      message.parts.push_back({TextPart{value.get_string().value_unsafe()}, {}});
    } else if (!content_members(value, raw, path, &message)) {
      return false;
    }
    message.role = Role::kSystem;
    if (!message.parts.empty()) out_.messages->push_back(std::move(message));
    return true;
  }

 private:
  // A content without parts says nothing and becomes no message.
  bool content(JsonValue value, RawText raw, const JsonPath& path) {
    Message message;
    if (!content_members(value, raw, path, &message)) return false;
    if (!message.parts.empty()) out_.messages->push_back(std::move(message));
    return true;
  }

  bool content_members(JsonValue value, RawText raw, const JsonPath& path, Message* message) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    std::string_view role = "user";
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() == "role") {
        if (!read_string(walk.value(), path / "role", &role, out_.error)) return false;
      } else if (walk.key() == "parts") {
        if (!parts(walk.value(), RawText(walk), path / "parts", &message->parts)) return false;
      } else {
        append_member(&extras, walk.key(), walk.raw());
      }
    }
    message->extras = keep(std::move(extras));
    return set_role(role, path, message);
  }

  bool set_role(std::string_view word, const JsonPath& path, Message* message) {
    if (word == "model") {
      message->role = Role::kAssistant;
    } else if (word == "system") {
      message->role = Role::kSystem;
    } else if (word == "user" || word == "function" || word.empty()) {
      message->role = is_all_results(message->parts) ? Role::kTool : Role::kUser;
    } else {
      return fail(path / "role", "must be user or model");
    }
    return true;
  }

  static bool is_all_results(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      if (!std::holds_alternative<ToolResultPart>(part.value)) return false;
    }
    return !parts.empty();
  }

  bool parts(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* parts) {
    if (value.is_object()) return part(value, raw, path, parts);
    dom::array list;
    if (!read_array(value, path, &list, out_.error)) return false;
    parts->reserve(list.size());
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!part(item, RawText(texts, index++), place, parts)) return false;
    }
    return true;
  }

  struct PartNode {
    std::string_view kind;
    std::optional<JsonValue> value;
    std::string_view value_raw;
    std::string_view signature;
    std::string_view signature_raw;
    std::string extras;
    bool thought = false;
  };

  bool part(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* parts) {
    dom::object object;
    if (!read_object(value, path, &object, out_.error)) return false;
    PartNode node;
    for (MemberWalk walk(object, raw); walk.next();) {
      if (!walk.value().is_null() && !part_member(walk, path, &node)) return false;
    }
    Part made;
    if (node.kind == "text" || node.kind.empty()) {
      if (!text(node, path, &made)) return false;
    } else if (!part_value(node, raw, path / node.kind, &made)) {
      return false;
    }
    if (!std::holds_alternative<OtherPart>(made.value)) made.extras = keep(std::move(node.extras));
    parts->push_back(std::move(made));
    return true;
  }

  bool part_member(MemberWalk& walk, const JsonPath& path, PartNode* node) {
    const JsonPath place = path / walk.key();
    const std::string_view kind = kind_of(walk.key());
    if (!kind.empty()) {
      if (!node->kind.empty())
        return fail(place, "stands beside '" + std::string(node->kind) + "'");
      node->kind = kind;
      node->value = walk.value();
      if (walk.value().is_object()) node->value_raw = walk.raw();
    } else if (walk.key() == "thought") {
      return read_bool(walk.value(), place, &node->thought, out_.error);
    } else if (is_name(walk.key(), "thoughtSignature")) {
      node->signature_raw = walk.raw();
      return read_string(walk.value(), place, &node->signature, out_.error);
    } else {
      append_member(&node->extras, walk.key(), walk.raw());
    }
    return true;
  }

  // A signature without text is what stands behind the last thought of a stream.
  bool text(PartNode& node, const JsonPath& path, Part* made) {
    std::string_view text;
    if (node.value && !read_string(*node.value, path / "text", &text, out_.error)) return false;
    if (node.thought || (text.empty() && !node.signature.empty())) {
      made->value = ReasoningPart{text, node.signature, false};
      return true;
    }
    made->value = TextPart{text};
    keep_signature(&node);
    return true;
  }

  static void keep_signature(PartNode* node) {
    if (node->signature.empty()) return;
    append_member(&node->extras, "thoughtSignature", node->signature_raw);
  }

  bool part_value(PartNode& node, RawText raw, const JsonPath& path, Part* made) {
    if (node.kind != "functionCall") keep_signature(&node);
    dom::object object;
    if (node.kind == "functionCall" || node.kind == "functionResponse" ||
        node.kind == "inlineData" || node.kind == "fileData") {
      if (!read_object(*node.value, path, &object, out_.error)) return false;
    }
    if (node.kind == "functionCall") {
      return call(object, node, path, &made->value.emplace<ToolUsePart>());
    }
    if (node.kind == "functionResponse") return response(object, node, path, made);
    if (node.kind == "inlineData") return inline_data(object, path, made);
    if (node.kind == "fileData") return file_data(object, path, made);
    made->value = OtherPart{node.kind, raw.get()};
    return true;
  }

  bool inline_data(dom::object node, const JsonPath& path, Part* made) {
    const std::string_view type = named_string(node, "mimeType");
    const std::string_view data = named_string(node, "data");
    if (type.empty()) return fail(path / "mimeType", "must be a non-empty string");
    if (type.starts_with("image/")) {
      made->value = ImagePart{{}, type, data, {}};
    } else {
      made->value = FilePart{named_string(node, "displayName"), {}, type, data};
    }
    return true;
  }

  // Only Gemini can read what lies with Google, so such an address is the file's id.
  static bool lies_with_google(std::string_view uri) {
    return !uri.starts_with("http") ||
           uri.starts_with("https://generativelanguage.googleapis.com/");
  }

  bool file_data(dom::object node, const JsonPath& path, Part* made) {
    const std::string_view type = named_string(node, "mimeType");
    const std::string_view uri = named_string(node, "fileUri");
    if (uri.empty()) return fail(path / "fileUri", "must be a non-empty string");
    if (type.starts_with("image/")) {
      made->value = ImagePart{uri, type, {}, {}};
    } else {
      FilePart& file = made->value.emplace<FilePart>();
      file.name = named_string(node, "displayName");
      file.media_type = type;
      (lies_with_google(uri) ? file.file_id : file.url) = uri;
    }
    return true;
  }

  bool call(dom::object node, const PartNode& part, const JsonPath& path, ToolUsePart* use) {
    use->name = named_string(node, "name");
    if (use->name.empty()) return fail(path / "name", "must be a non-empty string");
    use->id = named_string(node, "id");
    use->signature = part.signature;
    use->arguments_json = "{}";
    for (MemberWalk walk(node, part.value_raw); walk.next();) {
      if (walk.key() != "args" || walk.value().is_null()) continue;
      if (!walk.value().is_object()) return fail(path / "args", "must be an object");
      use->arguments_json = walk.raw();
    }
    if (use->id.empty()) use->id = make_id();
    open_.add(use->name, use->id);
    return true;
  }

  bool response(dom::object node, PartNode& part, const JsonPath& path, Part* made) {
    const std::string_view name = named_string(node, "name");
    ToolResultPart result;
    result.tool_use_id = named_string(node, "id");
    if (result.tool_use_id.empty()) {
      if (name.empty()) return fail(path / "name", "must be a non-empty string");
      result.tool_use_id = open_.take(name);
      if (result.tool_use_id.empty()) result.tool_use_id = make_id();
    } else {
      open_.answer(name, result.tool_use_id);
    }
    if (!response_members(node, part, path, &result)) return false;
    made->value = std::move(result);
    return true;
  }

  bool response_members(dom::object node, PartNode& part, const JsonPath& path,
                        ToolResultPart* result) {
    for (MemberWalk walk(node, part.value_raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() == "response") {
        if (!output(walk.value(), RawText(walk), path / "response", result)) return false;
      } else if (walk.key() == "parts") {
        if (!parts(walk.value(), RawText(walk), path / "parts", &result->parts)) return false;
        if (has_calls(result->parts)) return fail(path / "parts", "must not hold calls");
      } else if (walk.key() == "scheduling" || is_name(walk.key(), "willContinue")) {
        append_member(&part.extras, walk.key(), walk.raw());
      }
    }
    return true;
  }

  static bool has_calls(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      const bool result = std::holds_alternative<ToolResultPart>(part.value);
      if (result || std::holds_alternative<ToolUsePart>(part.value)) return true;
    }
    return false;
  }

  // A lone "output", "result" or "error" is the text that the tool gave.
  bool output(JsonValue value, RawText raw, const JsonPath& path, ToolResultPart* result) {
    dom::object object;
    if (!read_object(value, path, &object, out_.error)) return false;
    TextPart text;
    if (object.size() == 1) {
      const auto member = *object.begin();
      const bool error = member.key == "error";
      const bool known = error || member.key == "output" || member.key == "result";
      if (known && member.value.get_string().get(text.text) == simdjson::SUCCESS) {
        result->is_error = error;
        result->parts.insert(result->parts.begin(), {text, {}});
        return true;
      }
    }
    text.text = raw.get();
    result->parts.insert(result->parts.begin(), {text, {}});
    return true;
  }

  std::string_view make_id() {
    return out_.made->emplace_back("call_" + std::to_string(made_ids_++));
  }

  std::string_view keep(std::string text) {
    if (text.empty()) return {};
    return out_.made->emplace_back(std::move(text));
  }

  bool fail(const JsonPath& path, std::string_view what) {
    *out_.error = invalid_field(path, what);
    return false;
  }

  const ContentsOut out_;
  OpenCalls open_;
  std::size_t made_ids_ = 0;
};

}  // namespace

bool read_contents(JsonValue value, RawText raw, const JsonPath& path, ContentsOut out) {
  return ContentReader(out).read(value, raw, path);
}

bool read_system(JsonValue value, RawText raw, const JsonPath& path, ContentsOut out) {
  return ContentReader(out).read_system(value, raw, path);
}

}  // namespace weir::gemini
