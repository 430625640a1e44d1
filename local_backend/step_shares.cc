#include "local_backend/step_shares.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace weir {
namespace {

constexpr double kLeastSaved = 0.1;  // of a step, while something is put off

StepWork plus(StepWork work, const StepWish& wish, std::size_t tokens) {
  const auto added = static_cast<double>(tokens);
  (wish.answers ? work.answer_tokens : work.prompt_tokens) += tokens;
  work.attended += added * (static_cast<double>(wish.before) + (added + 1) / 2);
  return work;
}

// The largest number up to `most` for which `fits` holds, if it holds for all below it; or 0.
template <class Fits>
std::size_t largest(std::size_t most, const Fits& fits) {
  std::size_t low = 0;
  while (low < most) {
    const std::size_t middle = low + (most - low + 1) / 2;
    if (fits(middle)) {
      low = middle;
    } else {
      most = middle - 1;
    }
  }
  return low;
}

class Sharing {
 public:
  Sharing(std::span<const StepWish> wishes, std::span<const StepTenant> tenants,
          const StepTerms& terms, StepSavings* savings)
      : wishes_(wishes),
        tenants_(tenants),
        terms_(terms),
        savings_(savings),
        parts_(tenants.size()),
        given_(wishes.size()) {
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      Part& part = parts_[wishes[i].tenant];
      (wishes[i].answers ? part.answers : part.prompts).push_back(i);
    }
    double least = std::numeric_limits<double>::infinity();  // of those that do not flood
    for (std::size_t t = 0; t < tenants.size(); ++t) {
      if (!wants(t)) continue;
      weights_ += weight(t);
      if (!tenants[t].floods) least = std::min(least, tenants[t].served);
    }
    for (std::size_t t = 0; t < tenants.size(); ++t) {
      if (!wants(t)) continue;
      still_to_read_ += parts_[t].prompts.empty() ? 0 : 1;
      parts_[t].sheltered = !tenants[t].floods || tenants[t].served + kCredit < least;
      flooded_ = flooded_ || !parts_[t].sheltered;
      none_sheltered_ = none_sheltered_ && !parts_[t].sheltered;
    }
  }

  std::vector<std::size_t> share() {
    for (std::size_t t = 0; t < tenants_.size(); ++t) {
      if (wants(t)) measure_alone(t);
    }
    const std::vector<std::size_t> order = by_service();
    bound_s_ = longest_step();
    for (const std::size_t t : order) {
      if (is_sheltered(t)) give_answers(t, std::numeric_limits<double>::infinity());
    }
    give_sheltered_prompts(order);
    for (const std::size_t t : order) {
      if (!is_sheltered(t)) give_what_is_left(t);
    }
    for (const std::size_t t : order) {
      if (!has_some(t)) take_saved(t);
    }
    if (is_empty()) take(order.front());
    const double left = std::max(bound_s_ - terms_.seconds(work_), kLeastSaved * bound_s_);
    // Twice what lacks: it may grow from step to step, and has to be reached all the same.
    savings_->seconds = std::min(savings_->seconds + left, 2 * lacking_s_);
    savings_->put_off = lacking_s_ > 0 ? savings_->put_off + 1 : 0;
    return std::move(given_);
  }

 private:
  struct Part {
    std::vector<std::size_t> answers;  // wishes
    std::vector<std::size_t> prompts;
    bool sheltered = false;
    double alone_s = 0;
    std::size_t chunk = 0;  // prompt tokens of its step, alone
  };

  bool wants(std::size_t t) const {
    return !parts_[t].answers.empty() || !parts_[t].prompts.empty();
  }
  double weight(std::size_t t) const { return static_cast<double>(tenants_[t].weight); }
  bool is_sheltered(std::size_t t) const { return parts_[t].sheltered || none_sheltered_; }

  void measure_alone(std::size_t t) {
    Part& part = parts_[t];
    StepWork work;
    for (const std::size_t i : part.answers) work = plus(work, wishes_[i], wishes_[i].tokens);
    double limit = terms_.prompts_s;
    if (!part.answers.empty()) {
      part.alone_s = terms_.seconds(work);
      limit = std::min(terms_.beside_answers_s, terms_.answer_slowdown * part.alone_s);
    }
    if (part.prompts.empty()) return;
    part.chunk = std::max(fitting(part, work, terms_.most_prompt_tokens, limit),
                          std::min(kFewestPrefillTokens, terms_.most_prompt_tokens));
    part.alone_s = terms_.seconds(with_prompts(part, work, part.chunk, nullptr));
  }

  // The even split of so many tokens over the prompts of a part.
  StepWork with_prompts(const Part& part, StepWork work, std::size_t tokens,
                        std::vector<std::size_t>* given) const {
    for (std::size_t i = 0; i < part.prompts.size() && tokens > 0; ++i) {
      const StepWish& wish = wishes_[part.prompts[i]];
      const std::size_t fair = std::max<std::size_t>(tokens / (part.prompts.size() - i), 1);
      const std::size_t some = std::min(wish.tokens, fair);
      work = plus(work, wish, some);
      if (given != nullptr) (*given)[part.prompts[i]] = some;
      tokens -= some;
    }
    return work;
  }

