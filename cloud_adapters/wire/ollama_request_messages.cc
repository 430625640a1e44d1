// Reads the messages of POST /api/chat.
#include <array>
#include <deque>
#include <map>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_parts.h"

namespace weir::ollama {
namespace {

namespace dom = simdjson::dom;

// What the first bytes of an image say, in base64.
std::string_view sniff_media_type(std::string_view base64) {
  if (base64.starts_with("iVBORw0KGgo")) return "image/png";
  if (base64.starts_with("/9j/")) return "image/jpeg";
  if (base64.starts_with("R0lGOD")) return "image/gif";
  if (base64.starts_with("UklGR") && base64.size() >= 16 && base64.substr(12, 4) == "RUJQ") {
    return "image/webp";
  }
  if (base64.starts_with("Qk")) return "image/bmp";
  return "application/octet-stream";
}

// The calls of the latest turn that has some, until their results come. Clients name the
// tool that a result is of, and seldom the call.
class OpenCalls {
 public:
  void clear() {
    ids_.clear();
    by_id_.clear();
    by_name_.clear();
    next_ = 0;
  }

  void add(std::string_view id, std::string_view name) {
    by_id_.emplace(id, ids_.size());
    by_name_[name].push_back(ids_.size());
    ids_.push_back({id, false});
  }

  // True if the call is one of this turn.
  bool take_id(std::string_view id) {
    const auto at = by_id_.find(id);
    if (at != by_id_.end()) ids_[at->second].taken = true;
    return at != by_id_.end();
  }

  // The id of the first call without a result: of this tool, or, if none is named, of any.
  std::string_view take_name(std::string_view name) {
    if (name.empty()) {
      while (next_ < ids_.size() && ids_[next_].taken) ++next_;
      return next_ < ids_.size() ? take(next_) : std::string_view();
    }
    const auto at = by_name_.find(name);
    if (at == by_name_.end()) return {};
    for (std::deque<std::size_t>& calls = at->second; !calls.empty();) {
      const std::size_t first = calls.front();
      calls.pop_front();
      if (!ids_[first].taken) return take(first);
    }
    return {};
  }

 private:
  struct Call {
    std::string_view id;
    bool taken;
  };

  std::string_view take(std::size_t index) {
    ids_[index].taken = true;
    return ids_[index].id;
  }

  std::vector<Call> ids_;
  std::map<std::string_view, std::size_t> by_id_;
  std::map<std::string_view, std::deque<std::size_t>> by_name_;
  std::size_t next_ = 0;  // those before have a result
};

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
    std::string_view content;
    std::string_view thinking;
    std::string_view tool_name;
    std::string_view tool_call_id;
    std::vector<Part> images;
    std::vector<Part> calls;
    std::string extras;
  };

  bool message(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object object;
    if (!read_object(value, path, &object, out_.error)) return false;
    Message& message = out_.messages->emplace_back();
    MessageNode node;
    for (MemberWalk walk(object, raw); walk.next();) {
      if (!walk.value().is_null() && !member(walk, path / walk.key(), &node)) return false;
    }
    if (!role(node.role, path, &message)) return false;
    if (message.role == Role::kTool) {
      tool_result(std::move(node), &message);
    } else {
      own_parts(std::move(node), &message);
    }
    return true;
  }

  bool member(MemberWalk& walk, const JsonPath& place, MessageNode* node) {
    const std::string_view key = walk.key();
    const JsonValue value = walk.value();
    if (key == "role") return read_string(value, place, &node->role, out_.error);
    if (key == "content") return read_string(value, place, &node->content, out_.error);
    if (key == "thinking") return read_string(value, place, &node->thinking, out_.error);
    if (key == "tool_call_id") return read_string(value, place, &node->tool_call_id, out_.error);
    if (key == "images") return read_images(value, place, &node->images, out_.error);
    if (key == "tool_calls") return tool_calls(value, RawText(walk), place, &node->calls);
    if (key == "tool_name") return read_string(value, place, &node->tool_name, out_.error);
    append_member(&node->extras, key, walk.raw());
    return true;
  }

  bool role(std::string_view word, const JsonPath& path, Message* message) {
    constexpr std::array<std::pair<std::string_view, Role>, 5> kRoles = {{
        {"user", Role::kUser},
        {"assistant", Role::kAssistant},
        {"system", Role::kSystem},
        {"developer", Role::kDeveloper},
        {"tool", Role::kTool},
    }};
    for (const auto& [name, value] : kRoles) {
      if (word != name) continue;
      message->role = value;
      return true;
    }
    return fail(path / "role", "must be one of system, user, assistant and tool");
  }

