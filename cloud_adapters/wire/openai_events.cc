#include "cloud_adapters/wire/openai_events.h"

#include <array>

#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {

namespace dom = simdjson::dom;

Error error_in_answer(std::string_view data) {
  return told_in_answer(parse_error(refusal_in_answer(std::string(data))));
}

std::optional<std::int32_t> index_member(JsonNode object, std::int32_t otherwise) {
  const std::optional<JsonValue> value = find_member(object, "index");
  if (!value) return otherwise;
  std::int64_t index = 0;
  if (value->get_int64().get(index) != simdjson::SUCCESS) return std::nullopt;
  if (index < 0 || index >= kMaxIndex) return std::nullopt;
  return static_cast<std::int32_t>(index);
}

StreamEvent event_of(EventKind kind, std::int32_t choice) {
  StreamEvent event;
  event.kind = kind;
  event.choice_index = choice;
  event.raw_dialect = Dialect::kOpenAiChat;
  return event;
}

StreamEvent usage_event(const Usage& usage) {
  StreamEvent event = event_of(EventKind::kUsage);
  event.usage = usage;
  return event;
}

StreamEvent start_event(JsonNode root) {
  StreamEvent event = event_of(EventKind::kStart);
  event.id = string_member(root, "id");
  event.model = string_member(root, "model");
  return event;
}

void add_text(EventKind kind, std::int32_t choice, std::string_view text,
              std::vector<StreamEvent>* events) {
  if (text.empty()) return;
  StreamEvent event = event_of(kind, choice);
  event.text = text;
  events->push_back(event);
}

void add_finish(std::int32_t choice, std::string_view word, std::vector<StreamEvent>* events) {
  if (word.empty()) return;
  StreamEvent event = event_of(EventKind::kFinish, choice);
  event.finish = parse_finish(word);
  events->push_back(event);
}

namespace {

// Beside the content of a message: an empty list of annotations says nothing.
constexpr std::array<std::string_view, 3> kOtherContent = {"annotations", "audio", "images"};

void add_other(std::int32_t choice, std::string_view name, std::vector<StreamEvent>* events) {
  events->push_back(event_of(EventKind::kOther, choice));
  events->back().name = name;
}

// OpenRouter's form, where neither of the plain names is used.
void add_reasoning_details(std::int32_t choice, JsonNode node, std::vector<StreamEvent>* events) {
  const std::optional<dom::array> details = array_member(node, "reasoning_details");
  if (!details) return;
  for (const JsonValue value : *details) {
    JsonNode detail;
    if (value.get_object().get(detail) != simdjson::SUCCESS) continue;
    add_text(EventKind::kReasoningDelta, choice, string_member(detail, "text"), events);
    add_text(EventKind::kReasoningDelta, choice, string_member(detail, "summary"), events);
  }
}

void add_reasoning(std::int32_t choice, JsonNode node, std::vector<StreamEvent>* events) {
  std::string_view text = string_member(node, "reasoning_content");
  if (text.empty()) text = string_member(node, "reasoning");
  if (text.empty()) return add_reasoning_details(choice, node, events);
  add_text(EventKind::kReasoningDelta, choice, text, events);
}

void add_refusal(std::int32_t choice, JsonNode node, std::vector<StreamEvent>* events) {
  const std::size_t before = events->size();
  add_text(EventKind::kTextDelta, choice, string_member(node, "refusal"), events);
  if (events->size() > before) events->back().refusal = true;
}

void add_part_texts(EventKind kind, std::int32_t choice, dom::array parts,
                    std::vector<StreamEvent>* events) {
  for (const JsonValue value : parts) {
    JsonNode part;
    if (value.get_object().get(part) != simdjson::SUCCESS) continue;
    add_text(kind, choice, string_member(part, "text"), events);
    add_refusal(choice, part, events);
    // Mistral's form of reasoning: a part that has parts of text.
    if (const auto thoughts = array_member(part, "thinking")) {
      if (kind == EventKind::kTextDelta) {
        add_part_texts(EventKind::kReasoningDelta, choice, *thoughts, events);
      }
    }
  }
}

}  // namespace

void add_content(std::int32_t choice, JsonNode node, std::vector<StreamEvent>* events) {
  add_reasoning(choice, node, events);
  add_text(EventKind::kTextDelta, choice, string_member(node, "content"), events);
  if (const auto parts = array_member(node, "content")) {
    add_part_texts(EventKind::kTextDelta, choice, *parts, events);
  }
  add_refusal(choice, node, events);
  for (const std::string_view name : kOtherContent) {
    if (has_items(find_member(node, name))) add_other(choice, name, events);
  }
}

CallNode read_call(JsonNode node, std::deque<std::string>* made) {
  CallNode call;
  if (const auto function = object_member(node, "function")) {
    call = read_function_call(*function, made);
  }
  if (const auto custom = object_member(node, "custom")) {
    call.custom = true;
    call.name = string_member(*custom, "name");
    call.arguments = string_member(*custom, "input");
  }
  call.id = string_member(node, "id");
  return call;
}

CallNode read_function_call(JsonNode function, std::deque<std::string>* made) {
  CallNode call;
  call.name = string_member(function, "name");
  call.arguments = string_member(function, "arguments");
  if (const auto object = object_member(function, "arguments")) {
    call.arguments = made->emplace_back(simdjson::to_string(*object));
  }
  return call;
}

std::string made_call_id(JsonNode answer, std::int32_t choice, std::int32_t block) {
  std::string of_answer(string_member(answer, "id"));
  if (of_answer.empty()) of_answer = std::to_string(count_member(answer, "created").value_or(0));
  const std::string place = std::to_string(choice) + "_" + std::to_string(block);
  return "call_" + of_answer + "_" + place;
}

void add_call_start(std::int32_t choice, std::int32_t block, const CallNode& call,
                    std::vector<StreamEvent>* events) {
  StreamEvent event = event_of(EventKind::kToolCallStart, choice);
  event.block_index = block;
  event.id = call.id;
  event.name = call.name;
  events->push_back(event);
}

void add_arguments(std::int32_t choice, std::int32_t block, std::string_view fragment,
                   std::vector<StreamEvent>* events) {
  const std::size_t before = events->size();
  add_text(EventKind::kToolCallDelta, choice, fragment, events);
  if (events->size() > before) events->back().block_index = block;
}

void attach_raw(std::string_view raw, std::size_t first, std::vector<StreamEvent>* events) {
  for (std::size_t i = first; i < events->size(); ++i) (*events)[i].raw_continues = i > first;
  if (first < events->size()) (*events)[first].raw = raw;
}

void end_with_usage(const Usage& usage, std::string_view raw, std::vector<StreamEvent>* events) {
  events->back().raw = raw;
  StreamEvent event = usage_event(usage);
  event.raw_continues = true;
  events->insert(events->end() - 1, event);
}

}  // namespace weir::openai
