// Writes a request for a server of the Responses API, from any dialect.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/efforts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/knob_names.h"
#include "cloud_adapters/wire/openai_models.h"
#include "cloud_adapters/wire/responses_items.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

// Members of a chat request that mean the same here.
constexpr std::array<std::string_view, 6> kSharedWithChat = {
    "metadata",          "prompt_cache_key", "prompt_cache_retention",
    "safety_identifier", "service_tier",     "client_metadata"};
// What is written anew even if all else is the client's own.
constexpr std::array<std::string_view, 8> kBuilt = {
    "model",          "input", "instructions",      "stream",
    "stream_options", "store", "max_output_tokens", "background"};

bool is_one_of(std::string_view name, auto& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const RequestOptions& options)
      : request_(request), options_(options) {
    for (const Tool& tool : request.tools) {
      if (!tool.name.empty()) tools_.try_emplace(tool.name, &tool);
    }
  }

  Result<WrittenRequest> write() {
    if (request_.sampling.choices != 1) return unsupported_field("n");
    out_.reserve(request_.original.size() + 256);
    JsonObject body(&out_);
    body.string("model", options_.model);
    write_instructions(&body);
    body.key("input")->push_back('[');
    for (std::size_t i = first_; i < request_.messages.size(); ++i) {
      if (!write_message(request_.messages[i], i)) return error_;
    }
    out_.push_back(']');
    body.boolean("store", false);
    if (request_.stream) body.boolean("stream", true);
    write_limit(&body);
    if (same_dialect()) {
      write_own_members(&body);
    } else {
      write_translated(&body);
    }
    body.close();
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kOpenAiResponses; }

  // The client's own are the first message.
  void write_instructions(JsonObject* body) {
    if (!same_dialect() || request_.messages.empty()) return;
    for (JsonMembers members(request_.original); members.next();) {
      if (members.key() != "instructions" || members.value().size() <= 2) continue;
      const Message& first = request_.messages.front();
      const auto* text =
          first.parts.empty() ? nullptr : std::get_if<TextPart>(&first.parts.front().value);
      if (members.value() == "null" || text == nullptr) return;
      body->string("instructions", text->text);
      first_ = 1;
    }
  }

  void write_limit(JsonObject* body) {
    const std::int64_t tokens = request_.sampling.max_tokens.value_or(options_.answer_tokens);
    if (tokens > 0) body->number("max_output_tokens", tokens);
  }

  void write_own_members(JsonObject* body) {
    for (JsonMembers members(request_.original); members.next();) {
      if (members.key().find('\\') != std::string_view::npos) {
        lost_.add(std::string(members.key()));
      } else if (!is_one_of(members.key(), kBuilt)) {
        body->raw(members.key(), members.value());
      }
    }
  }

  // --- input ---

  void comma() {
    if (out_.back() != '[') out_.push_back(',');
  }

  JsonObject begin_item(std::string_view type) {
    comma();
    JsonObject object(&out_);
    object.string("type", type);
    return object;
  }

  void write_extras(std::string_view extras, const JsonPath& path, JsonObject* object) {
    if (same_dialect()) return object->members(extras);
    for (const std::string& name : member_names(extras)) lost_.add((path / name).text());
  }

  // Content goes into message items; a call, a thought or a result between ends one.
  bool write_message(const Message& message, std::size_t index) {
    const JsonPath root;
    const JsonPath messages = root / "messages";
    const JsonPath path = messages / index;
    const JsonPath content = path / "content";
    if (!message.name.empty()) lost_.add((path / "name").text());
    std::size_t at = 0;
    bool wrote = false;
    while (at < message.parts.size()) {
      const std::size_t begin = at;
      while (at < message.parts.size() && is_content(message.parts[at], message.role)) ++at;
      if (at > begin && !write_content_item(message, {begin, at}, path)) return false;
      wrote = wrote || at > begin;
      if (at < message.parts.size() && !write_part_item(message.parts[at], content / at)) {
        return false;
      }
      ++at;
    }
    if (!wrote && message.parts.empty()) return write_content_item(message, {0, 0}, path);
    return true;
  }

  static bool is_content(const Part& part, Role role) {
    if (const auto* other = std::get_if<OtherPart>(&part.value)) {
      return other->type == "refusal" || (role != Role::kAssistant && role != Role::kTool);
    }
    return std::holds_alternative<TextPart>(part.value) ||
           std::holds_alternative<ImagePart>(part.value) ||
           std::holds_alternative<FilePart>(part.value);
  }

  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  bool write_content_item(const Message& message, Range range, const JsonPath& path) {
    JsonObject object = begin_item("message");
    const Role role = message.role == Role::kTool ? Role::kUser : message.role;
    object.string("role", to_string(role));
    const std::string_view text = role == Role::kAssistant ? "output_text" : "input_text";
    std::string phase;
    if (!write_content({message.parts, range, text, &phase}, path / "content", "content",
                       &object)) {
      return false;
    }
    object.members(phase);
    write_extras(message.extras, path, &object);
    object.close();
    return true;
  }

  struct Content {
    const std::vector<Part>& parts;
    Range range;
    std::string_view text_type;
    std::string* phase;  // takes what the item says beside its content; may be null
  };

  // A lone text is written as a string.
  bool write_content(const Content& content, const JsonPath& path, std::string_view member,
                     JsonObject* object) {
    const auto [begin, end] = content.range;
    if (begin == end) {
      object->string(member, "");
      return true;
    }
    const auto* text = std::get_if<TextPart>(&content.parts[begin].value);
    if (end - begin == 1 && text != nullptr && content.parts[begin].extras.empty()) {
      object->string(member, text->text);
      return true;
    }
    object->key(member)->push_back('[');
    for (std::size_t i = begin; i < end; ++i) {
      if (!write_part(content, i, path / i)) return false;
    }
    out_.push_back(']');
    return true;
  }

  bool write_part(const Content& content, std::size_t index, const JsonPath& path) {
    const Part& part = content.parts[index];
    comma();
    const auto* other = std::get_if<OtherPart>(&part.value);
    if (other != nullptr && other->type != "refusal") {
      if (!same_dialect()) return fail(path.text());
      out_.append(other->raw_json);
      return true;
    }
    JsonObject object(&out_);
    if (other != nullptr) {
      object.string("type", "refusal");
      object.raw("refusal", other->raw_json);
    } else if (const auto* text = std::get_if<TextPart>(&part.value)) {
      object.string("type", content.text_type);
      object.string("text", text->text);
    } else if (const auto* image = std::get_if<ImagePart>(&part.value)) {
      write_image(*image, &object);
    } else if (!write_file(std::get<FilePart>(part.value), path, &object)) {
      return false;
    }
    write_part_extras(part.extras, path, content.phase, &object);
    object.close();
    return true;
  }

  void write_part_extras(std::string_view extras, const JsonPath& path, std::string* phase,
                         JsonObject* object) {
    if (!same_dialect() || phase == nullptr || extras.find("\"phase\"") == std::string_view::npos) {
      return write_extras(extras, path, object);
    }
    const std::string text = "{" + std::string(extras) + "}";
    for (JsonMembers members(text); members.next();) {
      if (members.key() != "phase") {
        object->raw(members.key(), members.value());
      } else if (phase->empty()) {
        append_member(phase, members.key(), members.value());
      }
    }
  }

  static std::string data_url(std::string_view media_type, std::string_view base64) {
    return "data:" + std::string(media_type) + ";base64," + std::string(base64);
  }

  static void write_image(const ImagePart& image, JsonObject* object) {
    object->string("type", "input_image");
    object->string("image_url", image.url.empty() ? data_url(image.media_type, image.base64_data)
                                                  : std::string(image.url));
    object->string("detail", image.detail.empty() ? "auto" : image.detail);
  }

  // Ids of files are the provider's own.
  bool write_file(const FilePart& file, const JsonPath& path, JsonObject* object) {
    const bool ours = same_dialect() || request_.dialect == Dialect::kOpenAiChat;
    if (file.base64_data.empty() && file.url.empty() && !ours) return fail(path.text());
    object->string("type", "input_file");
    if (!file.file_id.empty() && ours) object->string("file_id", file.file_id);
    if (!file.url.empty()) object->string("file_url", file.url);
    if (!file.name.empty()) object->string("filename", file.name);
    if (!file.base64_data.empty()) {
      object->string("file_data", file.media_type.empty()
                                      ? std::string(file.base64_data)
                                      : data_url(file.media_type, file.base64_data));
    }
    return true;
  }

  bool write_part_item(const Part& part, const JsonPath& path) {
    if (const auto* use = std::get_if<ToolUsePart>(&part.value)) {
      write_call(*use, path);
    } else if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      return write_result(*result, path);
    } else if (const auto* thought = std::get_if<ReasoningPart>(&part.value)) {
      write_thought(*thought, path);
    } else {
      if (!same_dialect()) return fail(path.text());
      comma();
      out_.append(std::get<OtherPart>(part.value).raw_json);
    }
    return true;
  }

  void write_call(const ToolUsePart& use, const JsonPath& path) {
    const auto known = tools_.find(use.name);
    const Tool* tool = known == tools_.end() ? nullptr : known->second;
    const bool custom = tool != nullptr && tool->kind == ToolKind::kCustom;
    const bool spaced = same_dialect() && tool != nullptr && !tool->space.empty();
    JsonObject object = begin_item(custom ? "custom_tool_call" : "function_call");
    object.string("call_id", use.id);
    object.string("name", spaced ? tool->own_name : use.name);
    if (spaced) object.string("namespace", tool->space);
    if (custom) {
      object.string("input", custom_input(use.arguments_json));
      custom_calls_.insert(use.id);
    } else {
      object.string("arguments", use.arguments_json.empty() ? "{}" : use.arguments_json);
    }
    object.close();
    if (!use.signature.empty()) lost_.add((path / "signature").text());
  }

  bool write_result(const ToolResultPart& result, const JsonPath& path) {
    const bool custom = custom_calls_.contains(result.tool_use_id);
    JsonObject object = begin_item(custom ? "custom_tool_call_output" : "function_call_output");
    object.string("call_id", result.tool_use_id);
    const Content content{result.parts, {0, result.parts.size()}, "input_text", nullptr};
    if (!write_content(content, path / "content", "output", &object)) return false;
    object.close();
    if (result.is_error) lost_.add((path / "is_error").text());
    return true;
  }

  // A server takes back only what it signed itself.
  void write_thought(const ReasoningPart& thought, const JsonPath& path) {
    if (!same_dialect() || is_own_item_id(thought.id)) return lost_.add(path.text());
    const bool kept = thought.redacted && thought.signature.empty();
    JsonObject object = begin_item(kept ? "item_reference" : "reasoning");
    if (!thought.id.empty()) object.string("id", thought.id);
    if (kept) return object.close();
    object.key("summary")->push_back('[');
    if (!thought.text.empty()) {
      JsonObject summary(&out_);
      summary.string("type", "summary_text");
      summary.string("text", thought.text);
      summary.close();
    }
    out_.push_back(']');
    if (!thought.signature.empty()) object.string("encrypted_content", thought.signature);
    object.close();
  }

  // --- everything else, from another dialect ---

  void write_translated(JsonObject* body) {
    write_tools(body);
    write_sampling(body);
    write_text(body);
    write_reasoning(body);
    if (!request_.user.empty()) body->string("user", request_.user);
    const bool chat = request_.dialect == Dialect::kOpenAiChat;
    const std::string extras = "{" + std::string(request_.extras) + "}";
    for (JsonMembers members(extras); members.next();) {
      if (chat && is_one_of(members.key(), kSharedWithChat)) {
        body->raw(members.key(), members.value());
      }
    }
    if (request_.raw_prompt) lost_.add("raw");
    for (const std::string_view name : request_.unknown_members) {
      const bool said = chat && (is_one_of(name, kSharedWithChat) || name == "verbosity");
      if (!said) lost_.add(std::string(name));
    }
  }

  // As the client spells it.
  void lose(std::string_view knob) { lost_.add(knob_name(request_.dialect, knob)); }

  void write_tools(JsonObject* body) {
    bool any = false;
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const Tool& tool = request_.tools[i];
      if (tool.name.empty() || tool.kind == ToolKind::kHosted) {
        lost_.add("tools[" + std::to_string(i) + "]");
        continue;
      }
      if (!std::exchange(any, true)) body->key("tools")->push_back('[');
      write_tool(tool);
    }
    if (!any) return;
    out_.push_back(']');
    write_tool_choice(body);
    if (request_.parallel_tool_calls) {
      body->boolean("parallel_tool_calls", *request_.parallel_tool_calls);
    }
  }

  void write_tool(const Tool& tool) {
    const bool custom = tool.kind == ToolKind::kCustom;
    JsonObject object = begin_item(custom ? "custom" : "function");
    object.string("name", tool.name);
    if (!tool.description.empty()) object.string("description", tool.description);
    if (!custom) {
      object.raw("parameters", tool.parameters_json.empty() ? R"({"type":"object","properties":{}})"
                                                            : tool.parameters_json);
      object.boolean("strict", tool.strict);
    }
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
    const auto tool = tools_.find(request_.tool_choice_name);
    const bool custom = tool != tools_.end() && tool->second->kind == ToolKind::kCustom;
    JsonObject choice(body->key("tool_choice"));
    choice.string("type", custom ? "custom" : "function");
    choice.string("name", request_.tool_choice_name);
    choice.close();
  }

  void write_sampling(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    if (sampling.temperature) body->number("temperature", *sampling.temperature);
    if (sampling.top_p) body->number("top_p", *sampling.top_p);
    const auto lose_if = [this](bool asked, std::string_view name) {
      if (asked) lose(name);
    };
    lose_if(sampling.top_k.has_value(), "top_k");
    lose_if(sampling.min_p.has_value(), "min_p");
    lose_if(sampling.frequency_penalty.has_value(), "frequency_penalty");
    lose_if(sampling.presence_penalty.has_value(), "presence_penalty");
    lose_if(sampling.repetition_penalty.has_value(), "repetition_penalty");
    lose_if(sampling.seed.has_value(), "seed");
    lose_if(!sampling.stop.empty(), "stop");
    lose_if(!sampling.logit_bias.empty(), "logit_bias");
    lose_if(sampling.logprobs, "logprobs");
    lose_if(sampling.top_logprobs > 0, "top_logprobs");
  }

  void write_text(JsonObject* body) {
    const ResponseFormat& format = request_.response_format;
    const std::string_view verbosity = extra_of_chat("verbosity");
    const bool plain = format.kind == ResponseFormatKind::kText;
    if (plain && verbosity.empty()) return;
    JsonObject text(body->key("text"));
    if (!plain) {
      JsonObject object(text.key("format"));
      if (format.kind == ResponseFormatKind::kJsonObject) {
        object.string("type", "json_object");
      } else {
        object.string("type", "json_schema");
        object.string("name", format.name.empty() ? "answer" : format.name);
        object.raw("schema", format.schema_json.empty() ? "{}" : format.schema_json);
        object.boolean("strict", format.strict);
      }
      object.close();
    }
    if (!verbosity.empty()) text.raw("verbosity", verbosity);
    text.close();
  }

  // Raw; empty unless a chat request has it.
  std::string_view extra_of_chat(std::string_view name) {
    if (request_.dialect != Dialect::kOpenAiChat) return {};
    for (JsonMembers members(request_.original); members.next();) {
      if (members.key() == name && members.value() != "null") return members.value();
    }
    return {};
  }

  // A budget has no form here: the nearest effort stands for it.
  std::string_view effort() {
    if (!request_.reasoning_effort.empty()) return request_.reasoning_effort;
    if (request_.thinking == Thinking::kOff) return "none";
    if (!request_.thinking_budget) return {};
    lose("thinking_budget");
    return effort_of_budget(*request_.thinking_budget);
  }

  void write_reasoning(JsonObject* body) {
    const WrittenEffort told =
        same_dialect() ? WrittenEffort{effort()} : written_effort(effort(), options_);
    const std::string_view effort = told.word;
    if (told.lost) lose(request_.reasoning_effort.empty() ? "thinking" : "reasoning_effort");
    if (!effort.empty()) {
      JsonObject reasoning(body->key("reasoning"));
      reasoning.string("effort", effort);
      reasoning.close();
    }
    const bool thinks = !told.lost && (request_.thinking == Thinking::kOn ||
                                       request_.thinking == Thinking::kAdaptive);
    if (thinks || !effort.empty()) body->raw("include", R"(["reasoning.encrypted_content"])");
  }

  bool fail(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::unordered_map<std::string_view, const Tool*> tools_;
  std::unordered_set<std::string_view> custom_calls_;  // ids
  std::size_t first_ = 0;                              // message of `input`
  std::string out_;
  Losses lost_;
  Error error_;
};

}  // namespace

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return RequestWriter(request, options).write();
}

}  // namespace weir::responses
