// The runs of `weir bench`: a model's pace, and what a token of it costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/rng.h"
#include "local_backend/kernels/roofline.h"
#include "local_backend/model/model_run.h"

namespace weir::cli {

// What a forward call for one token of each of so many answers reads of the weights, as the file
// has them: of experts those that random choices meet, of an embedding only one that is the
// output too.
double step_weight_bytes(const Model& model, std::size_t tokens);

// For one token of a prompt: products and sums of all matrices but the output, of experts those
// that are used.
double prompt_operations(const Model& model);

struct BenchRun {
  std::size_t prompt = 0;   // tokens to read, or
  std::size_t answer = 0;   // tokens to make,
  std::size_t depth = 0;    // after so many,
  std::size_t streams = 1;  // by so many answers at once
};

struct BenchFigure {
  double tokens_per_second = 0;        // of all streams
  double memory_bytes_per_second = 0;  // read by as many threads, just before and just after
};

// Owns its threads. For one thread at a time.
class BenchRunner {
 public:
  // `longest`: positions that a run of one stream needs at most.
  BenchRunner(std::shared_ptr<const Model> model, std::size_t threads, std::size_t batch,
              std::size_t longest);

  // May throw std::bad_alloc.
  BenchFigure measure(const BenchRun& run);

  // Reads a few tokens, so that the weights are in memory.
  void warm_up();

  // Of keys and values that an answer's token reads, after `length` others.
  double state_bytes(std::size_t length) const;

 private:
  SequenceState* at_depth(std::size_t depth);
  double seconds_of_prompt(const BenchRun& run);
  double seconds_of_answers(const BenchRun& run);
  void read(SequenceState* state, std::size_t tokens);
  void add_tokens(Batch* batch, SequenceState* state, std::size_t tokens);

  const std::size_t threads_;
  const std::size_t batch_;
  kernels::MemoryProbe memory_;
  ModelRun model_;
  Rng rng_{1};
  // Of all runs of one stream: a context is filled once, and a run steps back to its depth.
  std::unique_ptr<SequenceState> single_;
  std::size_t filled_ = 0;  // positions of it that hold something
};

}  // namespace weir::cli
