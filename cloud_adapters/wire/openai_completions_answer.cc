// Writes answers as OpenAI's older completions have them, in chunks or as one body.
#include <algorithm>
#include <set>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

// Half a character is told by its bytes, as OpenAI does: "bytes:\xe2".
std::string token_text(std::string_view bytes) {
  if (simdjson::validate_utf8(bytes)) return std::string(bytes);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "bytes:";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.append("\\x").push_back(kDigits[value >> 4U]);
    text.push_back(kDigits[value & 15U]);
  }
  return text;
}

// Four lists of equal length: tokens, their probabilities, the likeliest others, and where
// each begins, in characters of the answer.
class LegacyLogprobs {
 public:
  void add(std::span<const TokenReport> reports) {
    for (const TokenReport& report : reports) add(report);
  }

  // The value of `logprobs`; the lists start anew, the places go on.
  void take(std::string* out) {
    if (tokens_.empty()) {
      *out += "null";
      return;
    }
    JsonObject object(out);
    object.raw("tokens", '[' + std::exchange(tokens_, {}) + ']');
    object.raw("token_logprobs", '[' + std::exchange(logprobs_, {}) + ']');
    object.raw("top_logprobs", '[' + std::exchange(top_, {}) + ']');
    object.raw("text_offset", '[' + std::exchange(offsets_, {}) + ']');
    object.close();
  }

 private:
  void add(const TokenReport& report) {
    for (std::string* list : {&tokens_, &logprobs_, &top_, &offsets_}) {
      if (!list->empty()) list->push_back(',');
    }
    append_json_string(&tokens_, token_text(report.token.bytes));
    append_json_number(&logprobs_, double{report.token.logprob});
    append_json_number(&offsets_, offset_);
    add_top(report);
    offset_ += std::ranges::count_if(report.token.bytes, [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    });
  }

  // The likeliest of two tokens with one text stands for both.
  void add_top(const TokenReport& report) {
    std::set<std::string> seen;
    top_.push_back('{');
    for (const TokenProbability& token : report.top) {
      const auto [text, is_new] = seen.insert(token_text(token.bytes));
      if (!is_new) continue;
      if (top_.back() != '{') top_.push_back(',');
      append_json_string(&top_, *text);
      top_.push_back(':');
      append_json_number(&top_, double{token.logprob});
    }
    top_.push_back('}');
  }

  std::string tokens_;
  std::string logprobs_;
  std::string top_;
  std::string offsets_;
  std::int64_t offset_ = 0;
};

class CompletionWriter final : public AnswerWriter {
 public:
  CompletionWriter(const AnswerOptions& options, bool stream)
      : answer_(options, "cmpl-"), stream_(stream) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    switch (event.kind) {
      case EventKind::kStart: answer_.start(event); return {};
      case EventKind::kTextDelta: write_text(event, out); return {};
      case EventKind::kReasoningDelta: answer_.lose("reasoning"); return {};
      case EventKind::kToolCallStart: answer_.lose("tool_calls"); return {};
      case EventKind::kToolCallDelta: return {};
      case EventKind::kFinish: choice_of(event.choice_index).finish = event.finish; return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_end(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }
  void write_terminator(std::string* out) override {
    if (stream_) *out += "data: [DONE]\n\n";
  }
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += stream_ ? "data: " + write_error(error) + "\n\n" : write_error(error);
  }

 private:
  struct Choice {
    std::int32_t index = 0;
    std::string text;
    LegacyLogprobs logprobs;
    FinishReason finish = FinishReason::kNone;
  };

  Choice& choice_of(std::int32_t index) {
    for (Choice& choice : choices_) {
      if (choice.index == index) return choice;
    }
    choices_.emplace_back().index = index;
    return choices_.back();
  }

  void write_text(const StreamEvent& event, std::string* out) {
    if (event.text.empty() && event.logprobs.empty()) return;
    Choice& choice = choice_of(event.choice_index);
    choice.text += event.text;
    choice.logprobs.add(event.logprobs);
    if (stream_) write_chunk(&choice, FinishReason::kNone, false, out);
  }

  void write_head(JsonObject* object) const {
    object->string("id", answer_.id());
    object->string("object", "text_completion");
    object->number("created", answer_.created_unix());
    object->string("model", answer_.model());
    if (!answer_.fingerprint().empty()) {
      object->string("system_fingerprint", answer_.fingerprint());
    }
  }

  // Takes the text that was not told yet.
  static void write_choice(Choice* choice, FinishReason finish, std::string* out) {
    JsonObject object(out);
    object.string("text", std::exchange(choice->text, {}));
    object.number("index", std::int64_t{choice->index});
    choice->logprobs.take(object.key("logprobs"));
    append_finish(object.key("finish_reason"), finish);
    object.close();
  }

  void write_chunk(Choice* choice, FinishReason finish, bool last, std::string* out) {
    *out += "data: ";
    JsonObject chunk(out);
    write_head(&chunk);
    chunk.key("choices")->push_back('[');
    write_choice(choice, finish, out);
    out->push_back(']');
    if (answer_.include_usage()) chunk.null("usage");
    if (last) answer_.append_note(out);
    *out += "}\n\n";
  }

  void write_end(std::string* out) {
    if (!stream_) return write_body(out);
    const bool tell_usage = answer_.include_usage() && usage_.has_value();
    for (Choice& choice : choices_) {
      write_chunk(&choice, choice.finish, !tell_usage && &choice == &choices_.back(), out);
    }
    if (!tell_usage) return;
    *out += "data: ";
    write_closed("[]", out);
    *out += "\n\n";
  }

  void write_body(std::string* out) {
    std::string choices = "[";
    for (Choice& choice : choices_) {
      if (choices.back() != '[') choices.push_back(',');
      write_choice(&choice, choice.finish, &choices);
    }
    write_closed(choices + "]", out);
  }

  void write_closed(std::string_view choices, std::string* out) const {
    JsonObject body(out);
    write_head(&body);
    body.raw("choices", choices);
    if (usage_) write_usage(*usage_, &body);
    answer_.append_note(out);
    body.close();
  }

  AnswerState answer_;
  bool stream_;
  std::vector<Choice> choices_;
  std::optional<Usage> usage_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_completion_writer(const AnswerOptions& options, bool stream) {
  return std::make_unique<CompletionWriter>(options, stream);
}

}  // namespace weir::openai
