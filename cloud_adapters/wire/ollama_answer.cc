// Writes answers and errors as Ollama's API does.
#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_models.h"
#include "cloud_adapters/wire/ollama_parts.h"
#include "cloud_adapters/wire/openai_parts.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::ollama {
namespace {

// A call of a tool. A line has all of it: in this dialect calls do not come in pieces.
struct Call {
  std::int32_t block = 0;
  std::string id;
  std::string name;
  std::string arguments;
  bool looked_at = false;  // its arguments were no whole object yet
};

// What a message, or a line of it, says.
struct Content {
  std::string_view text = {};
  std::string_view thinking = {};
  std::span<const Call> calls = {};
  std::size_t first_call = 0;      // its place among those of the answer
  std::string_view logprobs = {};  // entries
};

class Answer {
 public:
  Answer(const AnswerOptions& options, Form form)
      : state_(options, ""), form_(form), clock_(options.clock), began_(options.began) {}

  AnswerState& state() { return state_; }
  const AnswerState& state() const { return state_; }

  // {"model":...,"created_at":...,"message":{...}
  JsonObject begin(const Content& content, std::string* out) const {
    JsonObject object(out);
    object.string("model", state_.model());
    append_ollama_time(object.key("created_at"), state_.created_unix());
    if (form_ == Form::kGenerate) {
      object.string("response", content.text);
      write_rest(content, &object, out);
    } else {
      JsonObject message(object.key("message"));
      message.string("role", "assistant");
      message.string("content", content.text);
      write_rest(content, &message, out);
      message.close();
    }
    if (!content.logprobs.empty()) {
      object.raw("logprobs", '[' + std::string(content.logprobs) + ']');
    }
    return object;
  }

  // What the last object has behind its message. `in_pieces`: the answer came as it was made, so
  // what lies before the first piece is the time of the prompt.
  void end(FinishReason finish, const std::optional<Usage>& usage, bool in_pieces,
           JsonObject* object, std::string* out) {
    const SteadyTime now = clock_ != nullptr ? clock_->now() : began_;
    const std::int64_t total = nanoseconds(now - began_);
    const std::int64_t answer =
        in_pieces && first_piece_ ? nanoseconds(now - *first_piece_) : total;
    if (finish == FinishReason::kContentFilter) state_.lose("finish_reason");
    object->string("done_reason", finish == FinishReason::kLength ? "length" : "stop");
    object->boolean("done", true);
    object->number("total_duration", total);
    object->number("load_duration", std::int64_t{0});
    if (usage) object->number("prompt_eval_count", usage->prompt_tokens());
    object->number("prompt_eval_duration", total - answer);
    if (usage) object->number("eval_count", usage->output_tokens);
    object->number("eval_duration", answer);
    state_.append_note(out);
    object->close();
  }

  Result<void> check(const StreamEvent& event) {
    if (event.choice_index != 0) return unsupported_field("n");
    if (event.kind == EventKind::kWhole) return unsupported_event();
    if (!event.signature.empty()) state_.lose("signature");
    if (!first_piece_ && clock_ != nullptr && shows_output(event)) first_piece_ = clock_->now();
    return {};
  }

 private:
  static std::int64_t nanoseconds(SteadyTime::duration span) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(span).count();
  }

  static void write_rest(const Content& content, JsonObject* object, std::string* out) {
    if (!content.thinking.empty()) object->string("thinking", content.thinking);
    if (content.calls.empty()) return;
    object->key("tool_calls")->push_back('[');
    std::size_t index = content.first_call;
    for (const Call& call : content.calls) {
      if (out->back() != '[') out->push_back(',');
      JsonObject entry(out);
      if (!call.id.empty()) entry.string("id", call.id);
      JsonObject function(entry.key("function"));
      function.number("index", static_cast<std::int64_t>(index++));
      function.string("name", call.name);
      function.raw("arguments", arguments_object(call.arguments));
      function.close();
      entry.close();
    }
    out->push_back(']');
  }

  AnswerState state_;
  const Form form_;
  const Clock* const clock_;
  const SteadyTime began_;
  std::optional<SteadyTime> first_piece_;
};

void begin_call(const StreamEvent& event, std::vector<Call>* calls) {
  Call& call = calls->emplace_back();
  call.block = event.block_index;
  call.id = event.id;
  call.name = event.name;
}

