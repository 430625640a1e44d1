#include "local_backend/scheduler.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "local_backend/state_identity.h"
#include "local_backend/steady_now.h"

namespace weir {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kFirstPrefillTokens = 16;

// Why a request is no longer worked on.
Error abandonment(const Generation& generation) {
  if (generation.cancelled()) return {ErrorCode::kCancelled, "the request was cancelled"};
  return {ErrorCode::kDeadline, "the local model did not finish in time", "engine_deadline"};
}

Error short_of_memory() {
  return {ErrorCode::kOverloaded, "no memory is left for this sequence", "engine_memory"};
}

}  // namespace

std::unique_ptr<DraftModel> Engine::Scheduler::draft_of(const Engine& engine) {
  if (engine.config_.draft == nullptr) return nullptr;
  const Tokenizer& tokenizer = *engine.tokenizer_;
  return std::make_unique<DraftModel>(
      engine.config_.draft, engine.kv_pages_, tokenizer.vocabulary().size(),
      [&tokenizer](TokenId id) { return tokenizer.vocabulary().is_control(id); });
}

Engine::Scheduler::Scheduler(Engine& engine)
    : engine_(engine),
      inbox_(*engine.inbox_),
      kernels_(kernels::best_kernels()),
      pool_(kernels::WorkerPool::threads_for(engine.config_.threads)),
      kv_(engine.model_->state_layout(), engine.kv_pages_),
      cache_(kv_, engine.model_->state_layout(),
             [&](TokenId id) { return engine.tokenizer_->vocabulary().is_control(id); }),
      guesser_(engine.model_->state_layout().recurrent_slots.empty() ? engine.config_.speculate
                                                                     : Speculation::kNever,
               draft_of(engine)),
      prefill_budgets_{std::min(kFirstPrefillTokens, engine.config_.prefill_tokens_per_step),
                       std::min(kFirstPrefillTokens, engine.config_.prefill_tokens_per_step)} {
  if (engine.config_.archive != nullptr && engine.config_.prefix_cache) open_archive();
}

void Engine::Scheduler::open_archive() {
  const StateLayout& layout = engine_.model_->state_layout();
  PrefixArchive::Options options;
  options.archive = engine_.config_.archive;
  options.page_bytes = KvPool::page_bytes(layout);
  options.state_floats = layout.recurrent_floats();
  options.model = [this](const std::function<bool()>& stop) {
    std::string weights = engine_.config_.archive->digest(engine_.model_->file().pieces(), stop);
    if (weights.empty()) return weights;
    return state_identity(engine_.model_->state_layout(), kernels_.name) +
           engine_.config_.archive_key + weights;
  };
  options.news = [inbox = engine_.inbox_] { inbox->poke(); };
  cache_.open_archive(std::move(options));
}

void Engine::Scheduler::run() {
  while (!inbox_.stopping()) {
    bool busy = true;
    try {
      busy = turn();
    } catch (const std::exception& failure) {
      const Error error = told(failure);
      for (const auto& sequence : running_) sequence->end(error);
    }
    if (!remove_ended() && !busy) inbox_.wait_until(next_deadline());
    publish_load();
  }
  end_all({ErrorCode::kUnavailable, "the engine is shutting down"});
  if (cache_.archive() != nullptr)
    cache_.archive()->finish(steady_now() + engine_.config_.archive_flush);
}

// What goes wrong there costs nobody an answer.
void Engine::Scheduler::tend_archive() {
  if (cache_.archive() == nullptr) return;
  try {
    cache_.archive()->turn(with_pages() + 1);
  } catch (const std::exception&) {
    return;
  }
}

bool Engine::Scheduler::turn() {
  drop_abandoned();
  tend_archive();
  admit();
  make_room();
  publish_load();
  build_step();
  if (batch_.size() == 0) return false;
  run_step();
  return true;
}

void Engine::Scheduler::drop_abandoned() {
  const SteadyTime time = steady_now();
  for (const auto& request : inbox_.take_stale(time)) {
    refuse(*request, abandonment(*request->generation));
  }
  for (const auto& sequence : running_) {
    if (sequence->abandoned(time)) sequence->end(abandonment(sequence->generation()));
  }
  remove_ended();
}

void Engine::Scheduler::refuse(EngineRequest& request, Error error) {
  if (engine_.config_.observer) {
    EngineDeparture departure;
    departure.error = error.code;
    departure.queue_wait = steady_now() - request.queued_at;
    engine_.config_.observer->on_departure(departure);
  }
  request.generation->fail(std::move(error));
}

