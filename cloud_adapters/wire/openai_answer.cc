// Writes answers as OpenAI's API does.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {

void append_finish(std::string* out, FinishReason reason) {
  switch (reason) {
    case FinishReason::kNone: *out += "null"; return;
    case FinishReason::kStop:
    case FinishReason::kStopSequence: *out += "\"stop\""; return;
    case FinishReason::kLength: *out += "\"length\""; return;
    case FinishReason::kToolCalls: *out += "\"tool_calls\""; return;
    case FinishReason::kContentFilter: *out += "\"content_filter\""; return;
  }
}

void write_usage(const Usage& usage, JsonObject* parent) {
  JsonObject object(parent->key("usage"));
  object.number("prompt_tokens", usage.prompt_tokens());
  object.number("completion_tokens", usage.output_tokens);
  object.number("total_tokens", usage.prompt_tokens() + usage.output_tokens);
  JsonObject prompt(object.key("prompt_tokens_details"));
  prompt.number("cached_tokens", usage.cache_read_tokens);
  const std::int64_t written = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens;
  if (written > 0) prompt.number("cache_write_tokens", written);
  prompt.close();
  JsonObject completion(object.key("completion_tokens_details"));
  completion.number("reasoning_tokens", usage.reasoning_tokens);
  completion.close();
  object.close();
}

namespace {

constexpr std::string_view kIdPrefix = "chatcmpl-";

// Clients run the tools of an answer that ends so, whatever word its server used.
FinishReason finish_of(FinishReason reason, bool has_calls) {
  return has_calls && reason == FinishReason::kStop ? FinishReason::kToolCalls : reason;
}

// Tool calls of one choice count from 0, whatever their block was.
class ToolIndexes {
 public:
  bool empty() const { return blocks_.empty(); }
  std::int32_t add(std::int32_t block) {
    blocks_.push_back(block);
    return static_cast<std::int32_t>(blocks_.size() - 1);
  }
  std::int32_t find(std::int32_t block) const {
    const auto at = std::find(blocks_.rbegin(), blocks_.rend(), block);
    return at == blocks_.rend() ? -1 : static_cast<std::int32_t>(blocks_.rend() - at) - 1;
  }

 private:
  std::vector<std::int32_t> blocks_;
};

class ChunkWriter final : public AnswerWriter {
 public:
  explicit ChunkWriter(const AnswerOptions& options)
      : answer_(options, kIdPrefix), request_(options.request) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    answer_.lose_signature(event);
    switch (event.kind) {
      case EventKind::kStart: answer_.start(event); return {};
      case EventKind::kTextDelta:
        if (!event.text.empty() || !event.logprobs.empty()) write_text(event, out);
        return {};
      case EventKind::kReasoningDelta:
        if (!event.text.empty()) write_reasoning(event, out);
        return {};
      case EventKind::kToolCallStart: write_tool_start(event, out); return {};
      case EventKind::kToolCallDelta: return write_tool_delta(event, out);
      case EventKind::kFinish: finishes_.emplace_back(event.choice_index, event.finish); return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_end(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }
  void write_terminator(std::string* out) override { *out += "data: [DONE]\n\n"; }
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += "data: ";
    *out += write_error(error);
    *out += "\n\n";
  }

 private:
  // The text of a custom tool is told when all of its arguments are there.
  struct CustomCall {
    std::int32_t index;
    std::string arguments;
  };
  struct Choice {
    std::int32_t index;
    ToolIndexes tools;
    std::vector<CustomCall> custom;
  };

  // data: {...,"choices":[{"index":N,"delta":
  void begin_chunk(std::int32_t choice, std::string* out) {
    append_head(out);
    *out += ",\"choices\":[{\"index\":";
    append_json_number(out, std::int64_t{choice});
    *out += ",\"delta\":";
  }

  void end_chunk(FinishReason finish, bool last, std::string* out) {
    *out += ",\"logprobs\":";
    append_logprobs_value(std::exchange(logprobs_, {}), out);
    *out += ",\"finish_reason\":";
    append_finish(out, finish);
    *out += "}]";
    if (answer_.include_usage()) *out += ",\"usage\":null";
    if (last) answer_.append_note(out);
    *out += "}\n\n";
  }

  // The members that are the same in every chunk, made once.
  void append_head(std::string* out) {
    if (head_.empty()) {
      head_ = "data: ";
      JsonObject chunk(&head_);
      chunk.string("id", answer_.id());
      chunk.string("object", "chat.completion.chunk");
      chunk.number("created", answer_.created_unix());
      chunk.string("model", answer_.model());
      if (!answer_.fingerprint().empty()) {
        chunk.string("system_fingerprint", answer_.fingerprint());
      }
    }
    *out += head_;
  }

