// Reads what an OpenAI-compatible server answers: bodies, chunks, usage, errors.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir {
namespace openai {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxCount = 1'000'000'000;
constexpr std::int64_t kMaxIndex = 1024;
constexpr std::string_view kDone = "[DONE]";

Error protocol_error(std::string_view message) {
  return {ErrorCode::kUpstreamProtocol, std::string(message), "upstream_bad_answer"};
}

Error stream_error(std::string_view data) {
  Error error = parse_error({.status = 200,
                             .content_type = "application/json",
                             .body = std::string(data),
                             .retry_after = {},
                             .should_retry = {}});
  error.message = "The upstream reported an error in its answer.";
  return error;
}

// A count from a provider; nothing if it is absent or cannot be one.
std::optional<std::int64_t> count_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  std::int64_t count = 0;
  if (!value || value->get_int64().get(count) != simdjson::SUCCESS) return std::nullopt;
  if (count < 0 || count > kMaxCount) return std::nullopt;
  return count;
}

std::int64_t detail_count(dom::object usage, std::string_view group, std::string_view name) {
  const std::optional<JsonValue> details = find_member(usage, group);
  dom::object object;
  if (!details || details->get_object().get(object) != simdjson::SUCCESS) return 0;
  return count_member(object, name).value_or(0);
}

// The index that a choice or tool call carries; servers that serve one leave it out.
std::optional<std::int32_t> index_member(dom::object object, std::int32_t otherwise) {
  const std::optional<JsonValue> value = find_member(object, "index");
  if (!value) return otherwise;
  std::int64_t index = 0;
  if (value->get_int64().get(index) != simdjson::SUCCESS) return std::nullopt;
  if (index < 0 || index >= kMaxIndex) return std::nullopt;
  return static_cast<std::int32_t>(index);
}

