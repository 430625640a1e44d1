// Reads the system prompt and the messages of POST /v1/messages.
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

// What became of a member of a block.
enum class Taken : std::uint8_t { kYes, kUnknown, kWrong };

Taken taken(bool good) { return good ? Taken::kYes : Taken::kWrong; }

class Reader {
 public:
  explicit Reader(RequestOut out) : out_(out) {}

  bool messages(JsonValue value, RawText raw, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, out_.error)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!message(item, RawText(texts, index++), place)) return false;
    }
    return true;
  }

  bool content(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* parts) {
    if (value.is_string()) {
      parts->push_back({TextPart{value.get_string().value_unsafe()}, {}});
      return true;
    }
    dom::array blocks;
    if (value.get_array().get(blocks) != simdjson::SUCCESS) {
      return fail(path, "must be a string or an array of blocks");
    }
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : blocks) {
      const JsonPath place = path / index;
      if (!block(item, RawText(texts, index++), place, &parts->emplace_back())) return false;
    }
    return true;
  }

 private:
  bool message(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    Message& message = out_.request->messages.emplace_back();
    bool has_content = false;
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() == "role" || walk.value().is_null()) continue;
      if (walk.key() != "content") {
        append_member(&extras, walk.key(), walk.raw());
        continue;
      }
      has_content = true;
      if (!content(walk.value(), RawText(walk), path / "content", &message.parts)) return false;
    }
    message.extras = keep(std::move(extras));
    if (!role(string_member(node, "role"), path, &message)) return false;
    return has_content || fail(path / "content", "is required");
  }

  bool role(std::string_view word, const JsonPath& path, Message* message) {
    if (word == "assistant") message->role = Role::kAssistant;
    if (word == "system") message->role = Role::kSystem;
    if (word == "user" || word == "assistant" || word == "system") return true;
    return fail(path / "role", "must be one of user, assistant and system");
  }

  bool block(JsonValue value, RawText raw, const JsonPath& path, Part* part) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    if (type.empty()) return fail(path / "type", "must be a non-empty string");
    if (type == "text") return text(node, raw, path, part);
    if (type == "thinking") return thinking(node, raw, path, part);
    if (type == "redacted_thinking") return redacted(node, raw, path, part);
    if (type == "tool_use") return tool_use(node, raw, path, part);
    if (type == "tool_result") return tool_result(node, raw, path, part);
    if (type == "image" || type == "document") return media(node, raw, path, part);
    part->value = OtherPart{type, raw.get()};
    return true;
  }

  // Walks the members of a block; those that `take` does not know are its extras.
  template <class Take>
  bool members(dom::object node, RawText raw, const JsonPath& path, Part* part, Take take) {
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() == "type" || walk.value().is_null()) continue;
      switch (take(walk, path / walk.key())) {
        case Taken::kYes: break;
        case Taken::kWrong: return false;
        case Taken::kUnknown: append_member(&extras, walk.key(), walk.raw());
      }
    }
    part->extras = keep(std::move(extras));
    return true;
  }

  Taken string(const MemberWalk& walk, const JsonPath& place, std::string_view* out) {
    return taken(read_string(walk.value(), place, out, out_.error));
  }

  bool text(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    auto& text = part->value.emplace<TextPart>();
    if (!find_member(node, "text")) return fail(path / "text", "is required");
    return members(node, raw, path, part, [&](MemberWalk& walk, const JsonPath& place) {
      return walk.key() == "text" ? string(walk, place, &text.text) : Taken::kUnknown;
    });
  }

  bool thinking(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    auto& thought = part->value.emplace<ReasoningPart>();
    return members(node, raw, path, part, [&](MemberWalk& walk, const JsonPath& place) {
      if (walk.key() == "thinking") return string(walk, place, &thought.text);
      if (walk.key() == "signature") return string(walk, place, &thought.signature);
      return Taken::kUnknown;
    });
  }

  bool redacted(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    auto& thought = part->value.emplace<ReasoningPart>();
    thought.redacted = true;
    return members(node, raw, path, part, [&](MemberWalk& walk, const JsonPath& place) {
      return walk.key() == "data" ? string(walk, place, &thought.signature) : Taken::kUnknown;
    });
  }

  bool tool_use(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    auto& use = part->value.emplace<ToolUsePart>();
    use.arguments_json = "{}";
    const auto take = [&](MemberWalk& walk, const JsonPath& place) {
      if (walk.key() == "id") return string(walk, place, &use.id);
      if (walk.key() == "name") return string(walk, place, &use.name);
      if (walk.key() != "input") return Taken::kUnknown;
      if (!walk.value().is_object()) return taken(fail(place, "must be an object"));
      use.arguments_json = walk.raw();
      return Taken::kYes;
    };
    if (!members(node, raw, path, part, take)) return false;
    return !use.name.empty() || fail(path / "name", "must be a non-empty string");
  }

  bool tool_result(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    auto& result = part->value.emplace<ToolResultPart>();
    const auto take = [&](MemberWalk& walk, const JsonPath& place) {
      if (walk.key() == "tool_use_id") return string(walk, place, &result.tool_use_id);
      if (walk.key() == "is_error") {
        return taken(read_bool(walk.value(), place, &result.is_error, out_.error));
      }
      if (walk.key() != "content") return Taken::kUnknown;
      return taken(content(walk.value(), RawText(walk), place, &result.parts));
    };
    if (!members(node, raw, path, part, take)) return false;
    return !result.tool_use_id.empty() || fail(path / "tool_use_id", "must be a non-empty string");
  }

  // Forms of a source that have no fields stay as they are.
  bool media(dom::object node, RawText raw, const JsonPath& path, Part* part) {
    const std::optional<JsonValue> value = find_member(node, "source");
    dom::object source;
    if (!value) return fail(path / "source", "is required");
    if (!read_object(*value, path / "source", &source, out_.error)) return false;
    const std::string_view type = string_member(node, "type");
    const bool known = type == "image" ? image(source, part) : document(source, part);
    if (!known) {
      part->value = OtherPart{type, raw.get()};
      return true;
    }
    auto* file = std::get_if<FilePart>(&part->value);
    return members(node, raw, path, part, [&](MemberWalk& walk, const JsonPath& place) {
      if (walk.key() == "source") return Taken::kYes;
      const bool names = file != nullptr && walk.key() == "title";
      return names ? string(walk, place, &file->name) : Taken::kUnknown;
    });
  }

  static bool image(dom::object source, Part* part) {
    const std::string_view form = string_member(source, "type");
    ImagePart image;
    image.url = string_member(source, "url");
    image.media_type = string_member(source, "media_type");
    image.base64_data = string_member(source, "data");
    const bool known = (form == "url" && !image.url.empty() && image.base64_data.empty()) ||
                       (form == "base64" && !image.base64_data.empty() && image.url.empty());
    if (known) part->value = image;
    return known;
  }

  static bool document(dom::object source, Part* part) {
    const std::string_view form = string_member(source, "type");
    FilePart file;
    file.file_id = string_member(source, "file_id");
    file.url = string_member(source, "url");
    file.media_type = string_member(source, "media_type");
    file.base64_data = string_member(source, "data");
    const bool known = (form == "file" && !file.file_id.empty() && file.base64_data.empty()) ||
                       (form == "base64" && !file.base64_data.empty() && file.file_id.empty());
    const bool at_address = form == "url" && !file.url.empty() && file.base64_data.empty();
    if (!at_address) file.url = {};
    if (known || at_address) part->value = file;
    return known || at_address;
  }

  std::string_view keep(std::string text) {
    if (text.empty()) return {};
    return out_.made->emplace_back(std::move(text));
  }

  bool fail(const JsonPath& path, std::string_view what) {
    *out_.error = invalid_field(path, what);
    return false;
  }

  const RequestOut out_;
};

}  // namespace

bool read_messages(JsonValue value, RawText raw, const JsonPath& path, RequestOut out) {
  return Reader(out).messages(value, raw, path);
}

bool read_system(JsonValue value, RawText raw, const JsonPath& path, RequestOut out) {
  Message message;
  message.role = Role::kSystem;
  if (!Reader(out).content(value, raw, path, &message.parts)) return false;
  const bool says_nothing = value.is_string() && value.get_string().value_unsafe().empty();
  if (says_nothing || message.parts.empty()) return true;
  out.request->messages.insert(out.request->messages.begin(), std::move(message));
  return true;
}

}  // namespace weir::anthropic
