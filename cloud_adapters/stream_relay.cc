// Streams: frames of the client's own dialect are forwarded as they came, those of others
// are understood and told anew.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cloud_adapters/answer_relay.h"
#include "cloud_adapters/upstream/frame_reader.h"
#include "cloud_adapters/wire/openai_chat.h"

namespace weir {
namespace {

// Frames that arrived together and are forwarded together.
class FrameRun {
 public:
  explicit FrameRun(EventSink& sink) : sink_(sink) {}

  bool takes(std::string_view raw) const {
    return raw_.empty() || raw_.data() + raw_.size() == raw.data();
  }

  void add(std::string_view raw, FinishReason finish) {
    raw_ = raw_.empty() ? raw : std::string_view(raw_.data(), raw_.size() + raw.size());
    if (finish != FinishReason::kNone) finish_ = finish;
  }

  bool empty() const { return raw_.empty(); }

  Async<WriteResult> flush() {
    StreamEvent event;
    event.kind = finish_ == FinishReason::kNone ? EventKind::kOther : EventKind::kFinish;
    event.finish = std::exchange(finish_, FinishReason::kNone);
    event.raw = std::exchange(raw_, {});
    co_return co_await sink_.write(event);
  }

 private:
  EventSink& sink_;
  std::string_view raw_;
  FinishReason finish_ = FinishReason::kNone;
};

Error cut_short(std::string_view upstream) {
  return Error(ErrorCode::kUpstreamClosed,
               std::string(upstream) + " ended its stream before the answer was complete",
               "upstream_truncated");
}

Error line_too_long(std::string_view upstream) {
  return upstream_protocol_error(upstream, "sent an event above the limit",
                                 "upstream_event_too_large");
}

// The error that a frame of the stream holds, in the codec's words.
Error stream_error(const SseFrame& frame) {
  std::vector<StreamEvent> events;
  const auto parsed = openai_chat_codec()
                          .stream_parser(StreamDepth::kFull)
                          ->parse_event(frame.event, frame.data, frame.raw, &events);
  if (!parsed) return parsed.error();
  return Error(ErrorCode::kUpstreamProtocol, "an error in the stream that cannot be read");
}

// Whether a stream's first frame says no more than that the assistant speaks.
bool only_begins(const SseFrame& frame) {
  std::vector<StreamEvent> events;
  const auto parsed = openai_chat_codec()
                          .stream_parser(StreamDepth::kSkim)
                          ->parse_event(frame.event, frame.data, frame.raw, &events);
  return parsed && events.size() == 1 && events.front().kind == EventKind::kStart;
}

// What to do with the frames of one read.
enum class Next : std::uint8_t { kReadOn, kDone };

class StreamForwarder {
 public:
  explicit StreamForwarder(const AnswerRelay& relay) : relay_(relay), run_(relay.sink) {}

  // Forwards every whole frame in `bytes`.
  Async<Result<Next>> take(std::string_view bytes) {
    const std::string_view all = bytes;
    SseFrame frame;
    for (;;) {
      const SseReader::Status status = frames_.next(&bytes, &frame);
      if (status == SseReader::Status::kTooLong) co_return line_too_long(relay_.upstream);
      if (status == SseReader::Status::kNeedMore) break;
      const auto skim = frame.is_event ? skim_openai_chunk(frame.data)
                                       : Result<OpenAiChunkSkim>(OpenAiChunkSkim());
      const bool plain = skim && !skim->is_done && !skim->is_error && !hidden(*skim);
      if (!run_.empty() && !(plain && run_.takes(frame.raw))) {
        if (const auto written = co_await run_.flush(); written == WriteResult::kClientGone)
          co_return client_gone();
      }
      if (!skim) co_return skim.error();
      if (skim->is_error) co_return stream_error(frame);
      if (skim->is_done) co_return co_await finish(frame.raw, bytes);
      if (skim->usage) relay_.tokens.report(*skim->usage);
      if (!plain) continue;
      if (frame.is_event) relay_.tokens.add_frame(frame.data);
      WriteResult written = WriteResult::kOk;
      if (begins(frame, skim->finish)) {
        written = co_await begin(frame.raw);
      } else {
        run_.add(frame.raw, skim->finish);
        if (is_copy(frame.raw, all)) written = co_await run_.flush();
      }
      if (written == WriteResult::kClientGone) co_return client_gone();
    }
    if (run_.empty()) co_return Next::kReadOn;
    const WriteResult written = co_await run_.flush();
    if (written == WriteResult::kClientGone) co_return client_gone();
    co_return Next::kReadOn;
  }

  // Some servers leave the mark out: whoever said why it ends has ended.
  Async<Result<Next>> at_end() {
    if (!ended_) co_return cut_short(relay_.upstream);
    co_return co_await finish({}, {});
  }

 private:
  // Whether the frame is the first, and says no more than that the assistant speaks.
  bool begins(const SseFrame& frame, FinishReason finish) {
    ended_ = ended_ || finish != FinishReason::kNone;
    return frame.is_event && !std::exchange(begun_, true) && only_begins(frame);
  }

  // A frame that came in two reads is a copy, which lives until the next call.
  static bool is_copy(std::string_view raw, std::string_view all) {
    return raw.data() < all.data() || raw.data() >= all.data() + all.size();
  }

