// Writes the system prompt and the turns of a request for an Anthropic-compatible server.
//
// Requests of this dialect keep their messages as they are. Of others:
//   - system and developer messages in front are the system prompt. A later one is told
//     by the user, since few servers take that role there, and its role is listed as lost.
//   - the results of tools and what the user says next are one turn, the results in front:
//     the API wants all of them right behind the calls.
//   - text of blanks alone is left out, because the API refuses such a block.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/anthropic_blocks.h"
#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::anthropic {
namespace {

constexpr std::string_view kCacheControl = "cache_control";

bool is_system(const Message& message) {
  return message.role == Role::kSystem || message.role == Role::kDeveloper;
}

bool is_result(const Part& part) { return std::holds_alternative<ToolResultPart>(part.value); }

bool has_result(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), is_result);
}

// The value of cache_control among members without braces, or nothing.
std::string cache_control_of(std::string_view extras) {
  if (extras.empty()) return {};
  std::string object(1, '{');
  object.append(extras).push_back('}');
  for (JsonMembers members(object); members.next();) {
    if (members.key() == kCacheControl) return std::string(members.value());
  }
  return {};
}

// The text of base64 data, if it is UTF-8.
std::optional<std::string> decoded_text(std::string_view base64) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base64.substr(0, base64.find('='))) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return simdjson::validate_utf8(out) ? std::optional<std::string>(std::move(out)) : std::nullopt;
}

// A part of a turn and the place it is named by.
struct Item {
  const Part* part;
  const Message* message;
  std::string path;
};

class TurnWriter {
 public:
  explicit TurnWriter(const RequestIn& in)
      : in_(in), messages_(in.request.messages), out_(*in.out), lost_(*in.lost) {}

  Result<void> write(JsonObject* body) {
    while (leading_ < messages_.size() && is_system(messages_[leading_])) ++leading_;
    // A prompt of nothing else is what the user asks.
    if (leading_ == messages_.size() && leading_ > 0) --leading_;
    if (!write_system(body)) return error_;
    body->key("messages")->push_back('[');
    for (std::size_t i = leading_; i < messages_.size();) {
      const std::size_t end = turn_end(i);
      if (!write_turn(i, end)) return error_;
      i = end;
    }
    if (out_.back() == '[') return unsupported_field("messages");
    out_.push_back(']');
    return {};
  }

 private:
  bool same_dialect() const { return in_.same_dialect(); }

  bool keeps(const Part& part) const {
    const auto* text = std::get_if<TextPart>(&part.value);
    return same_dialect() || text == nullptr || !is_blank(text->text);
  }

