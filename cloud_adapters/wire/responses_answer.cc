// Writes answers of the Responses API, as events and as one body.
#include <array>
#include <optional>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"
#include "cloud_adapters/wire/responses_items.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir::responses {
namespace {

constexpr std::string_view kIdPrefix = "resp_";

// Members of the request that an answer repeats, and what stands for one that is unset.
struct Echo {
  std::string_view name;
  std::string_view otherwise;
};
constexpr std::array<Echo, 14> kEchoes = {{
    {"instructions", "null"},
    {"max_output_tokens", "null"},
    {"metadata", "{}"},
    {"parallel_tool_calls", "true"},
    {"reasoning", R"({"effort":null,"summary":null})"},
    {"safety_identifier", "null"},
    {"service_tier", R"("default")"},
    {"temperature", "1.0"},
    {"text", R"({"format":{"type":"text"}})"},
    {"tool_choice", R"("auto")"},
    {"tools", "[]"},
    {"top_logprobs", "0"},
    {"top_p", "1.0"},
    {"truncation", R"("disabled")"},
}};

// As members without braces.
std::string make_echo(const ChatRequest* request) {
  std::array<std::string_view, kEchoes.size()> values;
  for (std::size_t i = 0; i < kEchoes.size(); ++i) values[i] = kEchoes[i].otherwise;
  const bool own = request != nullptr && request->dialect == Dialect::kOpenAiResponses;
  if (own && !request->original.empty()) {
    for (JsonMembers members(request->original); members.next();) {
      if (members.value() == "null") continue;
      for (std::size_t i = 0; i < kEchoes.size(); ++i) {
        if (kEchoes[i].name == members.key()) values[i] = members.value();
      }
    }
  }
  std::string echo = R"("background":false,"previous_response_id":null,"store":false)";
  for (std::size_t i = 0; i < kEchoes.size(); ++i) append_member(&echo, kEchoes[i].name, values[i]);
  return echo;
}

void write_usage(const Usage& usage, JsonObject* parent) {
  JsonObject object(parent->key("usage"));
  object.number("input_tokens", usage.prompt_tokens());
  JsonObject input(object.key("input_tokens_details"));
  input.number("cached_tokens", usage.cache_read_tokens);
  input.number("cache_write_tokens", usage.cache_write_5m_tokens + usage.cache_write_1h_tokens);
  input.close();
  object.number("output_tokens", usage.output_tokens);
  JsonObject output(object.key("output_tokens_details"));
  output.number("reasoning_tokens", usage.reasoning_tokens);
  output.close();
  object.number("total_tokens", usage.prompt_tokens() + usage.output_tokens);
  object.close();
}

// A thought that comes back may go to those who take back what they signed, but Gemini signs
// calls, too, which have no place for it here.
bool keeps_signature(const StreamEvent& event) {
  return event.kind == EventKind::kReasoningDelta && !event.signature.empty() &&
         event.raw_dialect != Dialect::kGemini;
}

// The events so far as the answer that they make.
class Answer {
 public:
  explicit Answer(const AnswerOptions& options)
      : state(options, kIdPrefix), items(options.request), echo_(make_echo(options.request)) {}

  // A choice other than the first has no place here.
  bool is_foreign(const StreamEvent& event) {
    if (event.choice_index == 0) return false;
    state.lose("choices[" + std::to_string(event.choice_index) + "]");
    return true;
  }

  std::string_view status() const {
    switch (finish) {
      case FinishReason::kNone: return "in_progress";
      case FinishReason::kLength:
      case FinishReason::kContentFilter: return "incomplete";
      default: return "completed";
    }
  }

  // Puts the event's text where it belongs.
  void fill(const StreamEvent& event, OutputItem* item) {
    if (item->kind == ItemKind::kMessage) {
      if (item->parts.empty() || item->parts.back().refusal != event.refusal) {
        item->parts.push_back({.refusal = event.refusal, .text = {}});
      }
      item->parts.back().text += event.text;
      openai::append_logprobs(event.logprobs, &item->parts.back().logprobs);
    } else if (event.kind != EventKind::kToolCallStart) {
      item->text += event.text;
    }
    if (keeps_signature(event)) {
      item->signature += event.signature;
    } else {
      state.lose_signature(event);
    }
  }

