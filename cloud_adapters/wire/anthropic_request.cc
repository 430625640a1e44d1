// Reads the body of POST /v1/messages, and changes it where it is only forwarded.
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxTopK = 1'000'000;

struct RequestBacking {
  std::string body;
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;
};

ByteSpan span_of(std::string_view part, std::string_view body) {
  const auto begin = static_cast<std::size_t>(part.data() - body.data());
  return {begin, begin + part.size()};
}

class RequestParser {
 public:
  RequestParser(std::string body, const RequestPath& path)
      : backing_(std::make_shared<RequestBacking>()), count_only_(path.count_only) {
    backing_->body = std::move(body);
    request_.dialect = Dialect::kAnthropic;
    request_.include_usage = true;  // this dialect always tells usage
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
    for (MemberWalk walk(root, std::string_view(body)); walk.next();) {
      if (!walk.value().is_null() && !member(walk, path / walk.key())) return error_;
    }
    if (!check_required(path)) return error_;
    request_.extras = backing_->made.emplace_back(std::move(extras_));
    request_.original = body;
    request_.spans.first_member = body.find('{') + 1;
    request_.backing = std::move(backing_);
    return std::move(request_);
  }

 private:
  RequestOut out() { return {&request_, &backing_->made, &error_}; }

  bool member(MemberWalk& walk, const JsonPath& path) {
    const std::string_view key = walk.key();
    if (key == "model") return model(walk, path);
    if (key == "messages") {
      has_turn_ = walk.value().is_array() && walk.value().get_array().value_unsafe().size() > 0;
      return read_messages(walk.value(), RawText(walk), path, out());
    }
    if (key == "system") return read_system(walk.value(), RawText(walk), path, out());
    if (key == "tools") return read_tools(walk.value(), RawText(walk), path, out());
    if (key == "stream") return read_bool(walk.value(), path, &request_.stream, &error_);
    if (key == "stop_sequences") return stop_sequences(walk.value(), path);
    if (is_number(key)) return number(key, walk.value(), path);
    append_member(&extras_, key, walk.raw());
    return kept_member(walk, path);
  }

  static bool is_number(std::string_view key) {
    return key == "max_tokens" || key == "temperature" || key == "top_p" || key == "top_k";
  }

  bool number(std::string_view key, JsonValue value, const JsonPath& path) {
    Sampling& sampling = request_.sampling;
    if (key == "max_tokens") {
      return read_integer(value, path, {0, kMaxTokens}, &sampling.max_tokens.emplace(), &error_);
    }
    if (key == "top_k") {
      return read_integer(value, path, {0, kMaxTopK}, &sampling.top_k.emplace(), &error_);
    }
    std::optional<double>& out = key == "top_p" ? sampling.top_p : sampling.temperature;
    return read_number(value, path, {0, 1}, &out.emplace(), &error_);
  }

  // Members that stay in extras too: they say more than there are fields for.
  bool kept_member(MemberWalk& walk, const JsonPath& path) {
    const std::string_view key = walk.key();
    const JsonValue value = walk.value();
    if (key == "tool_choice") return read_tool_choice(value, path, out());
    if (key == "thinking") return thinking(value, path);
    if (key == "output_config") return output_config(value, RawText(walk), path);
    if (key == "output_format") return format(value, RawText(walk), path);
    if (key == "metadata" && value.is_object()) {
      request_.user = string_member(value.get_object().value_unsafe(), "user_id");
    } else {
      request_.unknown_members.push_back(key);
    }
    return true;
  }

  bool model(MemberWalk& walk, const JsonPath& path) {
    request_.spans.model = span_of(walk.raw(), backing_->body);
    if (!read_string(walk.value(), path, &request_.model, &error_)) return false;
    return request_.model.size() <= kMaxModelBytes || fail(path, "is longer than 256 bytes");
  }

