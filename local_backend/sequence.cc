#include "local_backend/sequence.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace weir {
namespace {

// See Sequence::settling_in(): tokens.
constexpr std::size_t kPartOfReread = 8;
constexpr std::size_t kMostSettling = 64;

// Whole words of a set at once: most are empty, or full.
void forbid_others(const TokenSet& allowed, std::span<float> logits) {
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  const std::span<const std::uint64_t> words = allowed.words();
  for (std::size_t begin = 0; begin < logits.size(); begin += 64) {
    const auto some = logits.subspan(begin, std::min<std::size_t>(64, logits.size() - begin));
    const std::uint64_t word = begin / 64 < words.size() ? words[begin / 64] : 0;
    if (word == 0) {
      std::fill(some.begin(), some.end(), kNever);
      continue;
    }
    for (std::uint64_t left = ~word; left != 0; left &= left - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(left));
      if (at < some.size()) some[at] = kNever;
    }
  }
}

}  // namespace

Sequence::Sequence(std::unique_ptr<EngineRequest> request, std::unique_ptr<CachedSequence> state,
                   const Tokenizer& tokenizer, GuessRecord* guesses, SteadyTime now)
    : request_(std::move(request)),
      tokenizer_(tokenizer),
      state_(std::move(state)),
      tokens_(std::move(request_->prompt)),
      watched_at_(now),
      admitted_at_(now),
      first_token_at_(now),
      sampler_(request_->sampling, request_->seed, tokens_),
      text_(tokenizer, request_->sampling.stop, tokens_.back()),
      guesses_(guesses) {
  request_->prompt_tokens = tokens_.size();
  settled_at_ = state_->length();
  note_reused();
  note_loaded();
}

void Sequence::foretell(const Rates& rates, RequestWork company) {
  rates_ = rates;
  work_ = company;
  work_.prompt_tokens = request_->prompt_tokens;
  work_.known_tokens = prompt_counted_;
}

bool Sequence::abandoned(SteadyTime now) const {
  return request_->generation->cancelled() || request_->expired(now);
}

// A reader that takes a token now and then is full nearly always, too.
void Sequence::watch_reader(SteadyTime now, std::chrono::nanoseconds patience) {
  const std::chrono::nanoseconds span = now - std::exchange(watched_at_, now);
  reader_lag_ = std::clamp<std::chrono::nanoseconds>(reader_lag_ + (full_ ? span : -span),
                                                     std::chrono::nanoseconds(0), patience);
  full_ = request_->generation->full();
}

std::size_t Sequence::most_tokens() const {
  return request_->prompt_tokens + static_cast<std::size_t>(*request_->sampling.max_tokens);
}

std::size_t Sequence::reusable() const {
  const std::size_t prompt = request_->prompt_tokens;
  if (prompt_counted_ == prompt) return tokens_.size() - 1;
  return std::max(prompt_counted_, prompt - 1 - std::min(request_->score_prompt, prompt - 1));
}

void Sequence::pause() {
  if (draft_reader_ != nullptr) draft_reader_->leave(tokens_);
  draft_reader_.reset();
  draft_refused_ = false;
  if (state_ == nullptr) return;
  reached_ = std::max(reached_, state_->length());
  state_->leave(tokens_);
  state_.reset();
}

void Sequence::resume(std::unique_ptr<CachedSequence> state) {
  state_ = std::move(state);
  if (!std::exchange(has_slot_, true)) reader_lag_ = {};
  reached_ = std::max(reached_, state_->length());
  const std::size_t again = reached_ - state_->length();
  settled_at_ = reached_ + std::min(again / kPartOfReread, kMostSettling);
  note_reused();
}

void Sequence::leave_slot() {
  pause();
  has_slot_ = false;
}

void Sequence::catch_up() {
  if (state_->catch_up(known().first(reusable())) > 0) note_reused();
}

bool Sequence::may_follow(const Sequence& other) const {
  return state_->reads_like(*other.state_, known().first(reusable()),
                            other.known().first(other.reusable()));
}

void Sequence::note_reused() {
  const std::size_t found = std::min(state_->length(), request_->prompt_tokens);
  if (found <= prompt_counted_) return;
  request_->generation->count_reused(found - prompt_counted_);
  prompt_reused_ += found - prompt_counted_;
  prompt_counted_ = found;
}

void Sequence::note_loaded() {
  if (request_->load == nullptr) return;
  disk_tokens_ = request_->load->loaded_of(prompt_reused_);
  request_->generation->count_from_disk(disk_tokens_);
  request_->load.reset();
}

