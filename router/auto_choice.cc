#include "router/auto_choice.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "router/refusal.h"

namespace weir {
namespace {

class AutoChoice {
 public:
  AutoChoice(const DecisionInput& input, const Options& options)
      : input_(input), options_(options) {
    decision_.threshold = threshold_of(input.ruling.team(), input.routing);
    for (const Option& option : options_) {
      if (option.local()) local_ = &option;
      if (!option.local() && option.fits()) outside_.push_back(&option);
    }
    order_outside();
  }

  Result<Decision> decide() {
    const bool local_fits = local_ != nullptr && local_->fits();
    if (!local_fits && outside_.empty()) return nothing_fits(input_, with_missing_local());
    if (!local_fits) {
      add_outside(why_not_local());
    } else if (outside_.empty()) {
      decision_.stays = why_not_outside();
      add(*local_, is_hard() && !asked_first() && wished() != "local" ? why_not_outside()
                                                                      : reason_to_stay());
    } else {
      choose_side();
    }
    if (const auto reason = input_.ruling.local_only()) {
      for (Candidate& candidate : decision_.candidates) candidate.reason = *reason;
    }
    decision_.reason = decision_.candidates.front().reason;
    decision_.watched = decision_.reason == Reason::kEasy;
    return std::move(decision_);
  }

 private:
  // Both sides could answer.
  void choose_side() {
    const std::string_view wish = wished();
    if (wish == "local") return stay();
    if (!wish.empty()) return leave(Reason::kRule);
    if (in_conversation_) return leave(Reason::kConversation);
    if (is_hard() && !asked_first()) return leave(Reason::kHard);
    if (costs_less_outside()) return leave(Reason::kCheaper);
    stay();
  }

  void stay() {
    add(*local_, reason_to_stay());
    add_outside(Reason::kLocalFailed);
  }

  void leave(Reason reason) {
    add_outside(reason);
    if (input_.routing.cloud_failure_to_local) add(*local_, Reason::kCloudFailed);
  }

  // What a rule prefers, if that can be had.
  std::string_view wished() const {
    const Rule* rule = input_.ruling.matched();
    if (rule == nullptr || rule->prefer.empty()) return {};
    if (rule->prefer == "local" || rule->prefer == "cloud") return rule->prefer;
    const bool can_be_had = !outside_.empty() && outside_.front()->backend->name == rule->prefer;
    return can_be_had ? std::string_view(rule->prefer) : std::string_view();
  }

  bool is_hard() const { return input_.score >= decision_.threshold; }
  // Only where its signals are looked at, and may suffice.
  bool asked_first() const {
    return local_->backend->asked_first && input_.routing.hold_tokens > 0 &&
           decision_.threshold > 0;
  }
  Reason reason_to_stay() const { return wished() == "local" ? Reason::kRule : Reason::kEasy; }

  // A local answer that does not do is paid for, and so is the one that takes its place.
  bool costs_less_outside() const {
    if (!outside_.front()->expected) return false;
    const auto outside = static_cast<double>(outside_.front()->expected->value);
    const auto local = static_cast<double>(local_->expected.value_or(NanoUsd{}).value);
    return outside < local + input_.score * outside;
  }

  // How likely its answer would not do where the best one would.
  double regret(const Option& option) const { return input_.score * (1 - option.backend->quality); }
  bool meets_target(const Option& option) const { return regret(option) < decision_.threshold; }

  // The cheapest that meet the target, then the best of those that do not. What has no
  // price cannot be compared and stands behind what has one, as configured.
  bool goes_before(const Option& a, const Option& b) const {
    if (meets_target(a) != meets_target(b)) return meets_target(a);
    if (!meets_target(a) && regret(a) != regret(b)) return regret(a) < regret(b);
    constexpr NanoUsd kUnpriced{std::numeric_limits<std::int64_t>::max()};
    const NanoUsd cost_of_a = meets_target(a) ? a.expected.value_or(kUnpriced) : NanoUsd{};
    const NanoUsd cost_of_b = meets_target(b) ? b.expected.value_or(kUnpriced) : NanoUsd{};
    return std::tie(cost_of_a, a.index) < std::tie(cost_of_b, b.index);
  }

  void order_outside() {
    std::sort(outside_.begin(), outside_.end(),
              [&](const Option* a, const Option* b) { return goes_before(*a, *b); });
    // A conversation that was escalated stays outside, also when this turn alone looks
    // easy ("yes, go on"). One that was local may escalate.
    in_conversation_ = std::any_of(outside_.begin(), outside_.end(), [&](const Option* option) {
      return option->backend->name == input_.conversation_backend;
    });
    // Where its prompt is cached is part of the expected cost; unpriced, it is guessed.
    bring_forward(input_.conversation_backend,
                  [](const Option& option) { return !option.expected; });
    if (const Rule* rule = input_.ruling.matched(); rule != nullptr) {
      bring_forward(rule->prefer, [](const Option&) { return true; });
    }
  }

  template <class When>
  void bring_forward(std::string_view backend, When when) {
    const auto named = std::find_if(outside_.begin(), outside_.end(), [&](const Option* option) {
      return option->backend->name == backend && when(*option);
    });
    if (named != outside_.end()) std::rotate(outside_.begin(), named, named + 1);
  }

  void add(const Option& option, Reason reason) {
    decision_.candidates.push_back(
        {option.index, option.model->upstream, option.model->name, reason});
  }

  void add_outside(Reason reason) {
    for (const Option* option : outside_) {
      const bool fallback = option != outside_.front() && reason != Reason::kLocalFailed;
      add(*option, fallback ? Reason::kCloudFailed : reason);
    }
  }

  Reason why_not_local() {
    if (local_ == nullptr) return Reason::kLocalFailed;
    switch (local_->problem) {
      case Problem::kUnsupported: decision_.field = local_->field; return Reason::kCapability;
      case Problem::kTooLong: return Reason::kContextLength;
      case Problem::kModel:
      case Problem::kCost:
      case Problem::kBudget:
      case Problem::kPolicy: return Reason::kRule;
      case Problem::kNone:
      case Problem::kDown: break;
    }
    return Reason::kLocalFailed;
  }

  Reason why_not_outside() const {
    if (any(options_, Problem::kBudget)) return Reason::kBudgetSpent;
    return any(options_, Problem::kDown) ? Reason::kCloudFailed : Reason::kEscalationUnavailable;
  }

  // A local-only request without a local model is a model that is down (503), not
  // a request that is wrong.
  Options with_missing_local() const {
    Options options = options_;
    if (local_ == nullptr && input_.ruling.local_only()) {
      options.emplace_back().problem = Problem::kDown;
    }
    return options;
  }

  const DecisionInput& input_;
  const Options& options_;
  const Option* local_ = nullptr;
  std::vector<const Option*> outside_;  // those that fit, the best first
  bool in_conversation_ = false;
  Decision decision_;
};

}  // namespace

Result<Decision> choose_for_auto(const DecisionInput& input, const Options& options) {
  return AutoChoice(input, options).decide();
}

}  // namespace weir
