// Reads the body of POST /v1beta/models/{model}:generateContent and of :countTokens.
#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/allowed_tools.h"
#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir::gemini {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxChoices = 128;
constexpr std::int64_t kMaxTopLogprobs = 20;
constexpr IntegerRange kAnyInteger = {INT64_MIN, INT64_MAX};

// What the views of a ChatRequest point into.
struct RequestBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;
};

class RequestParser {
 public:
  RequestParser(std::string body, const RequestPath& path)
      : backing_(std::make_shared<RequestBacking>()), count_only_(path.count_only) {
    backing_->body = std::move(body);
    request_.dialect = Dialect::kGemini;
    request_.model = keep(std::string(path.model));
    request_.stream = path.stream;
    request_.include_usage = true;  // this dialect always tells usage
  }

  Result<ChatRequest> parse() {
    const std::string& body = backing_->body;
    if (request_.model.size() > kMaxModelBytes) {
      return invalid_field(JsonPath() / "model", "is longer than 256 bytes");
    }
    Result<std::shared_ptr<const JsonDocument>> document =
        JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    if (!body_members(backing_->document->root(), std::string_view(body), JsonPath())) {
      return error_;
    }
    if (!check_required()) return error_;
    put_extras();
    request_.original = body;
    request_.spans.first_member = body.find('{') + 1;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  using Read = bool (RequestParser::*)(JsonValue, RawText raw, const JsonPath&);
  struct Member {
    std::string_view name;
    Read read;
  };
  static const std::array<Member, 7> kMembers;
  static const std::array<Member, 17> kConfigMembers;

  template <std::size_t N>
  static const Member* find(std::string_view key, const std::array<Member, N>& members) {
    for (const Member& member : members) {
      if (is_name(key, member.name)) return &member;
    }
    return nullptr;
  }

  // A member may come in one of its two spellings, not in both.
  bool read_known(const Member& member, MemberWalk& walk, const JsonPath& path) {
    const JsonPath place = path / walk.key();
    if (walk.value().is_null()) return true;
    if (std::find(seen_.begin(), seen_.end(), &member) != seen_.end()) {
      return fail(place, "is given twice");
    }
    seen_.push_back(&member);
    return (this->*member.read)(walk.value(), RawText(walk), place);
  }

  bool body_members(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object object;
    if (!read_object(value, path, &object, &error_)) return false;
    for (MemberWalk walk(object, raw); walk.next();) {
      const Member* known = find(walk.key(), kMembers);
      if (known == nullptr) {
        request_.unknown_members.push_back(walk.key());
        append_member(&extras_, walk.key(), walk.raw());
      } else if (!read_known(*known, walk, path)) {
        return false;
      }
    }
    return true;
  }

  void put_extras() {
    if (!config_extras_.empty()) {
      append_member(&extras_, "generationConfig", "{" + config_extras_ + "}");
    }
    request_.extras = keep(std::move(extras_));
    std::vector<Message>& messages = request_.messages;
    messages.insert(messages.begin(), std::make_move_iterator(system_.begin()),
                    std::make_move_iterator(system_.end()));
  }

  bool check_required() {
    if (request_.messages.empty()) return fail("contents", "must be a non-empty array");
    const bool named = request_.tool_choice == ToolChoice::kNamed;
    if (!allowed_.empty() && !named) keep_tools(allowed_, &request_.tools);
    const auto is_function = [](const Tool& tool) { return tool.kind == ToolKind::kFunction; };
    const bool any = std::any_of(request_.tools.begin(), request_.tools.end(), is_function);
    if (request_.tool_choice == ToolChoice::kRequired && !any) {
      return fail("toolConfig", "needs functions");
    }
    if (!named) return true;
    for (const Tool& tool : request_.tools) {
      if (is_function(tool) && tool.name == request_.tool_choice_name) return true;
    }
    return fail("toolConfig", "names a function that is not in 'tools'");
  }

  // --- members of the body ---

  // The path names the model; a body may repeat it.
  bool model(JsonValue value, RawText, const JsonPath& path) {
    std::string_view name;
    if (!read_string(value, path, &name, &error_)) return false;
    if (name.starts_with("models/")) name.remove_prefix(7);
    if (name.size() > kMaxModelBytes) return fail(path, "is longer than 256 bytes");
    if (request_.model.empty()) request_.model = name;
    return true;
  }

  ContentsOut out_to(std::vector<Message>* messages) {
    return {messages, &backing_->made, &error_};
  }
  bool contents(JsonValue value, RawText raw, const JsonPath& path) {
    return read_contents(value, raw, path, out_to(&request_.messages));
  }
  bool system(JsonValue value, RawText raw, const JsonPath& path) {
    return read_system(value, raw, path, out_to(&system_));
  }

  bool whole_request(JsonValue value, RawText raw, const JsonPath& path) {
    if (count_only_ && path.parent != nullptr && path.parent->name.empty()) {
      return body_members(value, raw, path);
    }
    request_.unknown_members.push_back(path.name);
    append_member(&extras_, path.name, raw.get());
    return true;
  }

  // --- tools ---

  template <class Item>
  bool each(JsonValue value, RawText raw, const JsonPath& path, Item item) {
    if (value.is_object()) return item(value, raw, path);
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    ElementTexts texts(raw);
    std::size_t index = 0;
    for (const JsonValue element : list) {
      const JsonPath place = path / index;
      if (!item(element, RawText(texts, index++), place)) return false;
    }
    return true;
  }

  bool tools(JsonValue value, RawText raw, const JsonPath& path) {
    return each(value, raw, path, [this](JsonValue item, RawText text, const JsonPath& place) {
      return tool(item, text, place);
    });
  }

  // What is no list of functions is run by the provider.
  bool tool(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (is_name(walk.key(), "functionDeclarations")) {
        const auto read = [this](JsonValue item, RawText text, const JsonPath& place) {
          return function(item, text, place);
        };
        if (!each(walk.value(), RawText(walk), path / walk.key(), read)) return false;
      } else {
        Tool& hosted = request_.tools.emplace_back();
        hosted.kind = ToolKind::kHosted;
        hosted.type = walk.key();
        std::string members;
        append_member(&members, walk.key(), walk.raw());
        hosted.raw_json = keep("{" + members + "}");
      }
    }
    return true;
  }

