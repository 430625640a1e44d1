// Reads what Ollama answers: bodies, lines of a stream, usage, errors.
#include <array>
#include <charconv>
#include <utility>

#include "cloud_adapters/wire/answer_errors.h"
#include "cloud_adapters/wire/ollama_parts.h"

namespace weir::ollama {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxCalls = 1024;

Error error_in_answer(std::string_view data, Form form) {
  return told_in_answer(parse_error(refusal_in_answer(std::string(data)), form));
}

// Older servers leave prompt_eval_count out, or write 0, when they had the whole prompt in
// their cache. An answer without a prompt there is not, so that is usage which is not known.
// Newer ones count the whole prompt. An answer of no tokens has no eval_count.
std::optional<Usage> usage_of(dom::object root) {
  const std::int64_t prompt = count_member(root, "prompt_eval_count").value_or(0);
  const bool told = find_member(root, "eval_count").has_value();
  const std::optional<std::int64_t> answer = count_member(root, "eval_count");
  if (prompt == 0 || (told && !answer)) return std::nullopt;
  Usage usage;
  usage.input_tokens = prompt;
  usage.output_tokens = answer.value_or(0);
  return usage;
}

FinishReason finish_of(std::string_view word) {
  return word == "length" ? FinishReason::kLength : FinishReason::kStop;
}

// True if the line is the last, is an error, or may be.
bool has_key_of_interest(std::string_view data) {
  constexpr std::array<std::string_view, 2> kKeys = {"done\"", "error\""};
  return has_telling_member(data, kKeys, "fn");
}

// Seed and step of FNV-1a, 64 bits.
constexpr std::uint64_t kFnvSeed = 0xcbf29ce484222325ULL;
std::uint64_t fnv(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

// Turns one object of an answer, a line or a whole body, into events. Views in the events
// live until the next call, or as long as this does.
class ObjectReader {
 public:
  explicit ObjectReader(Form form) : form_(form) {}

  Result<dom::object> parse(std::string_view data) {
    made_.clear();
    tops_.clear();
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
      return protocol_error("A line of the upstream's answer is not a JSON object.");
    }
    document_ = *document;
    if (find_member(root, "error")) return error_in_answer(data, form_);
    return root;
  }

  StreamEvent event_of(EventKind kind) const {
    StreamEvent event;
    event.kind = kind;
    event.raw_dialect = dialect_of(form_);
    return event;
  }

  StreamEvent start_event(dom::object root) const {
    StreamEvent event = event_of(EventKind::kStart);
    event.model = string_member(root, "model");
    return event;
  }

  // The text, thoughts and calls that the object has. False if a call is malformed.
  bool add_content(dom::object root, std::string_view data, std::vector<StreamEvent>* events) {
    created_at_ = string_member(root, "created_at");
    if (form_ == Form::kGenerate) {
      add_text(EventKind::kReasoningDelta, string_member(root, "thinking"), events);
      add_answer(string_member(root, "response"), root, events);
      return add_calls(root, data, events);
    }
    for (MemberWalk walk(root, data); walk.next();) {
      if (walk.key() != "message" || walk.value().is_null()) continue;
      dom::object message;
      if (walk.value().get_object().get(message) != simdjson::SUCCESS) return false;
      add_text(EventKind::kReasoningDelta, string_member(message, "thinking"), events);
      add_answer(string_member(message, "content"), root, events);
      return add_calls(message, RawText(walk), events);
    }
    return true;
  }

  // What the last object says beside its content.
  void add_end(dom::object root, std::vector<StreamEvent>* events) {
    StreamEvent finish = event_of(EventKind::kFinish);
    finish.finish = finish_of(string_member(root, "done_reason"));
    if (calls_ > 0 && finish.finish == FinishReason::kStop) {
      finish.finish = FinishReason::kToolCalls;
    }
    events->push_back(finish);
    if (const auto usage = usage_of(root)) {
      events->push_back(event_of(EventKind::kUsage));
      events->back().usage = *usage;
    }
    events->push_back(event_of(EventKind::kDone));
  }

 private:
  void add_text(EventKind kind, std::string_view text, std::vector<StreamEvent>* events) const {
    if (text.empty()) return;
    events->push_back(event_of(kind));
    events->back().text = text;
  }

  void add_answer(std::string_view text, dom::object root, std::vector<StreamEvent>* events) {
    add_text(EventKind::kTextDelta, text, events);
    const std::optional<JsonValue> value = find_member(root, "logprobs");
    dom::array list;
    if (text.empty() || !value || value->get_array().get(list) != simdjson::SUCCESS) return;
    reports_.clear();
    for (const JsonValue item : list) add_report(item);
    events->back().logprobs = reports_;
  }

  void add_report(JsonValue value) {
    dom::object node;
    if (value.get_object().get(node) != simdjson::SUCCESS) return;
    std::vector<TokenProbability>& top = tops_.emplace_back();
    const std::optional<JsonValue> others = find_member(node, "top_logprobs");
    dom::array list;
    if (others && others->get_array().get(list) == simdjson::SUCCESS) {
      for (const JsonValue item : list) {
        dom::object other;
        if (item.get_object().get(other) == simdjson::SUCCESS) top.push_back(probability(other));
      }
    }
    reports_.push_back({probability(node), top});
  }

  TokenProbability probability(dom::object node) {
    TokenProbability token{string_member(node, "token"), 0};
    double logprob = 0;
    const std::optional<JsonValue> value = find_member(node, "logprob");
    if (value && value->get_double().get(logprob) == simdjson::SUCCESS) {
      token.logprob = static_cast<float>(logprob);
    }
    const std::optional<JsonValue> bytes = find_member(node, "bytes");
    dom::array list;
    if (!bytes || bytes->get_array().get(list) != simdjson::SUCCESS) return token;
    std::string& exact = made_.emplace_back();
    for (const JsonValue item : list) {
      std::int64_t byte = 0;
      if (item.get_int64().get(byte) == simdjson::SUCCESS) exact += static_cast<char>(byte);
    }
    if (!exact.empty()) token.bytes = exact;
    return token;
  }

  bool add_calls(dom::object node, RawText raw, std::vector<StreamEvent>* events) {
    for (MemberWalk walk(node, raw); walk.next();) {
      if (walk.key() != "tool_calls" || walk.value().is_null()) continue;
      dom::array list;
      if (walk.value().get_array().get(list) != simdjson::SUCCESS) return false;
      ElementTexts texts{RawText(walk)};
      std::size_t index = 0;
      for (const JsonValue item : list) {
        if (calls_ >= kMaxCalls || !add_call(item, RawText(texts, index++), events)) return false;
      }
    }
    return true;
  }

  bool add_call(JsonValue value, RawText raw, std::vector<StreamEvent>* events) {
    dom::object call;
    dom::object function;
    if (value.get_object().get(call) != simdjson::SUCCESS) return false;
    std::string_view arguments = "{}";
    for (MemberWalk walk(call, raw); walk.next();) {
      if (walk.key() != "function") continue;
      if (walk.value().get_object().get(function) != simdjson::SUCCESS) return false;
      for (MemberWalk inner(function, RawText(walk)); inner.next();) {
        if (inner.key() != "arguments" || inner.value().is_null()) continue;
        const bool text = inner.value().is_string();
        arguments = text ? inner.value().get_string().value_unsafe() : inner.raw();
      }
      arguments = made_.emplace_back(arguments);
      add_call_events(call, string_member(function, "name"), arguments, events);
      return !string_member(function, "name").empty();
    }
    return false;
  }

  void add_call_events(dom::object call, std::string_view name, std::string_view arguments,
                       std::vector<StreamEvent>* events) {
    StreamEvent start = event_of(EventKind::kToolCallStart);
    start.block_index = static_cast<std::int32_t>(calls_++);
    start.id = string_member(call, "id");
    if (start.id.empty()) start.id = made_id(name, arguments);
    start.name = name;
    events->push_back(start);
    StreamEvent delta = event_of(EventKind::kToolCallDelta);
    delta.block_index = start.block_index;
    delta.text = arguments;
    events->push_back(delta);
  }

  // Clients need an id that no other call of their conversation has. The server's clock
  // counts nanoseconds.
  std::string_view made_id(std::string_view name, std::string_view arguments) {
    const std::uint64_t hash = fnv(fnv(fnv(kFnvSeed, created_at_), name), arguments);
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
    return made_.emplace_back("call_" + std::string(digits.data(), end) + "_" +
                              std::to_string(calls_));
  }

  const Form form_;
  std::string_view created_at_;
  std::size_t calls_ = 0;
  std::shared_ptr<const JsonDocument> document_;
  std::deque<std::string> made_;
  std::vector<TokenReport> reports_;
  std::deque<std::vector<TokenProbability>> tops_;
};

bool is_done(dom::object root) {
  const std::optional<JsonValue> done = find_member(root, "done");
  bool value = false;
  return done && done->get_bool().get(value) == simdjson::SUCCESS && value;
}

class ChunkParser final : public StreamParser {
 public:
  ChunkParser(StreamDepth depth, Form form) : depth_(depth), reader_(form) {}

