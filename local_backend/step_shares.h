// What each sequence gets of a step that several tenants want.
//
// Alone a tenant's step would take a certain time. Beside others it takes at most as much longer
// as its share of the engine says: W / w times, for its weight w of all weights W. Beside a tenant
// that floods, which is one that wants more than it has slots for, it takes less: kBesideFlood of
// what is above 1. So a flood fills the gaps that others leave. That lasts until those who do not
// flood are kCredit ahead of it in service; from then on all are alike. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "local_backend/rate_model.h"

namespace weir {

constexpr double kBesideFlood = 0.25;
constexpr double kCredit = 4096;                 // tokens of work, by weight
constexpr std::size_t kFewestPrefillTokens = 4;  // so that prompts get on beside any answers
constexpr std::size_t kMostPutOff = 32;

// One sequence. An answer is in the step with all of its tokens or not at all.
struct StepWish {
  std::size_t tenant = 0;  // its place among the tenants
  bool answers = false;
  std::size_t tokens = 0;  // most; never 0
  std::size_t before = 0;  // positions behind which they stand
};

struct StepTenant {
  std::int64_t weight = 1;
  double served = 0;  // see FairShare; who had less goes before who had more
  bool floods = false;
};

struct StepTerms {
  std::function<double(const StepWork&)> seconds;  // that a step takes
  std::size_t most_prompt_tokens = 0;              // in a step
  // What a step may take that a tenant has alone: of prompts; of prompts beside its answers; and
  // the latter in times of what these answers take.
  double prompts_s = 0;
  double beside_answers_s = 0;
  double answer_slowdown = 1;
};

// What steps have left for those that had nothing of them.
struct StepSavings {
  double seconds = 0;
  std::size_t put_off = 0;  // steps in a row that somebody had nothing of
};

// How many tokens of each; 0: it waits for a later step. Of wishes of one tenant the first go
// before the others. For what no step has room for, such as a few tokens of a prompt beside an
// answer, the seconds that steps leave are saved. So every tenant gets something in one of the
// next steps, at the latest in that behind kMostPutOff of them: what a token costs is guessed, and
// a guess that is far too high must not keep anybody waiting.
std::vector<std::size_t> share_step(std::span<const StepWish> wishes,
                                    std::span<const StepTenant> tenants, const StepTerms& terms,
                                    StepSavings* savings);

// The most prompt tokens behind `before` positions, up to `most`, with which a step of `work`
// besides takes at most `seconds`; 0 if there are none.
std::size_t prompt_tokens_within(double seconds, const StepWork& work, std::size_t before,
                                 std::size_t most, const StepTerms& terms);

}  // namespace weir