  bool function(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    Tool& tool = request_.tools.emplace_back();
    tool.raw_json = raw.get();
    for (MemberWalk walk(node, raw); walk.next();) {
      const JsonPath place = path / walk.key();
      if (walk.value().is_null()) continue;
      bool good = true;
      if (walk.key() == "name") good = read_string(walk.value(), place, &tool.name, &error_);
      if (walk.key() == "description") {
        good = read_string(walk.value(), place, &tool.description, &error_);
      }
      if (walk.key() == "parameters" || is_name(walk.key(), "parametersJsonSchema")) {
        good = schema(walk.value(), RawText(walk), place, &tool.parameters_json);
      }
      if (!good) return false;
    }
    return !tool.name.empty() || fail(path / "name", "must be a non-empty string");
  }

  bool schema(JsonValue value, RawText raw, const JsonPath& path, std::string_view* out) {
    if (!value.is_object()) return fail(path, "must be an object");
    std::optional<std::string> made = normalised_schema(value);
    *out = made ? keep(std::move(*made)) : raw.get();
    return true;
  }

  bool tool_config(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    append_member(&extras_, "toolConfig", raw.get());
    for (const auto& [key, member] : node) {
      if (member.is_null()) continue;
      if (!is_name(key, "functionCallingConfig")) {
        request_.unknown_members.push_back(keep("toolConfig." + std::string(key)));
      } else if (!calling_config(member, path / key)) {
        return false;
      }
    }
    return true;
  }