// What led to numbers that are none is not to come back.
void Sequence::retire() {
  if (error_ == ErrorCode::kInternal && state_ != nullptr) state_->keep_from_disk();
  pause();
}

std::size_t Sequence::longest_share() const {
  const std::size_t stop = state_->next_checkpoint();
  const std::size_t length = state_->length();
  return stop > length ? std::min(waiting().size(), stop - length) : waiting().size();
}

std::span<const TokenId> Sequence::waiting() const {
  return std::span(tokens_).subspan(state_->length());
}

// What was said of the prompt is not asked for again when it is read again.
TokenWants Sequence::wants(std::size_t position) const {
  TokenWants wants;
  const std::size_t next = position + 1;
  wants.logits = next == tokens_.size();
  if (position < prompt_counted_) return wants;
  const bool is_last = next + request_->score_prompt >= request_->prompt_tokens;
  if (is_last && next < request_->prompt_tokens) wants.scored = tokens_[next];
  return wants;
}

void Sequence::take_score(float logprob) { score_sum_ += double{logprob}; }

void Sequence::tell_prompt_signals() {
  PromptSignals signals;
  const std::size_t scored = std::min(request_->score_prompt, request_->prompt_tokens - 1);
  if (scored > 0 && std::isfinite(score_sum_)) {
    signals.mean_logprob = static_cast<float>(score_sum_ / static_cast<double>(scored));
  }
  request_->generation->set_prompt_signals(signals);
}

void Sequence::count_fed(std::size_t tokens, std::chrono::nanoseconds spent) {
  state_->advance_to(state_->length() + tokens);
  state_->keep(tokens_);
  request_->generation->count_busy(spent.count());
  const std::size_t read = std::min(state_->length(), request_->prompt_tokens);
  if (read <= prompt_counted_) return;
  request_->generation->count_prompt(read - prompt_counted_);
  prompt_counted_ = read;
}

std::vector<double> Sequence::find_guess(std::size_t most) {
  found_.clear();
  drafted_.clear();
  const std::size_t left = most_tokens() - tokens_.size();
  if (!answering() || left < 2 || waiting().size() > 1) return {};
  const PromptLookup::Found found = lookup_.find(tokens_, std::min(most, left - 1));
  found_.assign(found.tokens.begin(), found.tokens.end());
  alike_ = found.alike;
  std::vector<double> chances;
  chances.reserve(found_.size());
  double chance = 1;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    chance *= guesses_.chance(source_of_alike(alike_ + i));
    chances.push_back(chance);
  }
  return chances;
}

DraftReader* Sequence::draft_reader(DraftModel& model) {
  if (draft_reader_ == nullptr && !draft_refused_) {
    draft_reader_ = model.reader(request_->cache_salt, tokens_, most_tokens(), sampler_);
    draft_refused_ = draft_reader_ == nullptr;
  }
  return draft_reader_.get();
}

DraftWish Sequence::draft_wish(std::size_t tokens, std::size_t most_read) const {
  return {draft_reader_.get(), tokens_, &sampler_, tokens, most_read};
}

void Sequence::set_drafted(std::vector<TokenId> guess) { drafted_ = std::move(guess); }

std::span<const TokenId> Sequence::guess(std::size_t most) {
  const std::vector<TokenId>& guess = drafted() ? drafted_ : found_;
  const std::size_t tokens = std::min(most, guess.size());
  if (tokens == 0 || !state_->reserve(tokens_.size() + tokens)) return {};
  return std::span(guess).first(tokens);
}

// Behind what came true stands a guess with more that is alike.
void Sequence::judge_guess(TokenId chosen) {
  const auto judge = [&](std::vector<TokenId>* guess, GuessSource source) {
    if (guess->empty()) return;
    const bool right = guess->front() == chosen;
    guesses_.note(source, right);
    guess->erase(guess->begin(), right ? guess->begin() + 1 : guess->end());
  };
  judge(&found_, source_of_alike(alike_++));
  judge(&drafted_, GuessSource::kDraft);
}

Error Sequence::no_token_error() const {
  if (request_->mask != nullptr && request_->mask->gave_up()) {
    return {ErrorCode::kUnsupportedParameter,
            "the local model cannot keep to this schema or grammar: it takes too much work",
            "unsupported_parameter"};
  }
  return {ErrorCode::kInternal, "the mask leaves no token", "engine_mask"};
}

