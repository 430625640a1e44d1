// Answers as a local model gives them, event by event. What the writers make of them is in
// tests/data/wire/answers; tests/system/clients reads those files with the official packages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"

namespace weir {

class AnswerScript {
 public:
  AnswerScript() { add(EventKind::kStart); }

  AnswerScript& text(std::string_view text) { return with_text(EventKind::kTextDelta, text); }
  AnswerScript& reasoning(std::string_view text) {
    return with_text(EventKind::kReasoningDelta, text);
  }
  AnswerScript& call(std::int32_t block, std::string_view id, std::string_view name) {
    StreamEvent& event = add(EventKind::kToolCallStart);
    event.block_index = block;
    event.id = id;
    event.name = name;
    return *this;
  }
  AnswerScript& arguments(std::int32_t block, std::string_view text) {
    with_text(EventKind::kToolCallDelta, text);
    events_.back().block_index = block;
    return *this;
  }
  std::vector<StreamEvent> end(FinishReason reason) {
    add(EventKind::kFinish).finish = reason;
    Usage& usage = add(EventKind::kUsage).usage;
    usage.input_tokens = 30;
    usage.cache_read_tokens = 12;
    usage.output_tokens = 25;
    usage.reasoning_tokens = 6;
    add(EventKind::kDone);
    return events_;
  }

 private:
  StreamEvent& add(EventKind kind) {
    events_.emplace_back().kind = kind;
    return events_.back();
  }
  AnswerScript& with_text(EventKind kind, std::string_view text) {
    add(kind).text = text;
    return *this;
  }

  std::vector<StreamEvent> events_;
};

struct NamedAnswer {
  std::string name;
  std::vector<StreamEvent> events;
};

// What the writers of the file tests are given.
inline std::vector<NamedAnswer> example_answers() {
  return {
      {"call", AnswerScript()
                   .call(0, "call_a1", "get_weather")
                   .arguments(0, R"({"city":"Wien"})")
                   .end(FinishReason::kToolCalls)},
      {"thought_and_calls", AnswerScript()
                                .reasoning("The user wants")
                                .reasoning(" \"both\".\n")
                                .call(1, "call_a1", "get_weather")
                                .arguments(1, R"({"city":"Wi)")
                                .arguments(1, R"(en {Mitte}"})")
                                .call(2, "call_a2", "get_time")
                                .arguments(2, "{}")
                                .end(FinishReason::kToolCalls)},
      {"text_and_call", AnswerScript()
                            .text("Let me ")
                            .text("look: \u00e9\n")
                            .call(1, "call_a1", "get_weather")
                            .arguments(1, R"({"city": "Wien", "days": [1, 2.5, null]})")
                            .end(FinishReason::kToolCalls)},
      {"thought_and_text",
       AnswerScript().reasoning("Easy.").text("It is ").text("warm.").end(FinishReason::kStop)},
  };
}

inline AnswerOptions script_options() {
  return {.id = "1", .model = "auto", .created_unix = 1700000000, .include_usage = true};
}

// What a client gets, the terminator included; the error of the first event that fails.
inline Result<std::string> written_answer(AnswerWriter& writer,
                                          const std::vector<StreamEvent>& events) {
  std::string out;
  for (const StreamEvent& event : events) {
    if (const Result<void> result = writer.write(event, &out); !result) return result.error();
  }
  writer.write_terminator(&out);
  return out;
}

}  // namespace weir
