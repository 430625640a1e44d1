#include "local_backend/guess_planner.h"

#include <algorithm>

namespace weir {
namespace {

constexpr double kLeastSaving = 1.04;  // times as fast, or it is not done
constexpr double kHope = 1.1;          // times as fast, or it is not tried
constexpr double kIncome = 0.01;       // of credit, each step
constexpr double kMostCredit = 64;
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
      if (next >= offers[i].chances.size() || offers[i].chances[next] <= chance) continue;
      best = i;
      chance = offers[i].chances[next];
    }
    if (best == offers.size()) break;
    const double drafting = offers[best].token_s * static_cast<double>(++choice.counts[best]);
    choice.drafting_s = std::max(choice.drafting_s, drafting);
    choice.gain += chance;
  }
  return choice;
}

// One of each at least, as long as there is room.
GuessPlanner::Choice GuessPlanner::choose_likely(std::span<const GuessOffer> offers,
                                                 std::size_t tokens) const {
  std::vector<GuessOffer> likely(offers.begin(), offers.end());
  for (GuessOffer& offer : likely) {
    std::size_t keep = std::min<std::size_t>(offer.chances.size(), 1);
    while (keep < offer.chances.size() && offer.chances[keep] >= kLikely) ++keep;
    offer.chances.resize(keep);
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
  return !known && may_try() && hoped >= kHope;
}

// The widths are looked at from the narrowest on, and none behind one that is not known.
GuessPlanner::Proposal GuessPlanner::propose(const AnswerStep& step,
                                             std::span<const GuessOffer> offers,
                                             double plain_s) const {
  Proposal best;
  best.counts.resize(offers.size());
  best.saving = kLeastSaving;
  double narrower = 1;  // a wider step costs as much as a narrower one at least
  for (std::size_t width = 0; width < kWidths.size(); ++width) {
    if (kWidths[width] <= step.answers) continue;
    Choice choice = choose(offers, kWidths[width] - step.answers);
    if (choice.tokens == 0 || width_of(step.answers + choice.tokens) != width) break;
    const double worth = 1 + choice.gain / static_cast<double>(step.answers);
    const double drafting = choice.drafting_s / plain_s;
    const Cost* cost = cost_of(step, width);
    const double hoped = worth / (narrower + drafting);
    if (worth_a_try(cost, hoped) && hoped > best.saving) {
      return {std::move(choice.counts), hoped, true};
    }
    if (cost == nullptr) break;
    narrower = std::max(narrower, cost->ratio);
    const double saving = worth / (cost->ratio + drafting);
    if (saving > best.saving) best = {std::move(choice.counts), saving, false};
  }
  return best;
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
  const auto plain = plain_s(step);
  if (since_plain_ >= kLongestRun || !plain) return none;
  std::vector<GuessOffer> proven(offers.begin(), offers.end());
  bool hopes = false;
  for (GuessOffer& offer : proven) {
    if (!offer.unproven) continue;
    offer.chances.clear();
    hopes = true;
  }
  Proposal best = propose(step, proven, *plain);
  if (hopes && may_try()) {
    Proposal hoped = propose(step, offers, *plain);
    hoped.trying = true;
    if (hoped.saving > std::max(best.saving, kHope)) best = std::move(hoped);
  }
  trying_ = best.trying;
  return best.counts;
}

double GuessPlanner::saving(const AnswerStep& step, const GuessOffer& offer) const {
  const auto plain = plain_s(step);
  if (!plain || step.answers == 0 || step.answers >= kMostTokens) return 1;
  double best = 1;
  double ratio = 1;
  for (std::size_t width = 0; width < kWidths.size(); ++width) {
    if (kWidths[width] <= step.answers) continue;
    const Choice choice = choose(std::span(&offer, 1), kWidths[width] - step.answers);
    const Cost* cost = cost_of(step, width);
    if (cost != nullptr) ratio = cost->ratio;
    const double worth = 1 + choice.gain / static_cast<double>(step.answers);
    best = std::max(best, worth / (ratio + choice.drafting_s / *plain));
  }
  return best;
}

bool GuessPlanner::pays(const AnswerStep& step, const GuessOffer& offer) const {
  return saving(step, offer) >= (offer.unproven ? kHope : kLeastSaving);
}

std::optional<double> GuessPlanner::plain_s(const AnswerStep& step) const {
  const auto seconds = plain_.expect({0, step.answers, step.attended});
  if (!seconds || seconds->count() <= 0) return std::nullopt;
  return seconds->count();
}

std::optional<double> GuessPlanner::may_try() const {
  if (credit_ < 1) return std::nullopt;
  return credit_;
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
                           std::chrono::nanoseconds spent, std::chrono::nanoseconds drafting) {
  if (step.answers == 0 || step.answers >= kMostTokens || tokens > kMostTokens) return;
  ++steps_;
  credit_ = std::min(credit_ + kIncome, kMostCredit);
  const auto expected = plain_s(step);
  const double seconds = std::chrono::duration<double>(spent).count();
  if (tokens == step.answers) {
    since_plain_ = 0;
    plain_.observe({0, step.answers, step.attended}, seconds);
  } else {
    ++since_plain_;
    if (expected) note_cost(step, tokens, seconds / *expected);
  }
  if (!trying_ || !expected) return;
  // What a width costs is learnt from wrong guesses, too: who made them does not pay for it.
  const bool read_only = tokens == step.answers;
  const double all = seconds + (read_only ? std::chrono::duration<double>(drafting).count() : 0);
  const double saved = static_cast<double>(given) / static_cast<double>(step.answers);
  credit_ -= std::max(all / *expected - saved, 0.0);
}

}  // namespace weir
