// Reads the stream of an OpenAI-compatible chat or completion, chunk by chunk.
#include <algorithm>
#include <deque>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_events.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

namespace dom = simdjson::dom;

// The calls of one choice. Servers tell which one a chunk goes on with by its index, by its
// id, or not at all; some number all of them 0, others repeat the id in every chunk.
class Calls {
 public:
  struct Call {
    std::int32_t index;
    std::string id;
    bool custom;
    bool open = true;  // of a custom one: its text has not ended
  };

  // The place of the call that `node` goes on with, or nothing if it begins one.
  std::optional<std::size_t> find(const CallNode& node, std::optional<std::int32_t> index) const {
    const auto last = [this](auto matches) -> std::optional<std::size_t> {
      const auto at = std::find_if(calls_.rbegin(), calls_.rend(), matches);
      if (at == calls_.rend()) return std::nullopt;
      return static_cast<std::size_t>(calls_.rend() - at) - 1;
    };
    if (!node.id.empty()) {
      if (const auto at = last([&](const Call& call) { return call.id == node.id; })) return at;
    }
    if (index) {
      const auto at = last([&](const Call& call) { return call.index == *index; });
      return at && is_other(node, calls_[*at]) ? std::nullopt : at;
    }
    if (calls_.empty() || !node.id.empty() || !node.name.empty()) return std::nullopt;
    return calls_.size() - 1;
  }

  std::size_t add(const CallNode& node, std::optional<std::int32_t> index) {
    const auto next = static_cast<std::int32_t>(calls_.size());
    calls_.push_back({index.value_or(next), std::string(node.id), node.custom});
    return calls_.size() - 1;
  }

  std::size_t size() const { return calls_.size(); }
  Call& at(std::size_t i) { return calls_[i]; }

 private:
  static bool is_other(const CallNode& node, const Call& call) {
    return !node.name.empty() && !node.id.empty() && !call.id.empty() && node.id != call.id;
  }

  std::vector<Call> calls_;
};

class ChunkParser final : public StreamParser {
 public:
  explicit ChunkParser(StreamDepth depth) : depth_(depth) {}

  Result<void> parse_event(std::string_view /*event_name*/, std::string_view data,
                           std::string_view raw, std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    made_.clear();
    Result<void> result = parse_data(data, events);
    if (!result) return result;
    if (done_now_ && pending_usage_) {
      end_with_usage(*std::exchange(pending_usage_, std::nullopt), raw, events);
      return {};
    }
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    attach_raw(raw, first, events);
    return {};
  }

  // Some servers leave the mark out: whoever said why it ends has ended.
  Result<void> finish(std::vector<StreamEvent>* events) override {
    if (done_) return {};
    const bool ended =
        !choices_.empty() && std::all_of(choices_.begin(), choices_.end(),
                                         [](const Choice& choice) { return choice.finished; });
    if (ended) {
      done_ = true;
      if (pending_usage_) events->push_back(usage_event(*pending_usage_));
      events->push_back(event_of(EventKind::kDone));
      return {};
    }
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before its end mark.",
                 "upstream_stream_cut"};
  }

 private:
  struct Choice {
    Calls calls;
    bool finished = false;
  };

  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    done_now_ = false;
    if (data.empty() || done_) return {};
    if (data == kDoneMark) {
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
    if (find_member(root, "error")) return error_in_answer(data);
    return parse_chunk(root, events);
  }

  Result<void> parse_chunk(dom::object root, std::vector<StreamEvent>* events) {
    chunk_ = root;
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
      if (depth_ == StreamDepth::kSkim && has_content(*delta)) {
        events->push_back(event_of(EventKind::kOther, *index));
      }
    }
    if (depth_ == StreamDepth::kFull) {
      add_text(EventKind::kTextDelta, *index, string_member(choice, "text"), events);
    }
    const std::string_view word = string_member(choice, "finish_reason");
    if (word.empty() || std::exchange(state_of(*index).finished, true)) return true;
    end_custom_calls(*index, events);
    add_finish(*index, word, events);
    return true;
  }

  // Whether a first chunk has more than the role.
  static bool has_content(dom::object delta) {
    return !string_member(delta, "content").empty() || find_member(delta, "tool_calls") ||
           find_member(delta, "reasoning_content") || find_member(delta, "reasoning");
  }

  bool parse_delta(dom::object delta, std::int32_t choice, std::vector<StreamEvent>* events) {
    add_content(choice, delta, events);
    if (const auto function = object_member(delta, "function_call")) {
      if (!take_call(read_function_call(*function, &made_), 0, choice, events)) return false;
    }
    const std::optional<dom::array> calls = array_member(delta, "tool_calls");
    if (!calls) return true;
    for (const JsonValue value : *calls) {
      dom::object call;
      if (value.get_object().get(call) != simdjson::SUCCESS) return false;
      const std::optional<std::int32_t> index = index_member(call, -1);
      if (!index) return false;
      const std::optional<std::int32_t> told = *index < 0 ? std::nullopt : index;
      if (!take_call(read_call(call, &made_), told, choice, events)) return false;
    }
    return true;
  }

  // What begins a call has a name or an id.
  bool take_call(const CallNode& node, std::optional<std::int32_t> index, std::int32_t choice,
                 std::vector<StreamEvent>* events) {
    Calls& calls = state_of(choice).calls;
    std::optional<std::size_t> at = calls.find(node, index);
    const bool starts = !at;
    if (starts) {
      if (node.id.empty() && node.name.empty()) return false;
      if (calls.size() >= static_cast<std::size_t>(kMaxIndex)) return false;
      at = calls.add(node, index);
    }
    const auto block = static_cast<std::int32_t>(*at);
    if (starts) add_start(node, choice, block, events);
    if (calls.at(*at).custom) {
      add_custom_text(node.arguments, starts, choice, block, events);
    } else {
      add_arguments(choice, block, node.arguments, events);
    }
    return true;
  }

  void add_start(CallNode node, std::int32_t choice, std::int32_t block,
                 std::vector<StreamEvent>* events) {
    if (node.id.empty()) node.id = made_.emplace_back(made_call_id(chunk_, choice, block));
    add_call_start(choice, block, node, events);
  }

  // The text of a custom tool as the piece of a JSON string.
  void add_custom_text(std::string_view text, bool starts, std::int32_t choice, std::int32_t block,
                       std::vector<StreamEvent>* events) {
    if (!starts && text.empty()) return;
    std::string piece;
    append_json_string(&piece, text);
    piece = piece.substr(1, piece.size() - 2);
    if (starts) piece.insert(0, R"({"input":")");
    add_arguments(choice, block, made_.emplace_back(std::move(piece)), events);
  }

  void end_custom_calls(std::int32_t choice, std::vector<StreamEvent>* events) {
    Calls& calls = state_of(choice).calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (!calls.at(i).custom || !std::exchange(calls.at(i).open, false)) continue;
      add_arguments(choice, static_cast<std::int32_t>(i), "\"}", events);
    }
  }

  Choice& state_of(std::int32_t choice) {
    const auto at = static_cast<std::size_t>(choice);
    if (choices_.size() <= at) choices_.resize(at + 1);
    return choices_[at];
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

  StreamDepth depth_;
  bool started_ = false;
  bool done_ = false;
  bool done_now_ = false;
  std::optional<Usage> pending_usage_;
  std::vector<Choice> choices_;
  std::deque<std::string> made_;  // texts of the events of the last frame
  std::shared_ptr<const JsonDocument> document_;
  JsonNode chunk_;  // of document_
};

}  // namespace

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<ChunkParser>(depth);
}

}  // namespace weir::openai
