// Writes answers as the Gemini API does.
//
// Arguments of a call come whole in this dialect, so a call waits until its choice ends,
// and so does what comes behind it: the order of the parts stays. Arguments that are no
// JSON object become {"INVALID_JSON": "what the model wrote"}; none at all are {}.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/answer_parts.h"
#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/tool_arguments.h"

namespace weir::gemini {
namespace {

std::string_view finish_word(FinishReason reason) {
  switch (reason) {
    case FinishReason::kNone: return "OTHER";
    case FinishReason::kStop:
    case FinishReason::kStopSequence:
    case FinishReason::kToolCalls: return "STOP";
    case FinishReason::kLength: return "MAX_TOKENS";
    case FinishReason::kContentFilter: return "SAFETY";
  }
  return "OTHER";
}

void write_usage(const Usage& usage, JsonObject* parent) {
  const std::int64_t prompt = usage.prompt_tokens();
  JsonObject object(parent->key("usageMetadata"));
  object.number("promptTokenCount", prompt);
  object.number("candidatesTokenCount", usage.output_tokens - usage.reasoning_tokens);
  if (usage.reasoning_tokens > 0) object.number("thoughtsTokenCount", usage.reasoning_tokens);
  if (usage.cache_read_tokens > 0) {
    object.number("cachedContentTokenCount", usage.cache_read_tokens);
  }
  object.number("totalTokenCount", prompt + usage.output_tokens);
  object.close();
}

struct AnswerPart {
  EventKind kind = EventKind::kTextDelta;  // or kReasoningDelta, kToolCallStart
  std::int32_t block = 0;
  std::string id;
  std::string name;
  std::string text;  // or the arguments
  std::string signature;
};

void write_call(const AnswerPart& part, JsonObject* object) {
  JsonObject call(object->key("functionCall"));
  if (!part.id.empty()) call.string("id", part.id);
  call.string("name", part.name);
  call.raw("args", arguments_object(part.text));
  call.close();
}

void write_part(const AnswerPart& part, std::string* out) {
  JsonObject object(out);
  if (part.kind == EventKind::kToolCallStart) {
    write_call(part, &object);
  } else {
    object.string("text", part.text);
    const bool thought = part.kind == EventKind::kReasoningDelta && !part.text.empty();
    if (thought) object.boolean("thought", true);
  }
  if (!part.signature.empty()) object.string("thoughtSignature", part.signature);
  object.close();
}

// The members chosenCandidates and topCandidates, each as elements without brackets.
struct Logprobs {
  std::string chosen;
  std::string top;

  void add(std::span<const TokenReport> reports) {
    for (const TokenReport& report : reports) {
      add_token(report.token, &chosen);
      if (!top.empty()) top += ',';
      top += R"({"candidates":[)";
      std::string likely;
      for (const TokenProbability& token : report.top) add_token(token, &likely);
      top += likely + "]}";
    }
  }

  void write(JsonObject* candidate) const {
    if (chosen.empty()) return;
    JsonObject result(candidate->key("logprobsResult"));
    result.raw("topCandidates", "[" + top + "]");
    result.raw("chosenCandidates", "[" + chosen + "]");
    result.close();
  }

 private:
  static void add_token(const TokenProbability& token, std::string* list) {
    if (!list->empty()) *list += ',';
    JsonObject object(list);
    object.string("token", token.bytes);
    object.number("logProbability", static_cast<double>(token.logprob));
    object.close();
  }
};

// One candidate: what of it is not written yet, and how it ends.
struct Candidate {
  std::int32_t index = 0;
  std::vector<AnswerPart> parts;
  Logprobs logprobs;
  FinishReason finish = FinishReason::kNone;
  bool refused = false;
  bool has_calls = false;

  FinishReason end() const {
    const bool plain = finish == FinishReason::kStop || finish == FinishReason::kNone;
    return refused && plain ? FinishReason::kContentFilter : finish;
  }
};

// {"content":{"parts":[...],"role":"model"},"finishReason":...,"index":N}
void write_candidate(const Candidate& candidate, bool last, std::string* out) {
  JsonObject object(out);
  JsonObject content(object.key("content"));
  content.key("parts")->push_back('[');
  for (const AnswerPart& part : candidate.parts) {
    if (out->back() != '[') *out += ',';
    write_part(part, out);
  }
  // Clients take a content without parts for a broken one.
  if (candidate.parts.empty()) *out += R"({"text":""})";
  *out += ']';
  content.string("role", "model");
  content.close();
  if (last) object.string("finishReason", finish_word(candidate.end()));
  object.number("index", std::int64_t{candidate.index});
  candidate.logprobs.write(&object);
  object.close();
}

// What the two writers share: events become parts of candidates.
class Writer : public AnswerWriter {
 public:
  explicit Writer(const AnswerOptions& options) : answer_(options, "") {}

