// Writes the messages of a chat request as contents of the Gemini API.
//
// Leading messages of the system become systemInstruction; a later one is written as a
// user's text, because contents know no such role, and its role is listed as lost. What
// follows in one role becomes one content, but answers of tools stay apart from what the
// user says: they must come directly behind their calls, all in one content. The contents
// of a client of Gemini stay as they are.
#include <unordered_map>
#include <utility>

#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::gemini {
namespace {

// Gemini 3 refuses the first call of a turn without a signature, and takes this word for one.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

enum class Group : std::uint8_t { kNone, kUser, kModel, kResults };

bool is_system(const Message& message) {
  return message.role == Role::kSystem || message.role == Role::kDeveloper;
}

class ContentsWriter {
 public:
  ContentsWriter(const ChatRequest& request, std::string* out, Losses* lost, Error* error)
      : request_(request), out_(out), lost_(lost), error_(error) {}

  bool write() {
    const std::size_t count = request_.messages.size();
    std::size_t leading = 0;
    while (leading < count && is_system(request_.messages[leading])) ++leading;
    if (leading == count) leading = 0;  // there must be contents
    if (leading > 0 && !write_system(leading)) return false;
    *out_ += "\"contents\":[";
    for (std::size_t i = leading; i < count; ++i) {
      if (!write_message(request_.messages[i], i)) return false;
    }
    end_content();
    *out_ += ']';
    return true;
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kGemini; }

  bool write_system(std::size_t count) {
    *out_ += R"("systemInstruction":{"parts":[)";
    for (std::size_t i = 0; i < count; ++i) {
      if (!write_parts(request_.messages[i], i, true)) return false;
    }
    *out_ += "]},";
    return true;
  }

  bool write_message(const Message& message, std::size_t index) {
    if (same_dialect()) end_content();
    if (is_system(message)) {
      lost_->add("messages[" + std::to_string(index) + "].role");
    }
    return write_parts(message, index, false);
  }

  bool write_parts(const Message& message, std::size_t index, bool system) {
    const JsonPath root;
    const JsonPath messages = root / (same_dialect() ? "contents" : "messages");
    const JsonPath path = messages / index;
    lose(message.extras, path);
    if (!message.name.empty()) lost_->add((path / "name").text());
    const JsonPath content = path / (same_dialect() ? "parts" : "content");
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      const Part& part = message.parts[i];
      if (is_nothing(part) && message.parts.size() > 1) continue;
      if (!system) begin_content(group_of(message, part));
      if (!write_part(part, content / i)) return false;
    }
    return true;
  }

  static bool is_nothing(const Part& part) {
    const auto* text = std::get_if<TextPart>(&part.value);
    return text != nullptr && text->text.empty() && part.extras.empty();
  }

  Group group_of(const Message& message, const Part& part) const {
    const bool result = std::holds_alternative<ToolResultPart>(part.value);
    if (result && !same_dialect()) return Group::kResults;
    return message.role == Role::kAssistant ? Group::kModel : Group::kUser;
  }

  // A content is opened when its first part is there: none may be empty.
  void begin_content(Group group) { wanted_ = group; }

  void end_content() {
    if (open_ != Group::kNone) *out_ += "]}";
    open_ = Group::kNone;
  }

  JsonObject begin_part() {
    if (wanted_ != open_) {
      end_content();
      if (out_->back() != '[') *out_ += ',';
      *out_ +=
          wanted_ == Group::kModel ? R"({"role":"model","parts":[)" : R"({"role":"user","parts":[)";
      open_ = wanted_;
      has_call_ = false;
    }
    if (out_->back() != '[') *out_ += ',';
    return JsonObject(out_);
  }

  void write_extras(std::string_view extras, const JsonPath& path, JsonObject* object) {
    if (same_dialect()) return object->members(extras);
    lose(extras, path);
  }

  void lose(std::string_view extras, const JsonPath& path) {
    for (const std::string& name : member_names(extras)) lost_->add((path / name).text());
  }

