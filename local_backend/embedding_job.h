// A request on its way through an EmbeddingEngine, shared by the engine and the
// coroutine that waits for it. Internal to the engine.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/embedding.h"
#include "core/result.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

struct EmbeddingJob {
  EmbeddingJob(EmbeddingRequest asked, std::string from, std::function<void()> call)
      : request(std::move(asked)),
        party(std::move(from)),
        queued_at(std::chrono::steady_clock::now()),
        wake(std::move(call)),
        vectors(request.inputs.size()) {
    texts.reserve(request.inputs.size());
  }

  bool is_read() const { return texts.size() == request.inputs.size(); }
  bool waits() const { return is_read() && next < texts.size(); }

  Usage usage() const {
    Usage usage;
    usage.input_tokens = tokens;
    usage.local_busy_us = busy_ns / 1'000;
    return usage;
  }

  const EmbeddingRequest request;
  const std::string party;
  const SteadyTime queued_at;
  std::atomic<bool> cancelled = false;
  std::atomic<std::int64_t> tokens = 0;  // that were computed
  std::atomic<std::int64_t> busy_ns = 0;

  // Under the engine's mutex.
  std::function<void()> wake;  // empty: nobody waits any more
  bool ended = false;
  std::optional<Error> error;

  // The engine's thread, and who waits once it has ended.
  std::vector<std::vector<float>> vectors;

  // The engine's thread.
  std::vector<std::vector<TokenId>> texts;  // of the inputs that were read
  std::size_t bytes_read = 0;
  std::size_t next = 0;  // input to be computed
  std::size_t done = 0;  // inputs that have their vector
  std::uint64_t last_turn = 0;
  std::optional<SteadyTime> begun_at;
  bool finished = false;  // as `ended`
};

}  // namespace weir
