#include "cloud_adapters/wire/anthropic_blocks.h"

#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::anthropic {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void begin_event(std::string_view type, std::int64_t index, std::string* out) {
  out->append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
  *out += "\",\"index\":";
  append_json_number(out, index);
}

void write_redacted(const ContentBlock& block, std::string* out) {
  JsonObject object(out);
  object.string("type", "redacted_thinking");
  object.string("data", block.signature);
  object.close();
}

// One piece of the block `index`, by the names of its kind.
void write_delta(std::int64_t index, std::string_view type, std::string_view member,
                 std::string_view text, std::string* out) {
  begin_event("content_block_delta", index, out);
  *out += ",\"delta\":";
  JsonObject delta(out);
  delta.string("type", type);
  delta.string(member, text);
  delta.close();
  *out += "}\n\n";
}

}  // namespace

bool is_blank(std::string_view text) { return text.find_first_not_of(kBlanks) == text.npos; }

bool ObjectEnd::take(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (in_string_) {
    escaped_ = c == '\\';
    in_string_ = c != '"';
  } else if (kBlanks.find(c) != kBlanks.npos) {
    return true;
  } else if (complete()) {
    return false;
  } else if (!begun_) {
    begun_ = true;
    other_ = c != '{';
    depth_ = 1;
  } else {
    in_string_ = c == '"';
    depth_ += (c == '{' || c == '[') ? 1 : 0;
    depth_ -= (c == '}' || c == ']') ? 1 : 0;
  }
  return true;
}

bool ObjectEnd::take(std::string_view piece) {
  return std::all_of(piece.begin(), piece.end(), [this](char c) { return other_ || take(c); });
}

Result<void> BlockList::take(const StreamEvent& event) {
  switch (event.kind) {
    case EventKind::kTextDelta:
    case EventKind::kReasoningDelta: add_text(event); return {};
    case EventKind::kToolCallStart: add_call(event); return {};
    case EventKind::kToolCallDelta: return add_arguments(event);
    default: return {};
  }
}

bool BlockList::goes_on(const StreamEvent& event) const {
  return !event.redacted && !blocks_.empty() && blocks_.back().kind == event.kind &&
         blocks_.back().signature.empty();
}

void BlockList::add_text(const StreamEvent& event) {
  if (std::exchange(blanks_kind_, event.kind) != event.kind) blanks_.clear();
  if (!goes_on(event)) {
    if (is_blank(event.text) && event.signature.empty()) {
      blanks_ += event.text;
      return;
    }
    ContentBlock& block = blocks_.emplace_back();
    block.kind = event.kind;
    block.redacted = event.redacted;
    block.text = std::exchange(blanks_, {});
  }
  blocks_.back().text += event.text;
  blocks_.back().signature = event.signature;
}

void BlockList::add_call(const StreamEvent& event) {
  blanks_.clear();
  ContentBlock& block = blocks_.emplace_back();
  block.kind = EventKind::kToolCallStart;
  block.event_block = event.block_index;
  block.id = event.id;
  block.name = event.name;
}

Result<void> BlockList::add_arguments(const StreamEvent& event) {
  const auto at = std::find_if(blocks_.rbegin(), blocks_.rend(), [&](const ContentBlock& block) {
    return block.kind == EventKind::kToolCallStart && block.event_block == event.block_index;
  });
  const bool written = at == blocks_.rend();
  if (written && is_blank(event.text)) return {};
  if (written || !at->arguments.take(event.text)) {
    return Error{ErrorCode::kUpstreamProtocol, "A tool call goes on behind its arguments.",
                 "upstream_bad_answer"};
  }
  at->text += event.text;
  return {};
}

void BlockStream::begin_block(std::string* out) {
  const ContentBlock& block = blocks_.front();
  open_ = true;
  begin_event("content_block_start", index_, out);
  *out += ",\"content_block\":";
  if (block.kind == EventKind::kToolCallStart) {
    JsonObject object(out);
    object.string("type", "tool_use");
    object.string("id", block.id);
    object.string("name", block.name);
    object.raw("input", "{}");
    object.close();
  } else if (block.redacted) {
    write_redacted(block, out);
  } else if (block.kind == EventKind::kReasoningDelta) {
    *out += R"({"type":"thinking","thinking":"","signature":""})";
  } else {
    *out += R"({"type":"text","text":""})";
  }
  *out += "}\n\n";
}

void BlockStream::write_pending(std::string* out) {
  ContentBlock& block = blocks_.front();
  const bool call = block.kind == EventKind::kToolCallStart;
  if (!open_) begin_block(out);
  if (block.text.empty() || block.redacted || (call && !block.arguments.is_object())) return;
  const std::string text = std::exchange(block.text, {});
  if (call) {
    write_delta(index_, "input_json_delta", "partial_json", text, out);
  } else if (block.kind == EventKind::kReasoningDelta) {
    write_delta(index_, "thinking_delta", "thinking", text, out);
  } else {
    write_delta(index_, "text_delta", "text", text, out);
  }
}

void BlockStream::end_block(std::string* out) {
  write_pending(out);
  const ContentBlock& block = blocks_.front();
  if (block.kind == EventKind::kReasoningDelta && !block.redacted) {
    write_delta(index_, "signature_delta", "signature", block.signature, out);
  } else if (block.kind == EventKind::kToolCallStart && !is_blank(block.text)) {
    write_delta(index_, "input_json_delta", "partial_json", invalid_arguments(block.text), out);
  }
  begin_event("content_block_stop", index_, out);
  *out += "}\n\n";
  blocks_.pop_front();
  ++index_;
  open_ = false;
}

Result<void> BlockStream::write(const StreamEvent& event, std::string* out) {
  if (const Result<void> taken = blocks_.take(event); !taken) return taken;
  while (!blocks_.empty()) {
    const ContentBlock& first = blocks_.front();
    const bool ends = first.kind != EventKind::kToolCallStart || first.arguments.complete();
    if (blocks_.size() == 1 || !ends) {
      write_pending(out);
      break;
    }
    end_block(out);
  }
  return {};
}

void BlockStream::write_end(std::string* out) {
  while (!blocks_.empty()) end_block(out);
}

void write_whole_block(const ContentBlock& block, std::string* out) {
  if (block.redacted) return write_redacted(block, out);
  JsonObject object(out);
  if (block.kind == EventKind::kToolCallStart) {
    object.string("type", "tool_use");
    object.string("id", block.id);
    object.string("name", block.name);
    object.raw("input", arguments_object(block.text));
  } else if (block.kind == EventKind::kReasoningDelta) {
    object.string("type", "thinking");
    object.string("thinking", block.text);
    object.string("signature", block.signature);
  } else {
    object.string("type", "text");
    object.string("text", block.text);
  }
  object.close();
}

}  // namespace weir::anthropic
