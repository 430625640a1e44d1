// Takes an answer apart into text, thinking and tool calls while it is written.
//
// The parts are the same however the answer is cut into pieces: neighbouring parts of
// text, or of thinking, differ in where they are cut and in nothing else. A call is told
// when it is complete. What was meant to be a call and is none comes back as text.
// Belongs to one answer and one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tool_calls/answer_format.h"
#include "local_backend/tool_calls/call_reader.h"
#include "local_backend/tool_calls/offered_tools.h"

namespace weir {

struct AnswerPart {
  enum class Kind : std::uint8_t {
    kText,
    kReasoning,
    kCall,
    kBrokenCall,  // text
  };
  Kind kind = Kind::kText;
  std::string text = {};
  ToolCall call = {};
};

class AnswerParser {
 public:
  // Format and tools outlive the parser. Without tools there are no calls.
  AnswerParser(const AnswerFormat& format, const OfferedTools& tools, bool begins_thinking);

  // What the pieces so far allow to tell, appended to *parts.
  void push(std::string_view text, std::vector<AnswerPart>* parts);
  // A control token, by its text. Those that the format does not use are dropped.
  void push_control(std::string_view token, std::vector<AnswerPart>* parts);
  // The answer is over: the rest.
  void finish(std::vector<AnswerPart>* parts);

  bool thinking() const { return thinking_; }
  // Marks and calls so far: what was read and is not shown as text.
  std::size_t taken_out() const { return taken_out_; }

 private:
  enum class MarkKind : std::uint8_t { kReasoningOpen, kReasoningClose, kCall, kDropped };
  struct Mark {
    std::string_view text;
    MarkKind kind;
  };
  struct Found {
    std::size_t at = std::string_view::npos;
    const Mark* mark = nullptr;
  };

  bool advance(std::vector<AnswerPart>* parts);
  bool advance_call(std::vector<AnswerPart>* parts);
  bool advance_text(std::vector<AnswerPart>* parts);
  void pass(const Mark& mark);
  void begin_section(bool thinking);

  bool starts_message(std::string_view mark) const;
  bool counts(const Mark& mark, std::size_t at) const;
  Found find_mark() const;
  std::size_t possible_mark_bytes() const;

  void show_front(std::size_t bytes, std::vector<AnswerPart>* parts);
  void show(std::string_view text, std::vector<AnswerPart>* parts);

  const AnswerFormat& format_;
  const OfferedTools& tools_;
  std::vector<Mark> marks_;
  CallReader::Read read_bare_ = nullptr;
  bool reads_ = false;   // there is something to look for
  std::string pending_;  // not looked at, or the beginning of a mark
  std::string blank_;    // spaces that are shown if something follows them
  std::unique_ptr<CallReader> call_;
  bool thinking_;
  bool bare_due_ = true;       // a call without a mark may come here
  bool section_empty_ = true;  // of what is being said or thought now
  bool plain_ = true;          // all so far is text
  bool ended_ = false;
  std::size_t taken_out_ = 0;
};

}  // namespace weir