// Every answer that runs gets its one token, and what must follow it; the prompts share what is
// left of the step. Where there are none, it may hold guesses. What several tenants want is
// shared by step_shares.h.
void Engine::Scheduler::build_step() {
  batch_.clear();
  shares_.clear();
  answering_ = false;
  drafting_ = {};
  std::vector<Sequence*> prompts;
  std::vector<Sequence*> answers;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = *running_[(first_ + i) % running_.size()];
    if (sequence.paused() || sequence.generation().full()) continue;
    if (sequence.reading()) sequence.catch_up();
    if (sequence.reading()) {
      if (!is_being_read(sequence)) prompts.push_back(&sequence);
    } else {
      answering_ = answering_ || sequence.answering();
      answers.push_back(&sequence);
    }
  }
  contended_ = of_several_tenants(answers, prompts);
  if (contended_) {
    share_between_tenants(answers, prompts);
  } else {
    savings_ = {};
    share_answers(answers, prompts.empty());
    share_prompts(prompts, newcomers_patience(answers, prompts));
  }
  ++first_;
}

void Engine::Scheduler::share_answers(std::span<Sequence* const> answers, bool alone) {
  const bool guesses = alone && guesser_.on(answers.size());
  std::vector<std::size_t> guessed(answers.size());
  if (guesses) {
    guessed = guesser_.plan(answers, kernels_, pool_, [&] { return all_abandoned(answers); });
    drafting_ = guesser_.drafting();
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    add_to_step(*answers[i], answers[i]->longest_share(), guessed[i]);
  }
}

// By one that came before: what it has read, this one need not.
bool Engine::Scheduler::is_being_read(const Sequence& sequence) const {
  for (const auto& other : running_) {
    if (other.get() == &sequence) return false;
    if (other->paused() || other->generation().full()) continue;
    if (sequence.may_follow(*other)) return true;
  }
  return false;
}

// Beginning with another one each time, so that one token a step serves all in turn.
void Engine::Scheduler::share_prompts(std::span<Sequence* const> prompts, std::size_t most) {
  std::size_t budget = std::min(prefill_budget(), most);
  for (std::size_t i = 0; i < prompts.size() && budget > 0; ++i) {
    const std::size_t fair = std::max<std::size_t>(budget / (prompts.size() - i), 1);
    const std::size_t tokens = std::min(prompts[i]->longest_share(), fair);
    add_to_step(*prompts[i], tokens);
    budget -= tokens;
  }
}

void Engine::Scheduler::add_to_step(Sequence& sequence, std::size_t tokens,
                                    std::size_t most_guessed) {
  SequenceState& state = sequence.state();
  const std::size_t start = state.length();
  const std::span<const TokenId> guess = sequence.guess(most_guessed);
  try {
    state.prepare(start + tokens + guess.size());
  } catch (const std::bad_alloc&) {
    return sequence.end(short_of_memory());
  }
  const std::span<const TokenId> waiting = sequence.waiting();
  shares_.push_back({&sequence, batch_.size(), tokens + guess.size(), guess.size(),
                     sequence.drafted(), tokens == waiting.size()});
  for (std::size_t i = 0; i < tokens; ++i) {
    batch_.add(waiting[i], start + i, &state, sequence.wants(start + i));
  }
  for (std::size_t i = 0; i < guess.size(); ++i) {
    batch_.add(guess[i], start + tokens + i, &state, {.logits = true});
  }
}

void Engine::Scheduler::run_step() {
  const SteadyTime begin = steady_now();
  const Forward result = forward();
  if (result == Forward::kDone) {
    const EngineStep step = deliver(steady_now() - begin);
    if (step.prompt_tokens + step.followed_tokens == 0)
      learn_of_guesses(steady_now() - begin, step.output_tokens);
  }
  if (result == Forward::kFailed) run_each_alone();
}

// A step failed, and who is to blame is not known: those who fail alone end, and the
// others lose nothing.
void Engine::Scheduler::run_each_alone() {
  const std::vector<Share> shares = std::move(shares_);
  std::size_t& budget = prefill_budget();
  budget = std::min(budget, kFirstPrefillTokens);
  for (const Share& share : shares) {
    batch_.clear();
    shares_.clear();
    add_to_step(*share.sequence, std::min(share.tokens - share.guessed, budget));
    if (batch_.size() == 0) continue;
    const SteadyTime begin = steady_now();
    const Forward result = forward();
    if (result == Forward::kDone) deliver(steady_now() - begin);
    if (result == Forward::kFailed) share.sequence->end(step_error_);
  }
}

