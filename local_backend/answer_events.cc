#include "local_backend/answer_events.h"

#include <utility>

namespace weir {

Async<WriteResult> AnswerEvents::text(TokenPiece piece) {
  if (const auto written = co_await start(); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  if (name_.logprobs) keep(piece);
  StreamEvent event;
  event.kind = EventKind::kTextDelta;
  event.text = piece.text;
  event.signals = piece.signals;
  if (!piece.text.empty()) event.logprobs = reports();
  co_return co_await sink_.write(event);
}

Async<WriteResult> AnswerEvents::end(FinishReason reason, Usage usage) {
  if (const auto written = co_await start(); written != WriteResult::kOk)
    co_return WriteResult::kClientGone;
  if (reason != FinishReason::kStopSequence && !kept_.empty()) {
    StreamEvent rest;
    rest.kind = EventKind::kTextDelta;
    rest.logprobs = reports();
    if (const auto written = co_await sink_.write(rest); written != WriteResult::kOk)
      co_return WriteResult::kClientGone;
  }
  StreamEvent finish;
  finish.kind = EventKind::kFinish;
  finish.finish = reason;
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

AnswerEvents::Likely AnswerEvents::likely(TokenLogprob token) const {
  Likely likely{{}, token.logprob};
  tokenizer_.decode(token.token, &likely.bytes);
  return likely;
}

void AnswerEvents::keep(const TokenPiece& piece) {
  if (tokenizer_.vocabulary().ends_answer(piece.token)) return;
  Said& said = kept_.emplace_back();
  said.token = likely({piece.token, piece.signals.logprob});
  for (const TokenLogprob& token : piece.top) said.top.push_back(likely(token));
}

std::span<const TokenReport> AnswerEvents::reports() {
  told_ = std::exchange(kept_, {});
  reports_.clear();
  tops_.clear();
  tops_.reserve(told_.size());
  for (const Said& said : told_) {
    std::vector<TokenProbability>& top = tops_.emplace_back();
    for (const Likely& token : said.top) top.push_back({token.bytes, token.logprob});
    reports_.push_back({{said.token.bytes, said.token.logprob}, top});
  }
  return reports_;
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
  co_return co_await sink_.write(event);
}

}  // namespace weir
