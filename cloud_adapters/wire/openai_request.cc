// Reads the bodies of POST /v1/chat/completions and POST /v1/completions.
#include <array>
#include <charconv>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "cloud_adapters/wire/allowed_tools.h"
#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxChoices = 128;
constexpr std::int64_t kMaxTopLogprobs = 20;
constexpr std::int64_t kMaxTopK = 1'000'000;
constexpr std::int64_t kCompletionTokens = 16;  // without a limit in a completion's request
constexpr NumberRange kBias = {-100, 100};
constexpr IntegerRange kAnyInteger = {INT64_MIN, INT64_MAX};

// What the views of a ChatRequest point into.
struct RequestBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;  // extras: members put together
};

class RequestParser {
 public:
  RequestParser(std::string body, Dialect dialect) : backing_(std::make_shared<RequestBacking>()) {
    backing_->body = std::move(body);
    request_.dialect = dialect;
  }

  Result<ChatRequest> parse() {
    const std::string& body = backing_->body;
    Result<std::shared_ptr<const JsonDocument>> document =
        JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    dom::object root;
    if (!read_object(backing_->document->root(), JsonPath(), &root, &error_)) return error_;
    if (!read_members(root) || !check_required()) return error_;
    settle_user();
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
  static const std::array<Member, 27> kMembers;
  static const std::array<Member, 22> kCompletionMembers;

  bool is_completion() const { return request_.dialect == Dialect::kOpenAiCompletions; }

  Read reader_of(std::string_view name) const {
    const std::span<const Member> members =
        is_completion() ? std::span<const Member>(kCompletionMembers) : kMembers;
    for (const Member& member : members) {
      if (member.name == name) return member.read;
    }
    return nullptr;
  }

  bool read_members(dom::object root) {
    const JsonPath body;
    for (MemberWalk walk(root, std::string_view(backing_->body)); walk.next();) {
      const Read read = reader_of(walk.key());
      if (read == nullptr) {
        request_.unknown_members.push_back(walk.key());
        append_member(&extras_, walk.key(), walk.raw());
      } else if (!walk.value().is_null() &&
                 !(this->*read)(walk.value(), RawText(walk), body / walk.key())) {
        return false;
      }
    }
    return true;
  }

  bool check_required() {
    if (is_completion()) return check_prompt();
    if (request_.messages.empty()) return fail("messages", "must be a non-empty array");
    return check_tool_choice();
  }

  bool check_prompt() {
    if (request_.messages.empty()) return fail("prompt", "must be a string");
    if (!request_.sampling.max_tokens) request_.sampling.max_tokens = kCompletionTokens;
    return true;
  }

  // Both are the client's end user; a second one has no field.
  void settle_user() {
    request_.user = user_.empty() ? safety_identifier_ : user_;
    if (user_.empty() || safety_identifier_.empty()) return;
    request_.unknown_members.push_back("safety_identifier");
  }

  // Who must call a tool needs one.
  bool check_tool_choice() {
    if (allowed_) keep_tools(*allowed_, &request_.tools);
    if (request_.tool_choice == ToolChoice::kRequired && request_.tools.empty()) {
      return fail("tool_choice", "needs tools");
    }
    if (request_.tool_choice != ToolChoice::kNamed) return true;
    for (const Tool& tool : request_.tools) {
      if (tool.name == request_.tool_choice_name) return true;
    }
    return fail("tool_choice", "names a tool that is not in 'tools'");
  }

  // --- members of the body ---

  bool model(JsonValue value, RawText, const JsonPath& path) {
    if (!read_string(value, path, &request_.model, &error_)) return false;
    if (request_.model.empty()) return fail(path, "must be a non-empty string");
    if (request_.model.size() > kMaxModelBytes) return fail(path, "is longer than 256 bytes");
    return true;
  }
  bool user(JsonValue value, RawText, const JsonPath& path) {
    return end_user(value, path, &user_);
  }
  bool safety_identifier(JsonValue value, RawText, const JsonPath& path) {
    return end_user(value, path, &safety_identifier_);
  }
  bool end_user(JsonValue value, const JsonPath& path, std::string_view* out) {
    if (!read_string(value, path, out, &error_)) return false;
    std::string text;
    append_json_string(&text, *out);
    append_member(&extras_, path.name, text);
    return true;
  }
  bool reasoning_effort(JsonValue value, RawText, const JsonPath& path) {
    if (!read_string(value, path, &request_.reasoning_effort, &error_)) return false;
    if (request_.reasoning_effort == "none") request_.thinking = Thinking::kOff;
    return true;
  }
  bool stream(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.stream, &error_);
  }
  bool stream_options(JsonValue value, RawText, const JsonPath& path) {
    dom::object options;
    if (!read_object(value, path, &options, &error_)) return false;
    const std::optional<JsonValue> usage = find_member(options, "include_usage");
    return !usage || read_bool(*usage, path / "include_usage", &request_.include_usage, &error_);
  }
  bool parallel_tool_calls(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.parallel_tool_calls.emplace(), &error_);
  }
  bool number(JsonValue value, const JsonPath& path, NumberRange range,
              std::optional<double>* out) {
    return read_number(value, path, range, &out->emplace(), &error_);
  }
  bool temperature(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 2}, &request_.sampling.temperature);
  }
  bool top_p(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 1}, &request_.sampling.top_p);
  }
  bool min_p(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 1}, &request_.sampling.min_p);
  }
  bool frequency_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-2, 2}, &request_.sampling.frequency_penalty);
  }
  bool presence_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-2, 2}, &request_.sampling.presence_penalty);
  }
  bool top_k(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {-1, kMaxTopK}, &request_.sampling.top_k.emplace(), &error_);
  }
  bool seed(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, kAnyInteger, &request_.sampling.seed.emplace(), &error_);
  }
  bool n(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {1, kMaxChoices}, &request_.sampling.choices, &error_);
  }
  bool max_tokens(JsonValue value, RawText, const JsonPath& path) {
    std::int64_t tokens = 0;
    if (!read_integer(value, path, {1, kMaxTokens}, &tokens, &error_)) return false;
    if (request_.sampling.max_tokens) {
      request_.sampling.other_max_tokens = tokens;
    } else {
      request_.sampling.max_tokens = tokens;
    }
    return true;
  }
  // The newer name; it wins over max_tokens.
  bool max_completion_tokens(JsonValue value, RawText, const JsonPath& path) {
    Sampling& sampling = request_.sampling;
    sampling.other_max_tokens = sampling.max_tokens.value_or(0);
    return read_integer(value, path, {1, kMaxTokens}, &sampling.max_tokens.emplace(), &error_);
  }
  bool logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.sampling.logprobs, &error_);
  }
  bool top_logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {0, kMaxTopLogprobs}, &request_.sampling.top_logprobs,
                        &error_);
  }
  bool logit_bias(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object biases;
    if (!read_object(value, path, &biases, &error_)) return false;
    for (const auto& [token, number] : biases) {
      LogitBias& bias = request_.sampling.logit_bias.emplace_back();
      const auto [end, problem] =
          std::from_chars(token.data(), token.data() + token.size(), bias.token);
      if (problem != std::errc() || end != token.data() + token.size()) {
        return fail(path, "must have token ids for names");
      }
      if (!read_number(number, path / token, kBias, &bias.value, &error_)) return false;
    }
    if (!request_.sampling.logit_bias.empty()) append_member(&extras_, "logit_bias", raw.get());
    return true;
  }
  // A name of vLLM and others that OpenAI itself does not know.
  bool repetition_penalty(JsonValue value, RawText raw, const JsonPath& path) {
    append_member(&extras_, "repetition_penalty", raw.get());
    return number(value, path, {0, 10}, &request_.sampling.repetition_penalty);
  }

  // llama-server's: OpenAI itself does not know it.
  bool grammar(JsonValue value, RawText raw, const JsonPath& path) {
    return read_string(value, path, &request_.grammar, &error_) &&
           keep_unknown(path.name, raw, !request_.grammar.empty());
  }

  bool stop(JsonValue value, RawText, const JsonPath& path) {
    std::vector<std::string_view>& stops = request_.sampling.stop;
    if (value.is_string()) return read_string(value, path, &stops.emplace_back(), &error_);
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      if (!read_string(item, path / index++, &stops.emplace_back(), &error_)) return false;
    }
    return true;
  }

  bool response_format(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object format;
    if (!read_object(value, path, &format, &error_)) return false;
    const std::string_view type = string_member(format, "type");
    if (type == "text") return true;
    if (type == "json_object") {
      request_.response_format.kind = ResponseFormatKind::kJsonObject;
      return object_schema(format, raw, path);
    }
    if (type != "json_schema") return fail(path / "type", "is not a known format");
    request_.response_format.kind = ResponseFormatKind::kJsonSchema;
    for (MemberWalk walk(format, raw); walk.next();) {
      if (walk.key() == "json_schema") {
        return json_schema(walk.value(), RawText(walk), path / "json_schema");
      }
    }
    return fail(path / "json_schema", "must be an object");
  }

  // llama-server's way to give one: beside the type of any object.
  bool object_schema(dom::object format, RawText raw, const JsonPath& path) {
    for (MemberWalk walk(format, raw); walk.next();) {
      if (walk.key() != "schema" || walk.value().is_null()) continue;
      if (!walk.value().is_object()) return fail(path / "schema", "must be an object");
      request_.response_format.kind = ResponseFormatKind::kJsonSchema;
      request_.response_format.schema_json = walk.raw();
      request_.response_format.strict = true;
    }
    return true;
  }

  bool json_schema(JsonValue value, RawText raw, const JsonPath& path) {
    ResponseFormat& format = request_.response_format;
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() == "name" &&
          !read_string(walk.value(), path / "name", &format.name, &error_)) {
        return false;
      }
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

  // --- tools ---

  bool tools(JsonValue value, RawText raw, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index;
      if (!tool(item, RawText(texts, index++), place)) return false;
    }
    return true;
  }

  // A hosted tool is its type and its raw text; it has no name.
  bool tool(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    Tool& tool = request_.tools.emplace_back();
    tool.raw_json = raw.get();
    const std::optional<JsonValue> type = find_member(node, "type");
    std::string_view word = "function";
    if (type && !read_string(*type, path / "type", &word, &error_)) return false;
    if (word == "custom") return custom(node, path / "custom", &tool);
    if (word != "function") {
      tool.kind = ToolKind::kHosted;
      tool.type = word;
      return true;
    }
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() == "function") {
        return function(walk.value(), RawText(walk), path / "function", &tool);
      }
    }
    return fail(path / "function", "must be an object");
  }

  // The format of its text stays in the raw text.
  bool custom(dom::object node, const JsonPath& path, Tool* tool) {
    dom::object custom;
    const std::optional<JsonValue> value = find_member(node, "custom");
    if (!value) return fail(path, "must be an object");
    if (!read_object(*value, path, &custom, &error_)) return false;
    tool->kind = ToolKind::kCustom;
    tool->name = string_member(custom, "name");
    tool->description = string_member(custom, "description");
    tool->parameters_json = kCustomParameters;
    return !tool->name.empty() || fail(path / "name", "must be a non-empty string");
  }

  bool function(JsonValue value, RawText raw, const JsonPath& path, Tool* tool) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const std::string_view key = walk.key();
      const JsonPath place = path / key;
      bool good = true;
      if (walk.value().is_null()) continue;
      if (key == "name") good = read_string(walk.value(), place, &tool->name, &error_);
      if (key == "description") {
        good = read_string(walk.value(), place, &tool->description, &error_);
      }
      if (key == "strict") good = read_bool(walk.value(), place, &tool->strict, &error_);
      if (key == "parameters") {
        if (!walk.value().is_object()) return fail(place, "must be an object");
        tool->parameters_json = walk.raw();
      }
      if (!good) return false;
    }
    return !tool->name.empty() || fail(path / "name", "must be a non-empty string");
  }

  bool tool_choice(JsonValue value, RawText raw, const JsonPath& path) {
    if (value.is_object()) return named_tool(value.get_object().value_unsafe(), raw, path);
    std::string_view word;
    if (!read_string(value, path, &word, &error_)) return false;
    if (word == "auto") request_.tool_choice = ToolChoice::kAuto;
    if (word == "none") request_.tool_choice = ToolChoice::kNone;
    if (word == "required") request_.tool_choice = ToolChoice::kRequired;
    return request_.tool_choice != ToolChoice::kUnset || fail(path, "is not a known choice");
  }

  bool allowed_tools(dom::object choice, const JsonPath& path) {
    const std::optional<JsonValue> value = find_member(choice, "allowed_tools");
    dom::object node;
    if (!value) return fail(path, "is required");
    if (!read_object(*value, path, &node, &error_)) return false;
    const std::optional<JsonValue> list = find_member(node, "tools");
    dom::array tools;
    if (!list) return fail(path / "tools", "is required");
    if (!read_array(*list, path / "tools", &tools, &error_)) return false;
    allowed_.emplace();
    for (const JsonValue item : tools) {
      dom::object tool, named;
      if (!read_object(item, path / "tools" / allowed_->size(), &tool, &error_)) return false;
      const auto inner = find_member(tool, string_member(tool, "type"));
      if (inner && inner->get_object().get(named) == simdjson::SUCCESS) tool = named;
      allowed_->push_back(string_member(tool, "name"));
    }
    const std::string_view mode = string_member(node, "mode");
    if (mode == "auto") request_.tool_choice = ToolChoice::kAuto;
    if (mode == "required") request_.tool_choice = ToolChoice::kRequired;
    return request_.tool_choice != ToolChoice::kUnset || fail(path / "mode", "is not a known mode");
  }

  bool named_tool(dom::object choice, RawText raw, const JsonPath& path) {
    const std::string_view type = string_member(choice, "type");
    if (type == "allowed_tools") return allowed_tools(choice, path / type);
    if (type != "function" && type != "custom") {
      request_.unknown_members.push_back("tool_choice");
      append_member(&extras_, "tool_choice", raw.get());
      return true;
    }
    const std::optional<JsonValue> node = find_member(choice, type);
    dom::object named;
    if (!node || node->get_object().get(named) != simdjson::SUCCESS) {
      return fail(path / type, "must be an object");
    }
    request_.tool_choice = ToolChoice::kNamed;
    request_.tool_choice_name = string_member(named, "name");
    return !request_.tool_choice_name.empty() ||
           fail(path / type / "name", "must be a non-empty string");
  }

  bool messages(JsonValue value, RawText raw, const JsonPath& path) {
    return read_messages(value, raw, path, {&request_.messages, &backing_->made, &error_});
  }

  // --- members of the older body ---

  // One text, alone or in an array.
  bool prompt(JsonValue value, RawText, const JsonPath& path) {
    dom::array list;
    if (value.get_array().get(list) == simdjson::SUCCESS && list.size() == 1) value = list.at(0);
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
      error_ = unsupported_field(path.text());
      return false;
    }
    request_.raw_prompt = true;
    request_.messages.emplace_back().parts.push_back({TextPart{text}, {}});
    return true;
  }
  bool best_logprobs(JsonValue value, RawText, const JsonPath& path) {
    request_.sampling.logprobs = true;
    return read_integer(value, path, {0, kMaxTopLogprobs}, &request_.sampling.top_logprobs,
                        &error_);
  }
  // Each counts as unknown only if it asks for something.
  bool echo(JsonValue value, RawText raw, const JsonPath& path) {
    bool wanted = false;
    return read_bool(value, path, &wanted, &error_) && keep_unknown(path.name, raw, wanted);
  }
  bool suffix(JsonValue value, RawText raw, const JsonPath& path) {
    std::string_view text;
    return read_string(value, path, &text, &error_) && keep_unknown(path.name, raw, !text.empty());
  }
  bool best_of(JsonValue value, RawText raw, const JsonPath& path) {
    std::int64_t count = 1;
    return read_integer(value, path, {1, kMaxChoices}, &count, &error_) &&
           keep_unknown(path.name, raw, count > 1);
  }
  bool keep_unknown(std::string_view name, RawText raw, bool wanted) {
    append_member(&extras_, name, raw.get());
    if (wanted) request_.unknown_members.push_back(name);
    return true;
  }

  // --- small things ---

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
  std::string_view user_;
  std::string_view safety_identifier_;
  std::optional<std::vector<std::string_view>> allowed_;  // names of tools; none: all
  std::string extras_;
  Error error_;
};