std::optional<dom::object> object_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  dom::object inner;
  if (!value || value->get_object().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

std::optional<dom::array> array_member(dom::object object, std::string_view name) {
  const std::optional<JsonValue> value = find_member(object, name);
  dom::array inner;
  if (!value || value->get_array().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

std::string_view reasoning_of(dom::object node) {
  const std::string_view text = string_member(node, "reasoning_content");
  return text.empty() ? string_member(node, "reasoning") : text;
}

constexpr std::array<std::string_view, 3> kKeysOfInterest = {"usage\"", "finish_reason\"",
                                                             "error\""};

// True if one of the keys has a value other than null. A quote inside a text is
// escaped, so what follows a bare quote here is a key or a whole string.
bool has_key_of_interest(std::string_view data) {
  std::size_t quote = 0;
  while ((quote = data.find('"', quote)) != std::string_view::npos) {
    const std::string_view rest = data.substr(++quote);
    for (const std::string_view key : kKeysOfInterest) {
      if (!rest.starts_with(key)) continue;
      std::size_t at = rest.find_first_not_of(" \t\r\n", key.size());
      if (at == std::string_view::npos || rest[at] != ':') continue;
      at = rest.find_first_not_of(" \t\r\n", at + 1);
      if (at != std::string_view::npos && rest[at] != 'n') return true;
    }
  }
  return false;
}

StreamEvent event_of(EventKind kind, std::int32_t choice = 0) {
  StreamEvent event;
  event.kind = kind;
  event.choice_index = choice;
  event.raw_dialect = Dialect::kOpenAiChat;
  return event;
}

StreamEvent usage_event(const Usage& usage) {
  StreamEvent event = event_of(EventKind::kUsage);
  event.usage = usage;
  return event;
}

StreamEvent start_event(dom::object root) {
  StreamEvent event = event_of(EventKind::kStart);
  event.id = string_member(root, "id");
  event.model = string_member(root, "model");
  return event;
}

void add_text(EventKind kind, std::int32_t choice, std::string_view text,
              std::vector<StreamEvent>* events) {
  if (text.empty()) return;
  StreamEvent event = event_of(kind, choice);
  event.text = text;
  events->push_back(event);
}

void add_content(std::int32_t choice, dom::object node, std::vector<StreamEvent>* events) {
  add_text(EventKind::kTextDelta, choice, string_member(node, "content"), events);
  const std::size_t before = events->size();
  add_text(EventKind::kTextDelta, choice, string_member(node, "refusal"), events);
  if (events->size() > before) events->back().refusal = true;
}

void add_finish(std::int32_t choice, std::string_view word, std::vector<StreamEvent>* events) {
  if (word.empty()) return;
  StreamEvent event = event_of(EventKind::kFinish, choice);
  event.finish = parse_finish(word);
  events->push_back(event);
}

void add_tool_call(std::int32_t choice, std::int32_t block, dom::object call, bool starts,
                   std::vector<StreamEvent>* events) {
  const std::optional<dom::object> function = object_member(call, "function");
  if (starts) {
    StreamEvent event = event_of(EventKind::kToolCallStart, choice);
    event.block_index = block;
    event.id = string_member(call, "id");
    if (function) event.name = string_member(*function, "name");
    events->push_back(event);
  }
  if (!function) return;
  const std::size_t before = events->size();
  add_text(EventKind::kToolCallDelta, choice, string_member(*function, "arguments"), events);
  if (events->size() > before) events->back().block_index = block;
}

// The first event made of a frame carries its bytes, unless it must not: a
// kUsage with bytes stands for a frame that holds usage and nothing else.
void attach_raw(std::string_view raw, std::size_t first, std::vector<StreamEvent>* events) {
  for (std::size_t i = first; i < events->size(); ++i) (*events)[i].raw_continues = i > first;
  if (first < events->size()) (*events)[first].raw = raw;
}

class Parser final : public StreamParser {
 public:
  explicit Parser(StreamDepth depth) : depth_(depth) {}

  Result<void> parse_event(std::string_view /*event_name*/, std::string_view data,
                           std::string_view raw, std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    Result<void> result = parse_data(data, events);
    if (!result) return result;
    if (done_now_ && pending_usage_) return end_with_usage(raw, events);
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    attach_raw(raw, first, events);
    return {};
  }

  Result<void> finish(std::vector<StreamEvent>* /*events*/) override {
    if (done_) return {};
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before its end mark.",
                 "upstream_stream_cut"};
  }

 private:
  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    done_now_ = false;
    if (data.empty() || done_) return {};
    if (data == kDone) {
      done_ = done_now_ = true;
      events->push_back(event_of(EventKind::kDone));
      return {};
    }
    if (depth_ == StreamDepth::kSkim && started_ && !has_key_of_interest(data)) return {};
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
      return protocol_error("A chunk of the upstream's stream is not a JSON object.");
    }
    document_ = *document;
    if (find_member(root, "error")) return stream_error(data);
    return parse_chunk(root, events);
  }

  Result<void> parse_chunk(dom::object root, std::vector<StreamEvent>* events) {
    if (!std::exchange(started_, true)) events->push_back(start_event(root));
    const std::optional<dom::array> choices = array_member(root, "choices");
    const bool has_choices = choices && choices->begin() != choices->end();
    if (has_choices) {
      for (const JsonValue choice : *choices) {
        if (!parse_choice(choice, events)) {
          return protocol_error("A choice of the upstream's stream is malformed.");
        }
      }
    }
    const std::optional<JsonValue> usage = find_member(root, "usage");
    const std::optional<Usage> counts = usage ? parse_usage(*usage) : std::nullopt;
    if (counts) take_usage(*counts, !has_choices, events);
    return {};
  }

  bool parse_choice(JsonValue value, std::vector<StreamEvent>* events) {
    dom::object choice;
    if (value.get_object().get(choice) != simdjson::SUCCESS) return false;
    const std::optional<std::int32_t> index = index_member(choice, 0);
    if (!index) return false;
    if (const auto delta = object_member(choice, "delta")) {
      if (depth_ == StreamDepth::kFull && !parse_delta(*delta, *index, events)) return false;
    }
    add_finish(*index, string_member(choice, "finish_reason"), events);
    return true;
  }

  bool parse_delta(dom::object delta, std::int32_t choice, std::vector<StreamEvent>* events) {
    add_text(EventKind::kReasoningDelta, choice, reasoning_of(delta), events);
    add_content(choice, delta, events);
    const std::optional<dom::array> calls = array_member(delta, "tool_calls");
    if (!calls) return true;
    for (const JsonValue value : *calls) {
      dom::object call;
      if (value.get_object().get(call) != simdjson::SUCCESS) return false;
      if (!parse_tool_call(call, choice, events)) return false;
    }
    return true;
  }

  // Without an index a call that has an id is a new one, else it is the last one.
  bool parse_tool_call(dom::object call, std::int32_t choice, std::vector<StreamEvent>* events) {
    std::int32_t& count = tool_calls_of(choice);
    const bool has_id = !string_member(call, "id").empty();
    const std::int32_t otherwise = has_id || count == 0 ? count : count - 1;
    const std::optional<std::int32_t> index = index_member(call, otherwise);
    if (!index || *index > count) return false;
    const bool starts = *index == count;
    if (starts) ++count;
    add_tool_call(choice, *index, call, starts, events);
    return true;
  }

  std::int32_t& tool_calls_of(std::int32_t choice) {
    const auto at = static_cast<std::size_t>(choice);
    if (tool_calls_.size() <= at) tool_calls_.resize(at + 1);
    return tool_calls_[at];
  }

  // Some servers count along in every chunk: only the last count is told.
  void take_usage(const Usage& usage, bool alone, std::vector<StreamEvent>* events) {
    const bool finishes = std::any_of(events->begin(), events->end(), [](const StreamEvent& e) {
      return e.kind == EventKind::kFinish;
    });
    if (alone || finishes) {
      events->push_back(usage_event(usage));
      pending_usage_.reset();
    } else {
      pending_usage_ = usage;
    }
  }

  // kUsage comes before kDone but must not carry the bytes of the end mark.
  Result<void> end_with_usage(std::string_view raw, std::vector<StreamEvent>* events) {
    events->back().raw = raw;
    StreamEvent usage = usage_event(*pending_usage_);
    usage.raw_continues = true;
    events->insert(events->end() - 1, usage);
    pending_usage_.reset();
    return {};
  }

  StreamDepth depth_;
  bool started_ = false;
  bool done_ = false;
  bool done_now_ = false;
  std::optional<Usage> pending_usage_;
  std::vector<std::int32_t> tool_calls_;  // begun so far, by choice
  std::shared_ptr<const JsonDocument> document_;
};

