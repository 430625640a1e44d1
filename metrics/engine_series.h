// The series of the local engine. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

namespace weir {

// One forward call.
struct EngineStepSample {
  double seconds = 0;
  std::size_t sequences = 0;
  std::size_t tokens = 0;  // in it, of prompts and of answers
  std::size_t prompt_tokens = 0;
  std::size_t output_tokens = 0;
  std::size_t evicted_pages = 0;   // of the prefix cache, since the last one
  std::size_t guessed_tokens = 0;  // of answers
  std::size_t right_guesses = 0;   // of them, what the answers then said
  std::size_t drafted_tokens = 0;  // of the guessed ones, by a draft model
  std::size_t right_drafts = 0;
};

enum class EngineOutcome : std::uint8_t {
  kFinished,
  kCancelled,  // the client went away
  kDeadline,
  kFailed,
  kStopped,   // the engine shut down
  kRejected,  // the queue was full
  kLast = kRejected,
};

// One request that left the engine.
struct EngineRequestSample {
  EngineOutcome outcome = EngineOutcome::kFinished;
  double queue_seconds = 0;
  double answer_seconds = 0;  // from its first token to its last
  std::size_t output_tokens = 0;
  std::size_t prompt_tokens = 0;  // read or found in the prefix cache
  std::size_t reused_tokens = 0;  // of them, found
  std::size_t disk_tokens = 0;    // of these, on disk
  // Seconds that were foretold, and what became of them; 0: nothing was foretold.
  double foretold_prompt_seconds = 0;
  double prompt_seconds = 0;  // from its slot to its first token
  double foretold_answer_seconds = 0;
};

struct EngineModelSample {
  std::string name;
  std::string architecture;
  std::string hash;
  double parameters = 0;
  double context_tokens = 0;
  double load_seconds = 0;

  friend bool operator==(const EngineModelSample&, const EngineModelSample&) = default;
};

class EngineSeries {
 public:
  explicit EngineSeries(prometheus::Registry& registry);

  void observe(const EngineStepSample& step);
  void observe(const EngineRequestSample& request);
  // The model that serves from now on; one without a name: none does.
  void set(const EngineModelSample& model);

 private:
  prometheus::Counter& steps_;
  prometheus::Counter& prompt_tokens_;
  prometheus::Counter& output_tokens_;
  prometheus::Counter& evicted_pages_;
  prometheus::Counter& disk_tokens_;
  prometheus::Counter* prefix_hits_ = nullptr;
  prometheus::Counter* prefix_misses_ = nullptr;
  prometheus::Counter* right_guesses_ = nullptr;  // found in what was said before
  prometheus::Counter* wrong_guesses_ = nullptr;
  prometheus::Counter* right_drafts_ = nullptr;
  prometheus::Counter* wrong_drafts_ = nullptr;
  prometheus::Histogram& step_seconds_;
  prometheus::Histogram& batch_sequences_;
  prometheus::Histogram& batch_tokens_;
  prometheus::Histogram& queue_seconds_;
  prometheus::Histogram& token_seconds_;
  prometheus::Histogram* prompt_forecasts_ = nullptr;
  prometheus::Histogram* answer_forecasts_ = nullptr;
  std::array<prometheus::Counter*, static_cast<std::size_t>(EngineOutcome::kLast) + 1> requests_{};
  prometheus::Gauge& parameters_;
  prometheus::Gauge& context_tokens_;
  prometheus::Gauge& load_seconds_;
  prometheus::Family<prometheus::Gauge>& info_;

  std::mutex mutex_;
  EngineModelSample model_;            // under mutex_
  prometheus::Gauge* told_ = nullptr;  // under mutex_: info_ of model_
};

}  // namespace weir