Engine::Scheduler::Forward Engine::Scheduler::forward() {
  try {
    if (engine_.config_.before_forward) engine_.config_.before_forward(batch_);
    const bool done = engine_.model_->forward(
        batch_, {kernels_, pool_, work_}, [this] { return nobody_waits(); }, &out_);
    return done ? Forward::kDone : Forward::kAbandoned;
  } catch (const std::exception& failure) {
    step_error_ = told(failure);
    return Forward::kFailed;
  }
}

// What requests end with that this befell. The operator gets to know what it was.
Error Engine::Scheduler::told(const std::exception& failure) const {
  if (engine_.config_.observer) engine_.config_.observer->on_failure(failure.what());
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) return short_of_memory();
  return failed_step();
}

bool Engine::Scheduler::nobody_waits() const {
  const SteadyTime time = steady_now();
  return inbox_.stopping() || std::all_of(shares_.begin(), shares_.end(), [&](const Share& share) {
           return share.sequence->abandoned(time);
         });
}

bool Engine::Scheduler::all_abandoned(std::span<Sequence* const> answers) const {
  const SteadyTime time = steady_now();
  return inbox_.stopping() || std::all_of(answers.begin(), answers.end(),
                                          [&](Sequence* s) { return s->abandoned(time); });
}

EngineStep Engine::Scheduler::deliver(nanoseconds spent) {
  EngineStep step;
  step.spent = spent + drafting_;
  step.sequences = shares_.size();
  step.tokens = batch_.size();
  measured_ = meter_.measure(kernels_, pool_, out_.logits, engine_.model_->spec().vocabulary);
  hand_out_prompt_signals();
  std::size_t row = 0;
  for (const Share& share : shares_) row += deliver_share(share, row, &step);
  step.evicted_pages = cache_.evicted() - std::exchange(told_evicted_, cache_.evicted());
  if (step.guessed_tokens == 0 && step.followed_tokens == 0) {
    learn(spent, step.prompt_tokens);
    adapt(spent, step.prompt_tokens);
  }
  if (engine_.config_.observer) engine_.config_.observer->on_step(step);
  return step;
}

// `row` is its first one of the logits. Returns how many are its own.
std::size_t Engine::Scheduler::deliver_share(const Share& share, std::size_t row,
                                             EngineStep* step) {
  Sequence& sequence = *share.sequence;
  const auto part = static_cast<std::int64_t>(share.tokens);
  const nanoseconds own = step->spent * part / static_cast<std::int64_t>(batch_.size());
  const bool answering = sequence.answering() && !sequence.reading();
  if (sequence.answering()) ++step->answering;
  if (share.guessed > 0) {
    const std::size_t right = hand_out_guess(share, row);
    sequence.count_fed(1 + right, own);
    step->guessed_tokens += share.guessed;
    step->right_guesses += right;
    if (share.drafted) {
      step->drafted_tokens += share.guessed;
      step->right_drafts += right;
    }
    const std::size_t said = 1 + right + follow(sequence);
    fair_.charge(sequence.tenant().name, FairShare::kAnswerToken * static_cast<double>(said));
    step->output_tokens += said;
    return 1 + share.guessed;
  }
  if (answering) {
    step->followed_tokens += share.tokens - 1;
  } else {
    step->prompt_tokens += share.tokens;
  }
  sequence.count_fed(share.tokens, own);
  if (!share.logits) return 0;
  hand_out(sequence, row);
  const std::size_t said = 1 + follow(sequence);
  fair_.charge(sequence.tenant().name, FairShare::kAnswerToken * static_cast<double>(said));
  step->output_tokens += said;
  return 1;
}

void Engine::Scheduler::hand_out_prompt_signals() {
  const float* score = out_.scores.data();
  std::size_t token = 0;
  for (const Share& share : shares_) {
    for (std::size_t i = 0; i < share.tokens; ++i, ++token) {
      if (batch_.wants[token].scored != kNoToken) share.sequence->take_score(*score++);
    }
  }
}

void Engine::Scheduler::hand_out(Sequence& sequence, std::size_t row) {
  const std::size_t vocabulary = engine_.model_->spec().vocabulary;
  try {
    sequence.take_logits(std::span(out_.logits).subspan(row * vocabulary, vocabulary),
                         measured_[row], steady_now());
  } catch (const std::exception& failure) {
    sequence.end(told(failure));
  }
}

// What its mask knows to come next, without a forward call.
std::size_t Engine::Scheduler::follow(Sequence& sequence) const {
  try {
    return sequence.follow_mask(steady_now());
  } catch (const std::exception& failure) {
    sequence.end(told(failure));
    return 0;
  }
}

