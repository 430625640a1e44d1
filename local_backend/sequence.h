// A request that was given a slot: what it is fed, and how its logits become an answer.
//
// Its pages may be taken away; it then reads its own tokens again, prompt and answer,
// and goes on as if nothing had happened. What it read stays for others of its salt as long
// as there is room. Belongs to the engine's thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "local_backend/draft_model.h"
#include "local_backend/engine_observer.h"
#include "local_backend/guess_record.h"
#include "local_backend/inbox.h"
#include "local_backend/kv_cache/prefix_cache.h"
#include "local_backend/logit_meter.h"
#include "local_backend/model/block.h"
#include "local_backend/prompt_lookup.h"
#include "local_backend/text_assembler.h"

namespace weir {

class Sequence {
 public:
  static constexpr std::size_t kMostFollowing = 64;  // tokens that a mask adds at once

  // `state` holds room for the prompt and one more token at least. `guesses` of all outlives it.
  Sequence(std::unique_ptr<EngineRequest> request, std::unique_ptr<CachedSequence> state,
           const Tokenizer& tokenizer, GuessRecord* guesses, SteadyTime now);

  const EngineRequest& request() const { return *request_; }
  const Tenant& tenant() const { return request_->tenant; }
  Generation& generation() { return *request_->generation; }
  // What the engine knows as it begins; its own work is filled in.
  void foretell(const Rates& rates, RequestWork company);
  // Of the prompt.
  std::size_t unread() const { return request_->prompt_tokens - prompt_counted_; }
  // Notes whether the reader keeps up, once a turn: full() until the next one.
  void watch_reader(SteadyTime now, std::chrono::nanoseconds patience);
  bool full() const { return full_; }
  // Since it has its slot it was full for `patience` longer than not, of late.
  bool is_not_read(std::chrono::nanoseconds patience) const {
    return full_ && reader_lag_ >= patience;
  }
  // When that will be so if it stays full.
  SteadyTime patience_ends(std::chrono::nanoseconds patience) const {
    return watched_at_ + (patience - reader_lag_);
  }
  bool abandoned(SteadyTime now) const;  // cancelled, or out of time
  bool over() const { return over_; }
  bool answering() const { return produced_ > 0; }
  // Reads its prompt, or again what it has said. An answer may wait with what must follow it.
  bool reading() const {
    const std::size_t most = answering() ? kMostFollowing + 1 : 1;
    return waiting().size() > most;
  }

  // Positions of prompt and answer so far, and at the end at most.
  std::size_t tokens() const { return tokens_.size(); }
  std::size_t most_tokens() const;

  // Prompt and answer so far, and how many of them, from the first on, need not be computed
  // if others have: all but the last one and those of which something is to be told.
  std::span<const TokenId> known() const { return tokens_; }
  std::size_t reusable() const;

  bool paused() const { return state_ == nullptr; }
  void pause();
  void resume(std::unique_ptr<CachedSequence> state);
  // Paused, it may have lost its slot to another; resume() gives it one again.
  bool has_slot() const { return has_slot_; }
  void leave_slot();
  // With the pages it has it did not come further yet than it had been, and by a part of what it
  // had to read again. Such a one is not made to leave for another tenant, or two could send each
  // other away for ever, and who has much to read again would hardly come further.
  bool settling_in() const { return state_ != nullptr && state_->length() <= settled_at_; }
  CachedSequence& state() { return *state_; }  // not while paused

  // Uses what others have read meanwhile. Not while paused.
  void catch_up();
  // Will read the next page of tokens after `other` did, if that one goes on.
  bool may_follow(const Sequence& other) const;

  // Tokens that were not fed yet, never none; with one of them it answers, with more
  // it reads. Not while paused.
  std::span<const TokenId> waiting() const;
  TokenWants wants(std::size_t position) const;  // of one of them
  // How many of them a step may take at most.
  std::size_t longest_share() const;
  // What a forward call answered to the wish for one token, before count_fed().
  void take_score(float logprob);
  void count_fed(std::size_t tokens, std::chrono::nanoseconds spent);

  // Looks for what the answer may say behind the token that waits, at most `most` tokens, and
  // how likely it is that the first, the first two, ... of them come true. What is found is
  // compared with what is chosen, whether it is computed or not. Forgets what was drafted.
  std::vector<double> find_guess(std::size_t most);
  // The same of a draft model; for each token.
  double draft_chance() const { return guesses_.chance(GuessSource::kDraft); }
  // What that has read of this answer; nullptr if it has no room for it.
  DraftReader* draft_reader(DraftModel& model);
  DraftWish draft_wish(std::size_t tokens, std::size_t most_read) const;
  void set_drafted(std::vector<TokenId> guess);
  bool drafted() const { return !drafted_.empty(); }
  // The first tokens of what was drafted, or else found, `most` at most: for all of them there
  // is room.
  std::span<const TokenId> guess(std::size_t most);

  // The logits behind the last token fed; uses them up. `measured` is nullopt if
  // they are not numbers, which ends the request. May throw what a mask throws.
  void take_logits(std::span<float> logits, std::optional<Measured> measured, SteadyTime now);
  Error no_token_error() const;

  // Says what the mask knows to come next; how many tokens.
  std::size_t follow_mask(SteadyTime now);

  void end(Error error);
  // Leaves its pages, once it is over.
  void retire();
  EngineDeparture departure(SteadyTime now) const;
  std::chrono::nanoseconds time_in_slot(SteadyTime now) const { return now - admitted_at_; }

 private:
  void note_reused();
  void note_loaded();
  std::optional<TokenId> choose(std::span<float> logits, const Measured& measured);
  std::optional<TokenId> choose_masked(std::span<float> logits, std::optional<TokenId> likeliest);
  void emit(TokenPiece piece, SteadyTime now);
  void tell_prompt_signals();
  void judge_guess(TokenId chosen);
  Ending add_text(TokenPiece* piece);

  const std::unique_ptr<EngineRequest> request_;
  const Tokenizer& tokenizer_;
  std::unique_ptr<CachedSequence> state_;
  std::vector<TokenId> tokens_;  // the prompt, then the answer
  std::size_t prompt_counted_ = 0;
  std::size_t prompt_reused_ = 0;  // of those counted
  std::size_t disk_tokens_ = 0;    // of these
  double score_sum_ = 0;           // of the prompt's tokens but the first
  std::int64_t produced_ = 0;
  bool over_ = false;
  bool has_slot_ = true;
  bool full_ = false;  // when it was watched
  SteadyTime watched_at_;
  std::chrono::nanoseconds reader_lag_{};
  std::size_t reached_ = 0;     // positions, before it got the pages it has
  std::size_t settled_at_ = 0;  // see settling_in()
  std::optional<ErrorCode> error_;
  Rates rates_;  // as it began
  RequestWork work_;
  const SteadyTime admitted_at_;
  SteadyTime first_token_at_;
  Sampler sampler_;
  TextAssembler text_;
  PromptLookup lookup_;
  GuessRecord guesses_;
  std::vector<TokenId> found_;  // what the answer may say next
  std::size_t alike_ = 0;       // tokens before it
  std::vector<TokenId> drafted_;
  std::unique_ptr<DraftReader> draft_reader_;
  bool draft_refused_ = false;
};

}  // namespace weir
