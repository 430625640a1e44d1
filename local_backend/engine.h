// Runs one loaded model for many requests at once.
//
// Owns its threads: a scheduler that advances all running sequences together,
// one forward call a step, and helpers for the arithmetic. A step's share of
// prompt tokens is bounded, so that running answers keep their pace; a cancelled
// request leaves within one step; a reader that does not read delays nobody else: its sequence
// rests, and leaves its slot when somebody waits for one (EngineConfig::reader_patience).
// Running sequences share the memory for keys and values as they grow: when it is
// used up the youngest rests and goes on later, and no answer changes. Tenants share slots, steps,
// memory and queue by weight (fair_share.h, step_shares.h): one that floods makes itself wait. What
// they have read stays in the rest of it, for requests that begin alike and have the same
// cache_salt; the answer of one that finds much is the same as that of one that finds nothing. What
// a mask, a model or short memory breaks ends the requests concerned and nothing else. submit() may
// be called from any thread. The destructor ends every request with kUnavailable and joins the
// threads; streams may outlive the engine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "core/result.h"
#include "local_backend/engine_observer.h"
#include "local_backend/inbox.h"
#include "local_backend/model/model.h"
#include "local_backend/rate_model.h"
#include "local_backend/sampler.h"
#include "local_backend/speculation.h"
#include "local_backend/tenant.h"
#include "local_backend/token_mask.h"
#include "local_backend/token_stream.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

struct EngineConfig {
  std::size_t threads = 0;         // that compute; 0 = one per processor
  std::size_t context_tokens = 0;  // prompt and answer of one request; 0 = the model's own
  // Of an answer that sets none, at most; 0 = as the context allows. Never more than half
  // of the context: the other half is for what the conversation says next.
  std::size_t default_max_tokens = 0;
  std::size_t max_sequences = 8;  // that run together
  // That wait for a slot; twice as many when tenants come that had nothing in the queue.
  std::size_t max_queued = 64;
  std::size_t kv_bytes = std::size_t{1} << 30;  // keys and values of all sequences
  bool prefix_cache = true;                     // requests of one cache_salt share beginnings
  // Where what a salt has read outlives the process, if a request asks for it; may be null.
  std::shared_ptr<KvArchive> archive;
  std::string archive_key;  // all of how the model is run that would give other bits
  std::chrono::milliseconds archive_flush{5'000};  // that the end may take for writing
  Speculation speculate = Speculation::kAuto;      // guesses: the same answers
  // Guesses too (draft_model.h); none: null. Its keys and values are a part of kv_bytes.
  std::shared_ptr<const Model> draft;
  std::size_t prefill_tokens_per_step = 256;
  // Prompt tokens of a step shrink to meet it; while nobody answers, five times of it.
  std::chrono::milliseconds step_target{80};
  double answer_slowdown = 2.5;    // of steps of answers beside prompts, at most
  std::size_t stream_pieces = 64;  // tokens that wait for a slow reader
  // For so much longer than it keeps up a reader may leave them all unread before its sequence
  // leaves its slot to who waits for one. So a hiccup costs no slot. Those who left one so are
  // held in memory, as many as max_queued.
  std::chrono::milliseconds reader_patience{1'000};
  std::shared_ptr<EngineObserver> observer;  // may be null
  // Called on the engine's thread before each forward call. What it throws counts as
  // a failure of that call: so tests see steps, and break them.
  std::function<void(const Batch&)> before_forward;
};

struct SubmitOptions {
  Tenant tenant;  // whose share of the engine it uses
  // Who shares it reads nothing again that another one has read. Empty: nothing is shared.
  std::string cache_salt;
  bool persist = false;             // what is read may go to the archive, under the salt
  std::shared_ptr<TokenMask> mask;  // what may come next; none: anything
  // The probability of each token is told: what a mask knows to come is computed all the same.
  bool logprobs = false;
  std::size_t score_prompt = 0;  // so many of its last tokens make PromptSignals::mean_logprob
  // The wait for a slot included. The stream then ends with kDeadline.
  SteadyTime deadline = SteadyTime::max();
  // Called on the engine's thread, under a lock, when the stream has news for a
  // reader that took all there was: post something and return; must not throw. Not
  // called after the stream is gone.
  std::function<void()> wake;
};

struct EngineLoad {
  std::size_t running = 0;
  std::size_t queued = 0;
  std::size_t kv_tokens_used = 0;
  std::size_t kv_tokens_reserved = 0;
  std::size_t kv_tokens_max = 0;
  std::size_t kv_tokens_cached = 0;  // that later requests may begin with, in whole pages
  std::uint64_t kv_pages_evicted = 0;
};

class Engine {
 public:
  // kInvalidModel if model and tokenizer do not belong together, or the draft model cannot
  // guess for it (its vocabulary is not looked at here); kInvalidConfig
  // if kv_bytes has no room for a single page, or a limit is 0.
  static Result<std::unique_ptr<Engine>> create(std::shared_ptr<const Model> model,
                                                std::shared_ptr<const Tokenizer> tokenizer,
                                                EngineConfig config);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Tokenizes on the caller's thread and queues. An answer has at most the room
  // that the prompt leaves, whatever max_tokens says; without it, see
  // default_max_tokens. kContextTooLong with the counts if there is no room,
  // kInvalidRequest for sampling out of range, kRateLimited when the queue is full for this tenant,
  // with the seconds (1 to 60) after which those who wait now should have had their turn.
  Result<std::unique_ptr<TokenStream>> submit(const Prompt& prompt, SamplingParams sampling,
                                              SubmitOptions options);

  const Model& model() const { return *model_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }

  // Tokens that prompt and answer of one request may have together.
  std::size_t context_tokens() const { return context_tokens_; }
  EngineLoad load() const;

  // How long a request would take from when it has a slot, as the steps so far suggest;
  // nullopt while they are too few.
  std::optional<Forecast> forecast(const RequestWork& work) const { return rates_.forecast(work); }

 private:
  class Scheduler;

  Engine(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer,
         EngineConfig config, std::size_t kv_pages);
  std::optional<Error> too_long(std::size_t prompt_tokens) const;
  std::int64_t answer_limit(std::size_t prompt_tokens, std::optional<std::int64_t> asked) const;
  std::optional<Error> unknown_bias(const SamplingParams& sampling) const;
  Error refusal();
  std::int64_t seconds_until_room() const;
  void note_service_time(std::chrono::nanoseconds spent);

  const std::shared_ptr<const Model> model_;
  const std::shared_ptr<const Tokenizer> tokenizer_;
  const EngineConfig config_;
  const std::size_t context_tokens_;
  const std::size_t longest_token_bytes_;
  std::atomic<std::uint64_t> next_seed_;
  std::atomic<std::size_t> running_ = 0;
  std::atomic<std::size_t> used_tokens_ = 0;
  std::atomic<std::size_t> reserved_pages_ = 0;
  std::atomic<std::size_t> cached_pages_ = 0;
  std::atomic<std::uint64_t> evicted_pages_ = 0;
  std::atomic<std::int64_t> service_ns_ = 0;  // in a slot, of late; 0 = nobody has left yet
  RateModel rates_;
  const std::size_t kv_pages_;
  const std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<Scheduler> scheduler_;
  std::thread thread_;  // last: runs scheduler_
};

// What the requests of a step that throws end with.
Error failed_step();

}  // namespace weir
