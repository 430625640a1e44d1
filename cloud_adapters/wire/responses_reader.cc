#include "cloud_adapters/wire/responses_reader.h"

#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace dom = simdjson::dom;

StreamEvent event_of(EventKind kind) {
  StreamEvent event;
  event.kind = kind;
  event.raw_dialect = Dialect::kOpenAiResponses;
  return event;
}

void ItemEvents::begin(dom::object item, std::int64_t index, std::vector<StreamEvent>* events) {
  Item& state = items_[index];
  if (state.id.empty()) state.id = string_member(item, "id");
  const std::string_view type = string_member(item, "type");
  const bool custom = type == "custom_tool_call";
  if (state.call < 0 && (custom || type == "function_call")) {
    begin_call(item, custom, &state, events);
  }
  const bool known = state.call >= 0 || type == "message" || type == "reasoning";
  if (!std::exchange(state.begun, true) && !known) add_other(type, events);
}

void ItemEvents::add_other(std::string_view name, std::vector<StreamEvent>* events) {
  events->push_back(event_of(EventKind::kOther));
  events->back().name = name;
}

void ItemEvents::begin_call(dom::object item, bool custom, Item* state,
                            std::vector<StreamEvent>* events) {
  state->call = calls_++;
  StreamEvent start = event_of(EventKind::kToolCallStart);
  start.block_index = state->call;
  start.id = string_member(item, "call_id");
  start.name = string_member(item, "name");
  const std::string_view space = string_member(item, "namespace");
  if (!space.empty()) {
    start.name = made_.emplace_back(std::string(space) + "__" + std::string(start.name));
  }
  events->push_back(start);
  if (!custom) return;
  state->custom = Custom::kOpen;
  add_fragment(*state, R"({"input":")", events);
}

bool ItemEvents::more(const TextPlace& place, std::string_view delta,
                      std::vector<StreamEvent>* events) {
  Item& state = items_[place.item];
  const bool of_call = place.kind == TextKind::kArguments || place.kind == TextKind::kInput;
  if (of_call && state.call < 0) return false;
  if (state.ended) return true;
  std::size_t& told = told_[{place.kind, place.item, place.part}];
  const bool first = told == 0;
  told += delta.size();
  if (delta.empty()) return true;
  switch (place.kind) {
    case TextKind::kOutput: add_text(EventKind::kTextDelta, false, delta, events); break;
    case TextKind::kRefusal: add_text(EventKind::kTextDelta, true, delta, events); break;
    case TextKind::kSummary:
    case TextKind::kThought: add_thought(place, first, delta, &state, events); break;
    case TextKind::kArguments:
      if (state.custom == Custom::kNo) add_fragment(state, delta, events);
      break;
    case TextKind::kInput:
      if (state.custom == Custom::kOpen) {
        std::string& quoted = made_.emplace_back();
        append_json_string(&quoted, delta);
        add_fragment(state, std::string_view(quoted).substr(1, quoted.size() - 2), events);
      }
      break;
  }
  return true;
}

bool ItemEvents::all(const TextPlace& place, std::string_view text,
                     std::vector<StreamEvent>* events) {
  const auto told = told_.find({place.kind, place.item, place.part});
  const std::size_t bytes = told == told_.end() ? 0 : told->second;
  if (bytes < text.size() && !more(place, text.substr(bytes), events)) return false;
  if (place.kind == TextKind::kInput) close_input(&items_[place.item], events);
  return true;
}

bool ItemEvents::end(dom::object item, std::int64_t index, std::vector<StreamEvent>* events) {
  begin(item, index, events);
  Item& state = items_[index];
  if (state.ended) return true;
  const std::string_view type = string_member(item, "type");
  if (type == "message" && !end_parts(item, "content", index, events)) return false;
  if (type == "function_call" &&
      !all({TextKind::kArguments, index, 0}, string_member(item, "arguments"), events)) {
    return false;
  }
  if (type == "custom_tool_call" &&
      !all({TextKind::kInput, index, 0}, string_member(item, "input"), events)) {
    return false;
  }
  if (type == "reasoning") {
    if (!end_parts(item, "content", index, events)) return false;
    if (!end_parts(item, "summary", index, events)) return false;
    end_thought(item, &state, events);
  }
  state.ended = true;
  return true;
}

bool ItemEvents::end_parts(dom::object item, std::string_view member, std::int64_t index,
                           std::vector<StreamEvent>* events) {
  const auto parts = array_member(item, member);
  if (!parts) return true;
  std::int64_t at = 0;
  for (const JsonValue value : *parts) {
    dom::object part;
    if (value.get_object().get(part) != simdjson::SUCCESS) return false;
    const std::string_view type = string_member(part, "type");
    const std::int64_t here = at++;
    if (type == "output_text") {
      all({TextKind::kOutput, index, here}, string_member(part, "text"), events);
      if (has_items(find_member(part, "annotations"))) add_other("annotations", events);
    } else if (type == "refusal") {
      all({TextKind::kRefusal, index, here}, string_member(part, "refusal"), events);
    } else if (type == "reasoning_text") {
      all({TextKind::kThought, index, here}, string_member(part, "text"), events);
    } else if (type == "summary_text") {
      all({TextKind::kSummary, index, here}, string_member(part, "text"), events);
    }
  }
  return true;
}

// The signature comes with the end of its item.
void ItemEvents::end_thought(dom::object item, Item* state, std::vector<StreamEvent>* events) {
  const std::string_view signature = string_member(item, "encrypted_content");
  if (signature.empty()) return;
  StreamEvent event = event_of(EventKind::kReasoningDelta);
  event.signature = signature;
  event.id = string_member(item, "id");
  event.redacted = !state->has_thought && !state->has_summary;
  events->push_back(event);
}

void ItemEvents::add_text(EventKind kind, bool refusal, std::string_view text,
                          std::vector<StreamEvent>* events) {
  StreamEvent event = event_of(kind);
  event.text = text;
  event.refusal = refusal;
  events->push_back(event);
}

// Where both are told, the summary would say the same thing again.
void ItemEvents::add_thought(const TextPlace& place, bool first, std::string_view text, Item* state,
                             std::vector<StreamEvent>* events) {
  const bool summary = place.kind == TextKind::kSummary;
  if (summary ? state->has_thought : state->has_summary) return;
  const bool begun = summary ? state->has_summary : state->has_thought;
  (summary ? state->has_summary : state->has_thought) = true;
  if (summary && first && begun) {
    add_text(EventKind::kReasoningDelta, false, "\n\n", events);
    events->back().id = made_.emplace_back(state->id);
  }
  add_text(EventKind::kReasoningDelta, false, text, events);
  events->back().id = made_.emplace_back(state->id);
}

void ItemEvents::add_fragment(const Item& state, std::string_view text,
                              std::vector<StreamEvent>* events) {
  add_text(EventKind::kToolCallDelta, false, text, events);
  events->back().block_index = state.call;
}

void ItemEvents::close_input(Item* state, std::vector<StreamEvent>* events) {
  if (state->custom != Custom::kOpen) return;
  state->custom = Custom::kClosed;
  add_fragment(*state, "\"}", events);
}

}  // namespace weir::responses
