#include "router/delegation.h"

#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "policies/privacy/restorer.h"
#include "router/answer_faults.h"
#include "router/answer_watch.h"
#include "router/delegation_texts.h"
#include "router/local_help.h"
#include "router/serve.h"
#include "router/text_sink.h"

namespace weir {
namespace {

// Raw prompts have no message that anything could be put behind.
const ServedBackend* helper_for(const ServeInput& input) {
  const ChatRequest& request = input.request;
  if (request.raw_prompt) return nullptr;
  return local_helper(input.snapshot, [&](const Capabilities& can) {
    return first_unsupported(can, request).empty();
  });
}

QuestionTerms question_terms(const ServeInput& input) {
  const Config& config = input.snapshot.config;
  const bool judged = config.routing.hold_tokens > 0;
  return {.config = config.delegation,
          .declines = config.local.declines,
          .weights = config.confidence,
          .least_confidence = judged ? 1 - threshold_of(input.ruling.team(), config.routing) : -1};
}

bool wants_plain_text(const ChatRequest& request) {
  return request.tools.empty() && request.response_format.kind == ResponseFormatKind::kText;
}

void begin_attempt(const ServeInput& input, const RouteLabel& label, const LedgerRow& row) {
  input.sink.begin_attempt(label);
  input.sink.note_redactions(row.redacted);
}

// Whole, as if the backend had said it in one piece.
Async<void> tell(EventSink& sink, std::string_view text, const Usage& usage) {
  StreamEvent event;
  event.kind = EventKind::kStart;
  co_await sink.write(event);
  event.kind = EventKind::kTextDelta;
  event.text = text;
  co_await sink.write(event);
  event = {};
  event.kind = EventKind::kFinish;
  event.finish = FinishReason::kStop;
  co_await sink.write(event);
  event = {};
  event.kind = EventKind::kUsage;
  event.usage = usage;
  co_await sink.write(event);
  event = {};
  event.kind = EventKind::kDone;
  co_await sink.write(event);
}

}  // namespace

Delegation::Delegation(const ServedBackend& helper, const privacy::Redaction& redaction,
                       std::string text, ChatRequest question, privacy::Rewrite rewrite)
    : helper_(helper),
      redaction_(redaction),
      text_(std::move(text)),
      question_(std::move(question)),
      rewrite_(std::move(rewrite)) {}

Async<Result<std::unique_ptr<Delegation>>> Delegation::begin(const ServeInput& input,
                                                             const privacy::Redaction& redaction,
                                                             LedgerRow& row) {
  const ServedBackend* helper = helper_for(input);
  if (helper == nullptr) co_return not_delegated("no local model can answer it.");
  std::int64_t busy_us = 0;
  const AskLocal ask = [&](const ChatRequest& asking, EventSink& sink) -> Async<Result<void>> {
    Usage used;
    const Result<Usage> result = co_await ask_helper(input, *helper, asking, sink, row, &used);
    busy_us += used.local_busy_us;
    if (!result) co_return result.error();
    co_return Result<void>();
  };
  const QuestionTerms terms = question_terms(input);
  const Result<std::string> text =
      co_await make_question(input.request, redaction, terms, input.sink.cancel(), ask);
  row.local_busy_us += busy_us;
  if (input.sink.cancel().raised()) co_return Error{ErrorCode::kCancelled, "the client has gone"};
  if (!text) row.wasted_local_us += busy_us;
  if (!text) co_return text.error();
  privacy::Rewrite rewrite(delegated_body(input.request, *text), redaction,
                           static_cast<std::size_t>(terms.config.copied_words));
  if (rewrite.leaks_into(rewrite.body())) {
    row.wasted_local_us += busy_us;
    co_return not_delegated("the question has too much of it.");
  }
  Result<ChatRequest> asked = codec_of(Dialect::kOpenAiChat).parse_request(rewrite.body());
  if (!asked) co_return asked.error();
  co_return std::unique_ptr<Delegation>(
      new Delegation(*helper, redaction, *text, std::move(*asked), std::move(rewrite)));
}

Async<Result<Usage>> Delegation::run(const ServeInput& input, Backend& backend, Attempt attempt,
                                     RouteLabel label, Deadline deadline, LedgerRow& row) const {
  TextSink heard(input.sink.cancel());
  Usage used;
  const Result<Usage> result = co_await backend.run(std::move(attempt), heard, deadline, &used);
  row.usage = result ? *result : used;
  if (!result) co_return result;
  if (is_blank(heard.text())) {
    co_return Error{ErrorCode::kUpstreamProtocol, std::string(backend.name()) + " said nothing",
                    "empty_answer"};
  }
  row.reason = label.reason = Reason::kDelegated;
  const std::string advice = privacy::restore(redaction_.aliases(), heard.text());
  Result<Usage> merged = co_await merge(input, advice, label, row);
  const bool plain = wants_plain_text(input.request);
  if (merged || input.sink.started() || input.sink.cancel().raised() || !plain) co_return merged;
  begin_attempt(input, label, row);
  co_await tell(input.sink, advice, row.usage);
  co_return row.usage;
}

// The local answer is watched: what is of no use gives way to what the backend said.
Async<Result<Usage>> Delegation::merge(const ServeInput& input, std::string_view advice,
                                       const RouteLabel& label, LedgerRow& row) const {
  const Result<ChatRequest> merging = merging_request(input.request, text_, advice);
  if (!merging) co_return merging.error();
  const RoutingConfig& routing = input.snapshot.config.routing;
  const QuestionTerms judged = question_terms(input);
  WatchTerms terms;
  terms.judged = wants_plain_text(input.request);
  terms.least_confidence = judged.least_confidence;
  terms.weights = judged.weights;
  terms.declines = judged.declines;
  terms.may_escalate = true;
  terms.hold_tokens = routing.hold_tokens;
  terms.hold_time = std::chrono::milliseconds(routing.hold_ms);
  begin_attempt(input, label, row);
  AnswerWatch watch(input.sink, *merging, input.services.clock, terms, label);
  BorrowedVoice voice(watch, row.usage);
  Usage used;
  Result<Usage> result = co_await ask_helper(input, helper_, *merging, voice, row, &used);
  row.local_busy_us += used.local_busy_us;
  input.attempts.back().fault = watch.fault();
  if (watch.rejected() || !result) row.wasted_local_us += used.local_busy_us;
  if (watch.rejected()) {
    co_return Error{ErrorCode::kUnavailable, "the local model could not use what it was told",
                    "not_merged"};
  }
  if (!result) co_return result.error();
  co_return row.usage;
}

}  // namespace weir