const std::array<RequestParser::Member, 27> RequestParser::kMembers = {{
    {"model", &RequestParser::model},
    {"messages", &RequestParser::messages},
    {"stream", &RequestParser::stream},
    {"stream_options", &RequestParser::stream_options},
    {"temperature", &RequestParser::temperature},
    {"max_tokens", &RequestParser::max_tokens},
    {"max_completion_tokens", &RequestParser::max_completion_tokens},
    {"top_p", &RequestParser::top_p},
    {"top_k", &RequestParser::top_k},
    {"min_p", &RequestParser::min_p},
    {"tools", &RequestParser::tools},
    {"tool_choice", &RequestParser::tool_choice},
    {"parallel_tool_calls", &RequestParser::parallel_tool_calls},
    {"response_format", &RequestParser::response_format},
    {"reasoning_effort", &RequestParser::reasoning_effort},
    {"stop", &RequestParser::stop},
    {"n", &RequestParser::n},
    {"seed", &RequestParser::seed},
    {"user", &RequestParser::user},
    {"safety_identifier", &RequestParser::safety_identifier},
    {"logprobs", &RequestParser::logprobs},
    {"top_logprobs", &RequestParser::top_logprobs},
    {"logit_bias", &RequestParser::logit_bias},
    {"repetition_penalty", &RequestParser::repetition_penalty},
    {"frequency_penalty", &RequestParser::frequency_penalty},
    {"presence_penalty", &RequestParser::presence_penalty},
    {"grammar", &RequestParser::grammar},
}};

