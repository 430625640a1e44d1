#include "local_backend/guess_record.h"

namespace weir {
namespace {

constexpr double kKeep = 0.95;    // of what is known, at each new one: the last 20 count
constexpr double kBelief = 3;     // guesses that the parent's word counts as
constexpr double kAtFirst = 0.5;  // chance, before anything was seen
constexpr double kDraftAtFirst = 0.7;

}  // namespace

GuessSource source_of_alike(std::size_t tokens) {
  if (tokens >= 16) return GuessSource::kAlike16;
  if (tokens >= 8) return GuessSource::kAlike8;
  return tokens >= 4 ? GuessSource::kAlike4 : GuessSource::kAlike3;
}

void GuessRecord::note(GuessSource source, bool right) {
  Tally& tally = tallies_[static_cast<std::size_t>(source)];
  tally.right = kKeep * tally.right + (right ? 1 : 0);
  tally.all = kKeep * tally.all + 1;
  if (parent_ != nullptr) parent_->note(source, right);
}

double GuessRecord::chance(GuessSource source) const {
  const Tally& tally = tallies_[static_cast<std::size_t>(source)];
  const double at_first = source == GuessSource::kDraft ? kDraftAtFirst : kAtFirst;
  const double before = parent_ != nullptr ? parent_->chance(source) : at_first;
  return (tally.right + kBelief * before) / (tally.all + kBelief);
}

}  // namespace weir
