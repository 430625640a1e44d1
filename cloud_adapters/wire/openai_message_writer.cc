// Writes the messages of a chat request for an OpenAI-compatible server, from any dialect.
//
// Other dialects tell a turn in several messages, and the results of tools beside text. Here
// all calls of a turn stand in one message of the assistant and their results directly behind
// it. A result is text alone: its images and files follow in a message of the user.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

// A part and the number of its message and within it.
struct Placed {
  const Part* part;
  std::size_t message;
  std::size_t index;
};

// Parts of other dialects that speak of what a provider did or offers, beside the question.
constexpr std::array<std::string_view, 4> kAsides = {"tool_reference", "server_tool_use",
                                                     "mcp_tool_use", "mcp_list_tools"};

class MessageWriter {
 public:
  MessageWriter(const ChatRequest& request, std::string* out, Losses* lost, Error* error)
      : request_(request), out_(*out), lost_(*lost), error_(*error) {}

  bool write() {
    out_.push_back('[');
    for (std::size_t begin = 0; begin < request_.messages.size();) {
      const std::size_t end = same_dialect() ? begin + 1 : end_of_turn(begin);
      if (!write_turn(begin, end)) return false;
      begin = end;
    }
    out_.push_back(']');
    return true;
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kOpenAiChat; }

  std::string place_of(const Placed& placed) const {
    return "messages[" + std::to_string(placed.message) + "].content[" +
           std::to_string(placed.index) + "]";
  }

  // Messages of the assistant, or all others up to its next.
  std::size_t end_of_turn(std::size_t begin) const {
    const bool assistant = request_.messages[begin].role == Role::kAssistant;
    std::size_t end = begin + 1;
    while (end < request_.messages.size() &&
           (request_.messages[end].role == Role::kAssistant) == assistant) {
      ++end;
    }
    return end;
  }

  bool write_turn(std::size_t begin, std::size_t end) {
    if (request_.messages[begin].role == Role::kAssistant) return write_message(begin, end);
    for (std::size_t i = begin; i < end; ++i) {
      if (!write_results(i)) return false;
    }
    if (!write_shown()) return false;
    for (std::size_t i = begin; i < end; ++i) {
      const std::vector<Part>& parts = request_.messages[i].parts;
      const bool only_results = !parts.empty() && std::ranges::all_of(parts, is_result);
      if (!only_results && !write_message(i, i + 1)) return false;
    }
    return true;
  }

  static bool is_result(const Part& part) {
    return std::holds_alternative<ToolResultPart>(part.value);
  }

  // The members of a node that have no field of their own.
  void write_extras(std::string_view extras, const std::string& place, JsonObject* object) {
    if (extras.empty()) return;
    if (same_dialect()) return object->members(extras);
    for (const std::string& name : member_names(extras)) {
      std::string field = place;
      lost_.add(field.append(".").append(name));
    }
  }

  JsonObject begin_message(std::string_view role) {
    if (out_.back() != '[') out_.push_back(',');
    JsonObject object(&out_);
    object.string("role", role);
    return object;
  }

  // --- results of tools ---