  Result<void> parse_event(std::string_view /*event_name*/, std::string_view data,
                           std::string_view raw, std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    const bool ended = done_;
    if (const Result<void> result = parse_data(data, events); !result) return result;
    if (events->size() == first) events->push_back(reader_.event_of(EventKind::kOther));
    // The last line is the end mark: what it says of usage must not carry its bytes.
    const std::size_t carrier = done_ && !ended ? events->size() - 1 : first;
    for (std::size_t i = first; i < events->size(); ++i) {
      (*events)[i].raw_continues = i != carrier;
    }
    (*events)[carrier].raw = raw;
    return {};
  }

  Result<void> finish(std::vector<StreamEvent>* /*events*/) override {
    if (done_) return {};
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before its last line.",
                 "upstream_stream_cut"};
  }

 private:
  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    if (data.empty() || done_) return {};
    if (depth_ == StreamDepth::kSkim && started_ && !has_key_of_interest(data)) return {};
    const Result<dom::object> root = reader_.parse(data);
    if (!root) return root.error();
    if (!std::exchange(started_, true)) events->push_back(reader_.start_event(*root));
    if (depth_ == StreamDepth::kFull && !reader_.add_content(*root, data, events)) {
      return protocol_error("A message of the upstream's stream is malformed.");
    }
    if (!is_done(*root)) return {};
    done_ = true;
    reader_.add_end(*root, events);
    return {};
  }

  const StreamDepth depth_;
  ObjectReader reader_;
  bool started_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth, Form form) {
  return std::make_unique<ChunkParser>(depth, form);
}

Result<ParsedResponse> parse_response(std::string_view body, Form form) {
  auto reader = std::make_shared<ObjectReader>(form);
  const Result<dom::object> root = reader->parse(body);
  if (!root) return root.error();
  ParsedResponse response;
  response.events.push_back(reader->start_event(*root));
  response.whole = response.events.front();
  response.whole.kind = EventKind::kWhole;
  response.whole.raw = body;
  const std::string_view answer = form == Form::kChat ? "message" : "response";
  if (!find_member(*root, answer) || !reader->add_content(*root, body, &response.events)) {
    return protocol_error("The upstream's answer has no message.");
  }
  const std::size_t end = response.events.size();
  reader->add_end(*root, &response.events);
  response.whole.finish = response.events[end].finish;
  if (response.events[end + 1].kind == EventKind::kUsage) {
    response.has_usage = true;
    response.whole.usage = response.events[end + 1].usage;
  }
  response.backing = std::move(reader);
  return response;
}

Error parse_error(UpstreamRefusal refusal, Form form) {
  Error error(ErrorCode::kUpstreamStatus,
              "The upstream answered with status " + std::to_string(refusal.status) + ".");
  refusal.dialect = dialect_of(form);
  error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
  return error;
}

}  // namespace weir::ollama
