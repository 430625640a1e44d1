// Chooses tokens from logits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "core/rng.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

// Defaults as users of local engines expect them. A filter that is off: top_k 0,
// top_p 1, min_p 0. Temperature 0 is greedy.
struct SamplingParams {
  static constexpr std::size_t kMaxStops = 16;
  static constexpr std::size_t kMaxStopBytes = 256;
  static constexpr std::size_t kMaxBiases = 1024;
  static constexpr std::int64_t kMaxTopLogprobs = 20;

  struct Bias {
    TokenId token;
    double value;  // added to its logit
  };

  double temperature = 0.8;
  double top_p = 0.95;
  std::int64_t top_k = 40;
  double min_p = 0.05;
  double repetition_penalty = 1;  // of tokens of prompt and answer (Keskar et al. 2019)
  double presence_penalty = 0;    // taken from a token that the answer has
  double frequency_penalty = 0;   // the same, once for each time
  std::vector<Bias> bias;
  std::int64_t top_logprobs = 0;           // the likeliest tokens, told with every token
  std::optional<std::uint64_t> seed;       // the same answer again, whatever else runs
  std::optional<std::int64_t> max_tokens;  // unset: what the context has room for
  std::vector<std::string> stop;

  // kInvalidRequest naming the field (Error::param) that is out of range.
  std::optional<Error> problem() const;
};

// Whether a token can be chosen: no logit is nonsense, and one at least is finite.
bool has_choice(std::span<const float> logits);

struct TokenLogprob {
  TokenId token = 0;
  float logprob = 0;
};

// The `count` likeliest tokens, the best first, the lowest id first among equals.
std::vector<TokenLogprob> top_tokens(std::span<const float> logits, double log_total,
                                     std::size_t count);

// Belongs to one sequence and the engine's thread.
class Sampler {
 public:
  Sampler(const SamplingParams& params, std::uint64_t seed, std::span<const TokenId> prompt);

  // Applies bias and penalties in place; only the tokens concerned are touched. False if
  // there are none.
  bool adjust(std::span<float> logits);

  // At least one logit is above minus infinity. The lowest id wins a tie. `likeliest`: the
  // token with the highest logit, if it is known already.
  TokenId choose(std::span<const float> logits, std::optional<TokenId> likeliest = std::nullopt);
  // The same among some tokens, given in growing order.
  TokenId choose_among(std::span<const TokenId> tokens, std::span<const float> logits);
  // It always takes the likeliest.
  bool greedy() const { return params_.temperature <= 0; }

  // The logit that adjust() found, given what it left.
  float before_adjust(TokenId token, float logit) const;

  // The answer has this token now.
  void accept(TokenId token);

  // Goes on as `other` would, which has the same params.
  void imitate(const Sampler& other);

 private:
  struct Candidate {
    TokenId token;
    float weight;  // its logit, then exp((logit - highest) / temperature): at most 1
  };
  bool penalizes() const;
  void change(TokenId token, double logit, std::span<float> logits);
  void collect(std::span<const float> logits, float highest);
  void keep_top_k();
  void weigh(float highest);
  void keep_top_p();
  TokenId draw();

  const SamplingParams params_;
  Rng rng_;
  // Times in the answer; 0 = only in the prompt. Kept only if something penalizes.
  std::unordered_map<TokenId, std::int64_t> seen_;
  std::vector<SamplingParams::Bias> changed_;  // by adjust(), with the value before
  std::vector<Candidate> candidates_;          // of the current token, kept for its memory
  std::vector<float> some_logits_;             // the same
};

}  // namespace weir
