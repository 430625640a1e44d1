// Writes answers, errors and model lists as Anthropic's API does.
#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/anthropic_blocks.h"
#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "core/timestamp.h"

namespace weir::anthropic {
namespace {

constexpr std::string_view kIdPrefix = "msg_";

std::string_view stop_reason(FinishReason reason) {
  switch (reason) {
    case FinishReason::kNone:
    case FinishReason::kStop: return "end_turn";
    case FinishReason::kStopSequence: return "stop_sequence";
    case FinishReason::kLength: return "max_tokens";
    case FinishReason::kToolCalls: return "tool_use";
    case FinishReason::kContentFilter: return "refusal";
  }
  return "end_turn";
}

void write_usage(const Usage& usage, JsonObject* parent) {
  JsonObject object(parent->key("usage"));
  object.number("input_tokens", usage.input_tokens);
  object.number("cache_read_input_tokens", usage.cache_read_tokens);
  object.number("cache_creation_input_tokens",
                usage.cache_write_5m_tokens + usage.cache_write_1h_tokens);
  JsonObject split(object.key("cache_creation"));
  split.number("ephemeral_5m_input_tokens", usage.cache_write_5m_tokens);
  split.number("ephemeral_1h_input_tokens", usage.cache_write_1h_tokens);
  split.close();
  object.number("output_tokens", usage.output_tokens);
  JsonObject details(object.key("output_tokens_details"));
  details.number("thinking_tokens", usage.reasoning_tokens);
  details.close();
  object.close();
}

// How the answer ended.
class Ending {
 public:
  void take(const StreamEvent& event) {
    has_calls_ = has_calls_ || event.kind == EventKind::kToolCallStart;
    refuses_ = refuses_ || (event.kind == EventKind::kTextDelta && event.refusal);
    if (event.kind != EventKind::kFinish) return;
    reason_ = event.finish;
    if (reason_ == FinishReason::kStopSequence) sequence_ = event.text;
  }

  void write(JsonObject* object) const {
    object->string("stop_reason", stop_reason(reason()));
    if (sequence_.empty()) {
      object->null("stop_sequence");
    } else {
      object->string("stop_sequence", sequence_);
    }
  }

 private:
  // A model that calls a tool waits for its result, whatever word its server used.
  FinishReason reason() const {
    if (reason_ != FinishReason::kStop) return reason_;
    if (has_calls_) return FinishReason::kToolCalls;
    return refuses_ ? FinishReason::kContentFilter : reason_;
  }

  FinishReason reason_ = FinishReason::kNone;
  std::string sequence_;
  bool has_calls_ = false;
  bool refuses_ = false;
};

Result<void> check_event(const StreamEvent& event) {
  if (event.choice_index != 0) return unsupported_field("n");
  if (event.kind == EventKind::kWhole) return unsupported_event();
  return {};
}

// What another provider signed would be refused where the client sends it back.
bool has_foreign_thought(const StreamEvent& event) {
  return event.kind == EventKind::kReasoningDelta && !event.signature.empty() &&
         event.raw_dialect != Dialect::kAnthropic;
}

// The same thought as far as it can be shown.
StreamEvent unsigned_thought(StreamEvent event) {
  event.signature = {};
  event.redacted = false;
  return event;
}

// A mark that another provider set on a call has no place, nor has what only its dialect says.
void note_losses(const StreamEvent& event, AnswerState* answer) {
  if (event.kind == EventKind::kOther) answer->lose_other(event);
  const bool marked = event.kind == EventKind::kToolCallStart && !event.signature.empty();
  if (marked) answer->lose("tool_use.signature");
  if (has_foreign_thought(event)) answer->lose("signature");
}

class EventWriter final : public AnswerWriter {
 public:
  explicit EventWriter(const AnswerOptions& options)
      : answer_(options, kIdPrefix), expected_prompt_tokens_(options.expected_prompt_tokens) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (const Result<void> result = check_event(event); !result) return result;
    note_losses(event, &answer_);
    ending_.take(event);
    const bool tells_usage = event.kind == EventKind::kStart || event.kind == EventKind::kUsage;
    if (tells_usage) usage_ = event.usage;
    if (event.kind == EventKind::kStart) answer_.start(event);
    if (!std::exchange(started_, true)) write_start(out);
    if (event.kind == EventKind::kDone) write_end(out);
    return blocks_.write(has_foreign_thought(event) ? unsigned_thought(event) : event, out);
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }

