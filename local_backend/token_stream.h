// An answer on its way from the engine's thread to whoever asked for it.
//
// A bounded queue: when it is full the engine lets the sequence rest and goes on
// with the others. The reader polls try_take() until it has nothing; `wake` tells it
// when that pays again. Destroying the stream cancels the request.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/event.h"
#include "core/result.h"
#include "core/usage.h"
#include "local_backend/sampler.h"

namespace weir {

// One token of the answer. The text is valid UTF-8 and may be empty, when what the
// token says is held back until the next one.
struct TokenPiece {
  std::string text;
  TokenSignals signals;
  TokenId token = 0;
  std::vector<TokenLogprob> top;  // as many as SamplingParams::top_logprobs asked for
};

// What the model made of a prompt; SubmitOptions say which of it to work out.
struct PromptSignals {
  // Of the last tokens of the prompt, never the first, in nats; unset when none was scored.
  std::optional<float> mean_logprob;
};

// Why an answer is over.
struct Ending {
  FinishReason reason = FinishReason::kNone;
  std::string stop_sequence = {};  // that was met; with kStopSequence alone
};

// What reader and engine share. Thread-safe; internal to the engine.
class Generation {
 public:
  Generation(std::size_t capacity, std::function<void()> wake)
      : capacity_(capacity), wake_(std::move(wake)) {}

  // The engine's side.
  bool full() const;
  void set_prompt_signals(PromptSignals signals);  // before the first piece
  void push(TokenPiece piece);
  void finish(Ending ending);
  void fail(Error error);
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  void count_prompt(std::size_t tokens) { prompt_tokens_ += static_cast<std::int64_t>(tokens); }
  void count_reused(std::size_t tokens) { reused_tokens_ += static_cast<std::int64_t>(tokens); }
  void count_from_disk(std::size_t tokens) { disk_tokens_ += static_cast<std::int64_t>(tokens); }
  void count_output() { ++output_tokens_; }
  void count_busy(std::int64_t ns) { busy_ns_ += ns; }

 private:
  friend class TokenStream;
  void wake_locked();

  const std::size_t capacity_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<std::int64_t> prompt_tokens_ = 0;
  std::atomic<std::int64_t> reused_tokens_ = 0;
  std::atomic<std::int64_t> disk_tokens_ = 0;  // of those reused
  std::atomic<std::int64_t> output_tokens_ = 0;
  std::atomic<std::int64_t> busy_ns_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> wake_;     // under mutex_
  PromptSignals prompt_signals_;   // under mutex_
  std::deque<TokenPiece> pieces_;  // under mutex_
  Ending ending_;                  // under mutex_
  std::optional<Error> error_;     // under mutex_
  bool ended_ = false;             // under mutex_
};

// The reader's side. One thread at a time.
class TokenStream {
 public:
  // `poke` tells the engine that something changed; it outlives the engine.
  TokenStream(std::shared_ptr<Generation> generation, std::function<void()> poke);
  ~TokenStream();
  TokenStream(const TokenStream&) = delete;
  TokenStream& operator=(const TokenStream&) = delete;

  // The next token, or nullopt if none is there now. Never blocks.
  std::optional<TokenPiece> try_take();

  // True once the engine is done and every piece was taken.
  bool ended() const;

  // After ended(): why the answer is over, or what went wrong.
  Result<FinishReason> outcome() const;
  std::string stop_sequence() const;  // that ended it, if one did

  // Blocks until try_take() or ended() has news; false when `until` came first.
  // For threads of their own (tests, the command line), never for an I/O thread.
  bool wait_until(SteadyTime until);

  // Known from the first piece on.
  PromptSignals prompt_signals() const;

  // Tokens so far, and the engine's time for them. Prompt tokens that the prefix cache
  // had are in cache_read_tokens.
  Usage usage() const;

  // The sequence leaves its slot within one step; the stream ends with kCancelled.
  void cancel();

 private:
  std::shared_ptr<Generation> generation_;
  std::function<void()> poke_;
};

}  // namespace weir
