#include "local_backend/guess_planner.h"

#include <algorithm>

namespace weir {
namespace {

constexpr double kLeastSaving = 1.04;  // times as fast, or it is not done
constexpr double kHope = 1.1;          // times as fast, or it is not tried
constexpr double kIncome = 0.01;       // of credit, each step
constexpr double kMostCredit = 8;
constexpr std::size_t kEnough = 2;       // measurements, to be believed
constexpr double kMemory = 8;            // measurements
constexpr double kOdd = 2;               // times what is known: counts as so much
constexpr std::uint64_t kStale = 1000;   // steps, and then it may be tried again
constexpr std::size_t kLongestRun = 32;  // steps with guesses, then one without
constexpr double kLikely = 0.25;         // chance of what kAlways computes,
constexpr std::size_t kUsualTokens = 8;  // in steps of so many

}  // namespace

std::size_t GuessPlanner::width_of(std::size_t tokens) {
  std::size_t width = 0;
  while (width + 1 < kWidths.size() && kWidths[width] < tokens) ++width;
  return width;
}

// Up to 1,024 positions of an answer, 4,096, 16,384, and more.
std::size_t GuessPlanner::depth_of(const AnswerStep& step) {
  double limit = 1024;
  std::size_t depth = 0;
  const double mean = step.attended / static_cast<double>(step.answers);
  for (; depth + 1 < kDepths && mean > limit; ++depth) limit *= 4;
  return depth;
}

// The likeliest tokens of all offers: as chances fall, they are the first ones of each.
GuessPlanner::Choice GuessPlanner::choose(std::span<const GuessOffer> offers, std::size_t tokens) {
  Choice choice;
  choice.counts.resize(offers.size());
  for (; choice.tokens < tokens; ++choice.tokens) {
    std::size_t best = offers.size();
    double chance = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const std::size_t next = choice.counts[i];
      if (next >= offers[i].size() || offers[i][next] <= chance) continue;
      best = i;
      chance = offers[i][next];
    }
    if (best == offers.size()) break;
    ++choice.counts[best];
    choice.gain += chance;
  }
  return choice;
}

// One of each at least, as long as there is room.
GuessPlanner::Choice GuessPlanner::choose_likely(std::span<const GuessOffer> offers,
                                                 std::size_t tokens) const {
  std::vector<GuessOffer> likely(offers.begin(), offers.end());
  for (GuessOffer& offer : likely) {
    std::size_t keep = std::min<std::size_t>(offer.size(), 1);
    while (keep < offer.size() && offer[keep] >= kLikely) ++keep;
    offer.resize(keep);
  }
  return choose(likely, tokens);
}

// What is not known at this depth is taken from the nearest lower one.
const GuessPlanner::Cost* GuessPlanner::cost_of(const AnswerStep& step, std::size_t width) const {
  for (std::size_t depth = depth_of(step) + 1; depth-- > 0;) {
    const Cost& cost = costs_[depth][step.answers - 1][width];
    if (cost.times >= kEnough) return &cost;
  }
  return nullptr;
}

bool GuessPlanner::worth_a_try(const Cost* cost, double hoped) const {
  const bool known = cost != nullptr && steps_ - cost->when < kStale;
  return !known && credit_ >= 1 && hoped >= kHope;
}

std::vector<std::size_t> GuessPlanner::plan(const AnswerStep& step,
                                            std::span<const GuessOffer> offers) {
  trying_ = false;
  std::vector<std::size_t> none(offers.size());
  if (!on() || step.answers == 0 || step.answers >= kMostTokens) return none;
  if (mode_ == Speculation::kAlways) {
    const std::size_t most = std::max(kUsualTokens, step.answers) - step.answers;
    return choose_likely(offers, most).counts;
  }
  const auto answers = static_cast<double>(step.answers);
  if (since_plain_ >= kLongestRun || !plain_.expect({0, step.answers, step.attended})) return none;
  Choice best;
  best.counts = std::move(none);
  double saving = kLeastSaving;
  double narrower = 1;  // a wider step costs as much as a narrower one at least
  for (std::size_t width = 0; width < kWidths.size(); ++width) {
    if (kWidths[width] <= step.answers) continue;
    Choice choice = choose(offers, kWidths[width] - step.answers);
    if (width_of(step.answers + choice.tokens) != width || choice.tokens == 0) break;
    const double worth = 1 + choice.gain / answers;
    const Cost* cost = cost_of(step, width);
    if (worth_a_try(cost, worth / narrower) && worth / narrower > saving) {
      trying_ = true;
      return choice.counts;
    }
    if (cost == nullptr) break;
    narrower = std::max(narrower, cost->ratio);
    if (worth / cost->ratio < saving) continue;
    saving = worth / cost->ratio;
    best = std::move(choice);
  }
  return best.counts;
}

void GuessPlanner::note_cost(const AnswerStep& step, std::size_t tokens, double ratio) {
  Cost& cost = costs_[depth_of(step)][step.answers - 1][width_of(tokens)];
  if (steps_ - cost.when >= kStale) cost = {};
  const auto times = static_cast<double>(cost.times);
  if (cost.times > kEnough) ratio = std::clamp(ratio, cost.ratio / kOdd, cost.ratio * kOdd);
  cost.ratio += (ratio - cost.ratio) / std::min(times + 1, kMemory);
  ++cost.times;
  cost.when = steps_;
}

void GuessPlanner::observe(const AnswerStep& step, std::size_t tokens, std::size_t given,
                           std::chrono::nanoseconds spent) {
  if (step.answers == 0 || step.answers >= kMostTokens || tokens > kMostTokens) return;
  ++steps_;
  credit_ = std::min(credit_ + kIncome, kMostCredit);
  const StepWork plain = {0, step.answers, step.attended};
  if (tokens == step.answers) {
    since_plain_ = 0;
    return plain_.observe(plain, spent);
  }
  ++since_plain_;
  const auto expected = plain_.expect(plain);
  if (!expected || expected->count() <= 0) return;
  const double ratio = std::chrono::duration<double>(spent) / *expected;
  note_cost(step, tokens, ratio);
  if (!trying_) return;
  const double saved = static_cast<double>(given) / static_cast<double>(step.answers);
  credit_ -= std::max(ratio - saved, 0.0);
}

}  // namespace weir
