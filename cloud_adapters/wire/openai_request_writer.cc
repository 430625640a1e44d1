// Writes a chat request for an OpenAI-compatible server, from any dialect.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

class Writer {
 public:
  Writer(const ChatRequest& request, const RequestOptions& options)
      : request_(request), options_(options) {}

  Result<WrittenRequest> write() {
    note_extras();
    out_.reserve(request_.original.size() + 256);
    JsonObject body(&out_);
    body.string("model", options_.model);
    body.key("messages")->push_back('[');
    for (std::size_t i = 0; i < request_.messages.size(); ++i) {
      if (!write_message(request_.messages[i], i)) return error_;
    }
    out_.push_back(']');
    write_tools(&body);
    write_sampling(&body);
    write_format(&body);
    write_stream(&body);
    if (same_dialect()) body.members(request_.extras);
    body.close();
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kOpenAiChat; }

  void note_extras() {
    if (same_dialect()) return;
    for (const std::string_view name : request_.unknown_members) lost_.add(std::string(name));
  }

  // The members of a node that have no field of their own.
  void write_extras(std::string_view extras, const JsonPath& path, JsonObject* object) {
    if (same_dialect()) return object->members(extras);
    for (const std::string& name : member_names(extras)) lost_.add((path / name).text());
  }

  // --- messages ---

