#include "cloud_adapters/wire/responses_items.h"

#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

std::string_view prefix_of(ItemKind kind) {
  switch (kind) {
    case ItemKind::kMessage: return "msg_";
    case ItemKind::kReasoning: return "rs_";
    case ItemKind::kFunction: return "fc_";
    case ItemKind::kCustom: return "ctc_";
  }
  return "msg_";
}

std::string_view without_prefix(std::string_view answer_id) {
  constexpr std::string_view kPrefix = "resp_";
  return answer_id.starts_with(kPrefix) ? answer_id.substr(kPrefix.size()) : answer_id;
}

// Servers' own ids do not end in an underscore and a number.
constexpr char kBeforeIndex = '_';

void append_list(std::string_view member, const std::vector<ContentPart>& parts,
                 JsonObject* object) {
  std::string* out = object->key(member);
  out->push_back('[');
  for (const ContentPart& part : parts) {
    if (out->back() != '[') out->push_back(',');
    append_part(part, out);
  }
  out->push_back(']');
}

}  // namespace

bool is_own_item_id(std::string_view id) {
  const std::size_t index = id.rfind(kBeforeIndex);
  if (index == id.npos || index == id.find('_') || index + 1 == id.size()) return false;
  return id.find_first_not_of("0123456789", index + 1) == id.npos;
}

OutputItems::OutputItems(const ChatRequest* request) {
  if (request == nullptr) return;
  for (const Tool& tool : request->tools) {
    if (!tool.name.empty()) tools_.try_emplace(tool.name, &tool);
  }
}

bool OutputItems::goes_on(const StreamEvent& event, ItemKind kind) const {
  if (items_.empty() || items_.back().kind != kind) return false;
  const OutputItem& last = items_.back();
  if (kind != ItemKind::kReasoning) return true;
  if (!event.id.empty() && !last.thought_id.empty()) return event.id == last.thought_id;
  return last.signature.empty() || (event.text.empty() && !event.redacted);
}

Result<std::size_t> OutputItems::place(const StreamEvent& event, std::string_view answer_id) {
  if (event.kind == EventKind::kToolCallDelta) {
    const auto call = calls_.find(event.block_index);
    if (call != calls_.end()) return call->second;
    return Error{ErrorCode::kInternal, "A tool call went on before it began."};
  }
  OutputItem item;
  if (event.kind == EventKind::kReasoningDelta) item.kind = ItemKind::kReasoning;
  if (event.kind == EventKind::kToolCallStart) {
    start_call(event, &item);
    calls_[event.block_index] = items_.size();
  } else if (goes_on(event, item.kind)) {
    return items_.size() - 1;
  }
  item.thought_id = item.kind == ItemKind::kReasoning ? event.id : std::string_view();
  const std::string tail =
      std::string(without_prefix(answer_id)) + kBeforeIndex + std::to_string(items_.size());
  item.id = std::string(prefix_of(item.kind)) + tail;
  if (event.kind == EventKind::kToolCallStart && item.call_id.empty()) {
    item.call_id = "call_" + tail;
  }
  items_.push_back(std::move(item));
  return items_.size() - 1;
}

void OutputItems::start_call(const StreamEvent& event, OutputItem* item) {
  const auto known = tools_.find(event.name);
  const Tool* tool = known == tools_.end() ? nullptr : known->second;
  const bool custom = tool != nullptr && tool->kind == ToolKind::kCustom;
  const bool spaced = tool != nullptr && !tool->space.empty();
  item->kind = custom ? ItemKind::kCustom : ItemKind::kFunction;
  item->block = event.block_index;
  item->call_id = event.id;
  item->name = spaced ? tool->own_name : event.name;
  if (spaced) item->space = tool->space;
}

void OutputItems::append_all(std::string_view status, std::string* out) const {
  out->push_back('[');
  for (const OutputItem& item : items_) {
    if (out->back() != '[') out->push_back(',');
    append_item(item, item.open ? status : "completed", out);
  }
  out->push_back(']');
}

std::string arguments_of(const OutputItem& item) {
  if (item.kind == ItemKind::kCustom) return custom_input(item.text);
  return item.text.empty() ? "{}" : item.text;
}

void append_part(const ContentPart& part, std::string* out) {
  JsonObject object(out);
  if (part.refusal) {
    object.string("type", "refusal");
    object.string("refusal", part.text);
  } else {
    object.string("type", "output_text");
    object.raw("annotations", "[]");
    object.raw("logprobs", "[" + part.logprobs + "]");
    object.string("text", part.text);
  }
  object.close();
}

void append_summary(std::string_view text, std::string* out) {
  JsonObject object(out);
  object.string("type", "summary_text");
  object.string("text", text);
  object.close();
}

void append_item(const OutputItem& item, std::string_view status, std::string* out) {
  const bool begun = status == "in_progress";
  JsonObject object(out);
  object.string("id", item.id);
  switch (item.kind) {
    case ItemKind::kMessage:
      object.string("type", "message");
      object.string("status", status);
      append_list("content", item.parts, &object);
      object.string("role", "assistant");
      break;
    case ItemKind::kReasoning:
      object.string("type", "reasoning");
      object.key("summary")->push_back('[');
      if (!item.text.empty()) append_summary(item.text, out);
      out->push_back(']');
      if (!item.signature.empty()) object.string("encrypted_content", item.signature);
      break;
    case ItemKind::kFunction:
      object.string("type", "function_call");
      object.string("status", status);
      object.string("arguments", begun ? std::string() : arguments_of(item));
      break;
    case ItemKind::kCustom:
      object.string("type", "custom_tool_call");
      object.string("status", status);
      object.string("input", begun ? std::string() : arguments_of(item));
      break;
  }
  if (!item.call_id.empty()) {
    object.string("call_id", item.call_id);
    object.string("name", item.name);
    if (!item.space.empty()) object.string("namespace", item.space);
  }
  object.close();
}

}  // namespace weir::responses
