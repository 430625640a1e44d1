// Reads what an Anthropic-compatible server answers in one piece, and its errors.
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/anthropic_usage.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

StreamEvent block_event(EventKind kind, std::int32_t index) {
  StreamEvent event = event_of(kind);
  event.block_index = index;
  return event;
}

void add_thought(dom::object block, std::int32_t index, std::vector<StreamEvent>* events) {
  StreamEvent event = block_event(EventKind::kReasoningDelta, index);
  event.redacted = string_member(block, "type") == "redacted_thinking";
  event.text = string_member(block, "thinking");
  event.signature = string_member(block, event.redacted ? "data" : "signature");
  if (!event.text.empty() || !event.signature.empty()) events->push_back(event);
}

Result<void> add_blocks(dom::array blocks, RawText raw, std::vector<StreamEvent>* events) {
  ElementTexts texts(raw);
  std::int32_t index = 0;
  for (const JsonValue value : blocks) {
    dom::object block;
    if (value.get_object().get(block) != simdjson::SUCCESS) {
      return protocol_error("A block of the upstream's answer is not an object.");
    }
    add_block(block, index, events);
    if (string_member(block, "type") == "tool_use") {
      StreamEvent event = block_event(EventKind::kToolCallDelta, index);
      event.text = input_of(block, RawText(texts, static_cast<std::size_t>(index)));
      events->push_back(event);
    }
    ++index;
  }
  return {};
}

Result<void> add_content(dom::object root, std::string_view body,
                         std::vector<StreamEvent>* events) {
  for (MemberWalk walk(root, body); walk.next();) {
    if (walk.key() != "content") continue;
    dom::array blocks;
    if (walk.value().get_array().get(blocks) != simdjson::SUCCESS) break;
    return add_blocks(blocks, RawText(walk), events);
  }
  return protocol_error("The upstream's answer has no content.");
}

}  // namespace

Error error_in_answer(std::string_view data) {
  return told_in_answer(parse_error(refusal_in_answer(std::string(data))));
}

StreamEvent event_of(EventKind kind) {
  StreamEvent event;
  event.kind = kind;
  event.raw_dialect = Dialect::kAnthropic;
  return event;
}

void add_other(std::string_view name, std::int32_t index, std::vector<StreamEvent>* events) {
  events->push_back(block_event(EventKind::kOther, index));
  events->back().name = name;
}

// A pause is an answer that its client is to ask on: elsewhere it is one that is not whole.
FinishReason parse_stop(std::string_view word) {
  if (word == "max_tokens" || word == "model_context_window_exceeded" || word == "pause_turn") {
    return FinishReason::kLength;
  }
  if (word == "stop_sequence") return FinishReason::kStopSequence;
  if (word == "tool_use") return FinishReason::kToolCalls;
  if (word == "refusal") return FinishReason::kContentFilter;
  return FinishReason::kStop;
}

void add_block(dom::object block, std::int32_t index, std::vector<StreamEvent>* events) {
  const std::string_view type = string_member(block, "type");
  if (type == "text") {
    StreamEvent event = block_event(EventKind::kTextDelta, index);
    event.text = string_member(block, "text");
    if (!event.text.empty()) events->push_back(event);
    if (has_items(find_member(block, "citations"))) add_other("citations", index, events);
  } else if (type == "thinking" || type == "redacted_thinking") {
    add_thought(block, index, events);
  } else if (type == "tool_use") {
    StreamEvent event = block_event(EventKind::kToolCallStart, index);
    event.id = string_member(block, "id");
    event.name = string_member(block, "name");
    events->push_back(event);
  } else {
    add_other(type, index, events);
  }
}

std::string_view input_of(dom::object block, RawText raw) {
  for (MemberWalk walk(block, raw); walk.next();) {
    if (walk.key() == "input" && walk.value().is_object()) return walk.raw();
  }
  return "{}";
}

Result<ParsedResponse> parse_response(std::string_view body) {
  Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return protocol_error("The upstream's answer is not a JSON object.");
  }
  if (string_member(root, "type") == "error") return error_in_answer(body);
  ParsedResponse response;
  response.whole = event_of(EventKind::kWhole);
  response.whole.id = string_member(root, "id");
  response.whole.model = string_member(root, "model");
  response.whole.finish = parse_stop(string_member(root, "stop_reason"));
  response.events.push_back(response.whole);
  response.events.back().kind = EventKind::kStart;
  response.whole.raw = body;
  if (const auto content = add_content(root, body, &response.events); !content) {
    return content.error();
  }
  response.events.push_back(event_of(EventKind::kFinish));
  response.events.back().finish = response.whole.finish;
  response.events.back().text = string_member(root, "stop_sequence");
  UsageReader usage;
  if (const auto node = object_member(root, "usage")) usage.read(*node, true);
  if (const std::optional<Usage> counts = usage.result()) {
    response.has_usage = true;
    response.whole.usage = *counts;
    response.events.front().usage = usage.prompt();
    response.events.push_back(event_of(EventKind::kUsage));
    response.events.back().usage = *counts;
  } else {
    response.absurd_usage = tells_absurd_count(find_member(root, "usage"));
  }
  response.events.push_back(event_of(EventKind::kDone));
  response.backing = *document;
  return response;
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
