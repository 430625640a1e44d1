// What the answers of a step may say next: found in what was said before, or said by a draft
// model, as many tokens of it as pay (guess_planner.h).
//
// Belongs to the engine's thread; outlives its sequences.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "local_backend/draft_model.h"
#include "local_backend/guess_planner.h"
#include "local_backend/guess_record.h"
#include "local_backend/sequence.h"

namespace weir {

class Guesser {
 public:
  // `draft` may be null.
  Guesser(Speculation mode, std::unique_ptr<DraftModel> draft)
      : mode_(mode), planner_(mode), draft_(std::move(draft)) {}

  // Of so many answers a step may hold guesses.
  bool on(std::size_t answers) const {
    return planner_.on() && answers > 0 && answers < GuessPlanner::kMostTokens;
  }
  // Of a tenant, which its answers begin with: no pace tells how guessable others' answers are.
  GuessRecord* record(const std::string& tenant) { return &records_[tenant]; }

  // How many tokens of each answer's guess() to compute. A draft model runs for as long as an
  // answer alone would take for a few tokens.
  std::vector<std::size_t> plan(std::span<Sequence* const> answers, const kernels::Kernels& kernels,
                                kernels::WorkerPool& pool, const std::function<bool()>& stop);
  // That the draft model took for the step that was planned last.
  std::chrono::nanoseconds drafting() const { return drafting_; }

  // That step was done: so many tokens were computed, and so many given, in so long.
  void observe(const AnswerStep& step, std::size_t tokens, std::size_t given,
               std::chrono::nanoseconds spent);
  void note_answer(std::size_t tokens);

 private:
  GuessOffer draft_offer(const Sequence& answer, bool retry) const;
  void consider_draft(Sequence& answer, GuessOffer* offer);
  bool pays_to_read(const Sequence& answer, const GuessOffer& offer, std::size_t behind) const;
  std::size_t readable(std::size_t depth) const;
  void run_draft(const kernels::Kernels& kernels, kernels::WorkerPool& pool,
                 const std::function<bool()>& stop);

  const Speculation mode_;
  GuessPlanner planner_;
  std::unordered_map<std::string, GuessRecord> records_;  // of each tenant
  const std::unique_ptr<DraftModel> draft_;
  std::vector<DraftWish> wishes_;   // of the step that is planned
  std::vector<Sequence*> wishing_;  // whose these are
  std::chrono::nanoseconds drafting_{};
  bool reading_on_trial_ = false;       // in that step
  std::size_t undrafted_ = 0;           // steps since the draft model last guessed
  double usual_answer_ = kFirstAnswer;  // tokens, of late
  static constexpr double kFirstAnswer = 200;
};

}  // namespace weir
