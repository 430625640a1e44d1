#include "local_backend/engine.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "local_backend/draft_model.h"
#include "local_backend/scheduler.h"

namespace weir {
namespace {

std::size_t smaller_context(const Model& model, const EngineConfig& config, std::size_t kv_pages) {
  const std::size_t pages = kv_pages - KvPool::overhead_pages(model.state_layout());
  std::size_t tokens = std::min(model.spec().context_tokens, pages * kKvPageTokens);
  if (config.context_tokens != 0) tokens = std::min(tokens, config.context_tokens);
  return tokens;
}

std::size_t longest_token(const Vocabulary& vocabulary) {
  std::size_t longest = 1;
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    longest = std::max(longest, vocabulary.text(static_cast<TokenId>(i)).size());
  }
  return longest;
}

std::size_t prompt_bytes(const Prompt& prompt) {
  std::size_t bytes = 0;
  for (const PromptSegment& segment : prompt.segments) bytes += segment.text.size();
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(std::shared_ptr<const Model> model,
                                               std::shared_ptr<const Tokenizer> tokenizer,
                                               EngineConfig config) {
  if (model->spec().vocabulary != tokenizer->vocabulary().size()) {
    return Error{ErrorCode::kInvalidModel,
                 "the model and its tokenizer have different vocabularies", "model_vocabulary"};
  }
  if (!model->spec().generates) {
    return Error{ErrorCode::kInvalidModel, "the model makes embeddings and no text",
                 "model_not_generating"};
  }
  if (config.draft != nullptr) {
    if (auto problem = draft_problem(*model, *config.draft)) return *problem;
  }
  const std::size_t page_bytes = kv_page_bytes(*model, config.draft.get());
  const std::size_t pages = page_bytes == 0 ? 1 << 20 : config.kv_bytes / page_bytes;
  const std::size_t overhead = KvPool::overhead_pages(model->state_layout());
  if (pages <= overhead) {
    return Error{ErrorCode::kInvalidConfig, "kv_bytes has no room for a page of " +
                                                std::to_string((overhead + 1) * page_bytes) +
                                                " bytes"};
  }
  if (config.max_sequences == 0 || config.max_queued == 0 || config.prefill_tokens_per_step == 0 ||
      config.stream_pieces == 0) {
    return Error{ErrorCode::kInvalidConfig, "a limit of the engine is 0"};
  }
  return std::unique_ptr<Engine>(new Engine(std::move(model), std::move(tokenizer), config, pages));
}

Engine::Engine(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer,
               EngineConfig config, std::size_t kv_pages)
    : model_(std::move(model)),
      tokenizer_(std::move(tokenizer)),
      config_(config),
      context_tokens_(smaller_context(*model_, config, kv_pages)),
      longest_token_bytes_(longest_token(tokenizer_->vocabulary())),
      next_seed_(std::random_device()()),
      kv_pages_(kv_pages),
      inbox_(std::make_shared<Inbox>(config.max_queued)),
      scheduler_(std::make_unique<Scheduler>(*this)),
      thread_([this] { scheduler_->run(); }) {}

Engine::~Engine() {
  inbox_->stop();
  thread_.join();
}

std::optional<Error> Engine::too_long(std::size_t prompt_tokens) const {
  if (prompt_tokens < context_tokens_) return std::nullopt;
  return Error{ErrorCode::kContextTooLong,
               "the prompt has " + std::to_string(prompt_tokens) +
                   " tokens, the local model's context holds " + std::to_string(context_tokens_) +
                   " for prompt and answer",
               "context_length_exceeded", "messages"};
}

std::int64_t Engine::answer_limit(std::size_t prompt_tokens,
                                  std::optional<std::int64_t> asked) const {
  const std::size_t room = context_tokens_ - prompt_tokens;
  if (asked) return std::min(*asked, static_cast<std::int64_t>(room));
  std::size_t usual = std::max<std::size_t>(context_tokens_ / 2, 1);
  if (config_.default_max_tokens != 0) usual = std::min(usual, config_.default_max_tokens);
  return static_cast<std::int64_t>(std::min(usual, room));
}

std::optional<Error> Engine::unknown_bias(const SamplingParams& sampling) const {
  for (const SamplingParams::Bias& bias : sampling.bias) {
    const auto token = static_cast<std::size_t>(bias.token);
    if (bias.token >= 0 && token < tokenizer_->vocabulary().size()) continue;
    return Error{ErrorCode::kInvalidRequest,
                 "logit_bias names token " + std::to_string(bias.token) +
                     ", which the local model does not have",
                 "invalid_value", "logit_bias"};
  }
  return std::nullopt;
}

Error Engine::refusal() {
  if (inbox_->stopping()) {
    return {ErrorCode::kUnavailable, "the engine is shutting down", "engine_stopping"};
  }
  if (config_.observer) config_.observer->on_reject();
  Error error{ErrorCode::kRateLimited, "the local engine's queue is full", "engine_queue_full"};
  error.retry_after_s = seconds_until_room();
  return error;
}

// Each slot serves its part of those who wait, one after the other.
std::int64_t Engine::seconds_until_room() const {
  constexpr std::int64_t kLongest = 60;  // clients take no longer advice
  const double turns =
      static_cast<double>(inbox_->size()) / static_cast<double>(config_.max_sequences);
  const double seconds = turns * static_cast<double>(service_ns_.load()) * 1e-9;
  return std::clamp(static_cast<std::int64_t>(std::ceil(std::min(seconds, 1e6))), std::int64_t{1},
                    kLongest);
}

void Engine::note_service_time(std::chrono::nanoseconds spent) {
  constexpr std::int64_t kMemory = 8;  // requests
  const std::int64_t before = service_ns_;
  service_ns_ = before == 0 ? spent.count() : before + (spent.count() - before) / kMemory;
}

Result<std::unique_ptr<TokenStream>> Engine::submit(const Prompt& prompt, SamplingParams sampling,
                                                    SubmitOptions options) {
  if (auto problem = sampling.problem()) return *problem;
  if (auto unknown = unknown_bias(sampling)) return *unknown;
  // Refuses what cannot fit before spending time on its tokens.
  const std::size_t fewest_tokens = prompt_bytes(prompt) / longest_token_bytes_;
  if (auto error = too_long(fewest_tokens)) return *error;
  auto request = std::make_unique<EngineRequest>();
  request->prompt = tokenizer_->encode(prompt);
  if (request->prompt.empty()) {
    return Error{ErrorCode::kInvalidRequest, "the prompt is empty", {}, "messages"};
  }
  const std::size_t tokens = request->prompt.size();
  if (auto error = too_long(tokens)) return *error;
  sampling.max_tokens = answer_limit(tokens, sampling.max_tokens);
  request->seed = sampling.seed.value_or(next_seed_.fetch_add(1));
  request->sampling = std::move(sampling);
  request->mask = std::move(options.mask);
  request->tenant = std::move(options.tenant);
  request->tenant.weight = std::max<std::int64_t>(request->tenant.weight, 1);
  request->cache_salt = std::move(options.cache_salt);
  request->persist = options.persist;
  request->queued_at = std::chrono::steady_clock::now();
  request->deadline = options.deadline;
  request->score_prompt = options.score_prompt;
  request->logprobs = options.logprobs;
  auto generation = std::make_shared<Generation>(config_.stream_pieces, std::move(options.wake));
  request->generation = generation;
  if (!inbox_->push(std::move(request))) return refusal();
  return std::make_unique<TokenStream>(std::move(generation), [inbox = inbox_] { inbox->poke(); });
}

EngineLoad Engine::load() const {
  return {running_,
          inbox_->size(),
          used_tokens_,
          reserved_pages_ * kKvPageTokens,
          kv_pages_ * kKvPageTokens,
          cached_pages_ * kKvPageTokens,
          evicted_pages_};
}

Error failed_step() {
  return {ErrorCode::kInternal, "the engine failed to compute a step", "engine_failed"};
}

}  // namespace weir