  // Nothing that can be seen: another backend may still answer.
  Async<WriteResult> begin(std::string_view raw) {
    if (!run_.empty()) {
      const WriteResult written = co_await run_.flush();
      if (written != WriteResult::kOk) co_return written;
    }
    StreamEvent start;
    start.kind = EventKind::kStart;
    start.raw = raw;
    co_return co_await relay_.sink.write(start);
  }

  bool hidden(const OpenAiChunkSkim& skim) const { return skim.is_usage_only && relay_.hide_usage; }

  Async<Result<Next>> finish(std::string_view raw, std::string_view behind) {
    // A connection whose server goes on behind the end is not used again.
    if (!behind.empty()) relay_.call.abort();
    StreamEvent done;
    done.kind = EventKind::kDone;
    done.raw = raw;
    done.usage = relay_.tokens.usage();
    if (const auto written = co_await relay_.sink.write(done); written == WriteResult::kClientGone)
      co_return client_gone();
    co_return Next::kDone;
  }

  const AnswerRelay& relay_;
  SseReader frames_;
  FrameRun run_;
  bool begun_ = false;
  bool ended_ = false;
};

// For every other pair of dialects. Where they are the same, frames are forwarded and only
// looked at; else each becomes events.
class StreamTranslator {
 public:
  explicit StreamTranslator(const AnswerRelay& relay)
      : relay_(relay),
        parser_(relay.codec.stream_parser(relay.same_dialect() ? StreamDepth::kSkim
                                                               : StreamDepth::kFull)),
        frames_(relay.codec.stream_framing()) {}

  Async<Result<Next>> take(std::string_view bytes) {
    SseFrame frame;
    for (;;) {
      const SseReader::Status status = frames_.next(&bytes, &frame);
      if (status == SseReader::Status::kTooLong) co_return line_too_long(relay_.upstream);
      if (status == SseReader::Status::kNeedMore) co_return Next::kReadOn;
      events_.clear();
      if (const Result<void> parsed = parse(frame); !parsed) co_return parsed.error();
      const Result<Next> next = co_await tell();
      if (!next) co_return next.error();
      if (*next == Next::kReadOn) continue;
      // A connection whose server goes on behind the end is not used again.
      if (!bytes.empty()) relay_.call.abort();
      co_return Next::kDone;
    }
  }

  Async<Result<Next>> at_end() {
    events_.clear();
    SseFrame last;
    if (frames_.finish(&last) == FrameReader::Status::kFrame) {
      if (const Result<void> parsed = parse(last); !parsed) co_return parsed.error();
      const Result<Next> next = co_await tell();
      if (!next || *next == Next::kDone) co_return next;
      events_.clear();
    }
    const Result<void> ended = parser_->finish(&events_);
    if (!ended) co_return cut_short(relay_.upstream);
    co_return co_await tell();
  }

 private:
  Result<void> parse(const SseFrame& frame) {
    if (frame.is_event) {
      relay_.tokens.add_frame(relay_.same_dialect() ? frame.data : std::string_view());
      return parser_->parse_event(frame.event, frame.data, frame.raw, &events_);
    }
    if (!relay_.same_dialect()) return {};
    StreamEvent& keep_alive = events_.emplace_back();
    keep_alive.raw = frame.raw;
    keep_alive.raw_dialect = relay_.codec.dialect();
    return {};
  }

  Async<Result<Next>> tell() {
    for (StreamEvent& event : events_) {
      relay_.tokens.add_text(event.text);
      if (event.kind == EventKind::kStart) event.lost = relay_.lost;
      const bool counted = event.kind == EventKind::kStart && event.usage.prompt_tokens() > 0;
      if (counted) relay_.tokens.report_prompt(event.usage);
      if (event.kind == EventKind::kUsage) relay_.tokens.report(event.usage);
      if (event.kind == EventKind::kDone) event.usage = relay_.tokens.usage();
      const WriteResult written = co_await relay_.sink.write(event);
      if (written == WriteResult::kClientGone) co_return client_gone();
      if (event.kind == EventKind::kDone) co_return Next::kDone;
    }
    co_return Next::kReadOn;
  }

  const AnswerRelay& relay_;
  const std::unique_ptr<StreamParser> parser_;
  FrameReader frames_;
  std::vector<StreamEvent> events_;
};

// Reads the body of a stream to its end. `Stream` takes what came and says whether the
// answer is complete; at_end() says what it means that the body has ended.
template <class Stream>
Async<Result<Usage>> read_stream(AnswerRelay relay) {
  Stream stream(relay);
  std::size_t received = 0;
  for (;;) {
    auto bytes = relay.call.ready_body();
    if (!bytes) bytes = co_await relay.call.read_body();
    if (!*bytes) co_return bytes->error();
    const std::string_view piece = **bytes;
    received += piece.size();
    if (received > relay.max_response_bytes) {
      co_return upstream_protocol_error(relay.upstream, "sent an answer above the limit",
                                        "upstream_answer_too_large");
    }
    Result<Next> next = Next::kReadOn;
    if (piece.empty()) {
      next = co_await stream.at_end();
    } else {
      next = co_await stream.take(piece);
    }
    if (!next) co_return next.error();
    if (*next == Next::kDone) co_return relay.tokens.usage();
  }
}

}  // namespace

Async<Result<Usage>> relay_stream(const AnswerRelay& relay) {
  const bool forwards = relay.same_dialect() && relay.codec.dialect() == Dialect::kOpenAiChat;
  return forwards ? read_stream<StreamForwarder>(relay) : read_stream<StreamTranslator>(relay);
}

}  // namespace weir
