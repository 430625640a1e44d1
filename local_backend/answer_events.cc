#include "local_backend/answer_events.h"

#include <algorithm>
#include <utility>

#include "local_backend/tool_calls/call_ids.h"

namespace weir {

AnswerEvents::AnswerEvents(EventSink& sink, const Tokenizer& tokenizer, AnswerName name,
                           AnswerReading reading)
    : sink_(sink),
      tokenizer_(tokenizer),
      name_(std::move(name)),
      reading_(std::move(reading)),
      parser_(reading_.format, reading_.tools, reading_.begins_thinking),
      reports_(tokenizer) {
  parser_.push(reading_.begun, &parts_);
}

Async<WriteResult> AnswerEvents::text(TokenPiece piece) {
  if (const auto written = co_await start(); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  read(piece);
  co_return co_await write_parts(piece.signals);
}

void AnswerEvents::read(const TokenPiece& piece) {
  const Vocabulary& vocabulary = tokenizer_.vocabulary();
  const bool thought = parser_.thinking();
  const std::size_t taken_out = parser_.taken_out();
  if (name_.logprobs && !thought) reports_.keep(piece);
  parser_.push(piece.text, &parts_);
  if (vocabulary.is_control(piece.token) && !vocabulary.ends_answer(piece.token)) {
    parser_.push_control(vocabulary.text(piece.token), &parts_);
  }
  if (thought || parser_.thinking()) ++reasoning_tokens_;
  if (thought != parser_.thinking()) reports_.drop();
  drop_reports_of_marks(taken_out);
}

// What was kept belongs to a mark, or to a call, unless some of it was text before.
void AnswerEvents::drop_reports_of_marks(std::size_t taken_out_before) {
  if (parser_.taken_out() == taken_out_before) return;
  const bool said = std::any_of(parts_.begin(), parts_.end(), [](const AnswerPart& part) {
    return part.kind == AnswerPart::Kind::kText && !part.text.empty();
  });
  if (!said) reports_.drop();
}

// The last event has the signals; one without text has them if there is no other.
Async<WriteResult> AnswerEvents::write_parts(TokenSignals signals) {
  const bool carried = !parts_.empty() && parts_.back().kind != AnswerPart::Kind::kCall;
  if (signals.valid && !carried) parts_.emplace_back();
  const std::vector<AnswerPart> parts = std::exchange(parts_, {});
  for (const AnswerPart& part : parts) {
    if (part.kind == AnswerPart::Kind::kCall) {
      reports_.drop();
      if (complete()) continue;
      const auto written = co_await write_call(part.call);
      if (written != WriteResult::kOk) co_return WriteResult::kClientGone;
      continue;
    }
    StreamEvent event;
    event.kind = EventKind::kTextDelta;
    if (part.kind == AnswerPart::Kind::kReasoning) event.kind = EventKind::kReasoningDelta;
    event.text = part.text;
    event.broken_call = part.kind == AnswerPart::Kind::kBrokenCall;
    if (part.kind == AnswerPart::Kind::kText && !part.text.empty())
      event.logprobs = reports_.take();
    if (&part == &parts.back()) event.signals = signals;
    const auto written = co_await sink_.write(event);
    if (written != WriteResult::kOk) co_return WriteResult::kClientGone;
  }
  co_return WriteResult::kOk;
}

Async<WriteResult> AnswerEvents::write_call(const ToolCall& call) {
  const IdForm form = reading_.format.calls->ids;
  const std::string id = client_call_id(form, call, name_.id, calls_);
  StreamEvent begin;
  begin.kind = EventKind::kToolCallStart;
  begin.block_index = static_cast<std::int32_t>(calls_);
  begin.id = id;
  begin.name = call.name;
  if (const auto written = co_await sink_.write(begin); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  StreamEvent arguments;
  arguments.kind = EventKind::kToolCallDelta;
  arguments.block_index = static_cast<std::int32_t>(calls_);
  arguments.text = call.arguments;
  ++calls_;
  co_return co_await sink_.write(arguments);
}

Async<WriteResult> AnswerEvents::end(Ending ending, Usage usage) {
  if (const auto written = co_await start(); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  if (ending.reason == FinishReason::kStopSequence) reports_.drop();
  const std::size_t taken_out = parser_.taken_out();
  parser_.finish(&parts_);
  drop_reports_of_marks(taken_out);
  if (const auto written = co_await write_parts({}); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  const bool plain = parser_.taken_out() == 0;  // else what is left are blanks, not shown
  if (plain && !reports_.empty()) {
    StreamEvent rest;
    rest.kind = EventKind::kTextDelta;
    rest.logprobs = reports_.take();
    if (const auto written = co_await sink_.write(rest); written != WriteResult::kOk)
      co_return WriteResult::kClientGone;
  }
  StreamEvent finish;
  finish.kind = EventKind::kFinish;
  const bool calls = calls_ > 0 && ending.reason == FinishReason::kStop;
  finish.finish = calls ? FinishReason::kToolCalls : ending.reason;
  finish.text = ending.stop_sequence;
  if (const auto written = co_await sink_.write(finish); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  StreamEvent used;
  used.kind = EventKind::kUsage;
  used.usage = usage;
  if (const auto written = co_await sink_.write(used); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  StreamEvent done;
  done.kind = EventKind::kDone;
  co_return co_await sink_.write(done);
}

Async<WriteResult> AnswerEvents::start() {
  if (started_) co_return WriteResult::kOk;
  started_ = true;
  StreamEvent event;
  event.kind = EventKind::kStart;
  event.id = name_.id;
  event.model = name_.model;
  event.fingerprint = name_.fingerprint;
  event.prompt_logprob = prompt_logprob_;
  event.normalised = name_.normalised;
  event.lost = name_.lost;
  event.usage = prompt_usage_;
  co_return co_await sink_.write(event);
}

}  // namespace weir