  Result<void> write(const StreamEvent& event, std::string* out) override {
    switch (event.kind) {
      case EventKind::kStart: answer_.start(event); return {};
      case EventKind::kTextDelta:
      case EventKind::kReasoningDelta: add_text(event, out); return {};
      case EventKind::kToolCallStart: add_call(event); return {};
      case EventKind::kToolCallDelta: return add_arguments(event);
      case EventKind::kFinish: candidate(event).finish = event.finish; return {};
      case EventKind::kUsage: usage_ = event.usage; return {};
      case EventKind::kOther: answer_.lose_other(event); return {};
      case EventKind::kWhole: return unsupported_event();
      case EventKind::kDone: write_end(out); return {};
    }
    return {};
  }

  void annotate(const WeirNote& note) override { answer_.annotate(note); }
  const Losses& lost() const override { return answer_.lost(); }

 protected:
  // A part that nothing can join any more is in the candidate.
  virtual void added(Candidate* candidate, std::string* out) = 0;
  virtual void write_end(std::string* out) = 0;

  // {"candidates":[...],"usageMetadata":{...},"modelVersion":...,"responseId":...}
  void write_last(std::string* out) {
    if (candidates_.empty()) candidates_.emplace_back();
    JsonObject body(out);
    body.key("candidates")->push_back('[');
    for (const Candidate& candidate : candidates_) {
      if (out->back() != '[') *out += ',';
      write_candidate(candidate, true, out);
    }
    *out += ']';
    if (usage_) write_usage(*usage_, &body);
    write_names(&body);
    answer_.append_note(out);
    body.close();
  }

  void write_names(JsonObject* body) const {
    body->string("modelVersion", answer_.model());
    body->string("responseId", answer_.id());
  }

 private:
  Candidate& candidate(const StreamEvent& event) {
    const auto at = std::find_if(candidates_.begin(), candidates_.end(),
                                 [&](const Candidate& c) { return c.index == event.choice_index; });
    if (at != candidates_.end()) return *at;
    candidates_.emplace_back().index = event.choice_index;
    return candidates_.back();
  }

  // A signature of another provider would be refused where the client sends it back.
  std::string_view signature_of(const StreamEvent& event) {
    if (event.signature.empty() || event.raw_dialect == Dialect::kGemini) return event.signature;
    answer_.lose("signature");
    return {};
  }

  void add_text(const StreamEvent& event, std::string* out) {
    const std::string_view signature = signature_of(event);
    if (event.redacted) answer_.lose("redacted_thinking");
    Candidate& to = candidate(event);
    to.refused = to.refused || event.refusal;
    to.logprobs.add(event.logprobs);
    if (event.redacted || (event.text.empty() && signature.empty() && event.logprobs.empty())) {
      return;
    }
    const bool joins = !to.parts.empty() && to.parts.back().kind == event.kind &&
                       to.parts.back().signature.empty() && !event.text.empty();
    if (!joins) to.parts.emplace_back().kind = event.kind;
    to.parts.back().text += event.text;
    to.parts.back().signature = signature;
    added(&to, out);
  }

  void add_call(const StreamEvent& event) {
    Candidate& to = candidate(event);
    AnswerPart& part = to.parts.emplace_back();
    part.kind = event.kind;
    part.block = event.block_index;
    part.id = event.id;
    part.name = event.name;
    part.signature = signature_of(event);
    to.has_calls = true;
  }

  Result<void> add_arguments(const StreamEvent& event) {
    std::vector<AnswerPart>& parts = candidate(event).parts;
    const auto at = std::find_if(parts.rbegin(), parts.rend(), [&](const AnswerPart& part) {
      return part.kind == EventKind::kToolCallStart && part.block == event.block_index;
    });
    if (at == parts.rend()) {
      return Error{ErrorCode::kInternal, "A tool call went on before it began."};
    }
    at->text += event.text;
    return {};
  }

  AnswerState answer_;
  std::vector<Candidate> candidates_;
  std::optional<Usage> usage_;
};

class ChunkWriter final : public Writer {
 public:
  using Writer::Writer;

  // The last chunk has the reason to finish; nothing stands behind it.
  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += "data: " + write_error(error) + "\n\n";
  }

 private:
  void added(Candidate* candidate, std::string* out) override {
    if (candidate->has_calls) return;
    *out += "data: ";
    JsonObject chunk(out);
    chunk.key("candidates")->push_back('[');
    write_candidate(*candidate, false, out);
    *out += ']';
    write_names(&chunk);
    chunk.close();
    *out += "\n\n";
    candidate->parts.clear();
    candidate->logprobs = {};
  }

  void write_end(std::string* out) override {
    *out += "data: ";
    write_last(out);
    *out += "\n\n";
  }
};

class BodyWriter final : public Writer {
 public:
  using Writer::Writer;

  void write_terminator(std::string* /*out*/) override {}
  void write_stream_error(const Error& error, std::string_view /*request_id*/,
                          std::string* out) override {
    *out += write_error(error);
  }

 private:
  void added(Candidate* /*candidate*/, std::string* /*out*/) override {}
  void write_end(std::string* out) override { write_last(out); }
};

}  // namespace

std::unique_ptr<AnswerWriter> make_stream_writer(const AnswerOptions& options) {
  return std::make_unique<ChunkWriter>(options);
}

std::unique_ptr<AnswerWriter> make_body_writer(const AnswerOptions& options) {
  return std::make_unique<BodyWriter>(options);
}

}  // namespace weir::gemini
