// Reads what an Anthropic-compatible server answers, text only.
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxCount = 1'000'000'000;
constexpr std::int64_t kMaxBlocks = 1024;

Error protocol_error(std::string_view message) {
  return {ErrorCode::kUpstreamProtocol, std::string(message), "upstream_bad_answer"};
}

Error stream_error(std::string_view data) {
  UpstreamRefusal refusal;
  refusal.status = 200;
  refusal.content_type = "application/json";
  refusal.body = data;
  Error error = parse_error(std::move(refusal));
  error.message = "The upstream reported an error in its answer.";
  return error;
}

StreamEvent event_of(EventKind kind) {
  StreamEvent event;
  event.kind = kind;
  event.raw_dialect = Dialect::kAnthropic;
  return event;
}

std::optional<dom::object> object_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  dom::object inner;
  if (!value || value->get_object().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

FinishReason parse_stop(std::string_view word) {
  if (word == "max_tokens" || word == "model_context_window_exceeded") {
    return FinishReason::kLength;
  }
  if (word == "stop_sequence") return FinishReason::kStopSequence;
  if (word == "tool_use") return FinishReason::kToolCalls;
  if (word == "refusal") return FinishReason::kContentFilter;
  return FinishReason::kStop;
}

// Counts come in parts: the prompt first, the answer at the end, where the
// prompt may be told again. False for a count that cannot be one.
class UsageReader {
 public:
  void read(dom::object usage) {
    take(usage, "input_tokens", &usage_.input_tokens);
    take(usage, "cache_read_input_tokens", &usage_.cache_read_tokens);
    take(usage, "output_tokens", &usage_.output_tokens);
    const std::optional<dom::object> split = object_member(usage, "cache_creation");
    if (split) {
      take(*split, "ephemeral_5m_input_tokens", &usage_.cache_write_5m_tokens);
      take(*split, "ephemeral_1h_input_tokens", &usage_.cache_write_1h_tokens);
    } else if (usage_.cache_write_1h_tokens == 0) {
      take(usage, "cache_creation_input_tokens", &usage_.cache_write_5m_tokens);
    }
    if (const auto details = object_member(usage, "output_tokens_details")) {
      take(*details, "thinking_tokens", &usage_.reasoning_tokens);
    }
    seen_ = seen_ || find_member(usage, "output_tokens");
  }

  std::optional<Usage> result() const {
    return seen_ && good_ ? std::optional<Usage>(usage_) : std::nullopt;
  }

 private:
  void take(dom::object object, std::string_view name, std::int64_t* out) {
    const std::optional<JsonValue> value = find_member(object, name);
    if (!value) return;
    const bool is_count = value->get_int64().get(*out) == simdjson::SUCCESS;
    good_ = good_ && is_count && *out >= 0 && *out <= kMaxCount;
  }

  Usage usage_;
  bool seen_ = false;
  bool good_ = true;
};

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamDepth depth) : depth_(depth) {}

  Result<void> parse_event(std::string_view event_name, std::string_view data, std::string_view raw,
                           std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    const bool is_text = event_name.starts_with("content_block") || event_name == "ping";
    if (!data.empty() && !done_ && !(depth_ == StreamDepth::kSkim && is_text)) {
      const Result<void> result = parse_data(data, events);
      if (!result) return result;
    }
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    for (std::size_t i = first; i < events->size(); ++i) (*events)[i].raw_continues = i > first;
    (*events)[first].raw = raw;
    return {};
  }

  Result<void> finish(std::vector<StreamEvent>* /*events*/) override {
    if (done_) return {};
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before message_stop.",
                 "upstream_stream_cut"};
  }

 private:
  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
      return protocol_error("An event of the upstream's stream is not a JSON object.");
    }
    document_ = *document;
    const std::string_view type = string_member(root, "type");
    if (type == "error") return stream_error(data);
    if (type == "message_start") return message_start(root, events);
    if (type == "content_block_start") return block_start(root);
    if (type == "content_block_delta") return block_delta(root, events);
    if (type == "message_delta") message_delta(root, events);
    if (type == "message_stop") {
      done_ = true;
      events->push_back(event_of(EventKind::kDone));
    }
    return {};
  }

  Result<void> message_start(dom::object root, std::vector<StreamEvent>* events) {
    const std::optional<dom::object> message = object_member(root, "message");
    if (!message) return protocol_error("The upstream's message_start has no message.");
    StreamEvent event = event_of(EventKind::kStart);
    event.id = string_member(*message, "id");
    event.model = string_member(*message, "model");
    events->push_back(event);
    if (const auto usage = object_member(*message, "usage")) usage_.read(*usage);
    return {};
  }

  static Result<void> block_start(dom::object root) {
    const std::optional<dom::object> block = object_member(root, "content_block");
    const std::string_view type = block ? string_member(*block, "type") : std::string_view();
    if (type == "text") return {};
    return unsupported_field("content_block." + std::string(type));
  }

  static Result<void> block_delta(dom::object root, std::vector<StreamEvent>* events) {
    const std::optional<dom::object> delta = object_member(root, "delta");
    if (!delta || string_member(*delta, "type") != "text_delta") {
      return unsupported_field("content_block_delta");
    }
    std::int64_t index = 0;
    const std::optional<JsonValue> at = find_member(root, "index");
    if (at &&
        (at->get_int64().get(index) != simdjson::SUCCESS || index < 0 || index >= kMaxBlocks)) {
      return protocol_error("A block of the upstream's stream has no valid index.");
    }
    StreamEvent event = event_of(EventKind::kTextDelta);
    event.block_index = static_cast<std::int32_t>(index);
    event.text = string_member(*delta, "text");
    if (!event.text.empty()) events->push_back(event);
    return {};
  }

  void message_delta(dom::object root, std::vector<StreamEvent>* events) {
    const std::optional<dom::object> delta = object_member(root, "delta");
    const std::string_view stop = delta ? string_member(*delta, "stop_reason") : std::string_view();
    if (!stop.empty()) {
      events->push_back(event_of(EventKind::kFinish));
      events->back().finish = parse_stop(stop);
    }
    if (const auto usage = object_member(root, "usage")) usage_.read(*usage);
    // Without a kFinish the frame must not look as if it were usage alone.
    if (stop.empty()) return;
    if (const std::optional<Usage> usage = usage_.result()) {
      events->push_back(event_of(EventKind::kUsage));
      events->back().usage = *usage;
    }
  }

  StreamDepth depth_;
  bool done_ = false;
  UsageReader usage_;
  std::shared_ptr<const JsonDocument> document_;
};

}  // namespace