  void tool_result(MessageNode node, Message* message) {
    ToolResultPart result;
    result.tool_use_id = node.tool_call_id;
    bool known = false;
    if (!result.tool_use_id.empty()) {
      known = calls_.take_id(result.tool_use_id);
    } else {
      result.tool_use_id = calls_.take_name(node.tool_name);
      known = !result.tool_use_id.empty();
      if (!known) result.tool_use_id = made_id(0);
    }
    // The name of a call that is there needs not be kept: the call has it.
    if (!known && !node.tool_name.empty()) {
      std::string name;
      append_json_string(&name, node.tool_name);
      append_member(&node.extras, "tool_name", name);
    }
    result.parts.push_back({TextPart{node.content}, {}});
    for (Part& image : node.images) result.parts.push_back(std::move(image));
    message->parts.push_back({std::move(result), {}});
    message->extras = keep(std::move(node.extras));
  }

  void own_parts(MessageNode node, Message* message) {
    if (!node.thinking.empty()) message->parts.push_back({ReasoningPart{node.thinking, {}}, {}});
    const bool alone = node.images.empty() && node.calls.empty() && message->parts.empty();
    if (!node.content.empty() || alone) message->parts.push_back({TextPart{node.content}, {}});
    for (Part& image : node.images) message->parts.push_back(std::move(image));
    if (!node.calls.empty()) calls_.clear();
    for (Part& call : node.calls) {
      const auto& use = std::get<ToolUsePart>(call.value);
      calls_.add(use.id, use.name);
      message->parts.push_back(std::move(call));
    }
    message->extras = keep(std::move(node.extras));
  }

  bool tool_calls(JsonValue value, RawText raw, const JsonPath& path, std::vector<Part>* calls) {
    dom::array list;
    if (!read_array(value, path, &list, out_.error)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!tool_call(item, RawText(texts, index), place, &calls->emplace_back())) return false;
      auto& use = std::get<ToolUsePart>(calls->back().value);
      if (use.id.empty()) use.id = made_id(index);
      ++index;
    }
    return true;
  }

  bool tool_call(JsonValue value, RawText raw, const JsonPath& path, Part* part) {
    dom::object node;
    if (!read_object(value, path, &node, out_.error)) return false;
    auto& use = part->value.emplace<ToolUsePart>();
    std::string extras;
    for (MemberWalk walk(node, raw); walk.next();) {
      const std::string_view key = walk.key();
      if (walk.value().is_null()) continue;
      bool good = true;
      if (key == "id") {
        good = read_string(walk.value(), path / key, &use.id, out_.error);
      } else if (key == "function") {
        good = function(walk.value(), RawText(walk), path / key, &use);
      } else if (key != "type") {
        append_member(&extras, key, walk.raw());
      }
      if (!good) return false;
    }
    part->extras = keep(std::move(extras));
    return !use.name.empty() || fail(path / "function", "must be an object with a name");
  }

  // Some clients send the arguments as text.
  bool function(JsonValue value, RawText raw, const JsonPath& path, ToolUsePart* use) {
    dom::object function;
    if (!read_object(value, path, &function, out_.error)) return false;
    use->name = string_member(function, "name");
    if (use->name.empty()) return fail(path / "name", "must be a non-empty string");
    use->arguments_json = "{}";
    for (MemberWalk walk(function, raw); walk.next();) {
      if (walk.key() != "arguments" || walk.value().is_null()) continue;
      if (walk.value().is_object()) {
        use->arguments_json = walk.raw();
      } else if (!walk.value().is_string()) {
        return fail(path / "arguments", "must be an object");
      } else {
        use->arguments_json = walk.value().get_string().value_unsafe();
      }
    }
    return true;
  }

  // The same conversation always has the same ids, so that a prompt that was seen before is
  // found again.
  std::string_view made_id(std::size_t index) {
    return keep("call_" + std::to_string(out_.messages->size()) + "_" + std::to_string(index));
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
  OpenCalls calls_;
};

}  // namespace

bool read_messages(JsonValue value, RawText raw, const JsonPath& path, MessagesOut out) {
  return MessageReader(out).read(value, raw, path);
}

bool read_images(JsonValue value, const JsonPath& path, std::vector<Part>* parts, Error* error) {
  dom::array list;
  if (!read_array(value, path, &list, error)) return false;
  std::size_t index = 0;
  for (const JsonValue item : list) {
    auto& image = parts->emplace_back().value.emplace<ImagePart>();
    if (!read_string(item, path / index++, &image.base64_data, error)) return false;
    if (const auto data = parse_data_url(image.base64_data)) {
      image.media_type = data->media_type;
      image.base64_data = data->base64;
    } else {
      image.media_type = sniff_media_type(image.base64_data);
    }
  }
  return true;
}

}  // namespace weir::ollama
