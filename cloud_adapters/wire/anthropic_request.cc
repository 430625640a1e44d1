// Reads and writes the body of POST /v1/messages, text only.
#include <array>
#include <deque>
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxTopK = 1'000'000;

// They change the answer and have no translation yet.
constexpr std::array<std::string_view, 8> kUnsupported = {
    "tools",       "tool_choice",        "thinking",  "output_config",
    "mcp_servers", "context_management", "container", "output_format"};

struct Backing {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::string extras;
};

class Parser {
 public:
  Parser(std::string body, const RequestPath& path)
      : backing_(std::make_shared<Backing>()), count_only_(path.count_only) {
    backing_->body = std::move(body);
    request_.dialect = Dialect::kAnthropic;
  }

  Result<ChatRequest> parse() {
    const std::string& body = backing_->body;
    Result<std::shared_ptr<const JsonDocument>> document =
        JsonDocument::parse(body, body.capacity());
    if (!document) return std::move(document).error();
    backing_->document = *document;
    dom::object root;
    const JsonPath path;
    if (!read_object(backing_->document->root(), path, &root, &error_)) return error_;
    request_.include_usage = true;  // this dialect always tells usage
    for (MemberWalk walk(root, std::string_view(body)); walk.next();) {
      if (!walk.value().is_null() && !member(walk, path / walk.key())) return error_;
    }
    if (!check_required(path)) return error_;
    request_.extras = backing_->extras;
    request_.original = body;
    request_.spans.first_member = body.find('{') + 1;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  bool member(MemberWalk& walk, const JsonPath& path) {
    const std::string_view key = walk.key();
    const JsonValue value = walk.value();
    Sampling& sampling = request_.sampling;
    if (key == "model") return read_model(walk, path);
    if (key == "messages") return messages(value, path);
    if (key == "system") return system(value, path);
    if (key == "stream") return read_bool(value, path, &request_.stream, &error_);
    if (key == "max_tokens") {
      return read_integer(value, path, {1, kMaxTokens}, &sampling.max_tokens.emplace(), &error_);
    }
    if (key == "temperature") {
      return read_number(value, path, {0, 1}, &sampling.temperature.emplace(), &error_);
    }
    if (key == "top_p") return read_number(value, path, {0, 1}, &sampling.top_p.emplace(), &error_);
    if (key == "top_k") {
      return read_integer(value, path, {0, kMaxTopK}, &sampling.top_k.emplace(), &error_);
    }
    if (key == "stop_sequences") return stop_sequences(value, path);
    if (key == "metadata" && value.is_object()) {
      request_.user = string_member(value.get_object().value_unsafe(), "user_id");
    }
    return other_member(walk, path);
  }

  bool other_member(MemberWalk& walk, const JsonPath& path) {
    for (const std::string_view name : kUnsupported) {
      if (walk.key() == name) return refuse(path);
    }
    if (walk.key() != "metadata") request_.unknown_members.push_back(walk.key());
    append_member(&backing_->extras, walk.key(), walk.raw());
    return true;
  }

  bool read_model(MemberWalk& walk, const JsonPath& path) {
    const auto begin = static_cast<std::size_t>(walk.raw().data() - backing_->body.data());
    request_.spans.model = {begin, begin + walk.raw().size()};
    return read_string(walk.value(), path, &request_.model, &error_);
  }

  bool check_required(const JsonPath& path) {
    if (request_.model.empty()) return fail(path / "model", "must be a non-empty string");
    if (!count_only_ && !request_.sampling.max_tokens)
      return fail(path / "max_tokens", "is required");
    if (has_turn_) return true;
    return fail(path / "messages", "must be a non-empty array");
  }

  bool stop_sequences(JsonValue value, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      std::string_view& stop = request_.sampling.stop.emplace_back();
      if (!read_string(item, path / index++, &stop, &error_)) return false;
    }
    return true;
  }

  // The system prompt is the first message, wherever it stood in the body.
  bool system(JsonValue value, const JsonPath& path) {
    Message message;
    message.role = Role::kSystem;
    if (!content(value, path, &message.parts)) return false;
    request_.messages.insert(request_.messages.begin(), std::move(message));
    return true;
  }

