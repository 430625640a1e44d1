// `weir bench --draft`: how many of a draft model's guesses have to come true to pay.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"

namespace weir::cli {

struct DraftBench {
  std::shared_ptr<const GgufFile> model;
  std::shared_ptr<const GgufFile> draft;
  std::size_t threads = 1;
  std::size_t depth = 0;   // tokens of the answer before
  std::size_t rounds = 1;  // each some steps of every kind, in turns
};

// What a step of one answer takes with 1, 2, 4 and 8 tokens and the draft model for one, as
// medians; and from which chance on, of each token, it is faster to guess 1, 3 or 7. Fails if the
// two do not belong together. May throw std::bad_alloc.
Result<std::string> measure_draft(const DraftBench& bench);

// The chance of each of `tokens` guesses from which on they pay, where a step with them, their
// making included, takes `cost` times as long as one without; above 1: never.
double least_chance(std::size_t tokens, double cost);

}  // namespace weir::cli
