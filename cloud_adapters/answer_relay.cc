#include "cloud_adapters/answer_relay.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cloud_adapters/wire/openai_chat.h"
#include "core/http1.h"

namespace weir {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kMostRefusalBytes = std::size_t{64} * 1024;

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

Async<Result<Usage>> read_refusal(AnswerRelay relay) {
  const ResponseHead& head = relay.call.head();  // until the body has ended
  UpstreamRefusal refusal;
  refusal.status = head.status;
  if (refusal.status < 400) {
    co_return refusal.status >= 300
        ? upstream_protocol_error(relay.upstream,
                                  "answered with a redirect, which is never followed",
                                  "upstream_redirect")
        : upstream_protocol_error(relay.upstream, "answered without an answer", "upstream_empty");
  }
  refusal.retry_after = head.fields.value("retry-after");
  refusal.retry_after_ms = head.fields.value("retry-after-ms");
  refusal.should_retry = head.fields.value("x-should-retry");
  refusal.content_type = head.fields.value("content-type");
  const bool readable = is_media_type(refusal.content_type, kJson) && !is_encoded(head.fields);
  const int status = refusal.status;
  refusal.body = co_await read_refusal_body(relay.call);
  if (status == 401 || status == 403) {
    co_return refused_key(relay.upstream);
  }
  if (!readable || refusal.body.empty()) refusal.body = refusal.content_type = {};
  Error error = relay.codec.parse_error(std::move(refusal));
  if (status == 429) error.code = ErrorCode::kRateLimited;
  co_return error;
}

// --- one piece --------------------------------------------------------------

Async<Result<std::string>> read_whole_body(AnswerRelay relay) {
  std::string body;
  for (;;) {
    auto bytes = relay.call.ready_body();
    if (!bytes) bytes = co_await relay.call.read_body();
    if (!*bytes) co_return bytes->error();
    const std::string_view piece = **bytes;
    if (piece.empty()) co_return body;
    if (body.size() + piece.size() > relay.max_response_bytes) {
      co_return upstream_protocol_error(relay.upstream, "sent an answer above the limit",
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

StreamEvent done_event(const AnswerRelay& relay) {
  StreamEvent done;
  done.kind = EventKind::kDone;
  done.usage = relay.tokens.usage();
  return done;
}

// The answer as the client needs it. Nobody reads its text when the dialects agree and
// the provider counted its tokens.
Result<ParsedResponse> parsed_answer(const AnswerRelay& relay, const std::string& body) {
  if (relay.same_dialect() && relay.codec.dialect() == Dialect::kOpenAiChat) {
    const auto skim = skim_openai_answer(body, body.capacity());
    if (!skim) return skim.error();
    if (skim->usage) {
      relay.tokens.report(*skim->usage);
      ParsedResponse answer;
      answer.events = {whole_event(body, skim->finish), done_event(relay)};
      return answer;
    }
  }
  Result<ParsedResponse> parsed = relay.codec.parse_response(body);
  if (!parsed) return parsed;
  for (const StreamEvent& event : parsed->events) relay.tokens.add_text(event.text);
  if (parsed->has_usage) relay.tokens.report(parsed->whole.usage);
  if (parsed->absurd_usage) relay.tokens.note_unseen();
  if (relay.same_dialect()) parsed->events = {parsed->whole};
  if (!parsed->events.empty()) parsed->events.front().lost = relay.lost;
  std::erase_if(parsed->events, [](const StreamEvent& e) { return e.kind == EventKind::kDone; });
  parsed->events.push_back(done_event(relay));
  return parsed;
}

Async<Result<Usage>> relay_whole(AnswerRelay relay) {
  const Result<std::string> body = co_await read_whole_body(relay);
  if (!body) co_return body.error();
  if (body->empty()) {
    co_return upstream_protocol_error(relay.upstream, "answered with an empty body",
                                      "upstream_empty");
  }
  const Result<ParsedResponse> parsed = parsed_answer(relay, *body);
  if (!parsed) co_return parsed.error();
  relay.tokens.note_whole();
  for (const StreamEvent& event : parsed->events) {
    const WriteResult written = co_await relay.sink.write(event);
    if (written == WriteResult::kClientGone) co_return client_gone();
  }
  co_return relay.tokens.usage();
}

// --- the answer -------------------------------------------------------------

// A JSON body where a stream was asked for is an error in disguise, or no answer to this
// request.
Async<Result<Usage>> read_wrong_type(AnswerRelay relay) {
  const bool json = is_media_type(relay.call.head().fields.value("content-type"), kJson);
  if (json && relay.request.stream) {
    const Result<std::string> body = co_await read_whole_body(relay);
    if (!body) co_return body.error();
    const auto parsed = relay.codec.parse_response(*body);
    if (!parsed) co_return parsed.error();
  }
  co_return upstream_protocol_error(relay.upstream, "answered with another content type",
                                    "upstream_content_type");
}

Async<Result<Usage>> encoded_body(AnswerRelay relay) {
  co_return upstream_protocol_error(relay.upstream, "sent an encoded body that nobody asked for",
                                    "upstream_content_encoding");
}

}  // namespace

Error refused_key(std::string_view upstream) {
  return Error(ErrorCode::kUpstreamStatus,
               std::string(upstream) + " refused the key that weir has for it", "upstream_auth");
}

Error client_gone() { return Error(ErrorCode::kCancelled, "the client has gone"); }

Error upstream_protocol_error(std::string_view upstream, std::string_view what, std::string word) {
  return Error(ErrorCode::kUpstreamProtocol, std::string(upstream) + " " + std::string(what),
               std::move(word));
}

Async<Result<Usage>> relay_answer(const AnswerRelay& relay) {
  const ResponseHead& head = relay.call.head();
  if (head.status != 200) return read_refusal(relay);
  if (is_encoded(head.fields)) return encoded_body(relay);
  const std::string_view wanted = relay.request.stream ? relay.codec.stream_content_type() : kJson;
  if (!is_media_type(head.fields.value("content-type"), wanted)) return read_wrong_type(relay);
  if (!relay.request.stream) return relay_whole(relay);
  return relay_stream(relay);
}

}  // namespace weir
