// How sure a model is of its next token, from its logits.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/event.h"
#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

// Over the whole vocabulary, before temperature, penalties and masks. `logprob` is
// left to the caller.
struct Measured {
  TokenSignals signals;
  double log_total = 0;   // log of the sum of exp(logit)
  TokenId likeliest = 0;  // the lowest id wins a tie
};

// Keeps its memory from step to step. Belongs to the engine's thread.
class LogitMeter {
 public:
  // Of each row of `vocabulary` logits, which the threads share, a row too, and the numbers do not
  // depend on how; nullopt if one is plus infinity or not a number or all are minus infinity: the
  // model is broken. Until the next call.
  std::span<const std::optional<Measured>> measure(const kernels::Kernels& kernels,
                                                   kernels::WorkerPool& pool,
                                                   std::span<const float> logits,
                                                   std::size_t vocabulary);

 private:
  std::vector<kernels::LogitSurvey> surveys_;  // [rows][parts]
  std::vector<kernels::LogitSurvey> whole_;    // [rows]
  std::vector<kernels::LogitSums> sums_;       // [rows][parts]
  std::vector<std::optional<Measured>> measured_;
};

}  // namespace weir