  bool write_part(const Part& part, const JsonPath& path) {
    if (const auto* text = std::get_if<TextPart>(&part.value)) {
      JsonObject object = begin_part();
      object.string("text", text->text);
      write_extras(part.extras, path, &object);
      object.close();
      return true;
    }
    if (const auto* use = std::get_if<ToolUsePart>(&part.value))
      return write_call(*use, part, path);
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      return write_result(*result, part, path);
    }
    if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) {
      write_thought(*thought, part, path);
      return true;
    }
    if (const auto* other = std::get_if<OtherPart>(&part.value)) return write_other(*other, path);
    JsonObject object = begin_part();
    if (!write_media(part, path, &object)) return false;
    write_extras(part.extras, path, &object);
    object.close();
    return true;
  }

  bool write_other(const OtherPart& other, const JsonPath& path) {
    std::string_view text = other.raw_json;
    if (same_dialect()) {
      begin_part();
      out_->pop_back();  // the text brings its own brace
      *out_ += text;
      return true;
    }
    if (other.type != "refusal" || !text.starts_with('"')) return fail(path);
    JsonObject object = begin_part();
    object.raw("text", text);
    object.close();
    return true;
  }

  // Another provider's signature means nothing here, nor does a thought that is kept back.
  void write_thought(const ReasoningPart& thought, const Part& part, const JsonPath& path) {
    const bool own = same_dialect() && !thought.signature.empty();
    if (!thought.signature.empty() && !own) lost_->add((path / "signature").text());
    if (thought.redacted || (thought.text.empty() && !own)) {
      if (thought.redacted) lost_->add(path.text());
      return;
    }
    JsonObject object = begin_part();
    object.string("text", thought.text);
    if (!thought.text.empty()) object.boolean("thought", true);
    if (own) object.string("thoughtSignature", thought.signature);
    write_extras(part.extras, path, &object);
    object.close();
  }

  // --- images and files ---

  bool write_media(const Part& part, const JsonPath& path, JsonObject* object) {
    if (const auto* image = std::get_if<ImagePart>(&part.value)) {
      if (!image->detail.empty()) lost_->add((path / "detail").text());
      if (image->url.empty()) {
        if (image->media_type.empty()) return fail(path);
        write_data(image->media_type, image->base64_data, object);
      } else {
        write_address(image->media_type, image->url, object);
      }
      return true;
    }
    const auto& file = std::get<FilePart>(part.value);
    if (!file.name.empty()) lost_->add((path / "name").text());
    if (!file.url.empty()) {
      write_address(file.media_type, file.url, object);
      return true;
    }
    if (file.file_id.empty()) {
      write_data(file.media_type.empty() ? "application/pdf" : file.media_type, file.base64_data,
                 object);
      return true;
    }
    if (!same_dialect()) return fail(path);
    write_address(file.media_type, file.file_id, object);
    return true;
  }

  static void write_data(std::string_view type, std::string_view base64, JsonObject* object) {
    JsonObject data(object->key("inlineData"));
    data.string("mimeType", type);
    data.string("data", base64);
    data.close();
  }

  static void write_address(std::string_view type, std::string_view uri, JsonObject* object) {
    JsonObject data(object->key("fileData"));
    if (!type.empty()) data.string("mimeType", type);
    data.string("fileUri", uri);
    data.close();
  }

  // --- tools ---

  bool write_call(const ToolUsePart& use, const Part& part, const JsonPath& path) {
    names_.insert_or_assign(use.id, use.name);
    JsonObject object = begin_part();
    JsonObject call(object.key("functionCall"));
    if (!use.id.empty()) call.string("id", use.id);
    call.string("name", use.name);
    write_arguments(use.arguments_json, &call);
    call.close();
    const bool first = !std::exchange(has_call_, true);
    if (!use.signature.empty()) {
      object.string("thoughtSignature", use.signature);
    } else if (first) {
      object.string("thoughtSignature", kNoSignature);
    }
    write_extras(part.extras, path, &object);
    object.close();
    return true;
  }

  static void write_arguments(std::string_view text, JsonObject* call) {
    call->raw("args", arguments_object(text));
  }

  bool write_result(const ToolResultPart& result, const Part& part, const JsonPath& path) {
    JsonObject object = begin_part();
    JsonObject response(object.key("functionResponse"));
    if (!result.tool_use_id.empty()) response.string("id", result.tool_use_id);
    const auto name = names_.find(result.tool_use_id);
    const std::string_view other = result.tool_use_id.empty() ? "tool" : result.tool_use_id;
    response.string("name", name == names_.end() ? other : name->second);
    write_output(result, response.key("response"));
    if (!write_result_media(result, path, &response)) return false;
    write_extras(part.extras, path, &response);
    response.close();
    object.close();
    return true;
  }

  static void write_output(const ToolResultPart& result, std::string* out) {
    std::string text;
    for (const Part& part : result.parts) {
      const auto* piece = std::get_if<TextPart>(&part.value);
      if (piece == nullptr || piece->text.empty()) continue;
      if (!text.empty()) text += '\n';
      text += piece->text;
    }
    if (!result.is_error && is_object_text(text)) {
      *out += text;
      return;
    }
    JsonObject object(out);
    object.string(result.is_error ? "error" : "output", text);
    object.close();
  }

  // Images and files of a result stand beside its text.
  bool write_result_media(const ToolResultPart& result, const JsonPath& path,
                          JsonObject* response) {
    bool open = false;
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
      const Part& part = result.parts[i];
      const JsonPath content = path / "content";
      const JsonPath place = content / i;
      const bool text = std::holds_alternative<TextPart>(part.value);
      lose(text ? part.extras : std::string_view(), place);
      if (text) continue;
      const bool media = std::holds_alternative<ImagePart>(part.value) ||
                         std::holds_alternative<FilePart>(part.value);
      if (!media) return fail(place);
      if (std::exchange(open, true)) {
        *out_ += ',';
      } else {
        response->key("parts")->push_back('[');
      }
      JsonObject object(out_);
      if (!write_media(part, place, &object)) return false;
      write_extras(part.extras, place, &object);
      object.close();
    }
    if (open) *out_ += ']';
    return true;
  }

  bool fail(const JsonPath& path) {
    *error_ = unsupported_field(path.text());
    return false;
  }

  const ChatRequest& request_;
  std::string* out_;
  Losses* lost_;
  Error* error_;
  std::unordered_map<std::string_view, std::string_view> names_;  // of functions, by call id
  Group wanted_ = Group::kNone;
  Group open_ = Group::kNone;
  bool has_call_ = false;  // in the open content
};

}  // namespace

bool write_contents(const ChatRequest& request, std::string* out, Losses* lost, Error* error) {
  return ContentsWriter(request, out, lost, error).write();
}

}  // namespace weir::gemini