  void write_terminator(std::string* out) override {
    *out += "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  }

  void write_stream_error(const Error& error, std::string_view request_id,
                          std::string* out) override {
    *out += "event: error\ndata: ";
    *out += write_error(error, request_id);
    *out += "\n\n";
  }

 private:
  void write_start(std::string* out) {
    *out += "event: message_start\ndata: ";
    JsonObject event(out);
    event.string("type", "message_start");
    JsonObject message(event.key("message"));
    message.string("id", answer_.id());
    message.string("type", "message");
    message.string("role", "assistant");
    message.string("model", answer_.model());
    message.raw("content", "[]");
    message.null("stop_reason");
    message.null("stop_sequence");
    Usage usage = usage_;
    if (usage.prompt_tokens() == 0) usage.input_tokens = expected_prompt_tokens_;
    write_usage(usage, &message);
    message.close();
    event.close();
    *out += "\n\n";
  }

  void write_end(std::string* out) {
    blocks_.write_end(out);
    *out += "event: message_delta\ndata: ";
    JsonObject event(out);
    event.string("type", "message_delta");
    JsonObject delta(event.key("delta"));
    ending_.write(&delta);
    delta.close();
    write_usage(usage_, &event);
    answer_.append_note(out);
    event.close();
    *out += "\n\n";
  }

  AnswerState answer_;
  BlockStream blocks_;
  Ending ending_;
  Usage usage_;
  std::int64_t expected_prompt_tokens_;
  bool started_ = false;
};

class BodyWriter final : public AnswerWriter {
 public:
  explicit BodyWriter(const AnswerOptions& options) : answer_(options, kIdPrefix) {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    if (const Result<void> result = check_event(event); !result) return result;
    if (event.kind == EventKind::kStart) answer_.start(event);
    note_losses(event, &answer_);
    ending_.take(event);
    if (event.kind == EventKind::kUsage) usage_ = event.usage;
    if (event.kind == EventKind::kDone) write_body(out);
    return blocks_.take(has_foreign_thought(event) ? unsigned_thought(event) : event);
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view request_id,
                          std::string* out) override {
    *out += write_error(error, request_id);
  }

 private:
  void write_body(std::string* out) {
    JsonObject body(out);
    body.string("id", answer_.id());
    body.string("type", "message");
    body.string("role", "assistant");
    body.string("model", answer_.model());
    body.key("content")->push_back('[');
    for (; !blocks_.empty(); blocks_.pop_front()) {
      if (out->back() != '[') out->push_back(',');
      write_whole_block(blocks_.front(), out);
    }
    out->push_back(']');
    ending_.write(&body);
    write_usage(usage_, &body);
    answer_.append_note(out);
    body.close();
  }

  AnswerState answer_;
  BlockList blocks_;
  Ending ending_;
  Usage usage_;
};

std::string_view error_type(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidRequest:
    case ErrorCode::kUnsupportedParameter:
    case ErrorCode::kContextTooLong:
    case ErrorCode::kMethodNotAllowed: return "invalid_request_error";
    case ErrorCode::kUnauthorized: return "authentication_error";
    case ErrorCode::kForbidden: return "permission_error";
    case ErrorCode::kNotFound:
    case ErrorCode::kNotImplemented: return "not_found_error";
    case ErrorCode::kTooLarge: return "request_too_large";
    case ErrorCode::kRateLimited:
    case ErrorCode::kBudgetExceeded: return "rate_limit_error";
    case ErrorCode::kOverloaded: return "overloaded_error";
    case ErrorCode::kDeadline: return "timeout_error";
    default: return "api_error";
  }
}

// Of what a provider answered: its own word, or what its status means.
std::string_view error_type(const Error& error) {
  constexpr std::array<std::string_view, 11> kTypes = {
      "invalid_request_error", "authentication_error", "billing_error",
      "permission_error",      "not_found_error",      "conflict_error",
      "request_too_large",     "rate_limit_error",     "api_error",
      "timeout_error",         "overloaded_error"};
  if (error.code != ErrorCode::kUpstreamStatus) return error_type(error.code);
  const auto own = std::find(kTypes.begin(), kTypes.end(), error.detail);
  if (own != kTypes.end()) return *own;
  switch (error.upstream != nullptr ? error.upstream->status : 0) {
    case 400:
    case 422: return "invalid_request_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 503:
    case 529: return "overloaded_error";
    case 504: return "timeout_error";
    default: return "api_error";
  }
}

}  // namespace

std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options) {
  return std::make_unique<EventWriter>(options);
}

std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options) {
  return std::make_unique<BodyWriter>(options);
}

std::string write_error(const Error& error, std::string_view request_id) {
  std::string out;
  JsonObject body(&out);
  body.string("type", "error");
  JsonObject object(body.key("error"));
  object.string("type", error_type(error));
  object.string("message", message_for_client(error));
  if (!error.detail.empty()) {
    JsonObject details(object.key("details"));
    details.string("error_code", error.detail);
    details.close();
  }
  object.close();
  if (!request_id.empty()) body.string("request_id", request_id);
  body.close();
  return out;
}

std::string write_token_count(std::int64_t tokens) {
  std::string out;
  JsonObject object(&out);
  object.number("input_tokens", tokens);
  object.close();
  return out;
}

std::string write_model(const ModelEntry& model) {
  std::string out;
  JsonObject object(&out);
  object.string("type", "model");
  object.string("id", model.id);
  object.string("display_name", model.id);
  object.string("created_at", timestamp_text(model.created_unix * 1000));
  object.close();
  return out;
}

std::string write_model_list(const std::vector<ModelEntry>& models) {
  std::string out = R"({"data":[)";
  for (const ModelEntry& model : models) {
    if (out.back() != '[') out.push_back(',');
    out += write_model(model);
  }
  out += R"(],"has_more":false)";
  for (const std::string_view name : {"first_id", "last_id"}) {
    out += ",\"" + std::string(name) + "\":";
    if (models.empty()) {
      out += "null";
    } else {
      append_json_string(&out, name == "first_id" ? models.front().id : models.back().id);
    }
  }
  return out + "}";
}

}  // namespace weir::anthropic
