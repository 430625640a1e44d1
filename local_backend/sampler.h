// Chooses tokens from logits, and measures how sure the model was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/result.h"
#include "core/rng.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

// Defaults as users of local engines expect them. A filter that is off: top_k 0,
// top_p 1, min_p 0. Temperature 0 is greedy.
struct SamplingParams {
  static constexpr std::size_t kMaxStops = 16;
  static constexpr std::size_t kMaxStopBytes = 256;

  double temperature = 0.8;
  double top_p = 0.95;
  std::int64_t top_k = 40;
  double min_p = 0.05;
  std::optional<std::uint64_t> seed;       // the same answer again, whatever else runs
  std::optional<std::int64_t> max_tokens;  // unset: what the context has room for
  std::vector<std::string> stop;

  // kInvalidRequest naming the field (Error::param) that is out of range.
  std::optional<Error> problem() const;
};

// Over the whole vocabulary, before temperature and masks. `logprob` is left to
// the caller. nullopt if a logit is not a number: the model is broken.
struct Measured {
  TokenSignals signals;
  double log_total = 0;  // log of the sum of exp(logit)
};
std::optional<Measured> measure(std::span<const float> logits);

// Belongs to one sequence and the engine's thread.
class Sampler {
 public:
  Sampler(const SamplingParams& params, std::uint64_t seed) : params_(params), rng_(seed) {}

  // At least one logit is above minus infinity. The lowest id wins a tie.
  TokenId choose(std::span<const float> logits);

 private:
  struct Candidate {
    TokenId token;
    float weight;  // exp((logit - highest) / temperature): at most 1
  };
  void collect(std::span<const float> logits, float highest);
  void keep_top_k();
  void keep_top_p();
  TokenId draw();

  const SamplingParams params_;
  Rng rng_;
  std::vector<Candidate> candidates_;  // of the current token, kept for its memory
};

}  // namespace weir