const std::array<RequestParser::Member, 22> RequestParser::kCompletionMembers = {{
    {"model", &RequestParser::model},
    {"prompt", &RequestParser::prompt},
    {"stream", &RequestParser::stream},
    {"stream_options", &RequestParser::stream_options},
    {"temperature", &RequestParser::temperature},
    {"max_tokens", &RequestParser::max_tokens},
    {"top_p", &RequestParser::top_p},
    {"top_k", &RequestParser::top_k},
    {"min_p", &RequestParser::min_p},
    {"stop", &RequestParser::stop},
    {"n", &RequestParser::n},
    {"seed", &RequestParser::seed},
    {"user", &RequestParser::user},
    {"logprobs", &RequestParser::best_logprobs},
    {"logit_bias", &RequestParser::logit_bias},
    {"repetition_penalty", &RequestParser::repetition_penalty},
    {"frequency_penalty", &RequestParser::frequency_penalty},
    {"presence_penalty", &RequestParser::presence_penalty},
    {"grammar", &RequestParser::grammar},
    {"echo", &RequestParser::echo},
    {"suffix", &RequestParser::suffix},
    {"best_of", &RequestParser::best_of},
}};

}  // namespace

Result<ChatRequest> parse_request(std::string body) {
  return RequestParser(std::move(body), Dialect::kOpenAiChat).parse();
}

Result<ChatRequest> parse_completion_request(std::string body) {
  return RequestParser(std::move(body), Dialect::kOpenAiCompletions).parse();
}

}  // namespace weir::openai
