// Reads the bodies of POST /api/chat and POST /api/generate.
#include <array>
#include <cmath>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_parts.h"
#include "core/keep_alive.h"

namespace weir::ollama {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTopLogprobs = 20;
constexpr double kMaxInteger = 9.0e15;  // whole numbers up to here are exact

// What the views of a ChatRequest point into.
struct RequestBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;  // ids, names and extras that were put together
};

class RequestParser {
 public:
  RequestParser(std::string body, Form form)
      : form_(form), backing_(std::make_shared<RequestBacking>()) {
    backing_->body = std::move(body);
    request_.dialect = dialect_of(form);
    request_.stream = true;
    request_.include_usage = true;
  }

  Result<ChatRequest> parse() {
    const std::string& body = backing_->body;
    Result<std::shared_ptr<const JsonDocument>> document =
        JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    dom::object root;
    if (!read_object(backing_->document->root(), JsonPath(), &root, &error_)) return error_;
    if (!read_members(root)) return error_;
    if (form_ == Form::kGenerate && !make_messages()) return error_;
    if (!option_extras_.empty()) append_member(&extras_, "options", '{' + option_extras_ + '}');
    request_.spans.model = find_model(root, body);
    request_.extras = keep(std::move(extras_));
    request_.original = body;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  using Read = bool (RequestParser::*)(JsonValue, RawText raw, const JsonPath&);
  enum class Where : std::uint8_t { kBoth, kChat, kGenerate };
  struct Member {
    std::string_view name;
    Read read;
    Where where = Where::kBoth;
  };
  static const std::array<Member, 16> kMembers;
  static const std::array<Member, 10> kOptions;

  bool is_here(Where where) const {
    return where == Where::kBoth || (where == Where::kChat) == (form_ == Form::kChat);
  }

  template <std::size_t N>
  Read reader_of(const std::array<Member, N>& members, std::string_view name) const {
    for (const Member& member : members) {
      if (member.name == name && is_here(member.where)) return member.read;
    }
    return nullptr;
  }

  bool read_members(dom::object root) {
    const JsonPath body;
    for (MemberWalk walk(root, std::string_view(backing_->body)); walk.next();) {
      const Read read = reader_of(kMembers, walk.key());
      if (read == nullptr) {
        keep_unknown(walk.key(), walk.raw());
      } else if (!walk.value().is_null() &&
                 !(this->*read)(walk.value(), RawText(walk), body / walk.key())) {
        return false;
      }
    }
    return true;
  }

  void keep_unknown(std::string_view name, std::string_view raw) {
    request_.unknown_members.push_back(name);
    append_member(&extras_, name, raw);
  }

  // --- members of the body ---

  bool model(JsonValue value, RawText, const JsonPath& path) {
    if (!read_string(value, path, &request_.model, &error_)) return false;
    if (request_.model.empty()) return fail(path, "must be a non-empty string");
    if (request_.model.size() > kMaxModelBytes) return fail(path, "is longer than 256 bytes");
    return true;
  }
  bool stream(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.stream, &error_);
  }
  bool logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.sampling.logprobs, &error_);
  }
  bool top_logprobs(JsonValue value, RawText, const JsonPath& path) {
    return read_integer(value, path, {0, kMaxTopLogprobs}, &request_.sampling.top_logprobs,
                        &error_);
  }
  bool messages(JsonValue value, RawText raw, const JsonPath& path) {
    return read_messages(value, raw, path, {&request_.messages, &backing_->made, &error_});
  }

  bool keep_alive(JsonValue, RawText raw, const JsonPath& path) {
    if (const auto read = parse_keep_alive(raw.get()); !read) {
      error_ = read.error();
      return false;
    }
    keep_unknown(path.name, raw.get());
    return true;
  }

  bool think(JsonValue value, RawText, const JsonPath& path) {
    bool on = true;
    if (value.is_string()) {
      std::string_view& word = request_.reasoning_effort;
      if (!read_string(value, path, &word, &error_)) return false;
      if (word != "low" && word != "medium" && word != "high" && word != "max") {
        return fail(path, "must be true, false, 'low', 'medium', 'high' or 'max'");
      }
    } else if (!read_bool(value, path, &on, &error_)) {
      return false;
    }
    request_.thinking = on ? Thinking::kOn : Thinking::kOff;
    return true;
  }

  bool format(JsonValue value, RawText raw, const JsonPath& path) {
    ResponseFormat& format = request_.response_format;
    if (value.is_object()) {
      format.kind = ResponseFormatKind::kJsonSchema;
      format.schema_json = raw.get();
      return true;
    }
    std::string_view word;
    if (!read_string(value, path, &word, &error_)) return false;
    if (word == "json") format.kind = ResponseFormatKind::kJsonObject;
    return word == "json" || word.empty() || fail(path, "must be 'json' or a schema");
  }

  // --- options ---

  bool options(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const Read read = reader_of(kOptions, walk.key());
      if (read == nullptr) {
        request_.unknown_members.push_back(keep("options." + std::string(walk.key())));
        append_member(&option_extras_, walk.key(), walk.raw());
      } else if (!walk.value().is_null() &&
                 !(this->*read)(walk.value(), RawText(walk), path / walk.key())) {
        return false;
      }
    }
    return true;
  }

  bool number(JsonValue value, const JsonPath& path, NumberRange range,
              std::optional<double>* out) {
    return read_number(value, path, range, &out->emplace(), &error_);
  }
  bool temperature(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 100}, &request_.sampling.temperature);
  }
  bool top_p(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 1}, &request_.sampling.top_p);
  }
  bool min_p(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 1}, &request_.sampling.min_p);
  }
  bool repeat_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {0, 100}, &request_.sampling.repetition_penalty);
  }
  bool presence_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-100, 100}, &request_.sampling.presence_penalty);
  }
  bool frequency_penalty(JsonValue value, RawText, const JsonPath& path) {
    return number(value, path, {-100, 100}, &request_.sampling.frequency_penalty);
  }

  // A whole number, also one that is written as 40.0.
  bool integer(JsonValue value, const JsonPath& path, IntegerRange range, std::int64_t* out) {
    double read = 0;
    if (!value.is_double()) return read_integer(value, path, range, out, &error_);
    const NumberRange safe = {-kMaxInteger, kMaxInteger};
    if (!read_number(value, path, safe, &read, &error_)) return false;
    if (read != std::floor(read)) return fail(path, "must be an integer");
    *out = static_cast<std::int64_t>(read);
    return (*out >= range.low && *out <= range.high) || fail(path, "is out of range");
  }
  bool top_k(JsonValue value, RawText, const JsonPath& path) {
    return integer(value, path, {-1, 1'000'000}, &request_.sampling.top_k.emplace());
  }
  bool seed(JsonValue value, RawText, const JsonPath& path) {
    return integer(value, path, {INT64_MIN, INT64_MAX}, &request_.sampling.seed.emplace());
  }
  // -1 has no end and -2 fills the context: neither is a limit of the client's.
  bool num_predict(JsonValue value, RawText, const JsonPath& path) {
    std::int64_t tokens = 0;
    if (!integer(value, path, {-2, 1'000'000'000}, &tokens)) return false;
    if (tokens > 0) request_.sampling.max_tokens = tokens;
    return true;
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

  bool tool(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    Tool& tool = request_.tools.emplace_back();
    tool.raw_json = raw.get();
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() == "function") {
        return function(walk.value(), RawText(walk), path / "function", &tool);
      }
    }
    return fail(path / "function", "must be an object");
  }

  bool function(JsonValue value, RawText raw, const JsonPath& path, Tool* tool) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const JsonPath place = path / walk.key();
      if (walk.value().is_null()) continue;
      if (walk.key() == "name" && !read_string(walk.value(), place, &tool->name, &error_)) {
        return false;
      }
      if (walk.key() == "description" &&
          !read_string(walk.value(), place, &tool->description, &error_)) {
        return false;
      }
      if (walk.key() != "parameters") continue;
      if (!walk.value().is_object()) return fail(place, "must be an object");
      tool->parameters_json = walk.raw();
    }
    return !tool->name.empty() || fail(path / "name", "must be a non-empty string");
  }

  // --- the question of /api/generate ---

  bool prompt(JsonValue value, RawText, const JsonPath& path) {
    return read_string(value, path, &prompt_, &error_);
  }
  bool system(JsonValue value, RawText, const JsonPath& path) {
    return read_string(value, path, &system_, &error_);
  }
  bool suffix(JsonValue value, RawText raw, const JsonPath& path) {
    std::string_view text;
    if (!read_string(value, path, &text, &error_)) return false;
    if (!text.empty()) suffix_json_ = raw.get();
    return true;
  }
  bool images(JsonValue value, RawText, const JsonPath& path) {
    return read_images(value, path, &images_, &error_);
  }
  bool raw(JsonValue value, RawText, const JsonPath& path) {
    return read_bool(value, path, &request_.raw_prompt, &error_);
  }

  // Clients in Go send every member, so an empty one means the template of the model.
  bool prompt_template(JsonValue value, RawText raw, const JsonPath& path) {
    std::string_view text;
    if (!read_string(value, path, &text, &error_)) return false;
    if (!text.empty()) keep_unknown("template", raw.get());
    return true;
  }

  // A prompt without anything in it asks for the model to be loaded: no messages.
  bool make_messages() {
    if (request_.raw_prompt && !system_.empty()) {
      return fail(JsonPath() / "system", "does not go with 'raw'");
    }
    if (request_.raw_prompt && !images_.empty()) return unsupported("images");
    if (request_.raw_prompt && !suffix_json_.empty()) return unsupported("suffix");
    if (prompt_.empty() && images_.empty() && suffix_json_.empty()) return true;
    if (!system_.empty()) add_message(Role::kSystem, system_);
    std::vector<Part>& parts = add_message(Role::kUser, prompt_).parts;
    for (Part& image : images_) parts.push_back(std::move(image));
    if (!suffix_json_.empty()) parts.push_back({OtherPart{"suffix", suffix_json_}, {}});
    return true;
  }

  Message& add_message(Role role, std::string_view text) {
    Message& message = request_.messages.emplace_back();
    message.role = role;
    message.parts.push_back({TextPart{text}, {}});
    return message;
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
  bool unsupported(std::string_view member) {
    error_ = unsupported_field(std::string(member));
    return false;
  }

  const Form form_;
  std::shared_ptr<RequestBacking> backing_;
  ChatRequest request_;
  std::string extras_;
  std::string option_extras_;
  std::string_view prompt_;
  std::string_view system_;
  std::string_view suffix_json_;
  std::vector<Part> images_;
  Error error_;
};