void Sequence::take_logits(std::span<float> logits, std::optional<Measured> measured,
                           SteadyTime now) {
  if (!measured) {
    return end({ErrorCode::kInternal, "the model produced a value that is not finite",
                "engine_not_finite"});
  }
  const auto wanted = static_cast<std::size_t>(request_->sampling.top_logprobs);
  TokenPiece piece{{}, measured->signals, 0, top_tokens(logits, measured->log_total, wanted)};
  const std::optional<TokenId> chosen = choose(logits, *measured);
  if (!chosen) return end(no_token_error());
  piece.token = *chosen;
  sampler_.accept(piece.token);
  if (request_->mask != nullptr) request_->mask->accept(piece.token);
  const float left = logits[static_cast<std::size_t>(piece.token)];
  const double logit = double{sampler_.before_adjust(piece.token, left)};
  piece.signals.logprob = static_cast<float>(logit - measured->log_total);
  emit(std::move(piece), now);
}

std::optional<TokenId> Sequence::choose(std::span<float> logits, const Measured& measured) {
  std::optional<TokenId> likeliest = measured.likeliest;
  if (sampler_.adjust(logits)) likeliest.reset();
  if (request_->mask != nullptr) return choose_masked(logits, likeliest);
  return sampler_.choose(logits, likeliest);
}

// nullopt if the mask leaves nothing that can be chosen.
std::optional<TokenId> Sequence::choose_masked(std::span<float> logits,
                                               std::optional<TokenId> likeliest) {
  TokenMask& mask = *request_->mask;
  const bool may_stay = likeliest && mask.allows(*likeliest);
  if (may_stay && sampler_.greedy()) return likeliest;
  const AllowedTokens& allowed = mask.allowed();
  if (allowed.all) return sampler_.choose(logits, likeliest);
  if (!allowed.few.empty()) {
    const TokenId token = sampler_.choose_among(allowed.few, logits);
    const bool possible = std::isfinite(logits[static_cast<std::size_t>(token)]);
    return possible ? std::optional(token) : std::nullopt;
  }
  forbid_others(allowed.set, logits);
  if (!may_stay && !has_choice(logits)) return std::nullopt;
  return sampler_.choose(logits, may_stay ? likeliest : std::nullopt);
}

std::size_t Sequence::follow_mask(SteadyTime now) {
  if (over_ || request_->mask == nullptr || request_->logprobs || !answering()) return 0;
  const std::vector<TokenId> following = request_->mask->must_follow();
  std::size_t said = 0;
  for (; said < std::min(following.size(), kMostFollowing) && !over_; ++said) {
    TokenPiece piece;
    piece.token = following[said];
    sampler_.accept(piece.token);
    request_->mask->accept(piece.token);
    emit(std::move(piece), now);
  }
  return said;
}

void Sequence::emit(TokenPiece piece, SteadyTime now) {
  Generation& generation = *request_->generation;
  if (produced_++ == 0) {
    first_token_at_ = now;
    tell_prompt_signals();
  }
  generation.count_output();
  judge_guess(piece.token);
  tokens_.push_back(piece.token);
  Ending ending = add_text(&piece);
  generation.push(std::move(piece));
  if (ending.reason == FinishReason::kNone) return;
  over_ = true;
  generation.finish(std::move(ending));
}

Ending Sequence::add_text(TokenPiece* piece) {
  FinishReason reason = FinishReason::kNone;
  if (tokenizer_.vocabulary().ends_answer(piece->token)) {
    reason = FinishReason::kStop;
  } else {
    auto shown = text_.push(piece->token);
    piece->text = std::move(shown.text);
    if (shown.stop != nullptr) return {FinishReason::kStopSequence, *shown.stop};
    if (produced_ == *request_->sampling.max_tokens) reason = FinishReason::kLength;
  }
  if (reason != FinishReason::kNone) piece->text += text_.finish();
  return {reason, {}};
}

void Sequence::end(Error error) {
  if (over_) return;
  over_ = true;
  error_ = error.code;
  request_->generation->fail(std::move(error));
}

EngineDeparture Sequence::departure(SteadyTime now) const {
  EngineDeparture departure;
  departure.error = error_;
  departure.queue_wait = admitted_at_ - request_->queued_at;
  departure.prompt_tokens = prompt_counted_;
  departure.reused_tokens = prompt_reused_;
  departure.disk_tokens = disk_tokens_;
  departure.output_tokens = static_cast<std::size_t>(produced_);
  if (produced_ == 0) return departure;
  departure.reading = first_token_at_ - admitted_at_;
  departure.answering = now - first_token_at_;
  RequestWork work = work_;
  work.answer_tokens = departure.output_tokens;
  departure.foretold = rates_.forecast(work);
  return departure;
}

}  // namespace weir
