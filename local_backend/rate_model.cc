#include "local_backend/rate_model.h"

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

constexpr double kTokenUnit = 64;
constexpr double kAttendedUnit = 65'536;
constexpr double kForget = 0.98;       // a call counts half after 35 others
constexpr double kUnknown = 1;         // of a cost, before anything was seen
constexpr double kMostUnknown = 8;     // of all costs: calls that are all alike forget no further
constexpr double kSurprise = 0.25;     // a larger relative error counts less
constexpr double kFollowPieces = 0.1;  // of the size of pieces
constexpr double kRemember = 0.99;     // of what guesses saved, at each call

// A call for a piece of a prompt: `tokens` behind `before` others.
double attended_by(double tokens, double before) { return tokens * (before + (tokens + 1) / 2); }

}  // namespace

Rates::Fit::Fit() {
  for (std::size_t i = 0; i < costs.size(); ++i) uncertainty[i][i] = kUnknown;
}

double Rates::Fit::expect(const Terms& terms) const {
  double seconds = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) seconds += terms[i] * costs[i];
  return seconds;
}

// In units of the call's own time, so that every call asks for a sum of 1. A call that
// something else held up is believed less, once there is something to believe.
void Rates::Fit::observe(const Terms& terms, double seconds) {
  Terms relative = terms;
  for (double& term : relative) term /= seconds;
  const double error = 1 - expect(relative);
  const bool odd = steps >= 2 * kFewestSteps && std::abs(error) > kSurprise;
  const double trust = odd ? kSurprise / std::abs(error) : 1;
  double unknown = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) unknown += uncertainty[i][i];
  const double keep = unknown < kMostUnknown ? kForget : 1;
  Terms gain = {};
  double spread = keep / trust;
  for (std::size_t i = 0; i < gain.size(); ++i) {
    for (std::size_t j = 0; j < gain.size(); ++j) gain[i] += uncertainty[i][j] * relative[j];
    spread += relative[i] * gain[i];
  }
  for (std::size_t i = 0; i < gain.size(); ++i) {
    costs[i] += gain[i] / spread * error;
    for (std::size_t j = 0; j < gain.size(); ++j) {
      uncertainty[i][j] = (uncertainty[i][j] - gain[i] * gain[j] / spread) / keep;
    }
  }
  ++steps;
}

Rates::Terms Rates::terms_of(const StepWork& work) {
  const auto tokens = static_cast<double>(work.prompt_tokens + work.answer_tokens);
  return {1, tokens / kTokenUnit, work.attended / kAttendedUnit};
}

void Rates::observe(const StepWork& work, double seconds) {
  if (seconds <= 0 || work.prompt_tokens + work.answer_tokens == 0) return;
  (work.prompt_tokens > 0 ? prompts_ : answers_).observe(terms_of(work), seconds);
  if (work.prompt_tokens == 0) return;
  const auto piece = static_cast<double>(work.prompt_tokens);
  piece_tokens_ += piece_tokens_ > 0 ? kFollowPieces * (piece - piece_tokens_) : piece;
}

void Rates::follow(const StepWork& plain, std::size_t given, double seconds) {
  if (answers_.steps < kFewestSteps || plain.answer_tokens == 0) return;
  const double tokens = static_cast<double>(given) / static_cast<double>(plain.answer_tokens);
  plain_s_ = kRemember * plain_s_ + tokens * seconds_of(plain);
  spent_s_ = kRemember * spent_s_ + seconds;
}

double Rates::seconds_of(const StepWork& work) const {
  return std::max(fit_of(work).expect(terms_of(work)), 0.0);
}

std::optional<std::chrono::duration<double>> Rates::expect(const StepWork& work) const {
  if (fit_of(work).steps < kFewestSteps) return std::nullopt;
  return std::chrono::duration<double>(seconds_of(work));
}

std::optional<Forecast> Rates::forecast(const RequestWork& work) const {
  const std::size_t known = std::min(work.known_tokens, work.prompt_tokens);
  const std::size_t unread = work.prompt_tokens - known;
  const std::size_t made = std::max<std::size_t>(work.answer_tokens, 1) - 1;
  if (unread > 0 && prompts_.steps < kFewestSteps) return std::nullopt;
  if (made > 0 && answers_.steps < kFewestSteps) return std::nullopt;
  const double beside = static_cast<double>(work.others * work.other_depth);
  Forecast forecast;
  if (unread > 0) {
    const double own = static_cast<double>(unread);
    const double other = static_cast<double>(work.other_unread);
    const double pieces = std::max(1.0, std::ceil((own + other) / piece_tokens_));
    const double attended = attended_by(own, static_cast<double>(known)) + attended_by(other, 0);
    const StepWork piece = {static_cast<std::size_t>(std::ceil((own + other) / pieces)),
                            work.others, attended / pieces + beside};
    forecast.prompt = std::chrono::duration<double>(pieces * seconds_of(piece));
  }
  if (made > 0) {
    const double depth = static_cast<double>(work.prompt_tokens) + static_cast<double>(made) / 2;
    const StepWork step = {0, work.others + 1, depth + beside};
    const double share = plain_s_ > 0 ? spent_s_ / plain_s_ : 1;
    forecast.answer =
        std::chrono::duration<double>(static_cast<double>(made) * seconds_of(step) * share);
  }
  return forecast;
}

}  // namespace weir