  bool calling_config(JsonValue value, const JsonPath& path) {
    dom::object node;
    std::string_view mode;
    if (!read_object(value, path, &node, &error_)) return false;
    const std::optional<JsonValue> word = find_member(node, "mode");
    if (word && !read_string(*word, path / "mode", &mode, &error_)) return false;
    if (mode == "AUTO" || mode == "auto") request_.tool_choice = ToolChoice::kAuto;
    if (mode == "NONE" || mode == "none") request_.tool_choice = ToolChoice::kNone;
    if (mode == "ANY" || mode == "any") request_.tool_choice = ToolChoice::kRequired;
    if (mode == "VALIDATED") {
      request_.tool_choice = ToolChoice::kAuto;
      request_.unknown_members.push_back("toolConfig.functionCallingConfig.mode");
    }
    const std::optional<JsonValue> names = find_named(node, "allowedFunctionNames");
    return !names || allowed_names(*names, path / "allowedFunctionNames");
  }

  // One name of which one must be called is a choice by name; of several the others are not
  // offered.
  bool allowed_names(JsonValue value, const JsonPath& path) {
    dom::array names;
    if (!read_array(value, path, &names, &error_)) return false;
    for (const JsonValue item : names) {
      std::string_view name;
      if (!read_string(item, path / allowed_.size(), &name, &error_)) return false;
      allowed_.push_back(name);
    }
    if (allowed_.size() == 1 && request_.tool_choice == ToolChoice::kRequired) {
      request_.tool_choice = ToolChoice::kNamed;
      request_.tool_choice_name = allowed_.front();
    }
    return true;
  }

  // --- generationConfig ---

  bool generation_config(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const Member* known = find(walk.key(), kConfigMembers);
      if (known == nullptr) {
        lose_config(walk.key(), walk.raw());
      } else if (!read_known(*known, walk, path)) {
        return false;
      }
    }
    ResponseFormat& format = request_.response_format;
    if (!format.schema_json.empty()) format.kind = ResponseFormatKind::kJsonSchema;
    return true;
  }

  void lose_config(std::string_view key, std::string_view raw) {
    request_.unknown_members.push_back(keep("generationConfig." + std::string(key)));
    append_member(&config_extras_, key, raw);
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
  // Clients send a whole number as 64 and as 64.0.
  bool top_k(JsonValue value, RawText, const JsonPath& path) {
    double k = 0;
    if (!read_number(value, path, {0, 1'000'000}, &k, &error_)) return false;
    request_.sampling.top_k = static_cast<std::int64_t>(k);
    return true;
  }
  bool presence_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-2, 2}, &request_.sampling.presence_penalty);
  }
  bool frequency_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-2, 2}, &request_.sampling.frequency_penalty);
  }
  bool seed(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, kAnyInteger, &request_.sampling.seed.emplace(), &error_);
  }
  // Nought is the default of protocol buffers: no limit was set.
  bool max_output_tokens(JsonValue value, RawText, const JsonPath& path) {
    std::int64_t tokens = 0;
    if (!read_integer(value, path, {0, kMaxTokens}, &tokens, &error_)) return false;
    if (tokens > 0) request_.sampling.max_tokens = tokens;
    return true;
  }
  bool candidate_count(JsonValue value, RawText, const JsonPath& path) {
    if (!read_integer(value, path, {0, kMaxChoices}, &request_.sampling.choices, &error_)) {
      return false;
    }
    request_.sampling.choices = std::max<std::int64_t>(request_.sampling.choices, 1);
    return true;
  }
  bool stop_sequences(JsonValue value, RawText, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      std::string_view& stop = request_.sampling.stop.emplace_back();
      if (!read_string(item, path / index++, &stop, &error_)) return false;
    }
    return true;
  }
  bool response_logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.sampling.logprobs, &error_);
  }
  bool logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {0, kMaxTopLogprobs}, &request_.sampling.top_logprobs,
                        &error_);
  }

  bool mime_type(JsonValue value, RawText raw, const JsonPath& path) {
    std::string_view type;
    if (!read_string(value, path, &type, &error_)) return false;
    if (type == "application/json") {
      request_.response_format.kind = ResponseFormatKind::kJsonObject;
    } else if (!type.empty() && type != "text/plain") {
      lose_config(path.name, raw.get());
    }
    return true;
  }
  bool response_schema(JsonValue value, RawText raw, const JsonPath& path) {
    return schema(value, raw, path, &request_.response_format.schema_json);
  }

  // The newer form: a list with at most one format of each kind, such as {"text": {...}}.
  bool response_format(JsonValue value, RawText raw, const JsonPath& path) {
    return each(value, raw, path, [this](JsonValue item, RawText text, const JsonPath& place) {
      return format(item, text, place);
    });
  }
  bool format(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.value().is_null()) continue;
      if (walk.key() != "text") {
        request_.unknown_members.push_back("generationConfig.responseFormat");
        continue;
      }
      if (!text_format(walk.value(), RawText(walk), path / "text")) return false;
    }
    return true;
  }
  bool text_format(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const JsonPath place = path / walk.key();
      if (walk.value().is_null()) continue;
      if (is_name(walk.key(), "mimeType") && walk.value().is_string() &&
          walk.value().get_string().value_unsafe() == "application/json") {
        request_.response_format.kind = ResponseFormatKind::kJsonObject;
      }
      if (walk.key() == "schema" && !response_schema(walk.value(), RawText(walk), place)) {
        return false;
      }
    }
    return true;
  }

  bool thinking_config(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    append_member(&config_extras_, "thinkingConfig", raw.get());
    std::string_view level;
    const std::optional<JsonValue> word = find_named(node, "thinkingLevel");
    if (word && !read_string(*word, path / "thinkingLevel", &level, &error_)) return false;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kLevels = {
        {{"MINIMAL", "minimal"}, {"LOW", "low"}, {"MEDIUM", "medium"}, {"HIGH", "high"}}};
    for (const auto& [name, effort] : kLevels) {
      if (level == name || level == effort) request_.reasoning_effort = effort;
    }
    const std::optional<JsonValue> budget = find_named(node, "thinkingBudget");
    return !budget || thinking_budget(*budget, path / "thinkingBudget");
  }

  bool thinking_budget(JsonValue value, const JsonPath& path) {
    std::int64_t tokens = 0;
    if (!read_integer(value, path, {-1, kMaxTokens}, &tokens, &error_)) return false;
    request_.thinking = tokens < 0    ? Thinking::kAdaptive
                        : tokens == 0 ? Thinking::kOff
                                      : Thinking::kOn;
    if (tokens > 0) request_.thinking_budget = tokens;
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
  std::vector<Message> system_;
  std::vector<const Member*> seen_;
  std::string extras_;
  std::string config_extras_;
  std::vector<std::string_view> allowed_;  // names of functions; none: all
  Error error_;
  const bool count_only_;
};