  bool write_results(std::size_t index) {
    const Message& message = request_.messages[index];
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      const auto* result = std::get_if<ToolResultPart>(&message.parts[i].value);
      if (result == nullptr) continue;
      const Placed placed{&message.parts[i], index, i};
      JsonObject object = begin_message("tool");
      object.string("tool_call_id", result->tool_use_id);
      if (same_dialect() && !message.name.empty()) object.string("name", message.name);
      if (!write_result_content(*result, placed, &object)) return false;
      if (result->is_error) lost_.add(place_of(placed) + ".is_error");
      write_extras(message.parts[i].extras, place_of(placed), &object);
      write_extras(message.extras, "messages[" + std::to_string(index) + "]", &object);
      object.close();
    }
    return true;
  }

  bool write_result_content(const ToolResultPart& result, const Placed& placed,
                            JsonObject* object) {
    std::vector<Placed> texts;
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
      const Part& part = result.parts[i];
      const bool text = std::holds_alternative<TextPart>(part.value);
      if (text || same_dialect()) {
        texts.push_back({&part, placed.message, i});
      } else if (is_shown(part)) {
        shown_.push_back({result.tool_use_id, {&part, placed.message, placed.index}});
      } else if (!leave_out({&part, placed.message, placed.index})) {
        return false;
      }
    }
    return write_content(texts, /*may_be_null=*/false, object);
  }

  static bool is_shown(const Part& part) {
    return std::holds_alternative<ImagePart>(part.value) ||
           std::holds_alternative<FilePart>(part.value);
  }

  // What tools showed, in a message of the user; a text names the call before its own.
  bool write_shown() {
    if (shown_.empty()) return true;
    JsonObject object = begin_message("user");
    object.key("content")->push_back('[');
    std::string_view last;
    for (const auto& [id, placed] : shown_) {
      if (std::exchange(last, id) != id || out_.back() == '[') {
        if (out_.back() != '[') out_.push_back(',');
        JsonObject text(&out_);
        text.string("type", "text");
        text.string("text", "Shown by the tool call " + std::string(id) + ":");
        text.close();
      }
      if (!write_part(placed)) return false;
    }
    out_.push_back(']');
    object.close();
    shown_.clear();
    return true;
  }

  // --- messages ---

  // Messages [begin, end) in one, without results of tools.
  bool write_message(std::size_t begin, std::size_t end) {
    const Message& first = request_.messages[begin];
    if (const OtherPart* whole = whole_message(first)) {
      if (out_.back() != '[') out_.push_back(',');
      out_.append(whole->raw_json);
      return true;
    }
    refused_ = false;
    const std::vector<Placed> parts = parts_of(begin, end);
    std::vector<Placed> content;
    for (const Placed& placed : parts) {
      if (is_content(placed)) {
        content.push_back(placed);
      } else if (is_foreign(placed) && !leave_out(placed)) {
        return false;
      }
    }
    const bool has_more = first.role == Role::kAssistant && (same_dialect() || has_call(parts));
    // A tool's own words without a call have no place as such.
    const Role role = first.role == Role::kTool ? Role::kUser : first.role;
    JsonObject object = begin_message(to_string(role));
    if (!first.name.empty()) object.string("name", first.name);
    if (!write_content(content, has_more, &object)) return false;
    write_reasoning(parts, &object);
    write_tool_calls(parts, &object);
    write_members(parts, &object);
    for (std::size_t i = begin; i < end; ++i) {
      write_extras(request_.messages[i].extras, "messages[" + std::to_string(i) + "]", &object);
    }
    object.close();
    return true;
  }

  static bool has_call(const std::vector<Placed>& parts) {
    return std::ranges::any_of(parts, [](const Placed& placed) {
      return std::holds_alternative<ToolUsePart>(placed.part->value);
    });
  }

  std::vector<Placed> parts_of(std::size_t begin, std::size_t end) const {
    std::vector<Placed> parts;
    for (std::size_t m = begin; m < end; ++m) {
      const std::vector<Part>& own = request_.messages[m].parts;
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (!is_result(own[i])) parts.push_back({&own[i], m, i});
      }
    }
    return parts;
  }

  // A message of the retired role "function" is one part that is all of it.
  const OtherPart* whole_message(const Message& message) const {
    if (!same_dialect() || message.role != Role::kTool || message.parts.size() != 1) return nullptr;
    return std::get_if<OtherPart>(&message.parts.front().value);
  }

  // In this dialect a refusal, audio and the retired call of a function are members of the
  // message. A refusal may be a part of the content, too.
  static bool is_member(const OtherPart& other) {
    if (other.type == "refusal") return !other.raw_json.starts_with('{');
    return other.type == "audio" || other.type == "function_call";
  }

  bool is_content(const Placed& placed) const {
    if (const auto* other = std::get_if<OtherPart>(&placed.part->value)) {
      return same_dialect() && !is_member(*other) && other->type != kForeignCall;
    }
    return std::holds_alternative<TextPart>(placed.part->value) || is_shown(*placed.part);
  }

  // A part of another dialect that has no place. What the user or a tool shows belongs to the
  // question; what the assistant's provider did by itself is history.
  bool leave_out(const Placed& placed) {
    const auto* other = std::get_if<OtherPart>(&placed.part->value);
    const bool history = request_.messages[placed.message].role == Role::kAssistant;
    const bool aside = other != nullptr && std::ranges::find(kAsides, other->type) != kAsides.end();
    if (!history && !aside) return fail(place_of(placed));
    lost_.add(place_of(placed));
    return true;
  }

  bool is_foreign(const Placed& placed) const {
    const auto* other = std::get_if<OtherPart>(&placed.part->value);
    return other != nullptr && !same_dialect() && other->type != "refusal";
  }

  // A lone text is written as a string, which every server understands.
  bool write_content(const std::vector<Placed>& parts, bool may_be_null, JsonObject* object) {
    if (parts.empty()) {
      if (may_be_null) {
        object->null("content");
      } else {
        object->string("content", "");
      }
      return true;
    }
    const auto* text = std::get_if<TextPart>(&parts.front().part->value);
    const bool plain = parts.front().part->extras.empty() || !same_dialect();
    if (parts.size() == 1 && text != nullptr && plain) {
      object->string("content", text->text);
      write_extras(parts.front().part->extras, place_of(parts.front()), object);
      return true;
    }
    object->key("content")->push_back('[');
    for (const Placed& placed : parts) {
      if (!write_part(placed)) return false;
    }
    out_.push_back(']');
    return true;
  }

  bool write_part(const Placed& placed) {
    const Part& part = *placed.part;
    if (!fits(placed)) return fail(place_of(placed));
    if (out_.back() != '[') out_.push_back(',');
    if (const auto* other = std::get_if<OtherPart>(&part.value)) {
      out_.append(other->raw_json);
      return true;
    }
    JsonObject object(&out_);
    if (const auto* text = std::get_if<TextPart>(&part.value)) {
      object.string("type", "text");
      object.string("text", text->text);
    } else if (const auto* image = std::get_if<ImagePart>(&part.value)) {
      write_image(*image, &object);
    } else {
      write_file(std::get<FilePart>(part.value), &object);
    }
    write_extras(part.extras, place_of(placed), &object);
    object.close();
    return true;
  }

  // Only the user shows images and files, and a file that lies with another provider
  // cannot be had here.
  bool fits(const Placed& placed) const {
    if (same_dialect() || std::holds_alternative<TextPart>(placed.part->value)) return true;
    const auto* file = std::get_if<FilePart>(&placed.part->value);
    if (file != nullptr && file->base64_data.empty()) return false;
    const Role role = request_.messages[placed.message].role;
    return role == Role::kUser || role == Role::kTool;
  }

  static std::string data_url(std::string_view media_type, std::string_view base64) {
    return "data:" + std::string(media_type) + ";base64," + std::string(base64);
  }

  void write_image(const ImagePart& image, JsonObject* object) {
    object->string("type", "image_url");
    JsonObject inner(object->key("image_url"));
    if (image.url.empty()) {
      inner.string("url", data_url(image.media_type, image.base64_data));
    } else {
      inner.string("url", image.url);
    }
    if (!image.detail.empty()) inner.string("detail", image.detail);
    inner.close();
  }

  // OpenAI refuses data without a name.
  void write_file(const FilePart& file, JsonObject* object) {
    object->string("type", "file");
    JsonObject inner(object->key("file"));
    if (!file.file_id.empty()) inner.string("file_id", file.file_id);
    if (!file.name.empty()) {
      inner.string("filename", file.name);
    } else if (!same_dialect()) {
      inner.string("filename", file.media_type == "application/pdf" ? "file.pdf" : "file");
    }
    if (!file.base64_data.empty()) {
      inner.string("file_data", file.media_type.empty()
                                    ? std::string(file.base64_data)
                                    : data_url(file.media_type, file.base64_data));
    }
    inner.close();
  }

  // --- what only the assistant has ---

  void write_reasoning(const std::vector<Placed>& parts, JsonObject* object) {
    std::string text;
    for (const Placed& placed : parts) {
      const auto* thought = std::get_if<ReasoningPart>(&placed.part->value);
      if (thought == nullptr) continue;
      if (thought->redacted) {
        lost_.add(place_of(placed));
        continue;
      }
      text += thought->text;
      if (!thought->signature.empty()) lost_.add(place_of(placed) + ".signature");
    }
    if (!text.empty()) object->string("reasoning_content", text);
  }

  void write_tool_calls(const std::vector<Placed>& parts, JsonObject* object) {
    bool open = false;
    for (const Placed& placed : parts) {
      const auto* use = std::get_if<ToolUsePart>(&placed.part->value);
      const auto* other = std::get_if<OtherPart>(&placed.part->value);
      const bool unknown = other != nullptr && same_dialect() && other->type == kForeignCall;
      if (use == nullptr && !unknown) continue;
      if (std::exchange(open, true)) {
        out_.push_back(',');
      } else {
        object->key("tool_calls")->push_back('[');
      }
      if (use != nullptr) {
        write_tool_call(*use, placed);
      } else {
        out_.append(other->raw_json);
      }
    }
    if (open) out_.push_back(']');
  }

  void write_tool_call(const ToolUsePart& use, const Placed& placed) {
    const bool custom = same_dialect() && is_custom_tool(&request_, use.name);
    JsonObject object(&out_);
    object.string("id", use.id);
    object.string("type", custom ? "custom" : "function");
    JsonObject form(object.key(custom ? "custom" : "function"));
    form.string("name", use.name);
    if (custom) {
      form.string("input", custom_input(use.arguments_json));
    } else {
      const bool none = use.arguments_json.empty() && !same_dialect();
      form.string("arguments", none ? "{}" : use.arguments_json);
    }
    form.close();
    write_extras(placed.part->extras, place_of(placed), &object);
    object.close();
    if (!use.signature.empty()) lost_.add(place_of(placed) + ".signature");
  }

  void write_members(const std::vector<Placed>& parts, JsonObject* object) {
    for (const Placed& placed : parts) {
      const auto* other = std::get_if<OtherPart>(&placed.part->value);
      if (other == nullptr) continue;
      if (same_dialect()) {
        if (is_member(*other)) object->raw(other->type, other->raw_json);
      } else if (other->type == "refusal") {
        write_refusal(*other, placed, object);
      }
    }
  }

  // Other dialects have a part {"type":"refusal","refusal":"..."}.
  void write_refusal(const OtherPart& part, const Placed& placed, JsonObject* object) {
    if (std::exchange(refused_, true) || !part.raw_json.starts_with('{')) {
      return lost_.add(place_of(placed));
    }
    for (JsonMembers members(part.raw_json); members.next();) {
      if (members.key() == "refusal") return object->raw("refusal", members.value());
    }
  }

  bool fail(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const ChatRequest& request_;
  std::string& out_;
  Losses& lost_;
  Error& error_;
  std::vector<std::pair<std::string_view, Placed>> shown_;  // by the call of that id
  bool refused_ = false;  // the message that is being written has its refusal
};

}  // namespace

bool write_messages(const ChatRequest& request, std::string* out, Losses* lost, Error* error) {
  return MessageWriter(request, out, lost, error).write();
}

}  // namespace weir::openai