  // The first chunk of a choice says whether text comes at once: an answer that is calls
  // alone has null for content.
  Choice& open_choice(std::int32_t index, bool text, std::string* out) {
    for (Choice& choice : choices_) {
      if (choice.index == index) return choice;
    }
    begin_chunk(index, out);
    *out += R"({"role":"assistant","content":)";
    *out += text ? R"("","refusal":null})" : R"(null,"refusal":null})";
    end_chunk(FinishReason::kNone, false, out);
    return choices_.emplace_back(Choice{index, {}, {}});
  }

  void write_text(const StreamEvent& event, std::string* out) {
    open_choice(event.choice_index, true, out);
    append_logprobs(event.logprobs, &logprobs_);
    write_delta(event, event.refusal ? "refusal" : "content", out);
  }

  void write_reasoning(const StreamEvent& event, std::string* out) {
    open_choice(event.choice_index, false, out);
    write_delta(event, "reasoning_content", out);
  }

  void write_delta(const StreamEvent& event, std::string_view member, std::string* out) {
    begin_chunk(event.choice_index, out);
    JsonObject delta(out);
    delta.string(member, event.text);
    delta.close();
    end_chunk(FinishReason::kNone, false, out);
  }

  void write_tool_start(const StreamEvent& event, std::string* out) {
    Choice& choice = open_choice(event.choice_index, false, out);
    const std::int32_t index = choice.tools.add(event.block_index);
    const bool custom = is_custom_tool(request_, event.name);
    if (custom) choice.custom.push_back({index, {}});
    std::string call;
    JsonObject object(&call);
    object.number("index", std::int64_t{index});
    object.string("id", event.id);
    object.string("type", custom ? "custom" : "function");
    JsonObject form(object.key(custom ? "custom" : "function"));
    form.string("name", event.name);
    form.string(custom ? "input" : "arguments", "");
    form.close();
    object.close();
    write_call(event.choice_index, call, out);
  }

  Result<void> write_tool_delta(const StreamEvent& event, std::string* out) {
    Choice& choice = open_choice(event.choice_index, false, out);
    const std::int32_t index = choice.tools.find(event.block_index);
    if (index < 0) return Error{ErrorCode::kInternal, "A tool call went on before it began."};
    for (CustomCall& custom : choice.custom) {
      if (custom.index != index) continue;
      custom.arguments += event.text;
      return {};
    }
    write_fragment(event.choice_index, index, "function", "arguments", event.text, out);
    return {};
  }

  void write_fragment(std::int32_t choice, std::int32_t index, std::string_view form,
                      std::string_view member, std::string_view text, std::string* out) {
    std::string call;
    JsonObject object(&call);
    object.number("index", std::int64_t{index});
    JsonObject inner(object.key(form));
    inner.string(member, text);
    inner.close();
    object.close();
    write_call(choice, call, out);
  }

  void write_call(std::int32_t choice, std::string_view call, std::string* out) {
    begin_chunk(choice, out);
    *out += "{\"tool_calls\":[";
    *out += call;
    *out += "]}";
    end_chunk(FinishReason::kNone, false, out);
  }

  void write_custom_texts(const Choice& choice, std::string* out) {
    for (const CustomCall& custom : choice.custom) {
      const std::string text = custom_input(custom.arguments);
      write_fragment(choice.index, custom.index, "custom", "input", text, out);
    }
  }

  void write_end(std::string* out) {
    const bool tell_usage = answer_.include_usage() && usage_.has_value();
    for (std::size_t i = 0; i < finishes_.size(); ++i) {
      const auto [index, reason] = finishes_[i];
      Choice& choice = open_choice(index, true, out);
      const bool calls = !choice.tools.empty();
      write_custom_texts(choice, out);
      begin_chunk(index, out);
      *out += "{}";
      end_chunk(finish_of(reason, calls), !tell_usage && i + 1 == finishes_.size(), out);
    }
    if (!tell_usage) return;
    append_head(out);
    *out += ",\"choices\":[],";
    std::string usage;
    JsonObject holder(&usage);
    write_usage(*usage_, &holder);
    *out += std::string_view(usage).substr(1);
    answer_.append_note(out);
    *out += "}\n\n";
  }