// What an answer is made of, when it is one.
struct AnswerNodes {
  std::shared_ptr<const JsonDocument> document;
  dom::object root;
  dom::array choices;
};

Result<AnswerNodes> read_answer(std::string_view body, std::size_t readable_bytes) {
  Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body, readable_bytes);
  AnswerNodes nodes;
  if (!document || (*document)->root().get_object().get(nodes.root) != simdjson::SUCCESS) {
    return protocol_error("The upstream's answer is not a JSON object.");
  }
  if (find_member(nodes.root, "error")) return stream_error(body);
  const std::optional<dom::array> choices = array_member(nodes.root, "choices");
  if (!choices) return protocol_error("The upstream's answer has no choices.");
  nodes.choices = *choices;
  nodes.document = std::move(*document);
  return nodes;
}

std::optional<Usage> usage_of(dom::object root) {
  const std::optional<JsonValue> usage = find_member(root, "usage");
  return usage ? parse_usage(*usage) : std::nullopt;
}

struct ChoiceNodes {
  dom::object choice;
  dom::object message;
  std::int32_t index = 0;
  FinishReason finish = FinishReason::kStop;
};

std::optional<ChoiceNodes> read_choice(JsonValue value) {
  ChoiceNodes nodes;
  if (value.get_object().get(nodes.choice) != simdjson::SUCCESS) return std::nullopt;
  const std::optional<std::int32_t> index = index_member(nodes.choice, 0);
  const std::optional<dom::object> message = object_member(nodes.choice, "message");
  if (!index || !message) return std::nullopt;
  nodes.message = *message;
  nodes.index = *index;
  nodes.finish = parse_finish(string_member(nodes.choice, "finish_reason"));
  return nodes;
}

Error malformed_choice() {
  return protocol_error("A choice of the upstream's answer is malformed.");
}

bool parse_message(JsonValue value, std::vector<StreamEvent>* events, StreamEvent* whole) {
  const std::optional<ChoiceNodes> nodes = read_choice(value);
  if (!nodes) return false;
  const std::int32_t index = nodes->index;
  add_text(EventKind::kReasoningDelta, index, reasoning_of(nodes->message), events);
  add_content(index, nodes->message, events);
  std::int32_t block = 0;
  if (const auto calls = array_member(nodes->message, "tool_calls")) {
    for (const JsonValue node : *calls) {
      dom::object call;
      if (node.get_object().get(call) != simdjson::SUCCESS) return false;
      add_tool_call(index, block++, call, true, events);
    }
  }
  StreamEvent finish = event_of(EventKind::kFinish, index);
  finish.finish = nodes->finish;
  events->push_back(finish);
  if (whole->finish == FinishReason::kNone) whole->finish = nodes->finish;
  return true;
}

}  // namespace

FinishReason parse_finish(std::string_view word) {
  if (word == "length") return FinishReason::kLength;
  if (word == "tool_calls" || word == "function_call") return FinishReason::kToolCalls;
  if (word == "content_filter") return FinishReason::kContentFilter;
  return FinishReason::kStop;
}

