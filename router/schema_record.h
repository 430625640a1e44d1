// What an answer has said so far, held against the JSON that its request asked for: by
// response_format, and by the parameters of tools that are strict.
//
// Understands the events of an answer that is translated and the bytes of one that is
// forwarded. What it cannot read or check is not held against the answer. A refusal, a call in
// place of the text and a text that was cut are no violations; a cut text must still be able to
// become right. Belongs to one attempt.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/upstream/frame_reader.h"
#include "cloud_adapters/wire/codec.h"
#include "core/chat.h"
#include "core/event.h"
#include "router/answer_faults.h"
#include "router/schema_checks.h"

namespace weir {

class SchemaRecord {
 public:
  static constexpr std::size_t kMostKeptBytes = std::size_t{1} << 20;  // of a text or a call

  // The request says what the JSON of its answer must be.
  static bool asked_for(const ChatRequest& request);
  // It must be so: what else comes is an error to the client, not the best that could be done.
  static bool binds(const ChatRequest& request);

  // All of them outlive the record. `keeps_text`: text() will be asked for.
  SchemaRecord(const ChatRequest& request, TeamSchemaChecks checks, bool keeps_text);
  ~SchemaRecord();
  SchemaRecord(const SchemaRecord&) = delete;
  SchemaRecord& operator=(const SchemaRecord&) = delete;

  void take(const StreamEvent& event);

  // It said something that can be seen.
  bool has_spoken() const { return spoken_; }
  // Whatever comes, it is wrong.
  bool is_lost() const;

  // Of an answer that has ended. kNone also where it could not be checked.
  AnswerFault fault();
  // Something of it could not be checked, and nothing else is wrong.
  bool unchecked() const { return unchecked_; }

  // Of the first choice; empty if it has more than kMostKeptBytes.
  std::string_view text() const { return choices_.front().text; }

 private:
  struct Choice {
    bool refused = false;
    bool called = false;
    FinishReason finish = FinishReason::kNone;
    bool too_long = false;
    std::string text;  // if somebody will need it
  };
  struct Call {
    std::int32_t choice = 0;
    std::int32_t block = 0;
    const Tool* tool = nullptr;
    std::string arguments;
  };

  void read_body(std::string_view body);
  void read_frames(std::string_view frames);
  void understand(const StreamEvent& event);
  void take_text(Choice& choice, std::string_view text);
  void keep_text(Choice& choice, std::string_view text);
  void begin_call(const StreamEvent& event);
  void go_on_with_call(const StreamEvent& event);
  Choice* choice_of(const StreamEvent& event);
  bool keep(std::string_view text, std::string* kept);  // false if that would be too much
  void cannot_read();
  void give_up(std::unique_ptr<grammar::SchemaCheck>& check);
  // False if the text cannot become right any more. Gives the check up where it grows too large.
  bool push(std::unique_ptr<grammar::SchemaCheck>& check, std::string_view text);
  bool is_right(const Choice& choice);
  bool is_right(const Call& call);
  bool was_cut(const Choice& choice) const;

  const ChatRequest& request_;
  TeamSchemaChecks checks_;
  const std::string_view schema_;  // of the text; empty = any text will do
  const bool several_;             // choices, which may come in turns
  const bool keeps_text_;
  const bool offers_tools_;
  std::unique_ptr<grammar::SchemaCheck> check_;  // null: not needed, or not possible
  std::unique_ptr<StreamParser> parser_;         // of a stream that is forwarded
  std::optional<FrameReader> frames_;
  std::vector<StreamEvent> events_;
  std::vector<Choice> choices_;
  std::vector<Call> calls_;  // of strict tools
  bool spoken_ = false;
  bool lost_ = false;
  bool unchecked_ = false;
  bool unreadable_ = false;  // what follows is not looked at
};

}  // namespace weir