  bool messages(JsonValue value, const JsonPath& path) {
    dom::array list;
    if (!read_array(value, path, &list, &error_)) return false;
    std::size_t index = 0;
    for (const JsonValue item : list) {
      const JsonPath place = path / index++;
      dom::object node;
      if (!read_object(item, place, &node, &error_)) return false;
      Message& message = request_.messages.emplace_back();
      if (!role(string_member(node, "role"), place, &message)) return false;
      const std::optional<JsonValue> text = find_member(node, "content");
      if (!text) return fail(place / "content", "is required");
      if (!content(*text, place / "content", &message.parts)) return false;
      has_turn_ = true;
    }
    return true;
  }

  bool role(std::string_view word, const JsonPath& path, Message* message) {
    if (word == "assistant") message->role = Role::kAssistant;
    if (word == "system") message->role = Role::kSystem;
    if (word == "user" || word == "assistant" || word == "system") return true;
    return fail(path / "role", "must be one of user, assistant and system");
  }

  bool content(JsonValue value, const JsonPath& path, std::vector<Part>* parts) {
    if (value.is_string()) {
      parts->push_back({TextPart{value.get_string().value_unsafe()}, {}});
      return true;
    }
    dom::array blocks;
    if (value.get_array().get(blocks) != simdjson::SUCCESS) {
      return fail(path, "must be a string or an array of blocks");
    }
    std::size_t index = 0;
    for (const JsonValue item : blocks) {
      const JsonPath place = path / index++;
      dom::object block;
      if (!read_object(item, place, &block, &error_)) return false;
      if (string_member(block, "type") != "text") return refuse(place);
      const std::optional<JsonValue> text = find_member(block, "text");
      if (!text) return fail(place / "text", "is required");
      Part& part = parts->emplace_back();
      if (!read_string(*text, place / "text", &part.value.emplace<TextPart>().text, &error_)) {
        return false;
      }
    }
    return true;
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }
  bool refuse(const JsonPath& path) {
    error_ = unsupported_field(path.text());
    return false;
  }

  std::shared_ptr<Backing> backing_;
  const bool count_only_;
  ChatRequest request_;
  bool has_turn_ = false;
  Error error_;
};

class Writer {
 public:
  Writer(const ChatRequest& request, const RequestOptions& options)
      : request_(request), options_(options) {}

  Result<WrittenRequest> write() {
    if (!check_sampling() || !check_members()) return error_;
    JsonObject body(&out_);
    body.string("model", options_.model);
    if (!write_max_tokens(&body) || !write_system(&body)) return error_;
    body.key("messages")->push_back('[');
    for (std::size_t i = leading_; i < request_.messages.size(); ++i) {
      if (!write_message(request_.messages[i], i)) return error_;
    }
    out_.push_back(']');
    write_sampling(&body);
    if (!request_.user.empty()) {
      JsonObject metadata(body.key("metadata"));
      metadata.string("user_id", request_.user);
      metadata.close();
    }
    if (request_.stream) body.boolean("stream", true);
    body.close();
    return WrittenRequest{std::move(out_), {}};
  }

 private:
  bool check_sampling() {
    const Sampling& sampling = request_.sampling;
    if (sampling.temperature.value_or(0) > 1) return refuse("temperature");
    if (sampling.frequency_penalty.value_or(0) != 0) return refuse("frequency_penalty");
    if (sampling.presence_penalty.value_or(0) != 0) return refuse("presence_penalty");
    if (sampling.repetition_penalty.value_or(1) != 1) return refuse("repetition_penalty");
    if (sampling.min_p) return refuse("min_p");
    if (sampling.seed) return refuse("seed");
    if (sampling.choices != 1) return refuse("n");
    if (sampling.logprobs) return refuse("logprobs");
    return sampling.logit_bias.empty() || refuse("logit_bias");
  }

