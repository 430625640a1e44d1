// The nodes of an OpenAI-compatible answer as events. Shared by the readers of bodies and of
// streams, of chat and of completions; only they include this.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/answer_errors.h"
#include "cloud_adapters/wire/json_fields.h"
#include "core/event.h"

namespace weir::openai {

using JsonNode = simdjson::dom::object;

inline constexpr std::string_view kDoneMark = "[DONE]";
inline constexpr std::int32_t kMaxIndex = 1024;  // of choices, and of calls in one

// What {"error": ...} in an answer says.
Error error_in_answer(std::string_view data);

// The index that a choice or tool call carries, or `otherwise`; nothing if it cannot be one.
std::optional<std::int32_t> index_member(JsonNode object, std::int32_t otherwise);

// Where events go, and what keeps texts that were put together.
struct EventsOut {
  JsonNode answer;
  std::vector<StreamEvent>* events;
  std::deque<std::string>* made;
};

StreamEvent event_of(EventKind kind, std::int32_t choice = 0);
StreamEvent usage_event(const Usage& usage);
StreamEvent start_event(JsonNode root);
void add_text(EventKind kind, std::int32_t choice, std::string_view text,
              std::vector<StreamEvent>* events);
void add_finish(std::int32_t choice, std::string_view word, std::vector<StreamEvent>* events);

// Reasoning under any of its names, then content as text or parts, then a refusal.
void add_content(std::int32_t choice, JsonNode node, std::vector<StreamEvent>* events);

// A call of a tool, or a part of one. That of a custom tool has text for arguments.
struct CallNode {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;
  bool custom = false;
};
// Arguments that are an object, not its text, are put into *made.
CallNode read_call(JsonNode call, std::deque<std::string>* made);
// The retired form, without an id.
CallNode read_function_call(JsonNode function, std::deque<std::string>* made);
// The id of a call that came without one: no other call of a conversation has it, as far as
// answers differ in their id or the second they were made in.
std::string made_call_id(JsonNode answer, std::int32_t choice, std::int32_t block);

void add_call_start(std::int32_t choice, std::int32_t block, const CallNode& call,
                    std::vector<StreamEvent>* events);
void add_arguments(std::int32_t choice, std::int32_t block, std::string_view fragment,
                   std::vector<StreamEvent>* events);

// The first event made of a frame carries its bytes.
void attach_raw(std::string_view raw, std::size_t first, std::vector<StreamEvent>* events);

// For a kUsage that is told at the end mark and must not carry its bytes: put before kDone.
void end_with_usage(const Usage& usage, std::string_view raw, std::vector<StreamEvent>* events);

}  // namespace weir::openai
