#include "local_backend/scheduler.h"

#include <algorithm>
#include <exception>

namespace weir {
namespace {

std::size_t thread_count(const EngineConfig& config) {
  if (config.threads != 0) return config.threads;
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

Engine::Scheduler::Scheduler(Engine& engine)
    : engine_(engine),
      inbox_(*engine.inbox_),
      pool_(thread_count(engine.config_)),
      kv_(engine.model_->state_layout(), engine.kv_pages_),
      prefill_budget_(std::min<std::size_t>(16, engine.config_.prefill_tokens_per_step)) {}

void Engine::Scheduler::run() {
  while (!inbox_.stopping()) {
    drop_cancelled();
    admit();
    build_step();
    if (batch_.size() != 0) run_step();
    if (!remove_ended() && batch_.size() == 0) inbox_.wait();
  }
  end_all();
}

void Engine::Scheduler::drop_cancelled() {
  const Error cancelled{ErrorCode::kCancelled, "the request was cancelled"};
  for (const auto& request : inbox_.take_cancelled()) request->generation->fail(cancelled);
  for (const auto& sequence : running_) {
    if (sequence->request->generation->cancelled()) end(*sequence, cancelled);
  }
  remove_ended();
}

void Engine::Scheduler::admit() {
  while (running_.size() < engine_.config_.max_sequences) {
    std::unique_ptr<SequenceState> state;
    auto request = inbox_.pop_if([&](const EngineRequest& oldest) {
      state =
          kv_.admit(oldest.prompt.size() + static_cast<std::size_t>(*oldest.sampling.max_tokens));
      return state != nullptr;
    });
    if (!request) break;
    Sampler sampler(request->sampling, request->seed);
    TextAssembler text(*engine_.tokenizer_, request->sampling.stop, request->prompt.back());
    std::vector<TokenId> input = std::move(request->prompt);
    running_.push_back(std::make_unique<Sequence>(Sequence{.request = std::move(request),
                                                           .state = std::move(state),
                                                           .input = std::move(input),
                                                           .sampler = std::move(sampler),
                                                           .text = std::move(text)}));
  }
  engine_.running_ = running_.size();
  engine_.reserved_pages_ = kv_.reserved_pages();
}

// Every answer that runs gets its one token; the prompts share what is left of
// the step, beginning with another one each time.
void Engine::Scheduler::build_step() {
  batch_.clear();
  shares_.clear();
  std::vector<Sequence*> prompts;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = *running_[(first_ + i) % running_.size()];
    if (sequence.request->generation->full()) continue;
    if (sequence.waiting() > 1) {
      prompts.push_back(&sequence);
    } else {
      add_to_step(sequence, 1);
    }
  }
  std::size_t budget = prefill_budget_;
  for (std::size_t i = 0; i < prompts.size() && budget > 0; ++i) {
    const std::size_t fair = std::max<std::size_t>(budget / (prompts.size() - i), 1);
    const std::size_t tokens = std::min(prompts[i]->waiting(), fair);
    add_to_step(*prompts[i], tokens);
    budget -= tokens;
  }
  ++first_;
}

void Engine::Scheduler::add_to_step(Sequence& sequence, std::size_t tokens) {
  const std::size_t start = sequence.state->length();
  try {
    sequence.state->prepare(start + tokens);
  } catch (const std::bad_alloc&) {
    return end(sequence, {ErrorCode::kOverloaded, "no memory is left for this sequence"});
  }
  const bool last = tokens == sequence.waiting();
  for (std::size_t i = 0; i < tokens; ++i) {
    batch_.add(sequence.input[sequence.fed + i], start + i, sequence.state.get(),
               {.logits = last && i + 1 == tokens});
  }
  shares_.push_back({&sequence, tokens, last});
}

void Engine::Scheduler::run_step() {
  const auto begin = std::chrono::steady_clock::now();
  if (!forward()) return;
  account(std::chrono::steady_clock::now() - begin);
  std::size_t row = 0;
  const std::size_t vocabulary = engine_.model_->spec().vocabulary;
  for (const Share& share : shares_) {
    Sequence& sequence = *share.sequence;
    sequence.state->advance_to(sequence.state->length() + share.tokens);
    sequence.fed += share.tokens;
    if (!sequence.prompt_done) sequence.request->generation->count_prompt(share.tokens);
    if (!share.logits) continue;
    sequence.prompt_done = true;
    take_logits(sequence, std::span(output_.logits).subspan(row * vocabulary, vocabulary));
    ++row;
  }
}

// False if nothing came of it: nobody waits any more, or it failed.
bool Engine::Scheduler::forward() {
  const auto nobody_waits = [this] {
    return inbox_.stopping() || std::all_of(shares_.begin(), shares_.end(), [](const Share& s) {
             return s.sequence->request->generation->cancelled();
           });
  };
  try {
    return engine_.model_->forward(batch_, {kernels::best_kernels(), pool_, work_}, nobody_waits,
                                   &output_);
  } catch (const std::exception&) {
    for (const Share& share : shares_) {
      end(*share.sequence, {ErrorCode::kInternal, "the engine failed to compute a step"});
    }
    return false;
  }
}

void Engine::Scheduler::account(std::chrono::nanoseconds spent) {
  const auto tokens = static_cast<std::int64_t>(batch_.size());
  for (const Share& share : shares_) {
    share.sequence->request->generation->count_busy(
        spent.count() * static_cast<std::int64_t>(share.tokens) / tokens);
  }
  const auto per_token = std::max<std::int64_t>(spent.count() / tokens, 1);
  const auto affordable = std::chrono::nanoseconds(engine_.config_.step_target).count() / per_token;
  // At most twice the last share: one quick step proves little.
  prefill_budget_ = std::clamp<std::size_t>(
      static_cast<std::size_t>(affordable), 1,
      std::min(engine_.config_.prefill_tokens_per_step, 2 * prefill_budget_));
}

void Engine::Scheduler::take_logits(Sequence& sequence, std::span<float> logits) {
  auto measured = measure(logits);
  if (!measured) {
    return end(sequence, {ErrorCode::kInternal, "the model produced a value that is not finite",
                          "engine_not_finite"});
  }
  TokenMask* mask = sequence.request->mask.get();
  if (mask != nullptr) {
    mask->restrict_next(logits);
    if (!measure(logits)) {
      return end(sequence, {ErrorCode::kInternal, "the mask leaves no token", "engine_mask"});
    }
  }
  const TokenId token = sequence.sampler.choose(logits);
  if (mask != nullptr) mask->accept(token);
  const double logit = double{logits[static_cast<std::size_t>(token)]};
  measured->signals.logprob = static_cast<float>(logit - measured->log_total);
  emit(sequence, token, measured->signals);
}

void Engine::Scheduler::emit(Sequence& sequence, TokenId token, const TokenSignals& signals) {
  Generation& generation = *sequence.request->generation;
  generation.count_output();
  ++sequence.produced;
  sequence.input.assign(1, token);
  sequence.fed = 0;
  FinishReason reason = FinishReason::kNone;
  TokenPiece piece{{}, signals};
  if (engine_.tokenizer_->vocabulary().ends_answer(token)) {
    reason = FinishReason::kStop;
  } else {
    auto shown = sequence.text.push(token);
    piece.text = std::move(shown.text);
    if (shown.stopped) reason = FinishReason::kStopSequence;
  }
  if (reason == FinishReason::kNone &&
      sequence.produced == *sequence.request->sampling.max_tokens) {
    reason = FinishReason::kLength;
  }
  const bool whole = reason == FinishReason::kStop || reason == FinishReason::kLength;
  if (whole) piece.text += sequence.text.finish();
  generation.push(std::move(piece));
  if (reason == FinishReason::kNone) return;
  sequence.over = true;
  generation.finish(reason);
}

void Engine::Scheduler::end(Sequence& sequence, Error error) {
  if (sequence.over) return;
  sequence.over = true;
  sequence.request->generation->fail(std::move(error));
}

bool Engine::Scheduler::remove_ended() {
  return std::erase_if(running_, [](const auto& sequence) { return sequence->over; }) != 0;
}

void Engine::Scheduler::end_all() {
  const Error stopping{ErrorCode::kUnavailable, "the engine is shutting down"};
  for (const auto& sequence : running_) end(*sequence, stopping);
  for (const auto& request : inbox_.take_all()) request->generation->fail(stopping);
  running_.clear();
}

}  // namespace weir
