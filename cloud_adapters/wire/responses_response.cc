// Reads what a server of the Responses API answers: bodies, events, usage, errors.
#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/answer_errors.h"
#include "cloud_adapters/wire/openai_parts.h"
#include "cloud_adapters/wire/responses_parts.h"
#include "cloud_adapters/wire/responses_reader.h"

namespace weir::responses {
namespace {

namespace dom = simdjson::dom;

// In the form of a refusal, whatever event told it.
Error error_in_answer(const std::string& error_object) {
  return told_in_answer(parse_error(refusal_in_answer("{\"error\":" + error_object + "}")));
}

Error error_in_answer(dom::object holder) {
  const std::optional<JsonValue> error = find_member(holder, "error");
  return error_in_answer(error ? simdjson::minify(*error) : std::string("{}"));
}

std::int64_t detail_count(dom::object usage, std::string_view group, std::string_view name) {
  const std::optional<dom::object> details = object_member(usage, group);
  return details ? count_member(*details, name).value_or(0) : 0;
}

std::optional<Usage> usage_of(dom::object response) {
  const std::optional<dom::object> node = object_member(response, "usage");
  if (!node) return std::nullopt;
  const std::optional<std::int64_t> input = count_member(*node, "input_tokens");
  const std::optional<std::int64_t> output = count_member(*node, "output_tokens");
  if (!input || !output) return std::nullopt;
  Usage usage;
  const std::int64_t cached = detail_count(*node, "input_tokens_details", "cached_tokens");
  const std::int64_t written = detail_count(*node, "input_tokens_details", "cache_write_tokens");
  usage.cache_read_tokens = std::min(cached, *input);
  usage.cache_write_5m_tokens = std::min(written, *input - usage.cache_read_tokens);
  usage.input_tokens = *input - usage.cache_read_tokens - usage.cache_write_5m_tokens;
  usage.output_tokens = *output;
  usage.reasoning_tokens = std::min(
      detail_count(*node, "output_tokens_details", "reasoning_tokens"), usage.output_tokens);
  return usage;
}

// Why the answer ended; an error if it failed or has not ended.
Result<FinishReason> finish_of(dom::object response, bool has_calls) {
  const std::string_view status = string_member(response, "status");
  if (status == "failed" || find_member(response, "error")) return error_in_answer(response);
  if (status == "incomplete") {
    const std::optional<dom::object> details = object_member(response, "incomplete_details");
    const bool filtered = details && string_member(*details, "reason") == "content_filter";
    return filtered ? FinishReason::kContentFilter : FinishReason::kLength;
  }
  if (!status.empty() && status != "completed") {
    return protocol_error("The upstream's answer is not complete.");
  }
  return has_calls ? FinishReason::kToolCalls : FinishReason::kStop;
}

bool add_output(dom::object response, ItemEvents* items, std::vector<StreamEvent>* events) {
  const std::optional<dom::array> output = array_member(response, "output");
  if (!output) return true;
  std::int64_t index = 0;
  for (const JsonValue value : *output) {
    dom::object item;
    if (value.get_object().get(item) != simdjson::SUCCESS) return false;
    if (!items->end(item, index++, events)) return false;
  }
  return true;
}

StreamEvent start_event(dom::object response) {
  StreamEvent event = event_of(EventKind::kStart);
  event.id = string_member(response, "id");
  event.model = string_member(response, "model");
  return event;
}

// An event that carries text, and what its text is.
struct TextEvent {
  std::string_view type;
  TextKind kind;
  std::string_view member;  // that has the text
  bool complete;
};

constexpr std::array<TextEvent, 12> kTextEvents = {{
    {"response.output_text.delta", TextKind::kOutput, "delta", false},
    {"response.output_text.done", TextKind::kOutput, "text", true},
    {"response.refusal.delta", TextKind::kRefusal, "delta", false},
    {"response.refusal.done", TextKind::kRefusal, "refusal", true},
    {"response.function_call_arguments.delta", TextKind::kArguments, "delta", false},
    {"response.function_call_arguments.done", TextKind::kArguments, "arguments", true},
    {"response.custom_tool_call_input.delta", TextKind::kInput, "delta", false},
    {"response.custom_tool_call_input.done", TextKind::kInput, "input", true},
    {"response.reasoning_summary_text.delta", TextKind::kSummary, "delta", false},
    {"response.reasoning_summary_text.done", TextKind::kSummary, "text", true},
    {"response.reasoning_text.delta", TextKind::kThought, "delta", false},
    {"response.reasoning_text.done", TextKind::kThought, "text", true},
}};

constexpr std::array<std::string_view, 4> kEnds = {"response.completed", "response.incomplete",
                                                   "response.failed", "error"};

bool is_end(std::string_view type) {
  return std::find(kEnds.begin(), kEnds.end(), type) != kEnds.end();
}

// A quote inside a text is escaped, so a bare one begins a key or a whole string.
bool may_end(std::string_view data) {
  return std::any_of(kEnds.begin(), kEnds.end(), [data](std::string_view type) {
    return data.find("\"" + std::string(type) + "\"") != std::string_view::npos;
  });
}

class ChunkParser final : public StreamParser {
 public:
  explicit ChunkParser(StreamDepth depth) : depth_(depth) {}

