// Reads what a server of the Gemini API answers: bodies, chunks, usage, errors.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "cloud_adapters/wire/answer_errors.h"
#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"

namespace weir::gemini {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxIndex = 1024;
constexpr std::int64_t kMaxDelayS = 86'400;

// Content that only this dialect has: beside a candidate's parts, and in them.
constexpr std::array<std::string_view, 3> kCandidateExtras = {
    "groundingMetadata", "citationMetadata", "urlContextMetadata"};
constexpr std::array<std::string_view, 4> kPartsOfOthers = {
    "inlineData", "fileData", "executableCode", "codeExecutionResult"};

// What the views of events point into.
struct AnswerBacking {
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;  // ids and arguments
};

Error error_in_answer(std::string_view data) {
  return told_in_answer(parse_error(refusal_in_answer(std::string(data))));
}

StreamEvent event_of(EventKind kind, std::int32_t choice = 0) {
  StreamEvent event;
  event.kind = kind;
  event.choice_index = choice;
  event.raw_dialect = Dialect::kGemini;
  return event;
}

std::optional<dom::object> object_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_named(object, name);
  dom::object inner;
  if (!value || value->get_object().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

std::optional<dom::array> array_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_named(object, name);
  dom::array inner;
  if (!value || value->get_array().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

// An error may come as the only element of an array.
bool read_root(JsonValue value, dom::object* root) {
  dom::array list;
  if (value.get_array().get(list) == simdjson::SUCCESS) {
    return list.begin() != list.end() &&
           (*list.begin()).get_object().get(*root) == simdjson::SUCCESS;
  }
  return value.get_object().get(*root) == simdjson::SUCCESS;
}

// Ends of a model that was about to go on: most often of a call that came out wrong.
bool is_broken_off(std::string_view word) {
  constexpr std::array<std::string_view, 4> kWords = {
      "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "OTHER"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

FinishReason parse_finish(std::string_view word) {
  constexpr std::array<std::string_view, 9> kFiltered = {"SAFETY",
                                                         "RECITATION",
                                                         "LANGUAGE",
                                                         "BLOCKLIST",
                                                         "SPII",
                                                         "PROHIBITED_CONTENT",
                                                         "IMAGE_SAFETY",
                                                         "IMAGE_PROHIBITED_CONTENT",
                                                         "IMAGE_RECITATION"};
  if (word == "MAX_TOKENS" || is_broken_off(word)) return FinishReason::kLength;
  const bool filtered = std::find(kFiltered.begin(), kFiltered.end(), word) != kFiltered.end();
  return filtered ? FinishReason::kContentFilter : FinishReason::kStop;
}

// False for a count that is there and cannot be one.
bool take_count(dom::object usage, std::string_view name, std::int64_t* out) {
  const std::optional<JsonValue> value = find_named(usage, name);
  if (!value) return true;
  const std::optional<std::int64_t> count = count_of(*value);
  if (count) *out = *count;
  return count.has_value();
}

// The prompt's count has the cached tokens in it, the answer's lacks the thoughts. Some
// servers count thoughts as answer: the total tells.
std::optional<Usage> parse_usage(dom::object counts) {
  std::int64_t prompt = -1;
  std::int64_t cached = 0;
  std::int64_t of_tools = 0;
  std::int64_t answer = 0;
  std::int64_t thoughts = 0;
  std::int64_t total = 0;
  const bool good = take_count(counts, "promptTokenCount", &prompt) &&
                    take_count(counts, "cachedContentTokenCount", &cached) &&
                    take_count(counts, "toolUsePromptTokenCount", &of_tools) &&
                    take_count(counts, "candidatesTokenCount", &answer) &&
                    take_count(counts, "thoughtsTokenCount", &thoughts) &&
                    take_count(counts, "totalTokenCount", &total);
  if (!good || prompt < 0) return std::nullopt;
  Usage usage;
  usage.cache_read_tokens = std::min(cached, prompt + of_tools);
  usage.input_tokens = prompt + of_tools - usage.cache_read_tokens;
  usage.reasoning_tokens = thoughts;
  const bool within = thoughts <= answer && total == prompt + of_tools + answer;
  usage.output_tokens = within ? answer : answer + thoughts;
  return usage;
}

// Turns the objects of one answer, one or many, into events.
class AnswerReader {
 public:
  explicit AnswerReader(StreamDepth depth) : depth_(depth) {}

  // The views of the events point into `root` and *made.
  Result<void> read(dom::object root, std::deque<std::string>* made,
                    std::vector<StreamEvent>* events) {
    made_ = made;
    if (!std::exchange(started_, true)) start(root, events);
    if (const auto counts = object_member(root, "usageMetadata")) {
      if (const auto usage = parse_usage(*counts)) usage_ = usage;
    }
    const std::optional<dom::array> candidates = array_member(root, "candidates");
    const bool any = candidates && candidates->begin() != candidates->end();
    if (!any) return read_feedback(root);
    for (const JsonValue value : *candidates) {
      dom::object node;
      if (value.get_object().get(node) != simdjson::SUCCESS || !candidate(node, events)) {
        return protocol_error("A candidate of the upstream's answer is malformed.");
      }
    }
    if (spoke_ || broken_off_.empty()) return {};
    return Error{ErrorCode::kUpstreamStatus,
                 "The upstream broke its answer off (" + broken_off_ + ") and said nothing.",
                 "upstream_empty"};
  }

  bool ended() const {
    return std::any_of(choices_.begin(), choices_.end(),
                       [](const auto& choice) { return choice.second.ended; });
  }

  // A reason may stand in several chunks, so it is told behind the last one.
  void append_end(std::vector<StreamEvent>* events) const {
    for (const auto& [index, choice] : choices_) {
      events->push_back(event_of(EventKind::kFinish, index));
      events->back().finish = finish_of(choice);
    }
    if (usage_) {
      events->push_back(event_of(EventKind::kUsage));
      events->back().usage = *usage_;
    }
    events->push_back(event_of(EventKind::kDone));
  }
  const std::optional<Usage>& usage() const { return usage_; }
  bool has_choices() const { return !choices_.empty(); }

 private:
  struct Choice {
    std::int32_t calls = 0;
    FinishReason finish = FinishReason::kStop;
    bool ended = false;
    bool broken_off = false;
  };

  static FinishReason finish_of(const Choice& choice) {
    const bool may_call = choice.finish == FinishReason::kStop || choice.broken_off;
    const bool calls = choice.calls > 0 && may_call;
    return calls ? FinishReason::kToolCalls : choice.finish;
  }

  void start(dom::object root, std::vector<StreamEvent>* events) {
    StreamEvent event = event_of(EventKind::kStart);
    event.id = named_string(root, "responseId");
    event.model = named_string(root, "modelVersion");
    id_ = event.id;
    events->push_back(event);
  }

  // A prompt that was blocked has a reason and no candidates.
  Result<void> read_feedback(dom::object root) {
    const std::optional<dom::object> feedback = object_member(root, "promptFeedback");
    if (!feedback || named_string(*feedback, "blockReason").empty()) return {};
    choices_[0].finish = FinishReason::kContentFilter;
    choices_[0].ended = true;
    return {};
  }

  bool candidate(dom::object node, std::vector<StreamEvent>* events) {
    std::int64_t index = 0;
    const std::optional<JsonValue> at = find_member(node, "index");
    if (at && at->get_int64().get(index) != simdjson::SUCCESS) return false;
    if (index < 0 || index >= kMaxIndex) return false;
    const auto number = static_cast<std::int32_t>(index);
    Choice& choice = choices_[number];
    const std::optional<dom::object> content = object_member(node, "content");
    const std::optional<dom::array> parts =
        content ? array_member(*content, "parts") : std::nullopt;
    if (parts) {
      for (const JsonValue value : *parts) {
        dom::object part;
        if (value.get_object().get(part) != simdjson::SUCCESS) return false;
        read_part(part, number, &choice, events);
      }
    }
    for (const std::string_view name : kCandidateExtras) {
      const bool says = depth_ == StreamDepth::kFull && has_items(find_named(node, name));
      if (says) add_other(name, number, events);
    }
    const std::string_view reason = named_string(node, "finishReason");
    if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return true;
    choice.finish = parse_finish(reason);
    choice.broken_off = is_broken_off(reason);
    if (choice.broken_off) broken_off_ = reason;
    choice.ended = true;
    return true;
  }

  void read_part(dom::object part, std::int32_t index, Choice* choice,
                 std::vector<StreamEvent>* events) {
    const std::optional<dom::object> call = object_member(part, "functionCall");
    const std::int32_t block = choice->calls;
    if (call) ++choice->calls;
    spoke_ = spoke_ || says_something(part);
    if (depth_ == StreamDepth::kSkim) return;
    if (call) return add_call(*call, part, index, block, events);
    add_text(part, index, events);
    for (const std::string_view name : kPartsOfOthers) {
      if (find_named(part, name)) add_other(name, index, events);
    }
  }

  static bool says_something(dom::object part) {
    const auto has = [part](std::string_view name) { return find_named(part, name).has_value(); };
    return has("functionCall") || !named_string(part, "text").empty() ||
           std::any_of(kPartsOfOthers.begin(), kPartsOfOthers.end(), has);
  }

  static void add_other(std::string_view name, std::int32_t index,
                        std::vector<StreamEvent>* events) {
    events->push_back(event_of(EventKind::kOther, index));
    events->back().name = name;
  }

  void add_text(dom::object part, std::int32_t index, std::vector<StreamEvent>* events) {
    const std::string_view text = named_string(part, "text");
    const std::string_view signature = named_string(part, "thoughtSignature");
    if (text.empty() && signature.empty()) return;
    bool thought = false;
    const std::optional<JsonValue> flag = find_member(part, "thought");
    if (flag && flag->get_bool().get(thought) != simdjson::SUCCESS) thought = false;
    // A signature without text closes what was thought.
    const EventKind kind =
        thought || text.empty() ? EventKind::kReasoningDelta : EventKind::kTextDelta;
    events->push_back(event_of(kind, index));
    events->back().text = text;
    events->back().signature = signature;
  }

  void add_call(dom::object call, dom::object part, std::int32_t index, std::int32_t block,
                std::vector<StreamEvent>* events) {
    StreamEvent start = event_of(EventKind::kToolCallStart, index);
    start.block_index = block;
    start.id = named_string(call, "id");
    if (start.id.empty()) start.id = made_id();
    start.name = named_string(call, "name");
    start.signature = named_string(part, "thoughtSignature");
    events->push_back(start);
    StreamEvent arguments = event_of(EventKind::kToolCallDelta, index);
    arguments.block_index = block;
    const std::optional<dom::object> args = object_member(call, "args");
    arguments.text = "{}";
    if (args) arguments.text = made_->emplace_back(simdjson::to_string(*args));
    events->push_back(arguments);
  }

  std::string_view made_id() {
    std::string id = id_.empty() ? "call_" : "call_" + id_ + "_";
    return made_->emplace_back(id + std::to_string(made_ids_++));
  }

  StreamDepth depth_;
  bool started_ = false;
  std::string id_;
  std::map<std::int32_t, Choice> choices_;
  bool spoke_ = false;      // a part of a candidate said something
  std::string broken_off_;  // the reason of a candidate that was broken off
  std::optional<Usage> usage_;
  std::size_t made_ids_ = 0;
  std::deque<std::string>* made_ = nullptr;
};

class ChunkParser final : public StreamParser {
 public:
  explicit ChunkParser(StreamDepth depth) : reader_(depth) {}

  Result<void> parse_event(std::string_view /*event_name*/, std::string_view data,
                           std::string_view raw, std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    if (!data.empty()) {
      const Result<void> result = parse_data(data, events);
      if (!result) return result;
    }
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    for (std::size_t i = first; i < events->size(); ++i) (*events)[i].raw_continues = i > first;
    (*events)[first].raw = raw;
    return {};
  }

  // The dialect has no mark for the end: a reason to finish is all there is.
  Result<void> finish(std::vector<StreamEvent>* events) override {
    if (!reader_.ended()) {
      return Error{ErrorCode::kUpstreamClosed,
                   "The upstream's stream ended without a finishReason.", "upstream_stream_cut"};
    }
    const std::size_t first = events->size();
    reader_.append_end(events);
    for (std::size_t i = first; i < events->size(); ++i) (*events)[i].raw_continues = true;
    return {};
  }

 private:
  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || !read_root((*document)->root(), &root)) {
      return protocol_error("A chunk of the upstream's stream is not a JSON object.");
    }
    backing_.document = *document;
    backing_.made.clear();
    if (find_member(root, "error")) return error_in_answer(data);
    return reader_.read(root, &backing_.made, events);
  }

  AnswerReader reader_;
  AnswerBacking backing_;
};

// Seconds of a RetryInfo among the details: {"retryDelay": "34.07s"}, rounded up.
std::int64_t retry_delay(dom::object error) {
  const std::optional<dom::array> details = array_member(error, "details");
  if (!details) return 0;
  for (const JsonValue value : *details) {
    dom::object detail;
    if (value.get_object().get(detail) != simdjson::SUCCESS) continue;
    const std::string_view delay = named_string(detail, "retryDelay");
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(delay.data(), delay.data() + delay.size(), seconds);
    if (problem != std::errc() || seconds < 0 || seconds > kMaxDelayS) continue;
    const bool fraction = end != delay.data() + delay.size() && *end == '.';
    return seconds + (fraction ? 1 : 0);
  }
  return 0;
}

}  // namespace

Result<ParsedResponse> parse_response(std::string_view body) {
  Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  dom::object root;
  if (!document || !read_root((*document)->root(), &root)) {
    return protocol_error("The upstream's answer is not a JSON object.");
  }
  if (find_member(root, "error")) return error_in_answer(body);
  auto backing = std::make_shared<AnswerBacking>();
  backing->document = *document;
  ParsedResponse response;
  AnswerReader reader(StreamDepth::kFull);
  const Result<void> read = reader.read(root, &backing->made, &response.events);
  if (!read) return read.error();
  if (!reader.has_choices()) return protocol_error("The upstream's answer has no candidates.");
  reader.append_end(&response.events);
  response.whole = response.events.front();
  response.whole.kind = EventKind::kWhole;
  response.whole.raw = body;
  for (const StreamEvent& event : response.events) {
    const bool first = response.whole.finish == FinishReason::kNone;
    if (event.kind == EventKind::kFinish && first) response.whole.finish = event.finish;
  }
  response.has_usage = reader.usage().has_value();
  if (response.has_usage) {
    response.whole.usage = *reader.usage();
  } else {
    response.absurd_usage = tells_absurd_count(find_member(root, "usageMetadata"));
  }
  response.backing = std::move(backing);
  return response;
}

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<ChunkParser>(depth);
}

Error parse_error(UpstreamRefusal refusal) {
  Error error(ErrorCode::kUpstreamStatus,
              "The upstream answered with status " + std::to_string(refusal.status) + ".");
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(refusal.body);
  dom::object root;
  if (document && read_root((*document)->root(), &root)) {
    if (const auto node = object_member(root, "error")) {
      error.detail = string_member(*node, "status");
      error.retry_after_s = retry_delay(*node);
      const std::string_view message = string_member(*node, "message");
      if ((*document)->root().is_array() && !message.empty()) error.message = message;
    }
  }
  refusal.dialect = Dialect::kGemini;
  error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
  return error;
}

}  // namespace weir::gemini