  bool write_message(const Message& message, std::size_t index) {
    const JsonPath root;
    const JsonPath messages = root / "messages";
    const JsonPath path = messages / index;
    // In other dialects a turn may answer several tools and say something too.
    bool wrote_own = false;
    for (const Part& part : message.parts) {
      const auto* result = std::get_if<ToolResultPart>(&part.value);
      if (result != nullptr) {
        if (!write_tool_result(*result, message, path)) return false;
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
    JsonObject object = begin_message("tool");
    object.string("tool_call_id", result.tool_use_id);
    if (!write_content(result.parts, path, &object)) return false;
    write_extras(message.extras, path, &object);
    object.close();
    return true;
  }

  bool write_own_parts(const Message& message, const JsonPath& path) {
    if (const OtherPart* whole = whole_message(message)) {
      if (out_.back() != '[') out_.push_back(',');
      out_.append(whole->raw_json);
      return true;
    }
    JsonObject object = begin_message(to_string(message.role));
    if (!message.name.empty()) object.string("name", message.name);
    if (!write_content(message.parts, path, &object)) return false;
    write_reasoning(message.parts, &object);
    write_tool_calls(message.parts, &object);
    for (const Part& part : message.parts) {
      const auto* other = std::get_if<OtherPart>(&part.value);
      if (other != nullptr && is_message_member(*other)) object.raw(other->type, other->raw_json);
    }
    write_extras(message.extras, path, &object);
    object.close();
    return true;
  }

  // A message of the retired role "function" is one part that is all of it.
  const OtherPart* whole_message(const Message& message) const {
    if (!same_dialect() || message.role != Role::kTool || message.parts.size() != 1) return nullptr;
    return std::get_if<OtherPart>(&message.parts.front().value);
  }

  static bool is_message_member(const OtherPart& part) {
    return part.type == "refusal" || part.type == "audio" || part.type == "function_call";
  }

  static bool is_content(const Part& part) {
    if (const auto* other = std::get_if<OtherPart>(&part.value)) {
      return !is_message_member(*other) && other->type != "custom";
    }
    return std::holds_alternative<TextPart>(part.value) ||
           std::holds_alternative<ImagePart>(part.value) ||
           std::holds_alternative<FilePart>(part.value);
  }

  // A lone text is written as a string, which every server understands.
  bool write_content(const std::vector<Part>& parts, const JsonPath& path, JsonObject* object) {
    const Part* only = nullptr;
    std::size_t count = 0;
    for (const Part& part : parts) {
      if (!is_content(part)) continue;
      only = &part;
      ++count;
    }
    if (count == 0) {
      object->null("content");
      return true;
    }
    const auto* text = std::get_if<TextPart>(&only->value);
    if (count == 1 && text != nullptr && only->extras.empty()) {
      object->string("content", text->text);
      return true;
    }
    object->key("content")->push_back('[');
    const JsonPath content = path / "content";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (is_content(parts[i]) && !write_part(parts[i], content / i)) return false;
    }
    out_.push_back(']');
    return true;
  }

  bool write_part(const Part& part, const JsonPath& path) {
    if (out_.back() != '[') out_.push_back(',');
    if (const auto* other = std::get_if<OtherPart>(&part.value)) {
      if (!same_dialect()) return fail(path.text());
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
    write_extras(part.extras, path, &object);
    object.close();
    return true;
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

  void write_file(const FilePart& file, JsonObject* object) {
    object->string("type", "file");
    JsonObject inner(object->key("file"));
    if (!file.file_id.empty()) inner.string("file_id", file.file_id);
    if (!file.name.empty()) inner.string("filename", file.name);
    if (!file.base64_data.empty()) {
      inner.string("file_data", file.media_type.empty()
                                    ? std::string(file.base64_data)
                                    : data_url(file.media_type, file.base64_data));
    }
    inner.close();
  }

  static void write_reasoning(const std::vector<Part>& parts, JsonObject* object) {
    std::string text;
    for (const Part& part : parts) {
      if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) text += thought->text;
    }
    if (!text.empty()) object->string("reasoning_content", text);
  }

  void write_tool_calls(const std::vector<Part>& parts, JsonObject* object) {
    bool open = false;
    for (const Part& part : parts) {
      const auto* use = std::get_if<ToolUsePart>(&part.value);
      const auto* other = std::get_if<OtherPart>(&part.value);
      const bool custom = other != nullptr && other->type == "custom";
      if (use == nullptr && !custom) continue;
      if (std::exchange(open, true)) {
        out_.push_back(',');
      } else {
        object->key("tool_calls")->push_back('[');
      }
      if (use != nullptr) {
        write_tool_call(*use);
      } else {
        out_.append(other->raw_json);
      }
    }
    if (open) out_.push_back(']');
  }

  void write_tool_call(const ToolUsePart& use) {
    JsonObject object(&out_);
    object.string("id", use.id);
    object.string("type", "function");
    JsonObject function(object.key("function"));
    function.string("name", use.name);
    function.string("arguments", use.arguments_json);
    function.close();
    object.close();
  }

  // --- everything else ---

  void write_tools(JsonObject* body) {
    const bool any = std::any_of(
        request_.tools.begin(), request_.tools.end(),
        [&](const Tool& tool) { return same_dialect() || tool.kind != ToolKind::kHosted; });
    if (any) {
      body->key("tools")->push_back('[');
      for (std::size_t i = 0; i < request_.tools.size(); ++i) write_tool(request_.tools[i], i);
      out_.push_back(']');
    }
    if (any || same_dialect()) write_tool_choice(body);
    if (any && request_.parallel_tool_calls) {
      body->boolean("parallel_tool_calls", *request_.parallel_tool_calls);
    }
  }

  void write_tool(const Tool& tool, std::size_t index) {
    if (!same_dialect() && tool.kind == ToolKind::kHosted) {
      lost_.add("tools[" + std::to_string(index) + "]");
      return;
    }
    if (out_.back() != '[') out_.push_back(',');
    if (same_dialect()) {
      out_.append(tool.raw_json);
      return;
    }
    JsonObject object(&out_);
    object.string("type", "function");
    JsonObject function(object.key("function"));
    function.string("name", tool.name);
    if (!tool.description.empty()) function.string("description", tool.description);
    if (!tool.parameters_json.empty()) function.raw("parameters", tool.parameters_json);
    if (tool.strict) function.boolean("strict", true);
    function.close();
    object.close();
  }

  void write_tool_choice(JsonObject* body) {
    switch (request_.tool_choice) {
      case ToolChoice::kUnset: return;
      case ToolChoice::kAuto: return body->string("tool_choice", "auto");
      case ToolChoice::kNone: return body->string("tool_choice", "none");
      case ToolChoice::kRequired: return body->string("tool_choice", "required");
      case ToolChoice::kNamed: break;
    }
    JsonObject choice(body->key("tool_choice"));
    choice.string("type", "function");
    JsonObject function(choice.key("function"));
    function.string("name", request_.tool_choice_name);
    function.close();
    choice.close();
  }

  void write_sampling(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    const auto number = [body](std::string_view name, const auto& value) {
      if (value) body->number(name, *value);
    };
    number("temperature", sampling.temperature);
    number("top_p", sampling.top_p);
    number("top_k", sampling.top_k);
    number("min_p", sampling.min_p);
    number("frequency_penalty", sampling.frequency_penalty);
    number("presence_penalty", sampling.presence_penalty);
    number("seed", sampling.seed);
    if (sampling.max_tokens) {
      write_max_tokens(*sampling.max_tokens, body);
    } else if (options_.answer_tokens > 0) {
      body->number("max_completion_tokens", options_.answer_tokens);
    }
    if (sampling.choices != 1) body->number("n", sampling.choices);
    if (sampling.logprobs) body->boolean("logprobs", true);
    if (sampling.top_logprobs > 0) body->number("top_logprobs", sampling.top_logprobs);
    if (sampling.stop.empty()) return;
    body->key("stop")->push_back('[');
    for (const std::string_view stop : sampling.stop) {
      if (out_.back() != '[') out_.push_back(',');
      append_json_string(&out_, stop);
    }
    out_.push_back(']');
  }

  // OpenAI's reasoning models refuse the old name; most other servers know only it.
  void write_max_tokens(std::int64_t tokens, JsonObject* body) {
    const bool newer = same_dialect() && uses_newer_name();
    body->number(newer ? "max_completion_tokens" : "max_tokens", tokens);
  }

  bool uses_newer_name() const {
    return request_.original.find(R"("max_completion_tokens")") != std::string_view::npos;
  }

  void write_format(JsonObject* body) {
    const ResponseFormat& format = request_.response_format;
    if (!request_.reasoning_effort.empty()) {
      body->string("reasoning_effort", request_.reasoning_effort);
    }
    if (!request_.user.empty()) body->string("user", request_.user);
    if (format.kind == ResponseFormatKind::kText) return;
    JsonObject object(body->key("response_format"));
    if (format.kind == ResponseFormatKind::kJsonObject) {
      object.string("type", "json_object");
    } else {
      object.string("type", "json_schema");
      JsonObject schema(object.key("json_schema"));
      schema.string("name", format.name.empty() ? "answer" : format.name);
      if (!format.schema_json.empty()) schema.raw("schema", format.schema_json);
      if (format.strict) schema.boolean("strict", true);
      schema.close();
    }
    object.close();
  }

  void write_stream(JsonObject* body) {
    if (!request_.stream) return;
    body->boolean("stream", true);
    if (options_.include_usage || request_.include_usage) {
      body->raw("stream_options", R"({"include_usage":true})");
    }
  }

  bool fail(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::string out_;
  Losses lost_;
  Error error_;
};

}  // namespace

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return Writer(request, options).write();
}

}  // namespace weir::openai
