// A request that has a slot: what it is fed, and how its logits become an answer.
//
// Its pages may be taken away; it then reads its own tokens again, prompt and answer,
// and goes on as if nothing had happened. Belongs to the engine's thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "local_backend/engine_observer.h"
#include "local_backend/inbox.h"
#include "local_backend/kv_cache/sequence_state.h"
#include "local_backend/model/block.h"
#include "local_backend/text_assembler.h"

namespace weir {

class Sequence {
 public:
  // `state` holds room for the prompt and one more token at least.
  Sequence(std::unique_ptr<EngineRequest> request, std::unique_ptr<SequenceState> state,
           const Tokenizer& tokenizer, SteadyTime now);

  const EngineRequest& request() const { return *request_; }
  Generation& generation() { return *request_->generation; }
  bool abandoned(SteadyTime now) const;  // cancelled, or out of time
  bool over() const { return over_; }
  bool answering() const { return produced_ > 0; }

  // Positions of prompt and answer so far, and at the end at most.
  std::size_t tokens() const { return tokens_.size(); }
  std::size_t most_tokens() const;

  bool paused() const { return state_ == nullptr; }
  void pause() { state_.reset(); }
  void resume(std::unique_ptr<SequenceState> state) { state_ = std::move(state); }
  SequenceState& state() { return *state_; }  // not while paused

  // Tokens that were not fed yet, never none; with one of them it answers, with more
  // it reads. Not while paused.
  std::span<const TokenId> waiting() const;
  TokenWants wants(std::size_t position) const;  // of one of them
  // What a forward call answered to the wishes for one token, before count_fed().
  void take_score(float logprob);
  void take_hidden(std::span<const float> hidden);
  void count_fed(std::size_t tokens, std::chrono::nanoseconds spent);

  // The logits behind the last token fed; uses them up. `measured` is nullopt if
  // they are not numbers, which ends the request. May throw what a mask throws.
  void take_logits(std::span<float> logits, std::optional<Measured> measured, SteadyTime now);

  void end(Error error);
  EngineDeparture departure(SteadyTime now) const;
  std::chrono::nanoseconds time_in_slot(SteadyTime now) const { return now - admitted_at_; }

 private:
  bool restrict(std::span<float> logits);
  void emit(TokenPiece piece, SteadyTime now);
  void tell_prompt_signals();
  FinishReason add_text(TokenPiece* piece);

  const std::unique_ptr<EngineRequest> request_;
  const Tokenizer& tokenizer_;
  std::unique_ptr<SequenceState> state_;
  std::vector<TokenId> tokens_;  // the prompt, then the answer
  std::size_t prompt_counted_ = 0;
  double score_sum_ = 0;  // of the prompt's tokens but the first
  std::vector<float> hidden_;
  std::int64_t produced_ = 0;
  bool over_ = false;
  std::optional<ErrorCode> error_;
  const SteadyTime admitted_at_;
  SteadyTime first_token_at_;
  Sampler sampler_;
  TextAssembler text_;
};

}  // namespace weir