  bool check_required(const JsonPath& path) {
    if (request_.model.empty()) return fail(path / "model", "must be a non-empty string");
    if (!count_only_ && !request_.sampling.max_tokens) {
      return fail(path / "max_tokens", "is required");
    }
    if (!has_turn_) return fail(path / "messages", "must be a non-empty array");
    return check_tool_choice(out());
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

  bool thinking(JsonValue value, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    const std::string_view type = string_member(node, "type");
    if (type == "enabled") request_.thinking = Thinking::kOn;
    if (type == "adaptive" || type == "between_tools") request_.thinking = Thinking::kAdaptive;
    if (type == "disabled") request_.thinking = Thinking::kOff;
    if (request_.thinking == Thinking::kUnset) request_.unknown_members.push_back("thinking");
    const std::optional<JsonValue> budget = find_member(node, "budget_tokens");
    return !budget || read_integer(*budget, path / "budget_tokens", {0, kMaxTokens},
                                   &request_.thinking_budget.emplace(), &error_);
  }

  bool output_config(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    for (MemberWalk walk(node, raw); walk.next();) {
      const std::string_view key = walk.key();
      const JsonPath place = path / key;
      if (walk.value().is_null()) continue;
      if (key == "effort") {
        if (!read_string(walk.value(), place, &request_.reasoning_effort, &error_)) return false;
      } else if (key == "format") {
        if (!format(walk.value(), RawText(walk), place)) return false;
      } else {
        unknown_inside(place);
      }
    }
    return true;
  }

  bool format(JsonValue value, RawText raw, const JsonPath& path) {
    dom::object node;
    if (!read_object(value, path, &node, &error_)) return false;
    if (string_member(node, "type") != "json_schema") {
      unknown_inside(path);
      return true;
    }
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() != "schema" || !walk.value().is_object()) continue;
      request_.response_format.kind = ResponseFormatKind::kJsonSchema;
      request_.response_format.schema_json = walk.raw();
      return true;
    }
    return fail(path / "schema", "must be an object");
  }

  void unknown_inside(const JsonPath& path) {
    request_.unknown_members.push_back(backing_->made.emplace_back(path.text()));
  }

  bool fail(const JsonPath& path, std::string_view what) {
    error_ = invalid_field(path, what);
    return false;
  }

  std::shared_ptr<RequestBacking> backing_;
  const bool count_only_;
  ChatRequest request_;
  std::string extras_;
  bool has_turn_ = false;
  Error error_;
};

// Where the members stand that forwarding changes.
struct ForwardSpans {
  ByteSpan model;
  ByteSpan max_tokens;
};

Result<ForwardSpans> find_forward_spans(std::string_view body) {
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  ForwardSpans spans;
  dom::object root;
  if (!document) return document.error();
  if ((*document)->root().get_object().get(root) != simdjson::SUCCESS) return spans;
  for (MemberWalk walk(root, body); walk.next();) {
    if (walk.key() == "model") spans.model = span_of(walk.raw(), body);
    if (walk.key() == "max_tokens") spans.max_tokens = span_of(walk.raw(), body);
  }
  return spans;
}

}  // namespace

Result<ChatRequest> parse_request(std::string body, const RequestPath& path) {
  return RequestParser(std::move(body), path).parse();
}

Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                    const RequestOptions& options) {
  const bool wants_limit = options.answer_tokens > 0 && !request.sampling.max_tokens;
  ForwardSpans spans{request.spans.model, {}};
  if (wants_limit || body.data() != request.original.data()) {
    const Result<ForwardSpans> found = find_forward_spans(body);
    if (!found) return found.error();
    spans = *found;
  }
  if (!spans.model.found()) {
    return Error{ErrorCode::kInternal, "The body to forward has no model."};
  }
  std::string model;
  append_json_string(&model, options.model);
  std::string limit;
  if (wants_limit) append_json_number(&limit, options.answer_tokens);
  std::string out(body);
  const auto replace = [&out](ByteSpan span, std::string_view text) {
    out.replace(span.begin, span.end - span.begin, text);
  };
  const bool null_limit = wants_limit && spans.max_tokens.found();
  if (null_limit && spans.max_tokens.begin > spans.model.begin) replace(spans.max_tokens, limit);
  replace(spans.model, model);
  if (null_limit && spans.max_tokens.begin < spans.model.begin) replace(spans.max_tokens, limit);
  if (wants_limit && !null_limit) {
    out.insert(out.find('{') + 1, "\"max_tokens\":" + limit + ",");
  }
  return out;
}

}  // namespace weir::anthropic