  // The response object. `error` is the value of its member, or empty.
  void append(std::string_view status, std::string_view error, std::string* out) const {
    JsonObject object(out);
    object.string("id", state.id());
    object.string("object", "response");
    object.number("created_at", state.created_unix());
    object.string("status", status);
    object.raw("error", error.empty() ? "null" : error);
    if (status == "incomplete") {
      const bool filtered = finish == FinishReason::kContentFilter;
      object.raw("incomplete_details",
                 filtered ? R"({"reason":"content_filter"})" : R"({"reason":"max_output_tokens"})");
    } else {
      object.null("incomplete_details");
    }
    object.string("model", state.model());
    const bool ended = status != "in_progress";
    if (ended) {
      items.append_all(status == "failed" ? "incomplete" : status, object.key("output"));
    } else {
      object.raw("output", "[]");
    }
    object.members(echo_);
    if (ended && usage) {
      write_usage(*usage, &object);
    } else {
      object.null("usage");
    }
    if (ended) state.append_note(out);
    object.close();
  }

  AnswerState state;
  OutputItems items;
  FinishReason finish = FinishReason::kNone;
  std::optional<Usage> usage;

 private:
  std::string echo_;
};

class EventWriter final : public AnswerWriter {
 public:
  explicit EventWriter(const AnswerOptions& options) : answer_(options) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (answer_.is_foreign(event)) return {};
    switch (event.kind) {
      case EventKind::kStart: answer_.state.start(event); return {};
      case EventKind::kTextDelta:
        if (event.text.empty() && event.logprobs.empty()) return {};
        return write_delta(event, out);
      case EventKind::kReasoningDelta:
        if (event.text.empty() && !keeps_signature(event)) {
          answer_.state.lose_signature(event);
          return {};
        }
        return write_delta(event, out);
      case EventKind::kToolCallStart:
      case EventKind::kToolCallDelta: return write_delta(event, out);
      case EventKind::kFinish: answer_.finish = event.finish; return {};
      case EventKind::kUsage: answer_.usage = event.usage; return {};
      case EventKind::kOther: answer_.state.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_end(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.state.annotate(note); }
  const Losses& lost() const override { return answer_.state.lost(); }

  void write_terminator(std::string* out) override {
    const std::string_view status = answer_.status();
    const bool incomplete = status == "incomplete";
    JsonObject event = begin(incomplete ? "response.incomplete" : "response.completed", out);
    answer_.append(status, {}, event.key("response"));
    end(&event, out);
  }

  // Both, because `error` makes OpenAI's SDKs throw, and codex tries again only after
  // `response.failed`. Some clients read the members of `error` in the
  // event, others in an object inside.
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    start(out);
    const std::string body = openai::write_error(error);
    const std::string_view object = error_object(body);
    JsonObject event = begin("error", out);
    for (JsonMembers members(object); members.next();) {
      if (members.key() != "type") event.raw(members.key(), members.value());
    }
    event.raw("error", object);
    end(&event, out);
    JsonObject failed = begin("response.failed", out);
    answer_.append("failed", object, failed.key("response"));
    end(&failed, out);
  }

 private:
  static std::string_view error_object(std::string_view body) {
    JsonMembers members(body);
    return members.next() ? members.value() : "{}";
  }

  JsonObject begin(std::string_view type, std::string* out) {
    out->append("event: ").append(type).append("\ndata: ");
    JsonObject event(out);
    event.string("type", type);
    event.number("sequence_number", sequence_++);
    return event;
  }

  static void end(JsonObject* event, std::string* out) {
    event->close();
    *out += "\n\n";
  }

  void start(std::string* out) {
    if (std::exchange(started_, true)) return;
    for (const std::string_view type : {"response.created", "response.in_progress"}) {
      JsonObject event = begin(type, out);
      answer_.append("in_progress", {}, event.key("response"));
      end(&event, out);
    }
  }