  void append_items(std::size_t index, std::vector<Item>* items) {
    const Message& message = messages_[index];
    const std::string path = "messages[" + std::to_string(index) + "]";
    const bool own_cache = message.role == Role::kTool;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      const Part& part = message.parts[i];
      std::string place = path + ".content[" + std::to_string(i) + "]";
      const auto* thought = std::get_if<ReasoningPart>(&part.value);
      if (thought != nullptr && is_foreign_thought(in_, *thought)) {
        lost_.add(std::move(place));
      } else if (keeps(part)) {
        items->push_back({&part, &message, std::move(place)});
      }
    }
    if (!same_dialect()) note_message(message, path, own_cache);
  }

  void note_message(const Message& message, const std::string& path, bool own_cache) {
    if (!message.name.empty()) lost_.add(path + ".name");
    for (const std::string& name : member_names(message.extras)) {
      if (!own_cache || name != kCacheControl)
        lost_.add(std::string(path).append(".").append(name));
    }
  }

  // --- the system prompt ---

  bool write_system(JsonObject* body) {
    std::vector<Item> items;
    for (std::size_t i = 0; i < leading_; ++i) append_items(i, &items);
    if (items.empty()) return true;
    const bool plain = std::all_of(items.begin(), items.end(), [](const Item& item) {
      return std::holds_alternative<TextPart>(item.part->value) && item.part->extras.empty();
    });
    if (!plain || (same_dialect() && items.size() > 1)) {
      body->key("system");
      return write_blocks(items);
    }
    std::string text;
    for (const Item& item : items) {
      if (!text.empty()) text += "\n\n";
      text += std::get<TextPart>(item.part->value).text;
    }
    body->string("system", text);
    return true;
  }

  // --- turns ---

  // One message, or with results of tools among them all up to the assistant's next turn.
  std::size_t turn_end(std::size_t begin) {
    if (same_dialect() || messages_[begin].role == Role::kAssistant) return begin + 1;
    if (begin < single_until_) return begin + 1;
    std::size_t end = begin;
    bool results = false;
    for (; end < messages_.size() && messages_[end].role != Role::kAssistant; ++end) {
      results = results || has_result(messages_[end]);
    }
    if (results) return end;
    single_until_ = end;
    return begin + 1;
  }

  static std::vector<Item> results_first(std::vector<Item> items) {
    std::vector<Item> ordered;
    ordered.reserve(items.size());
    for (const bool wanted : {true, false}) {
      for (Item& item : items) {
        if (is_result(*item.part) == wanted) ordered.push_back(std::move(item));
      }
    }
    return ordered;
  }

  bool write_turn(std::size_t begin, std::size_t end) {
    std::vector<Item> items;
    for (std::size_t i = begin; i < end; ++i) {
      append_items(i, &items);
      if (!same_dialect() && is_system(messages_[i])) {
        lost_.add("messages[" + std::to_string(i) + "].role");
      }
    }
    if (items.empty() && !same_dialect()) {
      lost_.add("messages[" + std::to_string(begin) + "]");
      return true;
    }
    if (!same_dialect()) items = results_first(std::move(items));
    if (out_.back() != '[') out_.push_back(',');
    JsonObject object(&out_);
    object.string("role", role_of(messages_[begin]));
    if (!write_content(items, &object)) return false;
    if (same_dialect()) object.members(messages_[begin].extras);
    object.close();
    return true;
  }

  std::string_view role_of(const Message& message) const {
    const bool kept =
        message.role == Role::kAssistant || (same_dialect() && message.role == Role::kSystem);
    return kept ? to_string(message.role) : "user";
  }

  // A lone text is written as a string, which every server understands.
  bool write_content(const std::vector<Item>& items, JsonObject* object) {
    const Part* only = items.size() == 1 ? items.front().part : nullptr;
    const auto* text = only != nullptr ? std::get_if<TextPart>(&only->value) : nullptr;
    if (text != nullptr && only->extras.empty()) {
      object->string("content", text->text);
      return true;
    }
    object->key("content");
    return write_blocks(items);
  }

  bool write_blocks(const std::vector<Item>& items) {
    out_.push_back('[');
    for (const Item& item : items) {
      if (out_.back() != '[') out_.push_back(',');
      if (!write_block(item)) return false;
    }
    out_.push_back(']');
    return true;
  }

  // --- blocks ---

  bool write_block(const Item& item) {
    const auto& value = item.part->value;
    if (const auto* other = std::get_if<OtherPart>(&value)) return write_other(*other, item);
    JsonObject object(&out_);
    bool good = true;
    if (const auto* text = std::get_if<TextPart>(&value)) {
      object.string("type", "text");
      object.string("text", text->text);
    } else if (const auto* image = std::get_if<ImagePart>(&value)) {
      good = write_image(*image, item, &object);
    } else if (const auto* file = std::get_if<FilePart>(&value)) {
      good = write_file(*file, item, &object);
    } else if (const auto* use = std::get_if<ToolUsePart>(&value)) {
      write_use(*use, item, &object);
    } else if (const auto* thought = std::get_if<ReasoningPart>(&value)) {
      write_thought(*thought, &object);
    } else {
      good = write_result(std::get<ToolResultPart>(value), item, &object);
    }
    write_extras(item, &object);
    object.close();
    return good;
  }

  // Of another dialect's extras only the mark for the cache has a place.
  void write_extras(const Item& item, JsonObject* object) {
    const std::string_view extras = item.part->extras;
    if (same_dialect()) return object->members(extras);
    for (const std::string& name : member_names(extras)) {
      if (name != kCacheControl) lost_.add(item.path + "." + name);
    }
    if (is_result(*item.part)) return;
    if (const std::string cache = cache_control_of(extras); !cache.empty()) {
      object->raw(kCacheControl, cache);
    }
  }

  // A model's refusal is what it said.
  bool write_other(const OtherPart& other, const Item& item) {
    if (same_dialect()) {
      out_ += other.raw_json;
      return true;
    }
    if (other.type != "refusal" || !other.raw_json.starts_with('"')) return refuse(item.path);
    lost_.add(item.path);
    out_.append(R"({"type":"text","text":)").append(other.raw_json).push_back('}');
    return true;
  }

  bool write_image(const ImagePart& image, const Item& item, JsonObject* object) {
    object->string("type", "image");
    if (!image.detail.empty()) lost_.add(item.path + ".detail");
    JsonObject source(object->key("source"));
    if (image.url.empty()) {
      const bool alias = image.media_type == "image/jpg";
      source.string("type", "base64");
      source.string("media_type", alias ? "image/jpeg" : image.media_type);
      source.string("data", image.base64_data);
    } else {
      source.string("type", "url");
      source.string("url", image.url);
    }
    source.close();
    const bool web = image.url.empty() || image.url.starts_with("http");
    return web || same_dialect() || refuse(item.path);
  }

  // An id of a file means nothing to another provider.
  bool write_file(const FilePart& file, const Item& item, JsonObject* object) {
    object->string("type", "document");
    if (!file.name.empty()) object->string("title", file.name);
    JsonObject source(object->key("source"));
    if (!write_source(file, &source)) return refuse(item.path);
    source.close();
    return true;
  }

  bool write_source(const FilePart& file, JsonObject* source) {
    if (same_dialect() && !file.file_id.empty()) {
      source->string("type", "file");
      source->string("file_id", file.file_id);
      return true;
    }
    if (!file.url.empty() && (same_dialect() || file.url.starts_with("http"))) {
      source->string("type", "url");
      source->string("url", file.url);
      return true;
    }
    if (file.base64_data.empty()) return false;
    const bool pdf = file.media_type.empty() || file.media_type == "application/pdf";
    if (!same_dialect() && !pdf) return write_text_source(file, source);
    source->string("type", "base64");
    source->string("media_type", file.media_type.empty() ? "application/pdf" : file.media_type);
    source->string("data", file.base64_data);
    return true;
  }

  static bool write_text_source(const FilePart& file, JsonObject* source) {
    if (!file.media_type.starts_with("text/") && file.media_type != "application/json") {
      return false;
    }
    const std::optional<std::string> text = decoded_text(file.base64_data);
    if (!text) return false;
    source->string("type", "text");
    source->string("media_type", "text/plain");
    source->string("data", *text);
    return true;
  }

  void write_use(const ToolUsePart& use, const Item& item, JsonObject* object) {
    if (!use.signature.empty()) lost_.add(item.path + ".signature");
    object->string("type", "tool_use");
    object->string("id", tool_id(use.id));
    object->string("name", use.name);
    object->raw("input", arguments_object(use.arguments_json));
  }

  // The API takes letters, digits, _ and - alone; others are told by their number.
  std::string tool_id(std::string_view id) const {
    constexpr std::string_view kHex = "0123456789abcdef";
    if (same_dialect()) return std::string(id);
    std::string out;
    for (const char c : id) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (plain) {
        out.push_back(c);
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      out.append("_x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
  }

  static void write_thought(const ReasoningPart& thought, JsonObject* object) {
    if (thought.redacted) {
      object->string("type", "redacted_thinking");
      object->string("data", thought.signature);
      return;
    }
    object->string("type", "thinking");
    object->string("thinking", thought.text);
    object->string("signature", thought.signature);
  }

  bool write_result(const ToolResultPart& result, const Item& item, JsonObject* object) {
    object->string("type", "tool_result");
    object->string("tool_use_id", tool_id(result.tool_use_id));
    std::vector<Item> items;
    std::string cache = cache_control_of(item.part->extras);
    if (cache.empty() && item.message->role == Role::kTool) {
      cache = cache_control_of(item.message->extras);
    }
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
      const Part& part = result.parts[i];
      if (!keeps(part)) continue;
      items.push_back({&part, item.message, item.path + ".content[" + std::to_string(i) + "]"});
      if (cache.empty()) cache = cache_control_of(part.extras);
    }
    if (result.is_error) object->boolean("is_error", true);
    if (same_dialect()) return items.empty() || write_content(items, object);
    if (!cache.empty()) object->raw(kCacheControl, cache);
    return items.empty() || write_plain_content(items, object);
  }

  // The mark for the cache stands on the result, not within it.
  bool write_plain_content(const std::vector<Item>& items, JsonObject* object) {
    std::vector<Part> plain;
    plain.reserve(items.size());
    std::vector<Item> copies;
    for (const Item& item : items) {
      for (const std::string& name : member_names(item.part->extras)) {
        if (name != kCacheControl) lost_.add(item.path + "." + name);
      }
      plain.push_back({item.part->value, {}});
      copies.push_back({&plain.back(), item.message, item.path});
    }
    return write_content(copies, object);
  }

  bool refuse(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const RequestIn& in_;
  const std::vector<Message>& messages_;
  std::string& out_;
  Losses& lost_;
  std::size_t leading_ = 0;       // system messages at the front
  std::size_t single_until_ = 0;  // up to here no result of a tool comes
  Error error_;
};

}  // namespace

Result<void> write_conversation(const RequestIn& in, JsonObject* body) {
  return TurnWriter(in).write(body);
}

}  // namespace weir::anthropic
