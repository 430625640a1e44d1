#include "cloud_adapters/openai_compatible.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "cloud_adapters/token_estimate.h"
#include "cloud_adapters/upstream/https_client.h"
#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "core/cancel.h"

namespace weir {
namespace {

constexpr std::string_view kPath = "/chat/completions";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::size_t kMostRefusalBytes = std::size_t{64} * 1024;

Error client_gone() { return Error(ErrorCode::kCancelled, "the client has gone"); }

Error protocol_error(std::string_view upstream, std::string_view what, std::string word) {
  return Error(ErrorCode::kUpstreamProtocol, std::string(upstream) + " " + std::string(what),
               std::move(word));
}

// What one answer needs on its way from the upstream to the client.
struct Relay {
  UpstreamCall& call;
  EventSink& sink;
  const ChatRequest& request;
  TokenEstimate& tokens;
  std::string_view upstream;
  bool same_dialect;
  bool hide_usage;
  std::size_t max_response_bytes;
};

// --- the request ------------------------------------------------------------

Result<std::string> body_of(Result<WrittenRequest> written) {
  if (!written) return written.error();
  return std::move(written->body);
}

Result<std::string> outbound_body(const Attempt& attempt, bool ask_for_usage) {
  const ChatRequest& request = attempt.request;
  const OutboundBody& body = *attempt.body;
  RequestOptions options{attempt.model, ask_for_usage && request.stream};
  options.answer_tokens = attempt.answer_tokens;
  const Codec& codec = openai_chat_codec();
  if (request.dialect == codec.dialect()) {
    return codec.rewrite_request(request, body.bytes(), options);
  }
  if (!body.redacted()) return body_of(codec.write_request(request, options));
  // The parsed request holds what was redacted; only the body's own bytes may leave.
  const Codec* theirs = find_codec(request.dialect);
  if (theirs == nullptr) return Error(ErrorCode::kInternal, "a dialect without a codec");
  const Result<ChatRequest> redacted = theirs->parse_request(std::string(body.bytes()));
  if (!redacted) return redacted.error();
  return body_of(codec.write_request(*redacted, options));
}

// --- refusals ---------------------------------------------------------------

bool is_media_type(std::string_view content_type, std::string_view wanted) {
  return http1::equal_ignoring_case(http1::trimmed(content_type.substr(0, content_type.find(';'))),
                                    wanted);
}

bool is_encoded(const http1::Fields& fields) {
  const std::string_view coding = fields.value("content-encoding");
  return !coding.empty() && !http1::equal_ignoring_case(coding, "identity");
}

// As much of a refusal's body as is of use; nothing if it cannot be read.
Async<std::string> read_refusal_body(UpstreamCall& call) {
  std::string body;
  for (;;) {
    const Result<std::string_view> bytes = co_await call.read_body();
    if (!bytes || body.size() + bytes->size() > kMostRefusalBytes) co_return std::string();
    if (bytes->empty()) co_return body;
    body.append(*bytes);
  }
}

Async<Result<Usage>> read_refusal(Relay relay) {
  const ResponseHead& head = relay.call.head();  // until the body has ended
  UpstreamRefusal refusal;
  refusal.status = head.status;
  if (refusal.status < 400) {
    co_return refusal.status >= 300
        ? protocol_error(relay.upstream, "answered with a redirect, which is never followed",
                         "upstream_redirect")
        : protocol_error(relay.upstream, "answered without an answer", "upstream_empty");
  }
  refusal.retry_after = head.fields.value("retry-after");
  refusal.retry_after_ms = head.fields.value("retry-after-ms");
  refusal.should_retry = head.fields.value("x-should-retry");
  refusal.content_type = head.fields.value("content-type");
  const bool readable = is_media_type(refusal.content_type, kJson) && !is_encoded(head.fields);
  const int status = refusal.status;
  refusal.body = co_await read_refusal_body(relay.call);
  if (status == 401 || status == 403) {
    co_return Error(ErrorCode::kUpstreamStatus,
                    std::string(relay.upstream) + " refused the key that weir has for it",
                    "upstream_auth");
  }
  if (!readable || refusal.body.empty()) refusal.body = refusal.content_type = {};
  Error error = openai_chat_codec().parse_error(std::move(refusal));
  if (status == 429) error.code = ErrorCode::kRateLimited;
  co_return error;
}

// --- one piece --------------------------------------------------------------

Async<Result<std::string>> read_whole_body(Relay relay) {
  std::string body;
  for (;;) {
    auto bytes = relay.call.ready_body();
    if (!bytes) bytes = co_await relay.call.read_body();
    if (!*bytes) co_return bytes->error();
    const std::string_view piece = **bytes;
    if (piece.empty()) co_return body;
    if (body.size() + piece.size() > relay.max_response_bytes) {
      co_return protocol_error(relay.upstream, "sent an answer above the limit",
                               "upstream_answer_too_large");
    }
    body.append(piece);
  }
}

StreamEvent whole_event(std::string_view body, FinishReason finish) {
  StreamEvent whole;
  whole.kind = EventKind::kWhole;
  whole.finish = finish;
  whole.raw = body;
  return whole;
}

StreamEvent done_event(const Relay& relay) {
  StreamEvent done;
  done.kind = EventKind::kDone;
  done.usage = relay.tokens.usage();
  return done;
}

// The answer as the client needs it. Nobody reads its text when the dialects agree and
// the provider counted its tokens.
Result<ParsedResponse> parsed_answer(const Relay& relay, const std::string& body) {
  if (relay.same_dialect) {
    const auto skim = skim_openai_answer(body, body.capacity());
    if (!skim) return skim.error();
    if (skim->usage) {
      relay.tokens.report(*skim->usage);
      ParsedResponse answer;
      answer.events = {whole_event(body, skim->finish), done_event(relay)};
      return answer;
    }
  }
  Result<ParsedResponse> parsed = openai_chat_codec().parse_response(body);
  if (!parsed) return parsed;
  for (const StreamEvent& event : parsed->events) relay.tokens.add_text(event.text);
  if (parsed->has_usage) relay.tokens.report(parsed->whole.usage);
  if (relay.same_dialect) parsed->events = {parsed->whole};
  std::erase_if(parsed->events, [](const StreamEvent& e) { return e.kind == EventKind::kDone; });
  parsed->events.push_back(done_event(relay));
  return parsed;
}

Async<Result<Usage>> relay_whole(Relay relay) {
  const Result<std::string> body = co_await read_whole_body(relay);
  if (!body) co_return body.error();
  if (body->empty()) {
    co_return protocol_error(relay.upstream, "answered with an empty body", "upstream_empty");
  }
  const Result<ParsedResponse> parsed = parsed_answer(relay, *body);
  if (!parsed) co_return parsed.error();
  for (const StreamEvent& event : parsed->events) {
    const WriteResult written = co_await relay.sink.write(event);
    if (written == WriteResult::kClientGone) co_return client_gone();
  }
  co_return relay.tokens.usage();
}

// --- streams ----------------------------------------------------------------

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
               std::string(upstream) + " ended its stream without [DONE]", "upstream_truncated");
}

