#include "router/client_sink.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/wire/knob_names.h"
#include "metrics/ledger_row.h"
#include "router/error_response.h"
#include "router/token_count.h"

namespace weir {
namespace {

constexpr std::size_t kUsualHeaderBytes = 320;
constexpr std::chrono::seconds kSilenceBeforeComments{10};

// What can stand in a header: names of fields are the client's own words.
std::string printable(std::string_view text) {
  constexpr std::size_t kMostBytes = 1'024;
  std::string line(text.substr(0, kMostBytes));
  std::replace_if(line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

WeirNote note_of(const RouteLabel& label) {
  return {label.route, to_string(label.reason), label.model, label.cost, label.saved};
}

// Of a stream of events: it keeps connections awake.
bool is_comment(const StreamEvent& event) {
  return event.kind == EventKind::kOther && event.name.empty() && event.raw.starts_with(':');
}

}  // namespace

HeaderLines answer_headers(std::string_view request_id, const RouteLabel& label) {
  HeaderLines lines;
  lines.reserve(kUsualHeaderBytes);
  lines.add("x-request-id", request_id);
  lines.add("x-weir-route", label.route);
  lines.add("x-weir-reason", to_string(label.reason));
  if (!label.backend.empty()) lines.add("x-weir-backend", label.backend);
  if (!label.model.empty()) lines.add("x-weir-model", label.model);
  if (label.cost) lines.add(kCostHeader, to_usd_string(*label.cost));
  if (label.saved) lines.add("x-weir-saved-usd", to_usd_string(*label.saved));
  return lines;
}

ClientSink::ClientSink(Exchange& exchange, const ChatRequest& request, const Codec& codec,
                       std::string_view request_id)
    : exchange_(exchange),
      request_(request),
      codec_(codec),
      request_id_(request_id),
      began_(exchange.io_thread().clock.now()) {}

void ClientSink::begin_attempt(const RouteLabel& label) {
  draft_ = {};
  draft_.label = label;
  begin_stream();
}

void ClientSink::begin_stream() {
  if (!request_.stream) return;
  exchange_.start_stream({200, headers(draft_.label), codec_.stream_content_type()});
}

HeaderLines ClientSink::headers(const RouteLabel& label) const {
  HeaderLines lines = answer_headers(request_id_, label);
  if (codec_.dialect() == Dialect::kAnthropic) lines.add("request-id", request_id_);
  lines.add(always_);
  if (const std::string lost = losses(); !lost.empty()) lines.add("x-weir-lossy", lost);
  if (!draft_.redacted.empty()) lines.add("x-weir-redacted", draft_.redacted);
  if (!draft_.normalised.empty()) lines.add("x-weir-normalised", draft_.normalised);
  if (!draft_.prefix.empty()) lines.add("x-weir-cache", draft_.prefix);
  if (draft_.fault != AnswerFault::kNone) lines.add("x-weir-fault", to_string(draft_.fault));
  return lines;
}

// What the request lost on its way to the model, and what of the answer is lost by now.
std::string ClientSink::losses() const {
  std::string lost = draft_.lost;
  if (draft_.writer == nullptr || draft_.writer->lost().empty()) return lost;
  if (!lost.empty()) lost += ", ";
  return lost + printable(draft_.writer->lost().text());
}

Async<WriteResult> ClientSink::release(const RouteLabel& label) {
  draft_.held = false;
  draft_.label = label;
  begin_stream();
  if (!draft_.held_visible) co_return WriteResult::kOk;
  draft_.first_output = exchange_.io_thread().clock.now();
  if (!request_.stream || draft_.pending.empty()) co_return WriteResult::kOk;
  const std::string bytes = std::exchange(draft_.pending, {});
  co_return co_await exchange_.write_some(bytes);
}

std::unique_ptr<ClientSink::Draft> ClientSink::set_aside() {
  return std::make_unique<Draft>(std::exchange(draft_, {}));
}

void ClientSink::bring_back(std::unique_ptr<Draft> draft, const RouteLabel& label) {
  draft_ = std::move(*draft);
  draft_.held = false;
  draft_.label = label;
  draft_.first_output = exchange_.io_thread().clock.now();
  begin_stream();
}

void ClientSink::note_redactions(std::string redactions) {
  draft_.redacted = std::move(redactions);
  begin_stream();
}

AnswerWriter& ClientSink::writer() {
  if (draft_.writer == nullptr) {
    AnswerOptions options;
    options.id = request_id_.substr(request_id_.find('_') + 1);
    options.request = &request_;
    options.model = draft_.label.model;
    options.created_unix = parse_request_id(request_id_).value_or(RequestId{}).unix_ms() / 1000;
    options.include_usage = request_.include_usage;
    if (request_.dialect == Dialect::kAnthropic) {
      options.expected_prompt_tokens = estimated_tokens(request_);
    }
    options.clock = &exchange_.io_thread().clock;
    options.began = began_;
    draft_.writer = request_.stream ? codec_.stream_writer(options) : codec_.body_writer(options);
  }
  return *draft_.writer;
}

bool ClientSink::forwards(const StreamEvent& event) const {
  return (!event.raw.empty() || event.raw_continues) && event.raw_dialect == request_.dialect;
}

void ClientSink::note_progress(const StreamEvent& event) {
  if (event.kind == EventKind::kDone) draft_.complete = true;
  if (event.finish != FinishReason::kNone && event.choice_index == 0) draft_.finish = event.finish;
  if (!shows_output(event)) return;
  draft_.held_visible = draft_.held_visible || draft_.held;
  draft_.shows_reasoning |= event.kind == EventKind::kReasoningDelta;
  if (!draft_.held && !draft_.first_output) draft_.first_output = exchange_.io_thread().clock.now();
}

// The headers that a local answer adds.
void ClientSink::note_start(const StreamEvent& event) {
  draft_.normalised = event.normalised;
  const std::int64_t prompt = event.usage.prompt_tokens();
  if (prompt > 0 && draft_.label.route == to_string(Route::kLocal)) {
    draft_.prefix =
        "prefix=" + std::to_string(event.usage.cache_read_tokens) + '/' + std::to_string(prompt);
    const std::int64_t loaded = event.usage.cache_disk_tokens;
    if (loaded > 0) draft_.prefix += "; disk=" + std::to_string(loaded);
  }
  draft_.lost = printable(knob_names(request_.dialect, event.lost));
  if (!draft_.normalised.empty() || !draft_.prefix.empty() || !draft_.lost.empty()) {
    begin_stream();
  }
}

Async<WriteResult> ClientSink::write(const StreamEvent& event) {
  if (cancel().raised()) co_return WriteResult::kClientGone;
  if (is_comment(event)) co_return co_await keep_awake(event);
  note_progress(event);
  if (event.kind == EventKind::kStart || event.kind == EventKind::kWhole) note_start(event);
  if (forwards(event)) co_return co_await forward(event);
  co_return co_await encode(event);
}

// A comment says nothing yet, so another backend may still take over: it waits for a while, in
// which no client gives up.
Async<WriteResult> ClientSink::keep_awake(const StreamEvent& event) {
  if (!forwards(event)) co_return WriteResult::kOk;
  draft_.pending.append(event.raw);
  const bool early = exchange_.io_thread().clock.now() - began_ < kSilenceBeforeComments;
  if (draft_.held || !request_.stream || (!started() && early)) co_return WriteResult::kOk;
  const std::string bytes = std::exchange(draft_.pending, {});
  co_return co_await exchange_.write_some(bytes);
}

Async<WriteResult> ClientSink::forward(const StreamEvent& event) {
  draft_.forwarded = true;
  const bool unwanted = event.kind == EventKind::kUsage && !request_.include_usage;
  const bool waits = !draft_.pending.empty();
  if (unwanted || (event.raw.empty() && !waits)) co_return WriteResult::kOk;
  const bool stays = draft_.held || !request_.stream || event.kind == EventKind::kDone ||
                     (!started() && !shows_output(event));
  if (!stays && !waits) co_return co_await exchange_.write_some(event.raw);
  draft_.pending.append(event.raw);
  if (stays) co_return WriteResult::kOk;
  const std::string bytes = std::exchange(draft_.pending, {});
  co_return co_await exchange_.write_some(bytes);
}

Async<WriteResult> ClientSink::encode(const StreamEvent& event) {
  if (event.kind == EventKind::kDone) co_return WriteResult::kOk;  // written by finish()
  const bool keep_alive = event.kind == EventKind::kOther && event.name.empty();
  if (keep_alive) co_return WriteResult::kOk;
  if (const Result<void> written = writer().write(event, &draft_.pending); !written) {
    draft_.unsaid = written.error();
    co_return WriteResult::kOk;
  }
  if (draft_.held || !request_.stream || draft_.pending.empty() ||
      !(started() || shows_output(event))) {
    co_return WriteResult::kOk;
  }
  const std::string bytes = std::exchange(draft_.pending, {});
  co_return co_await exchange_.write_some(bytes);
}

Result<void> ClientSink::close(const RouteLabel& label) {
  if (draft_.unsaid) return *draft_.unsaid;
  if (draft_.forwarded) return {};
  StreamEvent done;
  done.kind = EventKind::kDone;
  writer().annotate(note_of(label));
  Result<void> written = writer().write(done, &draft_.pending);
  if (written && request_.stream) writer().write_terminator(&draft_.pending);
  return written;
}

Async<WriteResult> ClientSink::finish(const RouteLabel& label) {
  if (request_.stream) co_return co_await exchange_.finish(draft_.pending);
  Response response;
  response.headers = headers(label);
  response.body = std::move(draft_.pending);
  co_return co_await exchange_.send(std::move(response));
}

Async<WriteResult> ClientSink::fail(const Error& error, const RouteLabel& label) {
  if (cancel().raised()) co_return WriteResult::kClientGone;
  if (started()) {
    std::string bytes;
    writer().write_stream_error(in_words_of(error, codec_.dialect()), request_id_, &bytes);
    co_return co_await exchange_.finish(bytes);
  }
  ErrorAnswer answer = error_answer(error, codec_, request_id_);
  Response response;
  response.status = answer.status;
  response.headers = answer_headers(request_id_, label);
  if (codec_.dialect() == Dialect::kAnthropic) response.headers.add("request-id", request_id_);
  response.headers.add(always_);
  if (!answer.should_retry.empty()) response.headers.add("x-should-retry", answer.should_retry);
  if (!answer.retry_after.empty()) response.headers.add("retry-after", answer.retry_after);
  if (!answer.retry_after_ms.empty()) {
    response.headers.add("retry-after-ms", answer.retry_after_ms);
  }
  response.content_type = answer.content_type;
  response.body = std::move(answer.body);
  co_return co_await exchange_.send(std::move(response));
}

}  // namespace weir
