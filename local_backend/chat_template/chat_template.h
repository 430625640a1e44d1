// Turns a conversation into the prompt that a model was trained on.
//
// The file's `tokenizer.chat_template` is a program in Jinja and is run as such
// (jinja_template.h); where tools are offered, `tokenizer.chat_template.tool_use` is, if the file
// has one. What comes from a message, a tool or a call stays user text in
// the prompt, through every operation of the template: it never becomes a control token.
// A file without a template takes plain completion prompts. Immutable, thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "local_backend/chat_template/jinja_template.h"
#include "local_backend/chat_template/marked_text.h"
#include "local_backend/chat_template/reasoning_switches.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/tokenizer/prompt.h"
#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

struct ChatToolCall {
  std::string id;
  std::string name;
  std::string arguments_json;
};

struct ChatTurn {
  std::string_view role;  // "system", "user", "assistant", "tool"
  std::string text;
  std::string reasoning = {};  // of an assistant's turn
  std::vector<ChatToolCall> tool_calls = {};
  std::string tool_call_id = {};  // of a tool's turn
  std::string name = {};
};

struct ChatOptions {
  std::vector<std::string_view> tools_json = {};  // each {"type": "function", "function": {...}}
  std::optional<bool> thinking = {};              // unset: as reasoning_effort has it
  std::string_view reasoning_effort = {};  // a client's word: none, minimal, low, medium, high ...
  bool add_generation_prompt = true;
  // The last turn is the beginning of the answer: the prompt ends with its text, unless the
  // template does not show it.
  bool goes_on = false;
  jinja::Limits limits = {};                                    // of one rendering
  std::int64_t unix_seconds = system_clock().unix_ms() / 1000;  // for templates that tell the date
};

class ChatTemplate {
 public:
  // A template that cannot be read is no error here but of every render(): the model
  // still completes plain prompts. kInvalidModel if the key is no string.
  static Result<ChatTemplate> read(const GgufFile& file, const Vocabulary& vocabulary);
  // `bos` and `eos` are the names of these tokens.
  static ChatTemplate of_source(std::string_view source, std::string bos, std::string eos);

  // The prompt up to the beginning of the answer. What templates commonly demand is done
  // for them: system turns at the front become one, arguments of calls become objects. If
  // the template then still refuses, what is said beside thoughts and calls becomes a thought,
  // turns are made to alternate and, last, the system text goes into the first user turn.
  // kUnsupportedParameter, with the name `messages`, for what it refuses or trips over even so;
  // kInvalidModel, with line and column, if it cannot be read, or not even run on one short
  // message. Plain: the texts joined by newlines; the model continues where the last one ends.
  Result<Prompt> render(const std::vector<ChatTurn>& turns, const ChatOptions& options = {}) const;
  Result<MarkedText> render_text(const std::vector<ChatTurn>& turns,
                                 const ChatOptions& options = {}) const;

  // The template reads what ChatOptions say of thinking.
  bool knows_reasoning() const { return switches_.any() || tool_switches_.any(); }

  // The file says weir.prompt_as_written: its model was trained on prompts that nothing
  // rearranged, on tools in their authors' order for one.
  bool as_written() const { return as_written_; }

  // The template's text; empty if there is none that can be read. Lives as long as a copy of this.
  std::string_view source() const { return program_ ? program_->source() : std::string_view(); }
  // The same of the template that writes tools and their calls.
  std::string_view tool_source() const {
    return tool_program_ ? tool_program_->source() : source();
  }
  bool is_plain() const { return program_ == nullptr && !problem_; }
  // Why no conversation can be rendered.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  ChatTemplate() = default;

  void write_tools_with(std::string_view source);
  const ReasoningSwitches& switches_for(const ChatOptions& options) const {
    return tool_program_ && !options.tools_json.empty() ? tool_switches_ : switches_;
  }
  jinja::Globals globals(const ChatOptions& options, jinja::Value tools) const;
  Result<MarkedText> render_turns(std::vector<ChatTurn> turns, const ChatOptions& options) const;
  Error failure(const jinja::TemplateError& error) const;

  std::shared_ptr<const jinja::Template> program_;
  std::shared_ptr<const jinja::Template> tool_program_;  // null: as without tools
  ReasoningSwitches switches_;
  ReasoningSwitches tool_switches_;
  std::optional<Error> problem_;
  std::string bos_;
  std::string eos_;
  bool as_written_ = false;
};

}  // namespace weir
