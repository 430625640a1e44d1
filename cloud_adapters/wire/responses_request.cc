// Reads the body of POST /v1/responses.
#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxTopLogprobs = 20;

// What the views of a ChatRequest point into.
struct RequestBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;  // extras: members put together
};

class RequestParser {
 public:
  explicit RequestParser(std::string body) : backing_(std::make_shared<RequestBacking>()) {
    backing_->body = std::move(body);
  }

  Result<ChatRequest> parse() {
    const std::string& body = backing_->body;
    Result<std::shared_ptr<const JsonDocument>> document =
        JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    dom::object root;
    if (!read_object(backing_->document->root(), JsonPath(), &root, &error_)) return error_;
    request_.dialect = Dialect::kOpenAiResponses;
    if (!read_members(root) || !read_content() || !check_tool_choice()) return error_;
    request_.spans = find_spans(root, body);
    request_.extras = keep(std::move(extras_));
    request_.original = body;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  using Read = bool (RequestParser::*)(JsonValue, RawText raw, const JsonPath&);
  struct Member {
    std::string_view name;
    Read read;
  };
  static const std::array<Member, 22> kMembers;

  static Read reader_of(std::string_view name) {
    for (const Member& member : kMembers) {
      if (member.name == name) return member.read;
    }
    return nullptr;
  }

  bool read_members(dom::object root) {
    const JsonPath body;
    for (MemberWalk walk(root, std::string_view(backing_->body)); walk.next();) {
      const Read read = reader_of(walk.key());
      if (read == nullptr) {
        unknown(walk.key());
        append_member(&extras_, walk.key(), walk.raw());
      } else if (!walk.value().is_null() &&
                 !(this->*read)(walk.value(), RawText(walk), body / walk.key())) {
        return false;
      }
    }
    return !request_.model.empty() || fail("model", "must be a non-empty string");
  }

  // Both are the client's end user; a second one has no field.
  void settle_user() {
    if (!request_.user.empty() && !safety_identifier_.empty()) unknown("safety_identifier");
    if (request_.user.empty()) request_.user = safety_identifier_;
  }

  // Calls in the input name tools, so the tools are read first wherever they stand.
  bool read_content() {
    const JsonPath body;
    settle_user();
    if (!input_) return fail("input", "must be a string or a non-empty array of items");
    if (!instructions_.empty()) {
      Message& message = request_.messages.emplace_back();
      message.role = Role::kSystem;
      message.parts.push_back({TextPart{instructions_}, {}});
    }
    const std::size_t before = request_.messages.size();
    if (!read_input(*input_, input_raw_, body / "input",
                    {&request_.tools, &request_.messages, &backing_->made, &error_})) {
      return false;
    }
    return request_.messages.size() > before ||
           fail("input", "must be a string or a non-empty array of items");
  }

  // Who must call a tool needs one.
  bool check_tool_choice() {
    if (request_.tool_choice == ToolChoice::kRequired && request_.tools.empty()) {
      return fail("tool_choice", "needs tools");
    }
    keep_allowed_tools();
    if (request_.tool_choice != ToolChoice::kNamed) return true;
    for (const Tool& tool : request_.tools) {
      if (tool.name.empty() || !is_called(tool, request_.tool_choice_name)) continue;
      request_.tool_choice_name = tool.name;
      return true;
    }
    return fail("tool_choice", "names a tool that is not in 'tools'");
  }

  static bool is_called(const Tool& tool, std::string_view name) {
    return tool.name == name || (!tool.space.empty() && tool.own_name == name);
  }

  // Elsewhere a list of allowed tools has no form: there the others are not offered.
  void keep_allowed_tools() {
    if (!allowed_) return;
    std::erase_if(request_.tools, [this](const Tool& tool) {
      return std::none_of(allowed_->begin(), allowed_->end(), [&tool](std::string_view name) {
        return tool.kind == ToolKind::kHosted ? tool.type == name : is_called(tool, name);
      });
    });
  }

  // --- members of the body ---

  bool model(JsonValue value, RawText, const JsonPath& path) {
    if (!read_string(value, path, &request_.model, &error_)) return false;
    if (request_.model.empty()) return fail(path, "must be a non-empty string");
    if (request_.model.size() > kMaxModelBytes) return fail(path, "is longer than 256 bytes");
    return true;
  }
  bool input(JsonValue value, RawText raw, const JsonPath&) {
    input_ = value;
    if (value.is_array()) input_raw_ = raw.get();
    return true;
  }
  bool instructions(JsonValue value, RawText, const JsonPath& path) {
    return read_string(value, path, &instructions_, &error_);
  }
  bool user(JsonValue value, RawText, const JsonPath& path) {
    return read_string(value, path, &request_.user, &error_);
  }
  // The end user by its newer name.
  bool safety_identifier(JsonValue value, RawText raw, const JsonPath& path) {
    append_member(&extras_, path.name, raw.get());
    return read_string(value, path, &safety_identifier_, &error_);
  }
  bool stream(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.stream, &error_);
  }
  // Usage is always told; what else there is hides the lengths of deltas.
  bool stream_options(JsonValue value, RawText, const JsonPath& path) {
    dom::object options;
    return read_object(value, path, &options, &error_);
  }
  bool temperature(JsonValue value, RawText, const JsonPath& path) {
    return read_number(value, path, {0, 2}, &request_.sampling.temperature.emplace(), &error_);
  }
  bool top_p(JsonValue value, RawText, const JsonPath& path) {
    return read_number(value, path, {0, 1}, &request_.sampling.top_p.emplace(), &error_);
  }
  bool max_output_tokens(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {1, kMaxTokens}, &request_.sampling.max_tokens.emplace(),
                        &error_);
  }
  bool top_logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {0, kMaxTopLogprobs}, &request_.sampling.top_logprobs,
                        &error_);
  }
  bool parallel_tool_calls(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.parallel_tool_calls.emplace(), &error_);
  }
  bool tools(JsonValue value, RawText raw, const JsonPath& path) {
    return read_tools(value, raw, path, {&request_.tools, &backing_->made, &error_});
  }

  // What every answer holds need not be asked for.
  bool include(JsonValue value, RawText raw, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    bool other = false;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      std::string_view word;
      if (!read_string(item, path / index++, &word, &error_)) return false;
      if (word == "message.output_text.logprobs") {
        request_.sampling.logprobs = true;
      } else if (word != "reasoning.encrypted_content") {
        other = true;
      }
    }
    if (other) unknown("include");
    append_member(&extras_, "include", raw.get());
    return true;
  }

  bool reasoning(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() != "effort") {
        unknown_in("reasoning", walk.key());
      } else if (!read_string(walk.value(), path / "effort", &request_.reasoning_effort, &error_)) {
        return false;
      }
    }
    return true;
  }

  bool text(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() != "format") {
        unknown_in("text", walk.key());
        if (walk.key() == "verbosity") append_member(&extras_, "verbosity", walk.raw());
      } else if (!format(walk.value(), RawText(walk), path / "format")) {
        return false;
      }
    }
    return true;
  }

  bool format(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    const std::string_view type = string_member(node, "type");
    ResponseFormat& format = request_.response_format;
    if (type == "text") return true;
    if (type == "json_object") {
      format.kind = ResponseFormatKind::kJsonObject;
      return true;
    }
    if (type != "json_schema") return fail(path / "type", "is not a known format");
    format.kind = ResponseFormatKind::kJsonSchema;
    format.name = string_member(node, "name");
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() == "strict" &&
          !read_bool(walk.value(), path / "strict", &format.strict, &error_)) {
        return false;
      }
      if (walk.key() != "schema") continue;
      if (!walk.value().is_object()) return fail(path / "schema", "must be an object");
      format.schema_json = walk.raw();
    }
    return true;
  }

  bool tool_choice(JsonValue value, RawText, const JsonPath& path) {
    dom::object node;
    if (value.get_object().get(node) == simdjson::SUCCESS) return tool_choice_of(node, path);
    std::string_view word;
    return read_string(value, path, &word, &error_) && choice_word(word, path);
  }

  bool choice_word(std::string_view word, const JsonPath& path) {
    if (word == "auto") request_.tool_choice = ToolChoice::kAuto;
    if (word == "none") request_.tool_choice = ToolChoice::kNone;
    if (word == "required") request_.tool_choice = ToolChoice::kRequired;
    return request_.tool_choice != ToolChoice::kUnset || fail(path, "is not a known choice");
  }

  bool tool_choice_of(dom::object node, const JsonPath& path) {
    const std::string_view type = string_member(node, "type");
    if (type == "function" || type == "custom") {
      request_.tool_choice = ToolChoice::kNamed;
      request_.tool_choice_name = string_member(node, "name");
      return !request_.tool_choice_name.empty() ||
             fail(path / "name", "must be a non-empty string");
    }
    if (type == "allowed_tools") return allowed_tools(node, path);
    if (type.empty()) return fail(path / "type", "must be a non-empty string");
    unknown("tool_choice");
    return true;
  }

  bool allowed_tools(dom::object node, const JsonPath& path) {
    const JsonPath place = path / "tools";
    const std::optional<JsonValue> list = find_member(node, "tools");
    dom::array tools;
    if (!list || list->get_array().get(tools) != simdjson::SUCCESS) {
      return fail(place, "must be an array");
    }
    allowed_.emplace();
    std::size_t index = 0;
    for (const JsonValue item : tools) {
      dom::object tool;
      if (!read_object(item, place / index++, &tool, &error_)) return false;
      const std::string_view name = string_member(tool, "name");
      allowed_->push_back(name.empty() ? string_member(tool, "type") : name);
    }
    return choice_word(string_member(node, "mode"), path / "mode");
  }

  bool kept_answer(JsonValue value, RawText, const JsonPath& path) {
    bool wanted = true;
    if (value.get_bool().get(wanted) == simdjson::SUCCESS && !wanted) return true;
    error_ = {ErrorCode::kUnsupportedParameter,
              "'" + path.text() + "' needs answers that are kept, and none are kept here.",
              "unsupported_parameter", path.text()};
    return false;
  }

  // --- small things ---

  void unknown(std::string_view name) { request_.unknown_members.push_back(name); }
  void unknown_in(std::string_view group, std::string_view name) {
    unknown(keep(std::string(group) + "." + std::string(name)));
  }

  std::string_view keep(std::string text) {
    if (text.empty()) return {};
    return backing_->made.emplace_back(std::move(text));
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }
  bool fail(std::string_view member, std::string_view what) {
    return fail(JsonPath{nullptr, member, -1}, what);
  }

  std::shared_ptr<RequestBacking> backing_;
  ChatRequest request_;
  std::optional<JsonValue> input_;
  std::string_view input_raw_;
  std::string_view instructions_;
  std::string_view safety_identifier_;
  std::optional<std::vector<std::string_view>> allowed_;  // names; types of hosted tools
  std::string extras_;
  Error error_;
};

