// Reads the stream of an Anthropic-compatible server.
#include <string>
#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/anthropic_usage.h"

namespace weir::anthropic {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxBlocks = 1024;

// A call whose arguments are not told yet holds what its start said of them: servers put
// the whole input there, or {} and pieces later, or both.
struct CallBlock {
  bool open = false;
  bool told = false;
  std::string input;
};

class ChunkParser final : public StreamParser {
 public:
  explicit ChunkParser(StreamDepth depth) : skims_(depth == StreamDepth::kSkim) {}

  Result<void> parse_event(std::string_view event_name, std::string_view data, std::string_view raw,
                           std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    ended_.clear();
    const bool is_content = event_name.starts_with("content_block") || event_name == "ping";
    if (!data.empty() && data != "[DONE]" && !done_ && !(skims_ && is_content)) {
      const Result<void> result = parse_data(data, events);
      if (!result) return result;
    }
    if (events->size() == first) events->push_back(event_of(EventKind::kOther));
    attach_raw(raw, first, events);
    return {};
  }

  Result<void> finish(std::vector<StreamEvent>* /*events*/) override {
    if (done_) return {};
    return Error{ErrorCode::kUpstreamClosed, "The upstream's stream ended before message_stop.",
                 "upstream_stream_cut"};
  }

 private:
  // A kUsage with bytes stands for a frame of usage alone, which no frame here is.
  static void attach_raw(std::string_view raw, std::size_t first,
                         std::vector<StreamEvent>* events) {
    const std::size_t carrier =
        (*events)[first].kind == EventKind::kUsage ? events->size() - 1 : first;
    for (std::size_t i = first; i < events->size(); ++i) {
      (*events)[i].raw_continues = i != carrier;
    }
    (*events)[carrier].raw = raw;
  }

  Result<void> parse_data(std::string_view data, std::vector<StreamEvent>* events) {
    Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(data);
    dom::object root;
    if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
      return protocol_error("An event of the upstream's stream is not a JSON object.");
    }
    document_ = *document;
    const std::string_view type = string_member(root, "type");
    if (type == "error" || (type.empty() && find_member(root, "error")))
      return error_in_answer(data);
    if (type == "message_start") return message_start(root, events);
    if (type.starts_with("content_block")) {
      return skims_ ? Result<void>() : content_block(type, root, data, events);
    }
    if (type == "message_delta") message_delta(root, events);
    if (type == "message_stop") message_stop(events);
    return {};
  }

  Result<void> message_start(dom::object root, std::vector<StreamEvent>* events) {
    const std::optional<dom::object> message = object_member(root, "message");
    if (!message) return protocol_error("The upstream's message_start has no message.");
    if (const auto usage = object_member(*message, "usage")) usage_.read(*usage, false);
    if (std::exchange(started_, true)) return {};
    StreamEvent event = event_of(EventKind::kStart);
    event.id = string_member(*message, "id");
    event.model = string_member(*message, "model");
    event.usage = usage_.prompt();
    events->push_back(event);
    return {};
  }

  // --- blocks ---

  Result<void> content_block(std::string_view type, dom::object root, std::string_view data,
                             std::vector<StreamEvent>* events) {
    std::int64_t index = 0;
    const std::optional<JsonValue> at = find_member(root, "index");
    if (at &&
        (at->get_int64().get(index) != simdjson::SUCCESS || index < 0 || index >= kMaxBlocks)) {
      return protocol_error("A block of the upstream's stream has no valid index.");
    }
    const auto block = static_cast<std::size_t>(index);
    if (type == "content_block_start") return block_start(root, data, block, events);
    if (type == "content_block_delta") return block_delta(root, block, events);
    if (type == "content_block_stop" && block < blocks_.size()) end_call(block, events);
    return {};
  }

  Result<void> block_start(dom::object root, std::string_view data, std::size_t index,
                           std::vector<StreamEvent>* events) {
    for (MemberWalk walk(root, data); walk.next();) {
      dom::object block;
      if (walk.key() != "content_block" ||
          walk.value().get_object().get(block) != simdjson::SUCCESS) {
        continue;
      }
      if (blocks_.size() <= index) blocks_.resize(index + 1);
      end_call(index, events);
      add_block(block, static_cast<std::int32_t>(index), events);
      if (string_member(block, "type") != "tool_use") return {};
      blocks_[index] = {true, false, std::string(input_of(block, RawText(walk)))};
      return {};
    }
    return protocol_error("A content_block_start of the upstream has no block.");
  }

