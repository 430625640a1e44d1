// What an engine tells of its work, for metrics and tests.
//
// Called on the engine's thread, and on_reject() on that of whoever submits; it must
// be quick and must not throw. Lives as long as the engine.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "local_backend/rate_model.h"

namespace weir {

// One forward call that was done.
struct EngineStep {
  std::chrono::nanoseconds spent{};
  std::size_t sequences = 0;        // that had a share in it
  std::size_t tokens = 0;           // in it
  std::size_t prompt_tokens = 0;    // read, those that were read again included
  std::size_t output_tokens = 0;    // that it gave
  std::size_t guessed_tokens = 0;   // in it, of answers
  std::size_t right_guesses = 0;    // of them, what the answer then said
  std::size_t drafted_tokens = 0;   // of the guessed ones, those of a draft model
  std::size_t right_drafts = 0;     // of them, what the answer then said
  std::size_t answering = 0;        // sequences whose answer had begun
  std::size_t evicted_pages = 0;    // of the prefix cache, since the last step
  std::size_t followed_tokens = 0;  // in it, of answers: what a mask had known to come
};

// One request that left, whether it had a slot or not.
struct EngineDeparture {
  std::optional<ErrorCode> error;         // unset: it finished
  std::chrono::nanoseconds queue_wait{};  // for a slot
  std::chrono::nanoseconds reading{};     // from there to the first token
  std::chrono::nanoseconds answering{};   // from there to the end
  std::size_t prompt_tokens = 0;          // that were read or found
  std::size_t reused_tokens = 0;          // of them, found: others had read them
  std::size_t disk_tokens = 0;            // of these, from the archive
  std::size_t output_tokens = 0;
  // What was to be expected of `reading` and `answering` when it got its slot.
  std::optional<Forecast> foretold = std::nullopt;
};

class EngineObserver {
 public:
  virtual ~EngineObserver() = default;
  virtual void on_step(const EngineStep& step) = 0;
  virtual void on_departure(const EngineDeparture& departure) = 0;
  virtual void on_reject() = 0;  // the queue was full
  // Work that threw, and what it said. Requests may have ended by it.
  virtual void on_failure(std::string_view) {}
};

}  // namespace weir