const std::array<RequestParser::Member, 22> RequestParser::kMembers = {{
    {"model", &RequestParser::model},
    {"input", &RequestParser::input},
    {"instructions", &RequestParser::instructions},
    {"stream", &RequestParser::stream},
    {"stream_options", &RequestParser::stream_options},
    {"temperature", &RequestParser::temperature},
    {"top_p", &RequestParser::top_p},
    {"max_output_tokens", &RequestParser::max_output_tokens},
    {"top_logprobs", &RequestParser::top_logprobs},
    {"tools", &RequestParser::tools},
    {"tool_choice", &RequestParser::tool_choice},
    {"parallel_tool_calls", &RequestParser::parallel_tool_calls},
    {"text", &RequestParser::text},
    {"reasoning", &RequestParser::reasoning},
    {"include", &RequestParser::include},
    {"user", &RequestParser::user},
    {"safety_identifier", &RequestParser::safety_identifier},
    {"previous_response_id", &RequestParser::kept_answer},
    {"conversation", &RequestParser::kept_answer},
    {"background", &RequestParser::kept_answer},
    {"store", &RequestParser::kept_answer},
    {"prompt", &RequestParser::kept_answer},
}};

}  // namespace

OriginalSpans find_spans(dom::object object, std::string_view body) {
  const auto span_of = [body](std::string_view part) {
    const auto begin = static_cast<std::size_t>(part.data() - body.data());
    return ByteSpan{begin, begin + part.size()};
  };
  OriginalSpans spans;
  spans.first_member = body.find('{') + 1;
  for (MemberWalk walk(object, body); walk.next();) {
    if (walk.key() == "model") spans.model = span_of(walk.raw());
    if (walk.key() == "max_output_tokens") spans.max_completion_tokens = span_of(walk.raw());
  }
  return spans;
}

Result<ChatRequest> parse_request(std::string body) {
  return RequestParser(std::move(body)).parse();
}

}  // namespace weir::responses