const std::array<RequestParser::Member, 7> RequestParser::kMembers = {{
    {"contents", &RequestParser::contents},
    {"systemInstruction", &RequestParser::system},
    {"tools", &RequestParser::tools},
    {"toolConfig", &RequestParser::tool_config},
    {"generationConfig", &RequestParser::generation_config},
    {"generateContentRequest", &RequestParser::whole_request},
    {"model", &RequestParser::model},
}};

const std::array<RequestParser::Member, 17> RequestParser::kConfigMembers = {{
    {"temperature", &RequestParser::temperature},
    {"topP", &RequestParser::top_p},
    {"topK", &RequestParser::top_k},
    {"maxOutputTokens", &RequestParser::max_output_tokens},
    {"candidateCount", &RequestParser::candidate_count},
    {"stopSequences", &RequestParser::stop_sequences},
    {"seed", &RequestParser::seed},
    {"presencePenalty", &RequestParser::presence_penalty},
    {"frequencyPenalty", &RequestParser::frequency_penalty},
    {"responseMimeType", &RequestParser::mime_type},
    {"responseSchema", &RequestParser::response_schema},
    {"responseJsonSchema", &RequestParser::response_schema},
    {"_responseJsonSchema", &RequestParser::response_schema},
    {"responseFormat", &RequestParser::response_format},
    {"responseLogprobs", &RequestParser::response_logprobs},
    {"logprobs", &RequestParser::logprobs},
    {"thinkingConfig", &RequestParser::thinking_config},
}};

}  // namespace

Result<ChatRequest> parse_request(std::string body, const RequestPath& path) {
  return RequestParser(std::move(body), path).parse();
}

}  // namespace weir::gemini