Error line_too_long(std::string_view upstream) {
  return protocol_error(upstream, "sent an event above the limit", "upstream_event_too_large");
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

// What to do with the frames of one read.
enum class Next : std::uint8_t { kReadOn, kDone };

class StreamForwarder {
 public:
  explicit StreamForwarder(const Relay& relay) : relay_(relay), run_(relay.sink) {}

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
      run_.add(frame.raw, skim->finish);
      // A frame that came in two reads is a copy, which lives until the next call.
      const bool copied =
          frame.raw.data() < all.data() || frame.raw.data() >= all.data() + all.size();
      if (copied) {
        const WriteResult written = co_await run_.flush();
        if (written == WriteResult::kClientGone) co_return client_gone();
      }
    }
    if (run_.empty()) co_return Next::kReadOn;
    const WriteResult written = co_await run_.flush();
    if (written == WriteResult::kClientGone) co_return client_gone();
    co_return Next::kReadOn;
  }

 private:
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

  const Relay& relay_;
  SseReader frames_;
  FrameRun run_;
};

// The same for a client of another dialect: every frame is understood.
class StreamTranslator {
 public:
  explicit StreamTranslator(const Relay& relay)
      : relay_(relay), parser_(openai_chat_codec().stream_parser(StreamDepth::kFull)) {}

  Async<Result<Next>> take(std::string_view bytes) {
    SseFrame frame;
    for (;;) {
      const SseReader::Status status = frames_.next(&bytes, &frame);
      if (status == SseReader::Status::kTooLong) co_return line_too_long(relay_.upstream);
      if (status == SseReader::Status::kNeedMore) co_return Next::kReadOn;
      if (!frame.is_event) continue;
      events_.clear();
      const auto parsed = parser_->parse_event(frame.event, frame.data, frame.raw, &events_);
      if (!parsed) co_return parsed.error();
      relay_.tokens.add_frame({});
      for (StreamEvent& event : events_) {
        relay_.tokens.add_text(event.text);
        if (event.kind == EventKind::kUsage) relay_.tokens.report(event.usage);
        if (event.kind == EventKind::kDone) event.usage = relay_.tokens.usage();
        if (const auto written = co_await relay_.sink.write(event);
            written == WriteResult::kClientGone)
          co_return client_gone();
        if (event.kind != EventKind::kDone) continue;
        if (!bytes.empty()) relay_.call.abort();
        co_return Next::kDone;
      }
    }
  }

 private:
  const Relay& relay_;
  const std::unique_ptr<StreamParser> parser_;
  SseReader frames_;
  std::vector<StreamEvent> events_;
};

// Whether nothing was computed, and so nothing is billed: the provider said no, or
// the connection was dead before it could see the request.
bool is_refusal(const Error& error) {
  if (error.upstream != nullptr && error.upstream->status >= 400) return true;
  return error.detail == "upstream_stale" || error.detail == "upstream_auth" ||
         error.detail == "upstream_redirect";
}