std::optional<Usage> parse_usage(JsonValue value) {
  dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  const std::optional<std::int64_t> prompt = count_member(object, "prompt_tokens");
  const std::optional<std::int64_t> completion = count_member(object, "completion_tokens");
  if (!prompt || !completion) return std::nullopt;
  Usage usage;
  usage.cache_read_tokens = detail_count(object, "prompt_tokens_details", "cached_tokens");
  if (usage.cache_read_tokens == 0) {  // DeepSeek's name
    usage.cache_read_tokens = count_member(object, "prompt_cache_hit_tokens").value_or(0);
  }
  usage.cache_write_5m_tokens = detail_count(object, "prompt_tokens_details", "cache_write_tokens");
  usage.input_tokens = *prompt - usage.cache_read_tokens - usage.cache_write_5m_tokens;
  if (usage.input_tokens < 0) return std::nullopt;
  usage.output_tokens = *completion;
  usage.reasoning_tokens = detail_count(object, "completion_tokens_details", "reasoning_tokens");
  // xAI leaves reasoning out of completion_tokens; the total tells.
  const std::int64_t total = count_member(object, "total_tokens").value_or(0);
  if (usage.reasoning_tokens > 0 && total == *prompt + *completion + usage.reasoning_tokens) {
    usage.output_tokens += usage.reasoning_tokens;
  }
  usage.reasoning_tokens = std::min(usage.reasoning_tokens, usage.output_tokens);
  return usage;
}

Result<ParsedResponse> parse_response(std::string_view body) {
  const Result<AnswerNodes> nodes = read_answer(body, 0);
  if (!nodes) return nodes.error();
  ParsedResponse response;
  response.events.push_back(start_event(nodes->root));
  response.whole = response.events.front();
  response.whole.kind = EventKind::kWhole;
  response.whole.raw = body;
  for (const JsonValue choice : nodes->choices) {
    if (!parse_message(choice, &response.events, &response.whole)) return malformed_choice();
  }
  if (const auto counts = usage_of(nodes->root)) {
    response.has_usage = true;
    response.whole.usage = *counts;
    response.events.push_back(usage_event(*counts));
  }
  response.events.push_back(event_of(EventKind::kDone));
  response.backing = nodes->document;
  return response;
}

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<Parser>(depth);
}

Error parse_error(UpstreamRefusal refusal) {
  Error error(ErrorCode::kUpstreamStatus,
              "The upstream answered with status " + std::to_string(refusal.status) + ".");
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(refusal.body);
  dom::object root;
  if (document && (*document)->root().get_object().get(root) == simdjson::SUCCESS) {
    if (const auto node = object_member(root, "error")) {
      error.detail = string_member(*node, "code");
      if (error.detail.empty()) error.detail = string_member(*node, "type");
      error.param = string_member(*node, "param");
    }
  }
  refusal.dialect = Dialect::kOpenAiChat;
  error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
  return error;
}

}  // namespace openai

Result<OpenAiAnswerSkim> skim_openai_answer(std::string_view body, std::size_t readable_bytes) {
  const auto nodes = openai::read_answer(body, readable_bytes);
  if (!nodes) return nodes.error();
  OpenAiAnswerSkim skim;
  bool first = true;
  for (const JsonValue value : nodes->choices) {
    const auto choice = openai::read_choice(value);
    if (!choice) return openai::malformed_choice();
    if (std::exchange(first, false)) skim.finish = choice->finish;
  }
  skim.usage = openai::usage_of(nodes->root);
  return skim;
}

Result<OpenAiChunkSkim> skim_openai_chunk(std::string_view data) {
  namespace dom = simdjson::dom;
  OpenAiChunkSkim skim;
  skim.is_done = data == openai::kDone;
  if (skim.is_done || !openai::has_key_of_interest(data)) return skim;
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
  dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return openai::protocol_error("A chunk of the upstream's stream is not a JSON object.");
  }
  skim.is_error = find_member(root, "error").has_value();
  if (const std::optional<JsonValue> usage = find_member(root, "usage")) {
    skim.usage = openai::parse_usage(*usage);
    skim.is_usage_only = true;
  }
  const std::optional<dom::array> choices = openai::array_member(root, "choices");
  const bool has_choices = choices && choices->begin() != choices->end();
  if (!has_choices) return skim;
  skim.is_usage_only = false;
  for (const JsonValue choice : *choices) {
    dom::object node;
    if (choice.get_object().get(node) != simdjson::SUCCESS) continue;
    const std::string_view word = string_member(node, "finish_reason");
    if (!word.empty()) skim.finish = openai::parse_finish(word);
  }
  return skim;
}

}  // namespace weir