Result<ParsedResponse> parse_response(std::string_view body) {
  Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return protocol_error("The upstream's answer is not a JSON object.");
  }
  if (string_member(root, "type") == "error") return stream_error(body);
  const std::optional<JsonValue> content = find_member(root, "content");
  dom::array blocks;
  if (!content || content->get_array().get(blocks) != simdjson::SUCCESS) {
    return protocol_error("The upstream's answer has no content.");
  }
  ParsedResponse response;
  response.whole = event_of(EventKind::kWhole);
  response.whole.raw = body;
  response.whole.id = string_member(root, "id");
  response.whole.model = string_member(root, "model");
  response.whole.finish = parse_stop(string_member(root, "stop_reason"));
  response.events.push_back(response.whole);
  response.events.back().kind = EventKind::kStart;
  response.events.back().raw = {};
  for (const JsonValue value : blocks) {
    dom::object block;
    const bool is_object = value.get_object().get(block) == simdjson::SUCCESS;
    if (!is_object || string_member(block, "type") != "text") return unsupported_field("content");
    response.events.push_back(event_of(EventKind::kTextDelta));
    response.events.back().text = string_member(block, "text");
  }
  response.events.push_back(event_of(EventKind::kFinish));
  response.events.back().finish = response.whole.finish;
  UsageReader usage;
  if (const auto node = object_member(root, "usage")) usage.read(*node);
  if (const std::optional<Usage> counts = usage.result()) {
    response.has_usage = true;
    response.whole.usage = *counts;
    response.events.push_back(event_of(EventKind::kUsage));
    response.events.back().usage = *counts;
  }
  response.events.push_back(event_of(EventKind::kDone));
  response.backing = *document;
  return response;
}

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<Parser>(depth);
}

Error parse_error(UpstreamRefusal refusal) {
  Error error(ErrorCode::kUpstreamStatus,
              "The upstream answered with status " + std::to_string(refusal.status) + ".");
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(refusal.body);
  dom::object root;
  if (document && (*document)->root().get_object().get(root) == simdjson::SUCCESS) {
    if (const auto node = object_member(root, "error")) {
      error.detail = string_member(*node, "type");
    }
  }
  refusal.dialect = Dialect::kAnthropic;
  error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
  return error;
}

}  // namespace weir::anthropic
