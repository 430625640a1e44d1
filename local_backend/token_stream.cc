#include "local_backend/token_stream.h"

#include <utility>

namespace weir {

bool Generation::full() const {
  const std::lock_guard lock(mutex_);
  return pieces_.size() >= capacity_;
}

void Generation::wake_locked() {
  changed_.notify_all();
  if (wake_) wake_();
}

void Generation::set_prompt_signals(PromptSignals signals) {
  const std::lock_guard lock(mutex_);
  prompt_signals_ = std::move(signals);
}

// Who has not yet taken what was there before was woken for that.
void Generation::push(TokenPiece piece) {
  const std::lock_guard lock(mutex_);
  pieces_.push_back(std::move(piece));
  if (pieces_.size() == 1) wake_locked();
}

void Generation::finish(Ending ending) {
  const std::lock_guard lock(mutex_);
  ending_ = std::move(ending);
  ended_ = true;
  wake_locked();
}

void Generation::fail(Error error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  ended_ = true;
  wake_locked();
}

TokenStream::TokenStream(std::shared_ptr<Generation> generation, std::function<void()> poke)
    : generation_(std::move(generation)), poke_(std::move(poke)) {}

TokenStream::~TokenStream() {
  {
    const std::lock_guard lock(generation_->mutex_);
    generation_->wake_ = nullptr;
  }
  cancel();
}

std::optional<TokenPiece> TokenStream::try_take() {
  bool was_full = false;
  std::optional<TokenPiece> piece;
  {
    const std::lock_guard lock(generation_->mutex_);
    auto& pieces = generation_->pieces_;
    if (pieces.empty()) return std::nullopt;
    was_full = pieces.size() >= generation_->capacity_;
    piece = std::move(pieces.front());
    pieces.pop_front();
  }
  if (was_full) poke_();
  return piece;
}

bool TokenStream::ended() const {
  const std::lock_guard lock(generation_->mutex_);
  return generation_->ended_ && generation_->pieces_.empty();
}

Result<FinishReason> TokenStream::outcome() const {
  const std::lock_guard lock(generation_->mutex_);
  if (generation_->error_) return *generation_->error_;
  return generation_->ending_.reason;
}

std::string TokenStream::stop_sequence() const {
  const std::lock_guard lock(generation_->mutex_);
  return generation_->ending_.stop_sequence;
}

bool TokenStream::wait_until(SteadyTime until) {
  std::unique_lock lock(generation_->mutex_);
  return generation_->changed_.wait_until(
      lock, until, [this] { return generation_->ended_ || !generation_->pieces_.empty(); });
}

PromptSignals TokenStream::prompt_signals() const {
  const std::lock_guard lock(generation_->mutex_);
  return generation_->prompt_signals_;
}

Usage TokenStream::usage() const {
  Usage usage;
  usage.input_tokens = generation_->prompt_tokens_;
  usage.cache_read_tokens = generation_->reused_tokens_;
  usage.cache_disk_tokens = generation_->disk_tokens_;
  usage.output_tokens = generation_->output_tokens_;
  usage.local_busy_us = generation_->busy_ns_ / 1000;
  return usage;
}

void TokenStream::cancel() {
  if (generation_->cancelled_.exchange(true)) return;
  poke_();
}

}  // namespace weir