  Result<void> parse_event(std::string_view event_name, std::string_view data, std::string_view raw,
                           std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    items_.forget();
    const bool had_ended = done_;
    Result<void> result = parse_data(event_name, data, events);
    if (!result) return result;
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    // The end mark is forwarded with kDone, which waits for the ledger.
    const std::size_t carrier = done_ && !had_ended ? events->size() - 1 : first;
    for (std::size_t i = first; i < events->size(); ++i) {
      (*events)[i].raw_continues = i != carrier;
    }
    (*events)[carrier].raw = raw;
    return {};
  }

  Result<void> finish(std::vector<StreamEvent>* /*events*/) override {
    if (done_) return {};
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before its end mark.",
                 "upstream_stream_cut"};
  }

 private:
  bool skip(std::string_view event_name, std::string_view data) const {
    if (depth_ == StreamDepth::kFull || !started_) return false;
    if (event_name.starts_with("response.")) return !is_end(event_name);
    return !may_end(data);
  }

  Result<void> parse_data(std::string_view event_name, std::string_view data,
                          std::vector<StreamEvent>* events) {
    if (data.empty() || done_ || data == "[DONE]" || skip(event_name, data)) return {};
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
      return protocol_error("An event of the upstream's stream is not a JSON object.");
    }
    document_ = *document;
    std::string_view type = string_member(root, "type");
    if (type.empty()) type = event_name;
    if (type == "error" || (type.empty() && find_member(root, "error"))) return error_event(root);
    return parse_root(type, root, events);
  }

  // Its members stand in `error` or in the event itself.
  static Result<void> error_event(dom::object root) {
    if (object_member(root, "error")) return error_in_answer(root);
    return error_in_answer(simdjson::minify(root));
  }

  Result<void> parse_root(std::string_view type, dom::object root,
                          std::vector<StreamEvent>* events) {
    const std::optional<dom::object> response = object_member(root, "response");
    if (!std::exchange(started_, true)) {
      events->push_back(response ? start_event(*response) : event_of(EventKind::kStart));
    }
    if (is_end(type)) {
      if (!response) return protocol_error("The end of the upstream's stream has no response.");
      return end(type, *response, events);
    }
    if (depth_ == StreamDepth::kSkim) return {};
    if (!parse_item_event(type, root, events)) {
      return protocol_error("An event of the upstream's stream is malformed.");
    }
    return {};
  }

