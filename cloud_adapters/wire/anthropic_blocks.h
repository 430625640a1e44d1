// The content blocks of an Anthropic answer: text, thinking and calls of tools, made
// from events. Only the pieces of the codec include this.
//
// Blocks stand one behind the other and count from 0, while events may tell of several
// calls in turns. Blank text becomes no block of its own: the API refuses such a block
// when the client sends it back. A block of thinking is signed by whom it came from;
// that of a local model has an empty signature.
//
// A tool's input is an object. Arguments that are none (a model wrote something else, or
// was cut off and the answer is no stream) become {"INVALID_JSON": "what it wrote"}, as
// Anthropic's documents propose; no arguments at all are {}.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "core/event.h"
#include "core/result.h"

namespace weir::anthropic {

// Finds the end of an object in JSON text that comes in pieces. Does not validate.
class ObjectEnd {
 public:
  // False if there is more than blanks behind the object.
  bool take(std::string_view piece);
  bool is_object() const { return begun_ && !other_; }
  bool complete() const { return is_object() && depth_ == 0; }

 private:
  bool take(char c);

  bool begun_ = false;
  bool other_ = false;  // it begins with something else than a brace
  bool in_string_ = false;
  bool escaped_ = false;
  std::int64_t depth_ = 0;
};

struct ContentBlock {
  EventKind kind = EventKind::kTextDelta;  // or kReasoningDelta, kToolCallStart
  std::int32_t event_block = 0;            // of the events of a call
  std::string id;
  std::string name;
  std::string text;  // or the arguments
  std::string signature;
  bool redacted = false;  // of thinking: `signature` stands for the text
  ObjectEnd arguments;
};

// Puts events in order. Takes what belongs to a block: kTextDelta, kReasoningDelta,
// kToolCallStart, kToolCallDelta.
class BlockList {
 public:
  Result<void> take(const StreamEvent& event);

  bool empty() const { return blocks_.empty(); }
  std::size_t size() const { return blocks_.size(); }
  ContentBlock& front() { return blocks_.front(); }
  void pop_front() { blocks_.pop_front(); }

 private:
  void add_text(const StreamEvent& event);
  void add_call(const StreamEvent& event);
  Result<void> add_arguments(const StreamEvent& event);
  bool goes_on(const StreamEvent& event) const;

  std::deque<ContentBlock> blocks_;
  std::string blanks_;  // what the next block begins with, if it is of blanks_kind_
  EventKind blanks_kind_ = EventKind::kTextDelta;
};

// Writes blocks as the events of a stream. One block is open at a time: what belongs to a
// later one waits until the arguments of the open one are complete, or the answer is.
class BlockStream {
 public:
  Result<void> write(const StreamEvent& event, std::string* out);
  void write_end(std::string* out);

 private:
  void begin_block(std::string* out);
  void write_pending(std::string* out);
  void end_block(std::string* out);

  BlockList blocks_;
  std::int64_t index_ = 0;  // of the first of blocks_
  bool open_ = false;       // its start was written
};

bool is_blank(std::string_view text);

// Appends the block as a member of a whole answer's content.
void write_whole_block(const ContentBlock& block, std::string* out);

}  // namespace weir::anthropic