Result<void> add_arguments(const StreamEvent& event, std::vector<Call>* calls) {
  const auto at = std::find_if(calls->rbegin(), calls->rend(),
                               [&](const Call& call) { return call.block == event.block_index; });
  if (at != calls->rend()) {
    at->arguments += event.text;
    return {};
  }
  if (event.text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  return Error{ErrorCode::kUpstreamProtocol, "A tool call goes on behind its arguments.",
               "upstream_bad_answer"};
}

class LineWriter final : public AnswerWriter {
 public:
  LineWriter(const AnswerOptions& options, Form form) : answer_(options, form) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (const Result<void> result = answer_.check(event); !result) return result;
    switch (event.kind) {
      case EventKind::kStart: answer_.state().start(event); return {};
      case EventKind::kTextDelta: write_text(event, out); return {};
      case EventKind::kReasoningDelta: write_thinking(event, out); return {};
      case EventKind::kToolCallStart:
        write_whole_calls(out);
        begin_call(event, &calls_);
        return {};
      case EventKind::kToolCallDelta: return add_arguments(event, &calls_);
      case EventKind::kFinish:
        write_calls(calls_.size(), out);
        finish_ = event.finish;
        return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.state().lose_other(event); return {};
      case EventKind::kWhole: return {};
      case EventKind::kDone: write_end(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.state().annotate(note); }
  const Losses& lost() const override { return answer_.state().lost(); }
  // The last line is the end mark, and written at kDone.
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += write_error(error);
    *out += '\n';
  }

 private:
  void write_line(const Content& content, std::string* out) {
    JsonObject line = answer_.begin(content, out);
    line.boolean("done", false);
    line.close();
    *out += '\n';
  }

  void write_text(const StreamEvent& event, std::string* out) {
    if (event.text.empty() && event.logprobs.empty()) return;
    write_whole_calls(out);
    std::string logprobs;
    openai::append_logprobs(event.logprobs, &logprobs);
    write_line({.text = event.text, .logprobs = logprobs}, out);
  }

  void write_thinking(const StreamEvent& event, std::string* out) {
    if (event.text.empty()) return;
    write_whole_calls(out);
    write_line({.thinking = event.text}, out);
  }

  // The calls in front whose arguments are complete. Each is looked at once before the end:
  // they may be long.
  void write_whole_calls(std::string* out) {
    std::size_t count = 0;
    for (; count < calls_.size(); ++count) {
      Call& call = calls_[count];
      if (std::exchange(call.looked_at, true) || !is_json_object(call.arguments)) break;
    }
    write_calls(count, out);
  }

  void write_calls(std::size_t count, std::string* out) {
    if (count == 0) return;
    write_line({.calls = std::span(calls_).first(count), .first_call = calls_written_}, out);
    calls_.erase(calls_.begin(), calls_.begin() + static_cast<std::ptrdiff_t>(count));
    calls_written_ += count;
  }

  void write_end(std::string* out) {
    write_calls(calls_.size(), out);
    JsonObject line = answer_.begin({}, out);
    answer_.end(finish_, usage_, true, &line, out);
    *out += '\n';
  }

  Answer answer_;
  std::vector<Call> calls_;
  std::size_t calls_written_ = 0;
  FinishReason finish_ = FinishReason::kNone;
  std::optional<Usage> usage_;
};

class BodyWriter final : public AnswerWriter {
 public:
  BodyWriter(const AnswerOptions& options, Form form) : answer_(options, form) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (const Result<void> result = answer_.check(event); !result) return result;
    switch (event.kind) {
      case EventKind::kStart: answer_.state().start(event); return {};
      case EventKind::kTextDelta:
        text_ += event.text;
        openai::append_logprobs(event.logprobs, &logprobs_);
        return {};
      case EventKind::kReasoningDelta: thinking_ += event.text; return {};
      case EventKind::kToolCallStart: begin_call(event, &calls_); return {};
      case EventKind::kToolCallDelta: return add_arguments(event, &calls_);
      case EventKind::kFinish: finish_ = event.finish; return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.state().lose_other(event); return {};
      case EventKind::kWhole: return {};
      case EventKind::kDone: write_body(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.state().annotate(note); }
  const Losses& lost() const override { return answer_.state().lost(); }
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += write_error(error);
  }

 private:
  void write_body(std::string* out) {
    JsonObject body = answer_.begin(
        {.text = text_, .thinking = thinking_, .calls = calls_, .logprobs = logprobs_}, out);
    const bool is_local = usage_ && usage_->local_busy_us > 0;  // others come whole
    answer_.end(finish_, usage_, is_local, &body, out);
  }

  Answer answer_;
  std::string text_;
  std::string thinking_;
  std::string logprobs_;
  std::vector<Call> calls_;
  FinishReason finish_ = FinishReason::kNone;
  std::optional<Usage> usage_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options, Form form) {
  return std::make_unique<LineWriter>(options, form);
}

std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options, Form form) {
  return std::make_unique<BodyWriter>(options, form);
}

std::string write_error(const Error& error) {
  std::string out;
  JsonObject body(&out);
  body.string("error", message_for_client(error));
  body.close();
  return out;
}

}  // namespace weir::ollama