  // An event about an item; the caller adds what it says and ends it.
  JsonObject about(std::string_view type, std::size_t index, std::string* out) {
    JsonObject event = begin(type, out);
    event.string("item_id", answer_.items[index].id);
    event.number("output_index", static_cast<std::int64_t>(index));
    return event;
  }

  void item_event(std::string_view type, std::size_t index, std::string_view status,
                  std::string* out) {
    JsonObject event = begin(type, out);
    event.number("output_index", static_cast<std::int64_t>(index));
    append_item(answer_.items[index], status, event.key("item"));
    end(&event, out);
  }

  Result<void> write_delta(const StreamEvent& event, std::string* out) {
    start(out);
    const std::size_t before = answer_.items.size();
    const Result<std::size_t> index = answer_.items.place(event, answer_.state.id());
    if (!index) return index.error();
    if (answer_.items.size() > before) {
      close_before(*index, out);
      item_event("response.output_item.added", *index, "in_progress", out);
    }
    OutputItem& item = answer_.items[*index];
    if (item.kind == ItemKind::kMessage) return write_text(event, *index, out);
    if (item.kind == ItemKind::kReasoning) return write_thought(event, *index, out);
    answer_.fill(event, &item);
    if (item.kind == ItemKind::kFunction && !event.text.empty() &&
        event.kind == EventKind::kToolCallDelta) {
      tell_delta("response.function_call_arguments.delta", *index, event.text, out);
    }
    return {};
  }

  // Calls may go on side by side; a text or a thought ends when something else begins.
  void close_before(std::size_t index, std::string* out) {
    if (index == 0) return;
    const ItemKind kind = answer_.items[index - 1].kind;
    if (kind == ItemKind::kMessage || kind == ItemKind::kReasoning) {
      close(index - 1, "completed", out);
    }
  }

  void tell_delta(std::string_view type, std::size_t index, std::string_view delta,
                  std::string* out) {
    JsonObject event = about(type, index, out);
    event.string("delta", delta);
    end(&event, out);
  }

  Result<void> write_text(const StreamEvent& event, std::size_t index, std::string* out) {
    OutputItem& item = answer_.items[index];
    if (item.parts.empty() || item.parts.back().refusal != event.refusal) {
      if (!item.parts.empty()) close_part(index, out);
      item.parts.push_back({.refusal = event.refusal, .text = {}});
      part_event("response.content_part.added", index, out);
    }
    JsonObject delta = about_part(
        event.refusal ? "response.refusal.delta" : "response.output_text.delta", index, out);
    delta.string("delta", event.text);
    if (!event.refusal) {
      std::string entries;
      openai::append_logprobs(event.logprobs, &entries);
      delta.raw("logprobs", "[" + entries + "]");
    }
    end(&delta, out);
    answer_.fill(event, &item);
    return {};
  }

  // About the last part of a message.
  JsonObject about_part(std::string_view type, std::size_t index, std::string* out) {
    JsonObject event = about(type, index, out);
    event.number("content_index", static_cast<std::int64_t>(answer_.items[index].parts.size()) - 1);
    return event;
  }

  void part_event(std::string_view type, std::size_t index, std::string* out) {
    JsonObject event = about_part(type, index, out);
    append_part(answer_.items[index].parts.back(), event.key("part"));
    end(&event, out);
  }

  void close_part(std::size_t index, std::string* out) {
    const ContentPart& part = answer_.items[index].parts.back();
    JsonObject event = about_part(
        part.refusal ? "response.refusal.done" : "response.output_text.done", index, out);
    event.string(part.refusal ? "refusal" : "text", part.text);
    if (!part.refusal) event.raw("logprobs", "[" + part.logprobs + "]");
    end(&event, out);
    part_event("response.content_part.done", index, out);
  }

