// Writes the conversation of a request for Ollama, from any dialect.
#include <map>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_parts.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::ollama {
namespace {

class MessageWriter {
 public:
  explicit MessageWriter(const MessageWriting& writing)
      : request_(*writing.request),
        out_(*writing.out),
        lost_(*writing.lost),
        error_(*writing.error),
        own_(is_own_dialect(request_.dialect)) {}

  bool write_messages() {
    for (std::size_t i = 0; i < request_.messages.size(); ++i) {
      if (!write_message(request_.messages[i], i)) return false;
    }
    return true;
  }

  // A prompt is what stands before it for the system, and one message of the user.
  bool write_prompt(bool raw) {
    const JsonPath root;
    const JsonPath messages = root / "messages";
    std::string system;
    for (std::size_t i = 0; i < request_.messages.size(); ++i) {
      const JsonPath path = messages / i;
      const Message& message = request_.messages[i];
      note_message(message, path);
      const bool last = i + 1 == request_.messages.size();
      if (!last && !is_system(message.role)) return fail(path);
      if (last && message.role != Role::kUser) return fail(path);
      Content content;
      if (!read_content(message.parts, path / "content", &content)) return false;
      if (!content.thinking.empty() || !content.calls.empty()) return fail(path);
      if (last) {
        write_question(system, content, raw);
      } else if (!content.images.empty()) {
        return fail(path);
      } else {
        join(&system, content.text);
      }
    }
    return true;
  }

 private:
  struct Content {
    std::string text;
    std::string thinking;
    std::string_view suffix_json;
    std::vector<const ImagePart*> images;
    std::vector<const Part*> calls;
  };

  static bool is_system(Role role) { return role == Role::kSystem || role == Role::kDeveloper; }

  static void join(std::string* text, std::string_view more) {
    if (!text->empty() && !more.empty()) *text += "\n\n";
    *text += more;
  }

  void note_message(const Message& message, const JsonPath& path) {
    if (!message.name.empty()) lost_.add((path / "name").text());
    if (!own_) note_extras(message.extras, path);
  }

  void note_extras(std::string_view extras, const JsonPath& path) {
    for (const std::string& name : member_names(extras)) lost_.add((path / name).text());
  }

