#include "local_backend/guesser.h"

#include <algorithm>
#include <exception>

namespace weir {
namespace {

constexpr std::size_t kMostDrafted = 7;    // tokens, of one answer
constexpr std::size_t kLittleBehind = 16;  // tokens that are read with the guess
constexpr std::size_t kRetry = 500;        // steps without a draft, then one may be tried
constexpr double kRetryChance = 0.7;
constexpr double kSureGain = 1.5;  // times what reading costs
constexpr std::size_t kFewestRead = 16;
constexpr std::size_t kMostRead = 256;
constexpr double kFollowAnswers = 0.1;  // of the length of answers

}  // namespace

std::vector<std::size_t> Guesser::plan(std::span<Sequence* const> answers,
                                       const kernels::Kernels& kernels, kernels::WorkerPool& pool,
                                       const std::function<bool()>& stop) {
  drafting_ = {};
  wishes_.clear();
  wishing_.clear();
  ++undrafted_;
  reading_on_trial_ = false;
  std::vector<GuessOffer> offers(answers.size());
  AnswerStep step{answers.size()};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Sequence& answer = *answers[i];
    step.attended += static_cast<double>(answer.tokens());
    offers[i].chances = answer.find_guess(GuessPlanner::kMostTokens - answers.size());
    const bool waits_for_guess = answer.answering() && answer.waiting().size() == 1;
    if (draft_ != nullptr && waits_for_guess) consider_draft(answer, &offers[i]);
  }
  std::vector<std::size_t> counts = planner_.plan(step, offers);
  if (reading_on_trial_) planner_.call_it_a_try();
  if (draft_ == nullptr) return counts;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!offers[i].drafted || counts[i] == 0) continue;
    wishes_.push_back(answers[i]->draft_wish(counts[i], kLittleBehind));
    wishing_.push_back(answers[i]);
    counts[i] = 0;
  }
  run_draft(kernels, pool, stop);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]->drafted()) counts[i] = GuessPlanner::kMostTokens;
  }
  return counts;
}

GuessOffer Guesser::draft_offer(const Sequence& answer, bool retry) const {
  GuessOffer offer;
  offer.drafted = true;
  offer.unproven = retry;
  offer.token_s = draft_->guess_s(answer.tokens()).value_or(0);
  const double chance = answer.draft_chance();
  double all = 1;
  const std::size_t left = answer.most_tokens() - answer.tokens();
  offer.chances.reserve(kMostDrafted);
  while (offer.chances.size() < std::min(kMostDrafted, left - 1)) {
    all *= retry ? std::max(chance, kRetryChance) : chance;
    offer.chances.push_back(all);
  }
  return offer;
}

// Takes the place of what was found, if it saves more.
void Guesser::consider_draft(Sequence& answer, GuessOffer* offer) {
  if (answer.most_tokens() < answer.tokens() + 2) return;
  const AnswerStep alone{1, static_cast<double>(answer.tokens())};
  const bool retry = mode_ == Speculation::kAuto && undrafted_ > kRetry && planner_.may_try();
  GuessOffer drafted = draft_offer(answer, retry);
  const bool found = !offer->chances.empty();
  if (found && (retry || planner_.saving(alone, *offer) >= planner_.saving(alone, drafted))) return;
  if (mode_ == Speculation::kAuto && !planner_.pays(alone, drafted)) return;
  DraftReader* reader = answer.draft_reader(*draft_);
  if (reader == nullptr) return;
  const std::size_t behind = DraftModel::behind(*reader, answer.known());
  if (behind == SIZE_MAX) return;
  if (behind <= kLittleBehind) {
    *offer = std::move(drafted);
  } else if (pays_to_read(answer, drafted, behind)) {
    reading_on_trial_ = reading_on_trial_ || retry;
    wishes_.push_back(answer.draft_wish(0, readable(answer.tokens())));
    wishing_.push_back(&answer);
  }
}

// Whether an answer as long as usual saves more than it takes to read what is before it.
bool Guesser::pays_to_read(const Sequence& answer, const GuessOffer& offer,
                           std::size_t behind) const {
  if (mode_ == Speculation::kAlways) return true;
  const std::size_t depth = answer.tokens();
  const AnswerStep alone{1, static_cast<double>(depth)};
  const auto plain = planner_.plain_s(alone);
  if (!plain) return false;
  const auto cost = draft_->read_s(behind, depth / 2);
  if (!cost) return true;
  if (offer.unproven && *cost > *plain * planner_.may_try().value_or(0)) return false;
  const double most = static_cast<double>(answer.most_tokens() - answer.tokens());
  const double left = std::min(most, usual_answer_);
  const double gain = left * *plain * (1 - 1 / planner_.saving(alone, offer));
  return gain > kSureGain * *cost;
}

// In the time of a step.
std::size_t Guesser::readable(std::size_t depth) const {
  const auto plain = planner_.plain_s({1, static_cast<double>(depth)});
  const auto cost = draft_->read_s(kMostRead, depth);
  if (!plain || !cost || *cost <= 0) return kFewestRead;
  const double share = std::min(*plain / *cost, 1.0);
  return std::max(static_cast<std::size_t>(static_cast<double>(kMostRead) * share), kFewestRead);
}

// What fails is a guess less.
void Guesser::run_draft(const kernels::Kernels& kernels, kernels::WorkerPool& pool,
                        const std::function<bool()>& stop) {
  if (wishes_.empty()) return;
  try {
    draft_->guess(wishes_, kernels, pool, stop);
  } catch (const std::exception&) {
    return;
  }
  drafting_ = draft_->spent();
  for (std::size_t i = 0; i < wishes_.size(); ++i) {
    if (!wishes_[i].guess.empty()) undrafted_ = 0;
    wishing_[i]->set_drafted(std::move(wishes_[i].guess));
  }
}

void Guesser::observe(const AnswerStep& step, std::size_t tokens, std::size_t given,
                      std::chrono::nanoseconds spent) {
  planner_.observe(step, tokens, given, spent, drafting_);
  drafting_ = {};
}

void Guesser::note_answer(std::size_t tokens) {
  usual_answer_ += kFollowAnswers * (static_cast<double>(tokens) - usual_answer_);
}

}  // namespace weir