  bool parse_item_event(std::string_view type, dom::object root, std::vector<StreamEvent>* events) {
    const std::int64_t index = count_member(root, "output_index").value_or(last_item_);
    last_item_ = index;
    if (type == "response.output_item.added" || type == "response.output_item.done") {
      const std::optional<dom::object> item = object_member(root, "item");
      if (!item) return false;
      if (type.ends_with(".done")) return items_.end(*item, index, events);
      items_.begin(*item, index, events);
      return true;
    }
    if (type == "response.output_text.annotation.added") {
      ItemEvents::add_other("annotations", events);
    }
    for (const TextEvent& known : kTextEvents) {
      if (known.type != type) continue;
      const std::string_view part =
          known.kind == TextKind::kSummary ? "summary_index" : "content_index";
      const TextPlace place{known.kind, index, count_member(root, part).value_or(0)};
      const std::string_view text = string_member(root, known.member);
      return known.complete ? items_.all(place, text, events) : items_.more(place, text, events);
    }
    return true;
  }

  Result<void> end(std::string_view type, dom::object response, std::vector<StreamEvent>* events) {
    if (type == "response.failed") return error_in_answer(response);
    if (depth_ == StreamDepth::kFull && !items_.any() && !add_output(response, &items_, events)) {
      return protocol_error("The output of the upstream's answer is malformed.");
    }
    const bool calls = items_.any_calls() || has_calls(response);
    const Result<FinishReason> reason = finish_of(response, calls);
    if (!reason) return reason.error();
    StreamEvent finish = event_of(EventKind::kFinish);
    finish.finish = *reason;
    if (type == "response.incomplete" && finish.finish != FinishReason::kContentFilter) {
      finish.finish = FinishReason::kLength;
    }
    events->push_back(finish);
    if (const std::optional<Usage> usage = usage_of(response)) {
      events->push_back(event_of(EventKind::kUsage));
      events->back().usage = *usage;
    }
    events->push_back(event_of(EventKind::kDone));
    done_ = true;
    return {};
  }

  static bool has_calls(dom::object response) {
    const std::optional<dom::array> output = array_member(response, "output");
    if (!output) return false;
    for (const JsonValue value : *output) {
      dom::object item;
      if (value.get_object().get(item) != simdjson::SUCCESS) continue;
      const std::string_view type = string_member(item, "type");
      if (type == "function_call" || type == "custom_tool_call") return true;
    }
    return false;
  }

  StreamDepth depth_;
  bool started_ = false;
  bool done_ = false;
  std::int64_t last_item_ = 0;
  ItemEvents items_;
  std::shared_ptr<const JsonDocument> document_;
};

// What the events of a whole answer point into.
struct AnswerBacking {
  std::shared_ptr<const JsonDocument> document;
  ItemEvents items;
};

}  // namespace

Result<ParsedResponse> parse_response(std::string_view body) {
  auto backing = std::make_shared<AnswerBacking>();
  Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return protocol_error("The upstream's answer is not a JSON object.");
  }
  backing->document = std::move(*document);
  if (!find_member(root, "error") && !array_member(root, "output")) {
    return protocol_error("The upstream's answer has no output.");
  }
  ParsedResponse response;
  response.events.push_back(start_event(root));
  response.whole = response.events.front();
  response.whole.kind = EventKind::kWhole;
  response.whole.raw = body;
  if (!add_output(root, &backing->items, &response.events)) {
    return protocol_error("The output of the upstream's answer is malformed.");
  }
  const Result<FinishReason> reason = finish_of(root, backing->items.any_calls());
  if (!reason) return reason.error();
  response.whole.finish = *reason;
  response.events.push_back(event_of(EventKind::kFinish));
  response.events.back().finish = *reason;
  if (const std::optional<Usage> usage = usage_of(root)) {
    response.has_usage = true;
    response.whole.usage = *usage;
    response.events.push_back(event_of(EventKind::kUsage));
    response.events.back().usage = *usage;
  } else {
    response.absurd_usage = tells_absurd_count(find_member(root, "usage"));
  }
  response.events.push_back(event_of(EventKind::kDone));
  response.backing = std::move(backing);
  return response;
}

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<ChunkParser>(depth);
}

Error parse_error(UpstreamRefusal refusal) {
  Error error = openai::parse_error(std::move(refusal));
  auto own = std::make_shared<UpstreamRefusal>(*error.upstream);
  own->dialect = Dialect::kOpenAiResponses;
  error.upstream = std::move(own);
  return error;
}

}  // namespace weir::responses