  bool read_content(const std::vector<Part>& parts, const JsonPath& path, Content* content) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const JsonPath place = path / i;
      if (std::holds_alternative<ToolResultPart>(parts[i].value)) continue;
      if (!read_part(parts[i], place, content)) return false;
      const bool call = std::holds_alternative<ToolUsePart>(parts[i].value);
      if (!(own_ && call)) note_extras(parts[i].extras, place);
    }
    return true;
  }

  bool read_part(const Part& part, const JsonPath& path, Content* content) {
    if (const auto* text = std::get_if<TextPart>(&part.value)) {
      join(&content->text, text->text);
      return true;
    }
    if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) {
      if (thought->redacted) {
        lost_.add(path.text());
      } else if (!thought->signature.empty()) {
        lost_.add((path / "signature").text());
      }
      content->thinking += thought->text;
      return true;
    }
    if (const auto* use = std::get_if<ToolUsePart>(&part.value)) {
      if (!use->signature.empty()) lost_.add((path / "signature").text());
      content->calls.push_back(&part);
      return true;
    }
    if (const auto* image = std::get_if<ImagePart>(&part.value)) {
      if (image->base64_data.empty()) return fail(path);
      if (!image->detail.empty()) lost_.add((path / "detail").text());
      content->images.push_back(image);
      return true;
    }
    const auto* other = std::get_if<OtherPart>(&part.value);
    if (other == nullptr || !own_ || other->type != "suffix") return fail(path);
    content->suffix_json = other->raw_json;
    return true;
  }

  // In other dialects a turn may answer several tools and say something too.
  bool write_message(const Message& message, std::size_t index) {
    const JsonPath root;
    const JsonPath messages = root / "messages";
    const JsonPath path = messages / index;
    note_message(message, path);
    bool wrote_own = false;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      if (const auto* result = std::get_if<ToolResultPart>(&message.parts[i].value)) {
        const JsonPath content = path / "content";
        if (!write_tool_result(*result, message, content / i)) return false;
        if (!own_) note_extras(message.parts[i].extras, content / i);
      } else if (!std::exchange(wrote_own, true) && !write_own_parts(message, path)) {
        return false;
      }
    }
    return !message.parts.empty() || write_own_parts(message, path);
  }

  JsonObject begin_message(std::string_view role) {
    if (out_.back() != '[') out_.push_back(',');
    JsonObject object(&out_);
    object.string("role", role);
    return object;
  }

  bool write_tool_result(const ToolResultPart& result, const Message& message,
                         const JsonPath& path) {
    Content content;
    if (!read_content(result.parts, path / "content", &content)) return false;
    if (!content.calls.empty() || !content.suffix_json.empty()) return fail(path);
    if (result.is_error) lost_.add((path / "is_error").text());
    JsonObject object = begin_message("tool");
    object.string("content", content.text);
    write_images(content.images, &object);
    const bool named = message.extras.find("\"tool_name\"") != std::string_view::npos;
    const auto name = names_.find(result.tool_use_id);
    if (name != names_.end() && !named) object.string("tool_name", name->second);
    object.string("tool_call_id", result.tool_use_id);
    if (own_) object.members(message.extras);
    object.close();
    return true;
  }

  bool write_own_parts(const Message& message, const JsonPath& path) {
    Content content;
    if (!read_content(message.parts, path / "content", &content)) return false;
    if (!content.suffix_json.empty()) return fail("suffix");
    JsonObject object = begin_message(is_system(message.role) ? "system" : to_string(message.role));
    object.string("content", content.text);
    if (!content.thinking.empty()) object.string("thinking", content.thinking);
    write_images(content.images, &object);
    write_tool_calls(content.calls, &object);
    if (own_) object.members(message.extras);
    object.close();
    return true;
  }

  void write_images(const std::vector<const ImagePart*>& images, JsonObject* object) {
    if (images.empty()) return;
    object->key("images")->push_back('[');
    for (const ImagePart* image : images) {
      if (out_.back() != '[') out_.push_back(',');
      append_json_string(&out_, image->base64_data);
    }
    out_.push_back(']');
  }

  void write_tool_calls(const std::vector<const Part*>& calls, JsonObject* object) {
    if (calls.empty()) return;
    object->key("tool_calls")->push_back('[');
    for (const Part* part : calls) {
      const auto& use = std::get<ToolUsePart>(part->value);
      names_[use.id] = use.name;
      if (out_.back() != '[') out_.push_back(',');
      JsonObject call(&out_);
      call.string("id", use.id);
      JsonObject function(call.key("function"));
      function.string("name", use.name);
      function.raw("arguments", arguments_object(use.arguments_json));
      function.close();
      if (own_) call.members(part->extras);
      call.close();
    }
    out_.push_back(']');
  }

  // Members, each with a comma in front.
  void write_question(const std::string& system, const Content& content, bool raw) {
    std::string members;
    JsonObject object(&members);
    object.string("prompt", content.text);
    if (!system.empty()) object.string("system", system);
    if (!content.suffix_json.empty()) object.raw("suffix", content.suffix_json);
    if (raw) object.boolean("raw", true);
    out_ += ',';
    out_ += std::string_view(members).substr(1);
    if (content.images.empty()) return;
    out_ += ",\"images\":[";
    for (const ImagePart* image : content.images) {
      if (out_.back() != '[') out_.push_back(',');
      append_json_string(&out_, image->base64_data);
    }
    out_.push_back(']');
  }

  bool fail(const JsonPath& path) { return fail(path.text()); }
  bool fail(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const ChatRequest& request_;
  std::string& out_;
  Losses& lost_;
  Error& error_;
  const bool own_;
  std::map<std::string_view, std::string_view> names_;  // of the tools called, by the call's id
};

}  // namespace

bool write_messages(const MessageWriting& writing) {
  return MessageWriter(writing).write_messages();
}

bool write_prompt(const MessageWriting& writing, bool raw) {
  return MessageWriter(writing).write_prompt(raw);
}

}  // namespace weir::ollama