  Result<void> write_thought(const StreamEvent& event, std::size_t index, std::string* out) {
    OutputItem& item = answer_.items[index];
    if (item.text.empty() && !event.text.empty()) {
      summary_event("response.reasoning_summary_part.added", index, out);
    }
    answer_.fill(event, &item);
    if (event.text.empty()) return {};
    JsonObject delta = about("response.reasoning_summary_text.delta", index, out);
    delta.number("summary_index", std::int64_t{0});
    delta.string("delta", event.text);
    end(&delta, out);
    return {};
  }

  void summary_event(std::string_view type, std::size_t index, std::string* out) {
    JsonObject event = about(type, index, out);
    event.number("summary_index", std::int64_t{0});
    append_summary(answer_.items[index].text, event.key("part"));
    end(&event, out);
  }

  void close(std::size_t index, std::string_view status, std::string* out) {
    OutputItem& item = answer_.items[index];
    if (!item.open) return;
    if (item.kind == ItemKind::kMessage && !item.parts.empty()) close_part(index, out);
    if (item.kind == ItemKind::kReasoning && !item.text.empty()) {
      JsonObject event = about("response.reasoning_summary_text.done", index, out);
      event.number("summary_index", std::int64_t{0});
      event.string("text", item.text);
      end(&event, out);
      summary_event("response.reasoning_summary_part.done", index, out);
    }
    if (item.kind == ItemKind::kFunction || item.kind == ItemKind::kCustom) close_call(index, out);
    item_event("response.output_item.done", index, status, out);
    item.open = status != "completed";
  }

  // The text of a custom tool is known when its arguments are complete.
  void close_call(std::size_t index, std::string* out) {
    const OutputItem& item = answer_.items[index];
    const std::string text = arguments_of(item);
    const bool custom = item.kind == ItemKind::kCustom;
    if (custom) tell_delta("response.custom_tool_call_input.delta", index, text, out);
    if (!custom && item.text.empty()) {
      tell_delta("response.function_call_arguments.delta", index, text, out);
    }
    JsonObject event = about(
        custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
        index, out);
    if (!custom) event.string("name", item.name);
    event.string(custom ? "input" : "arguments", text);
    end(&event, out);
  }

  void write_end(std::string* out) {
    start(out);
    if (answer_.finish == FinishReason::kNone) answer_.finish = FinishReason::kStop;
    for (std::size_t i = 0; i < answer_.items.size(); ++i) close(i, answer_.status(), out);
  }

  Answer answer_;
  bool started_ = false;
  std::int64_t sequence_ = 0;
};

class BodyWriter final : public AnswerWriter {
 public:
  explicit BodyWriter(const AnswerOptions& options) : answer_(options) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (answer_.is_foreign(event)) return {};
    switch (event.kind) {
      case EventKind::kStart: answer_.state.start(event); return {};
      case EventKind::kTextDelta:
      case EventKind::kReasoningDelta:
        if (event.text.empty() && !keeps_signature(event) && event.logprobs.empty()) {
          answer_.state.lose_signature(event);
          return {};
        }
        return add(event);
      case EventKind::kToolCallStart:
      case EventKind::kToolCallDelta: return add(event);
      case EventKind::kFinish: answer_.finish = event.finish; return {};
      case EventKind::kUsage: answer_.usage = event.usage; return {};
      case EventKind::kOther: answer_.state.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_body(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.state.annotate(note); }
  const Losses& lost() const override { return answer_.state.lost(); }
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += openai::write_error(error);
  }

 private:
  Result<void> add(const StreamEvent& event) {
    const Result<std::size_t> index = answer_.items.place(event, answer_.state.id());
    if (!index) return index.error();
    answer_.fill(event, &answer_.items[*index]);
    return {};
  }

  void write_body(std::string* out) {
    if (answer_.finish == FinishReason::kNone) answer_.finish = FinishReason::kStop;
    answer_.append(answer_.status(), {}, out);
  }

  Answer answer_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options) {
  return std::make_unique<EventWriter>(options);
}

std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options) {
  return std::make_unique<BodyWriter>(options);
}

}  // namespace weir::responses