  AnswerState answer_;
  const ChatRequest* request_;
  std::string head_;
  std::string logprobs_;  // of the chunk that is being written
  std::vector<Choice> choices_;
  std::vector<std::pair<std::int32_t, FinishReason>> finishes_;
  std::optional<Usage> usage_;
};

class BodyWriter final : public AnswerWriter {
 public:
  explicit BodyWriter(const AnswerOptions& options)
      : answer_(options, kIdPrefix), request_(options.request) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    answer_.lose_signature(event);
    switch (event.kind) {
      case EventKind::kStart: answer_.start(event); return {};
      case EventKind::kTextDelta:
        (event.refusal ? choice(event).refusal : choice(event).text) += event.text;
        append_logprobs(event.logprobs, &choice(event).logprobs);
        return {};
      case EventKind::kReasoningDelta: choice(event).reasoning += event.text; return {};
      case EventKind::kToolCallStart:
        choice(event).calls.push_back(
            {event.block_index, std::string(event.id), std::string(event.name), {}});
        return {};
      case EventKind::kToolCallDelta: return add_arguments(event);
      case EventKind::kFinish: choice(event).finish = event.finish; return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_body(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += write_error(error);
  }

 private:
  struct Call {
    std::int32_t block;
    std::string id;
    std::string name;
    std::string arguments;
  };
  struct Choice {
    std::int32_t index = 0;
    std::string text;
    std::string refusal;
    std::string reasoning;
    std::string logprobs;
    std::vector<Call> calls;
    FinishReason finish = FinishReason::kNone;
  };

  Choice& choice(const StreamEvent& event) {
    const auto at = std::find_if(choices_.begin(), choices_.end(),
                                 [&](const Choice& c) { return c.index == event.choice_index; });
    if (at != choices_.end()) return *at;
    choices_.emplace_back().index = event.choice_index;
    return choices_.back();
  }

  Result<void> add_arguments(const StreamEvent& event) {
    std::vector<Call>& calls = choice(event).calls;
    const auto at = std::find_if(calls.rbegin(), calls.rend(),
                                 [&](const Call& call) { return call.block == event.block_index; });
    if (at == calls.rend()) {
      return Error{ErrorCode::kInternal, "A tool call went on before it began."};
    }
    at->arguments += event.text;
    return {};
  }

  void write_body(std::string* out) {
    JsonObject body(out);
    body.string("id", answer_.id());
    body.string("object", "chat.completion");
    body.number("created", answer_.created_unix());
    body.string("model", answer_.model());
    if (!answer_.fingerprint().empty()) body.string("system_fingerprint", answer_.fingerprint());
    body.key("choices")->push_back('[');
    for (const Choice& choice : choices_) {
      if (out->back() != '[') out->push_back(',');
      write_choice(choice, out);
    }
    out->push_back(']');
    if (usage_) write_usage(*usage_, &body);
    answer_.append_note(out);
    body.close();
  }

  void write_choice(const Choice& choice, std::string* out) const {
    JsonObject object(out);
    object.number("index", std::int64_t{choice.index});
    JsonObject message(object.key("message"));
    message.string("role", "assistant");
    if (choice.text.empty() && (!choice.calls.empty() || !choice.refusal.empty())) {
      message.null("content");
    } else {
      message.string("content", choice.text);
    }
    if (choice.refusal.empty()) {
      message.null("refusal");
    } else {
      message.string("refusal", choice.refusal);
    }
    if (!choice.reasoning.empty()) message.string("reasoning_content", choice.reasoning);
    if (!choice.calls.empty()) write_calls(choice.calls, &message, out);
    message.close();
    append_logprobs_value(choice.logprobs, object.key("logprobs"));
    append_finish(object.key("finish_reason"), finish_of(choice.finish, !choice.calls.empty()));
    object.close();
  }

  void write_calls(const std::vector<Call>& calls, JsonObject* message, std::string* out) const {
    message->key("tool_calls")->push_back('[');
    for (const Call& call : calls) {
      if (out->back() != '[') out->push_back(',');
      const bool custom = is_custom_tool(request_, call.name);
      JsonObject object(out);
      object.string("id", call.id);
      object.string("type", custom ? "custom" : "function");
      JsonObject form(object.key(custom ? "custom" : "function"));
      form.string("name", call.name);
      form.string(custom ? "input" : "arguments",
                  custom ? custom_input(call.arguments) : call.arguments);
      form.close();
      object.close();
    }
    out->push_back(']');
  }

  AnswerState answer_;
  const ChatRequest* request_;
  std::vector<Choice> choices_;
  std::optional<Usage> usage_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options) {
  return std::make_unique<ChunkWriter>(options);
}

std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options) {
  return std::make_unique<BodyWriter>(options);
}

}  // namespace weir::openai