void Engine::Scheduler::learn(nanoseconds spent, std::size_t prompt_tokens) {
  StepWork work{prompt_tokens, batch_.size() - prompt_tokens};
  for (const std::size_t position : batch_.positions) {
    work.attended += static_cast<double>(position + 1);
  }
  engine_.rates_.observe(work, spent);
}

// Of a step of answers, what came with it included: choosing a token takes time too.
void Engine::Scheduler::learn_of_guesses(nanoseconds spent, std::size_t given) {
  AnswerStep step{shares_.size()};
  for (const Share& share : shares_) {
    step.attended += static_cast<double>(batch_.positions[share.first] + 1);
  }
  guesser_.observe(step, batch_.size(), given, spent);
  if (engine_.config_.speculate == Speculation::kNever) return;
  engine_.rates_.follow({0, step.answers, step.attended}, given, spent + drafting_);
}

// A guess counts as far as it is what was chosen. How many tokens of it are right.
std::size_t Engine::Scheduler::hand_out_guess(const Share& share, std::size_t row) {
  Sequence& sequence = *share.sequence;
  const std::size_t first = share.first + share.tokens - share.guessed;
  hand_out(sequence, row);
  std::size_t right = 0;
  while (right < share.guessed && !sequence.over() && !sequence.generation().full() &&
         sequence.known().back() == batch_.tokens[first + right]) {
    ++right;
    hand_out(sequence, row + right);
  }
  return right;
}

std::chrono::duration<double> Engine::Scheduler::step_target() const {
  const std::chrono::duration<double> target = engine_.config_.step_target;
  if (!answering_) return kPatience * target;
  if (undisturbed_.count() == 0) return target;
  return std::min(target,
                  engine_.config_.answer_slowdown * std::chrono::duration<double>(undisturbed_));
}

// The share of prompts in a step shrinks at once and grows at most twofold: one quick
// step proves little. Steps without prompts, with crumbs of them, or with less than there
// might be, prove nothing, nor do those that several tenants share.
void Engine::Scheduler::adapt(nanoseconds spent, std::size_t prompt_tokens) {
  const EngineConfig& config = engine_.config_;
  if (contended_) return;
  if (prompt_tokens == 0) {
    undisturbed_ = undisturbed_.count() == 0 ? spent : undisturbed_ + (spent - undisturbed_) / 8;
    return;
  }
  if (prompt_tokens < kFewestPrefillTokens) return;
  std::size_t& budget = prefill_budget();
  const double room =
      step_target() / std::max<std::chrono::duration<double>>(spent, std::chrono::microseconds(1));
  if (room > 1 && prompt_tokens < budget) return;
  const double wanted = static_cast<double>(prompt_tokens) * std::min(room, 2.0);
  const std::size_t most = config.prefill_tokens_per_step;
  budget = std::clamp(static_cast<std::size_t>(wanted), std::min(kFewestPrefillTokens, most), most);
}

bool Engine::Scheduler::remove_ended() {
  const SteadyTime time = steady_now();
  for (const auto& sequence : running_) {
    if (!sequence->over()) continue;
    sequence->retire();
    engine_.note_service_time(sequence->time_in_slot(time));
    const EngineDeparture departure = sequence->departure(time);
    guesser_.note_answer(departure.output_tokens);
    if (engine_.config_.observer) engine_.config_.observer->on_departure(departure);
  }
  return std::erase_if(running_, [](const auto& sequence) { return sequence->over(); }) != 0;
}

void Engine::Scheduler::end_all(const Error& error) {
  for (const auto& sequence : running_) sequence->end(error);
  remove_ended();
  for (const auto& request : inbox_.take_all()) refuse(*request, error);
}

void Engine::Scheduler::publish_load() {
  std::size_t used = 0;
  for (const auto& sequence : running_) {
    if (!sequence->paused()) used += sequence->state().length();
  }
  engine_.used_tokens_ = used;
  engine_.reserved_pages_ = kv_.reserved_pages();
  engine_.cached_pages_ = cache_.pages();
  engine_.evicted_pages_ = cache_.evicted();
  engine_.running_ = slots_taken();
}

SteadyTime Engine::Scheduler::next_deadline() const {
  SteadyTime next = SteadyTime::max();
  const milliseconds patience = engine_.config_.reader_patience;
  for (const auto& sequence : running_) {
    next = std::min(next, sequence->request().deadline);
    const bool may_leave = sequence->has_slot() && sequence->full();
    if (!may_leave || sequence->is_not_read(patience)) continue;
    next = std::min(next, sequence->patience_ends(patience));
  }
  if (cache_.archive() != nullptr) next = std::min(next, cache_.archive()->next_deadline());
  return next;
}

}  // namespace weir