const std::array<RequestParser::Member, 16> RequestParser::kMembers = {{
    {"model", &RequestParser::model},
    {"messages", &RequestParser::messages, Where::kChat},
    {"tools", &RequestParser::tools, Where::kChat},
    {"prompt", &RequestParser::prompt, Where::kGenerate},
    {"suffix", &RequestParser::suffix, Where::kGenerate},
    {"system", &RequestParser::system, Where::kGenerate},
    {"template", &RequestParser::prompt_template, Where::kGenerate},
    {"images", &RequestParser::images, Where::kGenerate},
    {"raw", &RequestParser::raw, Where::kGenerate},
    {"stream", &RequestParser::stream},
    {"format", &RequestParser::format},
    {"options", &RequestParser::options},
    {"think", &RequestParser::think},
    {"keep_alive", &RequestParser::keep_alive},
    {"logprobs", &RequestParser::logprobs},
    {"top_logprobs", &RequestParser::top_logprobs},
}};

const std::array<RequestParser::Member, 10> RequestParser::kOptions = {{
    {"temperature", &RequestParser::temperature},
    {"top_k", &RequestParser::top_k},
    {"top_p", &RequestParser::top_p},
    {"min_p", &RequestParser::min_p},
    {"num_predict", &RequestParser::num_predict},
    {"seed", &RequestParser::seed},
    {"stop", &RequestParser::stop},
    {"repeat_penalty", &RequestParser::repeat_penalty},
    {"presence_penalty", &RequestParser::presence_penalty},
    {"frequency_penalty", &RequestParser::frequency_penalty},
}};

}  // namespace

Result<ChatRequest> parse_request(std::string body, Form form) {
  return RequestParser(std::move(body), form).parse();
}

}  // namespace weir::ollama