template <class Stream>
Async<Result<Usage>> relay_stream(Relay relay) {
  Stream stream(relay);
  std::size_t received = 0;
  for (;;) {
    auto bytes = relay.call.ready_body();
    if (!bytes) bytes = co_await relay.call.read_body();
    if (!*bytes) co_return bytes->error();
    const std::string_view piece = **bytes;
    if (piece.empty()) co_return cut_short(relay.upstream);
    received += piece.size();
    if (received > relay.max_response_bytes) {
      co_return protocol_error(relay.upstream, "sent an answer above the limit",
                               "upstream_answer_too_large");
    }
    const Result<Next> next = co_await stream.take(piece);
    if (!next) co_return next.error();
    if (*next == Next::kDone) co_return relay.tokens.usage();
  }
}

// --- the answer -------------------------------------------------------------

// A JSON body where a stream was asked for is an error in disguise, or no answer to this
// request.
Async<Result<Usage>> read_wrong_type(Relay relay) {
  const bool json = is_media_type(relay.call.head().fields.value("content-type"), kJson);
  if (json && relay.request.stream) {
    const Result<std::string> body = co_await read_whole_body(relay);
    if (!body) co_return body.error();
    const auto parsed = openai_chat_codec().parse_response(*body);
    if (!parsed) co_return parsed.error();
  }
  co_return protocol_error(relay.upstream, "answered with another content type",
                           "upstream_content_type");
}

Async<Result<Usage>> encoded_body(Relay relay) {
  co_return protocol_error(relay.upstream, "sent an encoded body that nobody asked for",
                           "upstream_content_encoding");
}

Async<Result<Usage>> relay_answer(const Relay& relay) {
  const ResponseHead& head = relay.call.head();
  if (head.status != 200) return read_refusal(relay);
  if (is_encoded(head.fields)) return encoded_body(relay);
  const std::string_view wanted = relay.request.stream ? kEventStream : kJson;
  if (!is_media_type(head.fields.value("content-type"), wanted)) return read_wrong_type(relay);
  if (!relay.request.stream) return relay_whole(relay);
  if (relay.same_dialect) return relay_stream<StreamForwarder>(relay);
  return relay_stream<StreamTranslator>(relay);
}

}  // namespace

Result<std::unique_ptr<OpenAiCompatible>> OpenAiCompatible::create(
    OpenAiCompatibleConfig config, std::shared_ptr<const TlsContext> tls,
    const std::vector<IoThread*>& threads) {
  auto upstream = Upstream::create(std::move(config.target), config.api_key, std::move(tls));
  if (!upstream) return upstream.error();
  return std::unique_ptr<OpenAiCompatible>(
      new OpenAiCompatible(config, std::move(*upstream), threads));
}

OpenAiCompatible::OpenAiCompatible(const OpenAiCompatibleConfig& config,
                                   std::shared_ptr<Upstream> upstream,
                                   const std::vector<IoThread*>& threads)
    : backend_class_(config.backend_class),
      capabilities_(config.capabilities),
      ask_for_usage_(config.ask_for_usage),
      max_response_bytes_(config.max_response_bytes),
      upstream_(std::move(upstream)),
      pools_(threads, upstream_) {}

OpenAiCompatible::~OpenAiCompatible() = default;

Async<Result<Usage>> OpenAiCompatible::run(Attempt attempt, EventSink& sink, Deadline deadline,
                                           Usage* partial) {
  if (!attempt.permit || !attempt.body) {
    co_return Error(ErrorCode::kInternal, "an attempt at a remote backend without a permit");
  }
  const Result<std::string> body = outbound_body(attempt, ask_for_usage_);
  if (!body) co_return body.error();
  std::shared_ptr<Pool> pool = pools_.find(co_await net::this_coro::executor);
  if (pool == nullptr) co_return Error(ErrorCode::kInternal, "not on one of the I/O threads");

  const ChatRequest& request = attempt.request;
  TokenEstimate tokens(request);
  auto call = std::make_unique<UpstreamCall>(std::move(pool));
  const UpstreamRequest outbound{kPath, request.stream ? kEventStream : kJson, *body, attempt.id,
                                 request.stream};
  Result<Usage> result = Usage();
  {
    const CancelScope scope(sink.cancel(), [call = call.get()] { call->abort(); });
    const auto sent = co_await call->send(std::move(*attempt.permit), outbound, deadline);
    if (attempt.egress_bytes != nullptr) *attempt.egress_bytes += call->egress_bytes();
    if (sent) {
      result = co_await relay_answer(
          {*call, sink, request, tokens, name(), request.dialect == Dialect::kOpenAiChat,
           ask_for_usage_ && !request.include_usage, max_response_bytes_});
    } else {
      result = sent.error();
    }
  }
  if (result) {
    UpstreamCall::finish_later(std::move(call));
  } else if (call->sent() && !is_refusal(result.error())) {
    *partial = tokens.usage();
  }
  co_return result;
}

}  // namespace weir