  bool check_members() {
    if (!request_.tools.empty()) return refuse("tools");
    if (request_.response_format.kind != ResponseFormatKind::kText) {
      return refuse("response_format");
    }
    if (!request_.reasoning_effort.empty()) return refuse("reasoning_effort");
    for (const std::string_view name : request_.unknown_members) {
      if (!is_inessential_member(name)) return refuse(std::string(name));
    }
    return true;
  }

  bool write_max_tokens(JsonObject* body) {
    const std::int64_t unlimited =
        options_.answer_tokens > 0 ? options_.answer_tokens : options_.max_tokens;
    const std::int64_t tokens = request_.sampling.max_tokens.value_or(unlimited);
    if (tokens <= 0) return refuse("max_tokens");
    body->number("max_tokens", tokens);
    return true;
  }

  // The system messages at the front become the system prompt; a later one has
  // no place.
  bool write_system(JsonObject* body) {
    std::string text;
    while (leading_ < request_.messages.size() && is_system(request_.messages[leading_])) {
      std::string next;
      if (!text_of(request_.messages[leading_], leading_, &next)) return false;
      if (!text.empty() && !next.empty()) text += "\n\n";
      text += next;
      ++leading_;
    }
    if (!text.empty()) body->string("system", text);
    return true;
  }

  static bool is_system(const Message& message) {
    return message.role == Role::kSystem || message.role == Role::kDeveloper;
  }

  bool write_message(const Message& message, std::size_t index) {
    const std::string path = "messages[" + std::to_string(index) + "]";
    if (is_system(message) || message.role == Role::kTool) return refuse(path + ".role");
    if (!message.name.empty()) return refuse(path + ".name");
    std::string text;
    if (!text_of(message, index, &text)) return false;
    if (out_.back() != '[') out_.push_back(',');
    JsonObject object(&out_);
    object.string("role", to_string(message.role));
    object.string("content", text);
    object.close();
    return true;
  }

  bool text_of(const Message& message, std::size_t index, std::string* text) {
    const std::string path = "messages[" + std::to_string(index) + "]";
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
      const Part& part = message.parts[i];
      const auto* piece = std::get_if<TextPart>(&part.value);
      if (piece == nullptr) {
        return refuse(path + place_of(part, i));
      }
      if (!text->empty() && !piece->text.empty()) *text += "\n\n";
      *text += piece->text;
    }
    return true;
  }

  static std::string place_of(const Part& part, std::size_t index) {
    if (std::holds_alternative<ToolUsePart>(part.value)) return ".tool_calls";
    if (std::holds_alternative<ReasoningPart>(part.value)) return ".reasoning_content";
    const auto* other = std::get_if<OtherPart>(&part.value);
    if (other != nullptr && (other->type == "refusal" || other->type == "function_call")) {
      std::string place(1, '.');
      return place.append(other->type);
    }
    return ".content[" + std::to_string(index) + "]";
  }

  void write_sampling(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    if (sampling.temperature) body->number("temperature", *sampling.temperature);
    if (sampling.top_p) body->number("top_p", *sampling.top_p);
    if (sampling.top_k) body->number("top_k", *sampling.top_k);
    if (sampling.stop.empty()) return;
    body->key("stop_sequences")->push_back('[');
    for (const std::string_view stop : sampling.stop) {
      if (out_.back() != '[') out_.push_back(',');
      append_json_string(&out_, stop);
    }
    out_.push_back(']');
  }

  bool refuse(std::string path) {
    error_ = unsupported_field(std::move(path));
    return false;
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::size_t leading_ = 0;  // system messages at the front
  std::string out_;
  Error error_;
};

}  // namespace

Result<ChatRequest> parse_request(std::string body, const RequestPath& path) {
  return Parser(std::move(body), path).parse();
}

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return Writer(request, options).write();
}

Result<std::string> rewrite_request(std::string_view body, std::string_view model) {
  JsonMembers members(body);
  while (members.next()) {
    if (members.key() != "model") continue;
    const auto begin = static_cast<std::size_t>(members.value().data() - body.data());
    std::string out(body.substr(0, begin));
    append_json_string(&out, model);
    out += body.substr(begin + members.value().size());
    return out;
  }
  return Error{ErrorCode::kInternal, "The body to forward has no model."};
}

}  // namespace weir::anthropic
