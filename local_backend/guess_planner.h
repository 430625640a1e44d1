// Decides how many guessed tokens a step of answers computes beside those that it has to.
//
// Whether a guess pays depends on the machine, the model, the number of answers and their depth,
// so all of it is learnt from the steps themselves: what a step without guesses costs, how many
// times as much one of 2, 4, 8 or 16 tokens does, and from the offers how likely they come true.
// Guesses are planned where they save at least a few percent. What is not known is tried: the
// losses of such steps are at most a hundredth of all time spent, and some steps at the
// beginning. Pure: time is what it is told. Belongs to the engine's thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "local_backend/rate_model.h"
#include "local_backend/speculation.h"

namespace weir {

// A step of answers, none of which reads.
struct AnswerStep {
  std::size_t answers = 0;  // one token each has to be computed
  double attended = 0;      // positions that these look at, summed
};

struct GuessOffer {
  // For each token that could be computed: that it comes true and all before it. Falling.
  std::vector<double> chances;
  bool drafted = false;   // it has yet to be made: each of its tokens takes
  double token_s = 0;     // so long, those of all offers side by side
  bool unproven = false;  // the chances are a hope
};

class GuessPlanner {
 public:
  static constexpr std::size_t kMostTokens = 16;  // of a step with guesses

  explicit GuessPlanner(Speculation mode) : mode_(mode) {}

  bool on() const { return mode_ != Speculation::kNever; }

  // How many tokens of each offer to compute.
  std::vector<std::size_t> plan(const AnswerStep& step, std::span<const GuessOffer> offers);

  // A step that was done: tokens computed, guesses included, and tokens that it gave; and how
  // long it took to make guesses for it, used or not.
  void observe(const AnswerStep& step, std::size_t tokens, std::size_t given,
               std::chrono::nanoseconds spent, std::chrono::nanoseconds drafting = {});

  // How many times as fast answers would be with this offer at each step, as far as costs are
  // known; those that are not are hoped to be low.
  double saving(const AnswerStep& step, const GuessOffer& offer) const;
  bool pays(const AnswerStep& step, const GuessOffer& offer) const;

  // A step without guesses; nullopt while not known.
  std::optional<double> plain_s(const AnswerStep& step) const;

  // Plain steps that may be lost by trying something now; at least one.
  std::optional<double> may_try() const;
  // What is done for the step that was planned is a try, too.
  void call_it_a_try() { trying_ = true; }

 private:
  static constexpr std::array<std::size_t, 4> kWidths = {2, 4, 8, kMostTokens};
  static constexpr std::size_t kDepths = 4;

  // Of a step, in steps with as many answers and no guesses.
  struct Cost {
    double ratio = 0;
    std::size_t times = 0;   // that it was measured
    std::uint64_t when = 0;  // the last time
  };
  // Tokens of each offer, and how many of all come true on average.
  struct Choice {
    std::vector<std::size_t> counts;
    std::size_t tokens = 0;
    double gain = 0;
    double drafting_s = 0;
  };
  struct Proposal {
    std::vector<std::size_t> counts;
    double saving = 1;
    bool trying = false;
  };

  static std::size_t width_of(std::size_t tokens);  // an index
  static std::size_t depth_of(const AnswerStep& step);
  static Choice choose(std::span<const GuessOffer> offers, std::size_t tokens);
  Choice choose_likely(std::span<const GuessOffer> offers, std::size_t tokens) const;
  const Cost* cost_of(const AnswerStep& step, std::size_t width) const;
  bool worth_a_try(const Cost* cost, double hoped) const;
  Proposal propose(const AnswerStep& step, std::span<const GuessOffer> offers,
                   double plain_s) const;
  void note_cost(const AnswerStep& step, std::size_t tokens, double ratio);

  const Speculation mode_;
  Rates plain_;  // steps without guesses
  // [depth][answers - 1][width]
  std::array<std::array<std::array<Cost, kWidths.size()>, kMostTokens>, kDepths> costs_{};
  std::uint64_t steps_ = 0;
  std::size_t since_plain_ = 0;   // steps with guesses
  bool trying_ = false;           // the step that was planned last
  double credit_ = kFirstCredit;  // plain steps that may be lost by trying
  static constexpr double kFirstCredit = 4;
};

}  // namespace weir
