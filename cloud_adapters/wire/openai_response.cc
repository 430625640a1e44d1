// Reads what an OpenAI-compatible server answers: bodies, usage, errors, and what forwarding
// asks of chunks.
#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_events.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir {
namespace openai {
namespace {

namespace dom = simdjson::dom;

std::int64_t detail_count(dom::object usage, std::string_view group, std::string_view name) {
  const std::optional<JsonValue> details = find_member(usage, group);
  dom::object object;
  if (!details || details->get_object().get(object) != simdjson::SUCCESS) return 0;
  return count_member(object, name).value_or(0);
}

// Where it is null or left out, the total tells.
std::optional<std::int64_t> completion_of(dom::object usage) {
  if (find_member(usage, "completion_tokens")) return count_member(usage, "completion_tokens");
  const std::optional<std::int64_t> prompt = count_member(usage, "prompt_tokens");
  const std::optional<std::int64_t> total = count_member(usage, "total_tokens");
  if (!prompt || !total || *total < *prompt) return std::nullopt;
  return *total - *prompt;
}

constexpr std::array<std::string_view, 3> kKeysOfInterest = {"usage\"", "finish_reason\"",
                                                             "error\""};

}  // namespace

bool has_key_of_interest(std::string_view data) {
  return has_telling_member(data, kKeysOfInterest, "n");
}

namespace {

// What the views of the events point into.
struct AnswerBacking {
  explicit AnswerBacking(std::shared_ptr<const JsonDocument> parsed)
      : document(std::move(parsed)) {}
  std::shared_ptr<const JsonDocument> document;
  std::deque<std::string> made;
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
  if (find_member(nodes.root, "error")) return error_in_answer(body);
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
  const bool is_text = find_member(nodes.choice, "text").has_value();  // of a completion
  if (!index || (!message && !is_text)) return std::nullopt;
  nodes.message = message.value_or(nodes.choice);
  nodes.index = *index;
  nodes.finish = parse_finish(string_member(nodes.choice, "finish_reason"));
  return nodes;
}

Error malformed_choice() {
  return protocol_error("A choice of the upstream's answer is malformed.");
}

bool parse_calls(const ChoiceNodes& nodes, EventsOut out) {
  std::int32_t block = 0;
  const auto add = [&](CallNode call) {
    if (call.id.empty()) {
      call.id = out.made->emplace_back(made_call_id(out.answer, nodes.index, block));
    }
    add_call_start(nodes.index, block, call, out.events);
    std::string_view arguments = call.arguments;
    if (call.custom) arguments = out.made->emplace_back(custom_arguments(arguments));
    add_arguments(nodes.index, block++, arguments, out.events);
  };
  if (const auto function = object_member(nodes.message, "function_call")) {
    add(read_function_call(*function, out.made));
  }
  const std::optional<dom::array> calls = array_member(nodes.message, "tool_calls");
  if (!calls) return true;
  for (const JsonValue node : *calls) {
    dom::object call;
    if (node.get_object().get(call) != simdjson::SUCCESS) return false;
    add(read_call(call, out.made));
  }
  return true;
}

bool parse_message(JsonValue value, EventsOut out, StreamEvent* whole) {
  const std::optional<ChoiceNodes> nodes = read_choice(value);
  if (!nodes) return false;
  add_text(EventKind::kTextDelta, nodes->index, string_member(nodes->choice, "text"), out.events);
  add_content(nodes->index, nodes->message, out.events);
  if (!parse_calls(*nodes, out)) return false;
  StreamEvent finish = event_of(EventKind::kFinish, nodes->index);
  finish.finish = nodes->finish;
  out.events->push_back(finish);
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
  const std::optional<std::int64_t> completion = completion_of(object);
  if (!prompt || !completion) return std::nullopt;
  Usage usage;
  std::int64_t cached = detail_count(object, "prompt_tokens_details", "cached_tokens");
  if (cached == 0) {  // DeepSeek's name
    cached = count_member(object, "prompt_cache_hit_tokens").value_or(0);
  }
  const std::int64_t written = detail_count(object, "prompt_tokens_details", "cache_write_tokens");
  usage.cache_read_tokens = std::min(cached, *prompt);
  usage.cache_write_5m_tokens = std::min(written, *prompt - usage.cache_read_tokens);
  usage.input_tokens = *prompt - usage.cache_read_tokens - usage.cache_write_5m_tokens;
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
  const auto backing = std::make_shared<AnswerBacking>(nodes->document);
  const EventsOut out{nodes->root, &response.events, &backing->made};
  response.events.push_back(start_event(nodes->root));
  response.whole = response.events.front();
  response.whole.kind = EventKind::kWhole;
  response.whole.raw = body;
  for (const JsonValue choice : nodes->choices) {
    if (!parse_message(choice, out, &response.whole)) return malformed_choice();
  }
  if (const auto counts = usage_of(nodes->root)) {
    response.has_usage = true;
    response.whole.usage = *counts;
    response.events.push_back(usage_event(*counts));
  } else {
    response.absurd_usage = tells_absurd_count(find_member(nodes->root, "usage"));
  }
  response.events.push_back(event_of(EventKind::kDone));
  response.backing = backing;
  return response;
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
  skim.is_done = data == openai::kDoneMark;
  if (skim.is_done || !openai::has_key_of_interest(data)) return skim;
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
  dom::object root;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return protocol_error("A chunk of the upstream's stream is not a JSON object.");
  }
  skim.is_error = find_member(root, "error").has_value();
  if (const std::optional<JsonValue> usage = find_member(root, "usage")) {
    skim.usage = openai::parse_usage(*usage);
    skim.is_usage_only = true;
  }
  const std::optional<dom::array> choices = array_member(root, "choices");
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
