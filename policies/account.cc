#include "policies/account.h"

#include <algorithm>
#include <limits>

#include "policies/calendar.h"

namespace weir {
namespace {

constexpr NanoUsd kNoCap{std::numeric_limits<std::int64_t>::max()};
constexpr std::int64_t kMsPerSecond = 1'000;

std::int64_t seconds_until(std::int64_t later_ms, std::int64_t unix_ms) {
  return (later_ms - unix_ms + kMsPerSecond - 1) / kMsPerSecond;
}

std::int64_t percent_of(const Budget& budget) {
  if (budget.cap == kNoCap) return 0;
  if (budget.cap.value == 0) return 100;
  return static_cast<std::int64_t>(100.0 * static_cast<double>(budget.settled.value) /
                                   static_cast<double>(budget.cap.value));
}

// Of money that is free again as soon as others have ended.
constexpr std::int64_t kReservedWaitS = 1;

LimitProblem problem_of(const Budget& budget, LimitKind kind, NanoUsd amount, NanoUsd held,
                        std::int64_t free_again_ms, std::int64_t unix_ms) {
  if (amount - held <= budget.left()) return {};
  const Budget without_reservations{budget.cap, budget.settled, {}};
  if (amount <= without_reservations.left()) return {kind, kReservedWaitS, true};
  return {kind, seconds_until(free_again_ms, unix_ms)};
}

// Both steps are checked before; a failure would be a fault of ours and changes nothing.
void take(Budget& budget, const Result<Budget>& next) {
  if (next) budget = *next;
}

}  // namespace

std::int64_t Moment::second() const {
  return std::chrono::duration_cast<std::chrono::seconds>(steady.time_since_epoch()).count();
}

std::string_view to_string(LimitKind kind) {
  switch (kind) {
    case LimitKind::kNone: return "none";
    case LimitKind::kDay: return "daily_budget_usd";
    case LimitKind::kMonth: return "monthly_budget_usd";
    case LimitKind::kRequests: return "requests_per_minute";
    case LimitKind::kTokens: return "tokens_per_minute";
    case LimitKind::kConcurrent: return "concurrent_requests";
  }
  return "none";
}

void Account::Period::turn_to(std::int64_t wanted) {
  if (wanted <= begin) return;
  begin = wanted;
  budget.settled = {};  // what is open stays reserved: it may still have to be paid
}

void Account::turn(std::int64_t unix_ms) {
  day_.turn_to(day_begin(unix_ms));
  month_.turn_to(month_begin(unix_ms));
}

void Account::set_limits(const Limits& limits) {
  limits_ = limits;
  day_.budget.cap = limits.daily_budget.value_or(kNoCap);
  month_.budget.cap = limits.monthly_budget.value_or(kNoCap);
}

Account::Rates& Account::rates() {
  if (rates_ == nullptr) rates_ = std::make_unique<Rates>();
  return *rates_;
}

LimitProblem Account::problem_of_request(std::int64_t tokens, const Moment& now) {
  const std::int64_t second = now.second();
  if (limits_.concurrent_requests > 0 && under_way_ >= limits_.concurrent_requests) {
    return {LimitKind::kConcurrent, 1};
  }
  if (limits_.requests_per_minute > 0) {
    const auto wait = rates().requests.seconds_until_fit(second, limits_.requests_per_minute, 1);
    if (wait != 0) return {LimitKind::kRequests, wait};
  }
  if (limits_.tokens_per_minute > 0) {
    const auto wait = rates().tokens.seconds_until_fit(second, limits_.tokens_per_minute, tokens);
    if (wait != 0) return {LimitKind::kTokens, wait};
  }
  return {};
}

void Account::begin_request(std::int64_t tokens, const Moment& now) {
  ++under_way_;
  if (limits_.requests_per_minute > 0) rates().requests.add(now.second(), 1);
  if (limits_.tokens_per_minute > 0) rates().tokens.add(now.second(), tokens);
}

void Account::end_request(const Moment& began, std::int64_t tokens, std::int64_t used_tokens,
                          const Moment& now) {
  --under_way_;
  if (limits_.tokens_per_minute == 0) return;
  rates().tokens.correct(began.second(), now.second(), used_tokens - tokens);
}

std::optional<NanoUsd> Account::left(std::int64_t unix_ms) {
  turn(unix_ms);
  if (!limits_.daily_budget && !limits_.monthly_budget) return std::nullopt;
  return std::min(day_.budget.left(), month_.budget.left());
}

LimitProblem Account::problem_of_money(NanoUsd amount, NanoUsd held, std::int64_t unix_ms) {
  turn(unix_ms);
  const LimitProblem month =
      problem_of(month_.budget, LimitKind::kMonth, amount, held, next_month(unix_ms), unix_ms);
  const LimitProblem day =
      problem_of(day_.budget, LimitKind::kDay, amount, held, next_day(unix_ms), unix_ms);
  const bool month_first =
      month.kind != LimitKind::kNone && (!month.only_reserved || day.kind == LimitKind::kNone);
  return month_first ? month : day;
}

void Account::reserve(NanoUsd amount, std::int64_t unix_ms) {
  turn(unix_ms);
  take(day_.budget, weir::reserve(day_.budget, amount));
  take(month_.budget, weir::reserve(month_.budget, amount));
}

void Account::settle(NanoUsd reservation, NanoUsd spent, std::int64_t reserved_ms,
                     std::int64_t unix_ms) {
  turn(unix_ms);
  const NanoUsd today = day_begin(reserved_ms) == day_.begin ? spent : NanoUsd{};
  const NanoUsd this_month = month_begin(reserved_ms) == month_.begin ? spent : NanoUsd{};
  take(day_.budget, weir::settle(day_.budget, reservation, today));
  take(month_.budget, weir::settle(month_.budget, reservation, this_month));
}

void Account::restore(NanoUsd spent_today, NanoUsd spent_this_month, std::int64_t unix_ms) {
  turn(unix_ms);
  take(day_.budget, weir::settle(day_.budget, {}, spent_today));
  take(month_.budget, weir::settle(month_.budget, {}, spent_this_month));
}

Account::Fill Account::fill(std::int64_t unix_ms) {
  turn(unix_ms);
  return {percent_of(day_.budget), percent_of(month_.budget)};
}

const Budget& Account::month(std::int64_t unix_ms) {
  turn(unix_ms);
  return month_.budget;
}

RateState Account::state_of(RateWindow Rates::* window, std::int64_t limit, const Moment& now) {
  if (limit == 0) return {};
  RateWindow& rate = rates().*window;
  const std::int64_t second = now.second();
  return {limit, std::max<std::int64_t>(0, limit - rate.used(second)),
          rate.seconds_until_empty(second)};
}

RateState Account::requests(const Moment& now) {
  return state_of(&Rates::requests, limits_.requests_per_minute, now);
}

RateState Account::tokens(const Moment& now) {
  return state_of(&Rates::tokens, limits_.tokens_per_minute, now);
}

bool Account::idle(const Moment& now) {
  turn(now.unix_ms);
  const bool spent_nothing = day_.budget.settled.value == 0 && month_.budget.settled.value == 0 &&
                             month_.budget.reserved.value == 0;
  const bool at_rest = rates_ == nullptr || (rates_->requests.used(now.second()) == 0 &&
                                             rates_->tokens.used(now.second()) == 0);
  return spent_nothing && at_rest && under_way_ == 0;
}

}  // namespace weir
