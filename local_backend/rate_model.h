// What an engine has learnt of its own pace, and how long work would take before it begins.
//
// A forward call is taken to cost something by itself, something for each token and something
// for each earlier position that a token looks at; what, is fitted to the calls that were
// timed, the recent ones before the old ones, by least squares of the relative error. Calls
// that read prompts and calls that only answer are fitted apart, because the first are bound
// by arithmetic and the second by memory. Any number of threads may share one.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>

namespace weir {

// One forward call.
struct StepWork {
  std::size_t prompt_tokens = 0;
  std::size_t answer_tokens = 0;  // one for each answer that takes part
  double attended = 0;            // positions that its tokens look at, summed over them
};

// A request, and who answers beside it all the time.
struct RequestWork {
  std::size_t prompt_tokens = 0;
  std::size_t known_tokens = 0;  // of the prompt, at its beginning: not read again
  std::size_t answer_tokens = 0;
  std::size_t others = 0;        // answers beside it
  std::size_t other_depth = 0;   // positions that one of them looks at
  std::size_t other_unread = 0;  // prompt tokens of others that are read while this one reads
};

struct Forecast {
  std::chrono::duration<double> prompt{};  // until the first token of the answer
  std::chrono::duration<double> answer{};  // from there to the last one
};

// What is known of the pace at one time. A value.
class Rates {
 public:
  // Before so many calls of a kind nothing is said about it.
  static constexpr std::size_t kFewestSteps = 4;

  void observe(const StepWork& work, double seconds);

  // Answers took so long to get so many tokens, and not one each: guesses came true, or were made
  // in vain. `plain` is the call without them.
  void follow(const StepWork& plain, std::size_t given, double seconds);

  // How long a call would take; nullopt while too few of its kind were seen.
  std::optional<std::chrono::duration<double>> expect(const StepWork& work) const;

  // The same for a whole request, its prompt read in pieces as large as those of late.
  std::optional<Forecast> forecast(const RequestWork& work) const;

 private:
  // Of a call: 1, its tokens and what they look at, in units that make the costs alike.
  using Terms = std::array<double, 3>;

  // Recursive least squares with forgetting (Haykin, Adaptive Filter Theory, ch. 10).
  struct Fit {
    std::size_t steps = 0;
    Terms costs = {};                       // seconds a unit
    std::array<Terms, 3> uncertainty = {};  // the inverse of the weighted squares

    Fit();
    void observe(const Terms& terms, double seconds);
    double expect(const Terms& terms) const;
  };

  static Terms terms_of(const StepWork& work);
  const Fit& fit_of(const StepWork& work) const {
    return work.prompt_tokens > 0 ? prompts_ : answers_;
  }
  double seconds_of(const StepWork& work) const;

  Fit prompts_;
  Fit answers_;
  double piece_tokens_ = 0;  // of prompts in one call, of late
  double plain_s_ = 0;       // that answers would have taken of late without guesses,
  double spent_s_ = 0;       // and did
};

class RateModel {
 public:
  static constexpr std::size_t kFewestSteps = Rates::kFewestSteps;

  void observe(const StepWork& work, std::chrono::nanoseconds spent) {
    const std::lock_guard lock(mutex_);
    rates_.observe(work, std::chrono::duration<double>(spent).count());
  }
  void follow(const StepWork& plain, std::size_t given, std::chrono::nanoseconds spent) {
    const std::lock_guard lock(mutex_);
    rates_.follow(plain, given, std::chrono::duration<double>(spent).count());
  }
  Rates rates() const {
    const std::lock_guard lock(mutex_);
    return rates_;
  }
  std::optional<std::chrono::duration<double>> expect(const StepWork& work) const {
    return rates().expect(work);
  }
  std::optional<Forecast> forecast(const RequestWork& work) const { return rates().forecast(work); }

 private:
  mutable std::mutex mutex_;
  Rates rates_;
};

}  // namespace weir