  std::size_t fitting(const Part& part, const StepWork& work, std::size_t most,
                      double limit) const {
    return largest(most, [&](std::size_t tokens) {
      return terms_.seconds(with_prompts(part, work, tokens, nullptr)) <= limit;
    });
  }

  double longest_step() const {
    const double part = flooded_ && !none_sheltered_ ? kBesideFlood : 1;
    double bound = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t < tenants_.size(); ++t) {
      if (!wants(t) || !is_sheltered(t)) continue;
      const double others = weights_ / weight(t) - 1;
      bound = std::min(bound, parts_[t].alone_s * (1 + part * others));
    }
    return bound;
  }

  std::vector<std::size_t> by_service() const {
    std::vector<std::size_t> order(tenants_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t t) { return !wants(t); });
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(tenants_[a].served, a) < std::pair(tenants_[b].served, b);
    });
    return order;
  }

  void give_answers(std::size_t t, double limit) {
    for (const std::size_t i : parts_[t].answers) {
      const StepWork more = plus(work_, wishes_[i], wishes_[i].tokens);
      if (terms_.seconds(more) > limit) break;
      work_ = more;
      given_[i] = wishes_[i].tokens;
    }
  }

  // Leaves some for those whose prompts have nothing yet.
  void give_prompts(std::size_t t, std::size_t tokens) {
    const std::size_t kept = --still_to_read_ * kFewestPrefillTokens;
    const std::size_t room = terms_.most_prompt_tokens - work_.prompt_tokens;
    work_ = with_prompts(parts_[t], work_, std::min(tokens, room - std::min(kept, room)), &given_);
  }

  bool is_empty() const { return work_.prompt_tokens + work_.answer_tokens == 0; }

  // What is left of the step, by weight.
  void give_sheltered_prompts(std::span<const std::size_t> order) {
    double weights = 0;
    const auto reads = [&](std::size_t t) { return is_sheltered(t) && !parts_[t].prompts.empty(); };
    for (const std::size_t t : order) weights += reads(t) ? weight(t) : 0;
    for (const std::size_t t : order) {
      if (!reads(t)) continue;
      const double begun = is_empty() ? 0 : terms_.seconds(work_);
      const double limit = begun + (bound_s_ - begun) * weight(t) / weights;
      give_prompts(t, fitting(parts_[t], work_, parts_[t].chunk, limit));
      weights -= weight(t);
    }
  }

  void give_what_is_left(std::size_t t) {
    give_answers(t, bound_s_);
    if (!parts_[t].prompts.empty()) {
      give_prompts(t, fitting(parts_[t], work_, parts_[t].chunk, bound_s_));
    }
  }

  bool has_some(std::size_t t) const {
    const auto given = [&](std::size_t i) { return given_[i] > 0; };
    return std::any_of(parts_[t].answers.begin(), parts_[t].answers.end(), given) ||
           std::any_of(parts_[t].prompts.begin(), parts_[t].prompts.end(), given);
  }

  // The least that a tenant can have of a step.
  StepWork with_least(std::size_t t, std::vector<std::size_t>* given) const {
    const Part& part = parts_[t];
    if (part.answers.empty()) {
      const std::size_t room = terms_.most_prompt_tokens - work_.prompt_tokens;
      return with_prompts(part, work_, std::min(kFewestPrefillTokens, room), given);
    }
    const std::size_t first = part.answers.front();
    if (given != nullptr) (*given)[first] = wishes_[first].tokens;
    return plus(work_, wishes_[first], wishes_[first].tokens);
  }

  void take(std::size_t t) { work_ = with_least(t, &given_); }

  // That, if earlier steps left the time for it. Nobody overtakes who still lacks some.
  void take_saved(std::size_t t) {
    const double begun = is_empty() ? 0 : terms_.seconds(work_);
    const double lacking = terms_.seconds(with_least(t, nullptr)) - std::max(bound_s_, begun);
    const bool overdue = savings_->put_off >= kMostPutOff;
    if (!overdue && (lacking_s_ > 0 || lacking > savings_->seconds)) {
      lacking_s_ = std::max(lacking_s_, lacking);
      return;
    }
    savings_->seconds = std::max(savings_->seconds - std::max(lacking, 0.0), 0.0);
    take(t);
  }

  const std::span<const StepWish> wishes_;
  const std::span<const StepTenant> tenants_;
  const StepTerms& terms_;
  StepSavings* const savings_;
  std::vector<Part> parts_;
  std::vector<std::size_t> given_;
  double bound_s_ = 0;             // of the step
  double lacking_s_ = 0;           // for what was put off
  std::size_t still_to_read_ = 0;  // tenants with prompts that have had none of the step
  double weights_ = 0;
  bool flooded_ = false;  // somebody is not sheltered
  bool none_sheltered_ = true;
  StepWork work_;
};

}  // namespace

std::vector<std::size_t> share_step(std::span<const StepWish> wishes,
                                    std::span<const StepTenant> tenants, const StepTerms& terms,
                                    StepSavings* savings) {
  return Sharing(wishes, tenants, terms, savings).share();
}

std::size_t prompt_tokens_within(double seconds, const StepWork& work, std::size_t before,
                                 std::size_t most, const StepTerms& terms) {
  return largest(most, [&](std::size_t tokens) {
    return terms.seconds(plus(work, {0, false, most, before}, tokens)) <= seconds;
  });
}

}  // namespace weir
