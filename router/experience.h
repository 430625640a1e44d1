// What earlier answers taught: how long answers are, and how much of the local
// engine's time they take. So a request's cost can be guessed before it runs.
//
// Thread-safe; a few nanoseconds under a lock.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "core/usage.h"

namespace weir {

class Experience {
 public:
  struct Guess {
    std::int64_t output_tokens = 0;
    std::int64_t local_busy_us = 0;
  };

  // Of a prompt of so many tokens; `max_tokens` bounds the answer. Until the local
  // engine has answered once its time counts as nothing, so that it gets its chance.
  Guess guess(std::int64_t prompt_tokens, std::optional<std::int64_t> max_tokens) const;

  // Takes a complete answer in; what the local engine was busy counts where it ran.
  void learn(const Usage& usage);

 private:
  mutable std::mutex mutex_;
  double output_tokens_ = 256;
  // Their ratio is a guess until answers of different shapes have come.
  double us_per_prompt_token_ = 1;
  double us_per_output_token_ = 5;
  bool timed_ = false;  // the two above were measured
};

}  // namespace weir