  Result<void> block_delta(dom::object root, std::size_t index, std::vector<StreamEvent>* events) {
    const std::optional<dom::object> delta = object_member(root, "delta");
    if (!delta) return protocol_error("A content_block_delta of the upstream has no delta.");
    const std::string_view type = string_member(*delta, "type");
    StreamEvent event = event_of(EventKind::kTextDelta);
    event.block_index = static_cast<std::int32_t>(index);
    if (type == "text_delta") event.text = string_member(*delta, "text");
    if (type == "thinking_delta" || type == "signature_delta") {
      event.kind = EventKind::kReasoningDelta;
      event.text = string_member(*delta, "thinking");
      event.signature = string_member(*delta, "signature");
    }
    if (type == "input_json_delta") {
      if (index >= blocks_.size()) return protocol_error("Input came for no block.");
      event.kind = EventKind::kToolCallDelta;
      event.text = input_piece(*delta, &blocks_[index]);
    }
    if (type == "citations_delta") add_other("citations", event.block_index, events);
    if (!event.text.empty() || !event.signature.empty()) events->push_back(event);
    return {};
  }

  // Tools that the provider runs have input too, which is theirs alone.
  static std::string_view input_piece(dom::object delta, CallBlock* block) {
    if (!block->open) return {};
    const std::string_view piece = string_member(delta, "partial_json");
    block->told = block->told || !piece.empty();
    return piece;
  }

  // A call without arguments has {} for them.
  void end_call(std::size_t index, std::vector<StreamEvent>* events) {
    CallBlock& call = blocks_[index];
    if (!std::exchange(call.open, false) || call.told) return;
    StreamEvent event = event_of(EventKind::kToolCallDelta);
    event.block_index = static_cast<std::int32_t>(index);
    ended_.push_back(std::move(call.input));
    event.text = ended_.back();
    events->push_back(event);
  }

  // --- the end ---

  void tell_finish(std::string_view reason, std::string_view sequence,
                   std::vector<StreamEvent>* events) {
    if (std::exchange(finished_, true)) return;
    for (std::size_t i = 0; i < blocks_.size(); ++i) end_call(i, events);
    events->push_back(event_of(EventKind::kFinish));
    events->back().finish = parse_stop(reason);
    events->back().text = sequence;
  }

  void tell_usage(std::vector<StreamEvent>* events) {
    const std::optional<Usage> usage = usage_.result();
    if (!usage) return;
    events->push_back(event_of(EventKind::kUsage));
    events->back().usage = *usage;
    usage_told_ = *usage;
  }

  void message_delta(dom::object root, std::vector<StreamEvent>* events) {
    if (const auto usage = object_member(root, "usage")) usage_.read(*usage, true);
    const std::optional<dom::object> delta = object_member(root, "delta");
    const std::string_view stop = delta ? string_member(*delta, "stop_reason") : std::string_view();
    if (stop.empty() || finished_) return;
    tell_finish(stop, string_member(*delta, "stop_sequence"), events);
    tell_usage(events);
  }

  // Counts that came behind the finish are told here.
  void message_stop(std::vector<StreamEvent>* events) {
    done_ = true;
    tell_finish({}, {}, events);
    if (usage_.result() != usage_told_) tell_usage(events);
    events->push_back(event_of(EventKind::kDone));
  }

  const bool skims_;
  bool started_ = false;
  bool finished_ = false;
  bool done_ = false;
  UsageReader usage_;
  std::optional<Usage> usage_told_;
  std::vector<CallBlock> blocks_;  // by index; those of other kinds are never open
  std::deque<std::string> ended_;  // arguments that events point to
  std::shared_ptr<const JsonDocument> document_;
};

}  // namespace

std::unique_ptr<StreamParser> make_stream_parser(StreamDepth depth) {
  return std::make_unique<ChunkParser>(depth);
}

}  // namespace weir::anthropic
