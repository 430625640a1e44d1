#include "policies/budget_book.h"

#include <chrono>
#include <limits>

namespace weir {
namespace {

constexpr NanoUsd kNoCap{std::numeric_limits<std::int64_t>::max()};

}  // namespace

std::int64_t month_begin(std::int64_t unix_ms) {
  using namespace std::chrono;
  const auto day = floor<days>(sys_time<milliseconds>(milliseconds(unix_ms)));
  const year_month_day date(day);
  const sys_days first = date.year() / date.month() / 1;
  return duration_cast<milliseconds>(first.time_since_epoch()).count();
}

BudgetHold::BudgetHold(BudgetBook& book, std::string_view team, std::int64_t unix_ms)
    : book_(book), team_(team), unix_ms_(unix_ms) {}

Result<void> BudgetHold::add(std::optional<NanoUsd> bound) {
  if (const Result<void> reserved = book_.reserve(team_, bound, unix_ms_); !reserved) {
    return reserved;
  }
  held_ += bound.value_or(NanoUsd{});
  return {};
}

void BudgetHold::settle(NanoUsd spent) {
  if (!open_) return;
  open_ = false;
  if (held_.value == 0 && spent.value == 0) return;
  book_.settle(team_, held_, spent, unix_ms_);
}

void BudgetBook::Entry::set_cap(std::optional<NanoUsd> wanted) {
  cap = wanted;
  budget.cap = wanted.value_or(kNoCap);
}

// What is open stays reserved over the end of a month: it may still have to be paid.
void BudgetBook::Entry::turn_to(std::int64_t wanted_month) {
  if (wanted_month <= month) return;
  month = wanted_month;
  budget.settled = {};
}

BudgetBook::Entry& BudgetBook::entry(std::string_view team, std::int64_t unix_ms) {
  auto found = teams_.find(team);
  if (found == teams_.end()) {
    found = teams_.emplace(std::string(team), Entry{}).first;
    found->second.set_cap(std::nullopt);
  }
  found->second.turn_to(month_begin(unix_ms));
  return found->second;
}

void BudgetBook::set_caps(const std::vector<TeamCap>& caps) {
  const std::lock_guard lock(mutex_);
  for (auto& [team, entry] : teams_) entry.set_cap(std::nullopt);
  for (const TeamCap& each : caps) {
    entry(each.team, 0).set_cap(each.cap);
  }
}

void BudgetBook::restore(std::string_view team, NanoUsd settled, std::int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  entry(team, unix_ms).budget.settled = settled;
}

std::optional<NanoUsd> BudgetBook::left(std::string_view team, std::int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  const Entry& found = entry(team, unix_ms);
  if (!found.cap) return std::nullopt;
  return found.budget.left();
}

std::vector<TeamBudget> BudgetBook::all(std::int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  std::vector<TeamBudget> all;
  for (auto& [team, entry] : teams_) {
    entry.turn_to(month_begin(unix_ms));
    TeamBudget& each = all.emplace_back(TeamBudget{team, entry.cap.has_value(), entry.budget});
    if (!each.capped) each.budget.cap = {};
  }
  return all;
}

Result<void> BudgetBook::reserve(std::string_view team, std::optional<NanoUsd> bound,
                                 std::int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  Entry& found = entry(team, unix_ms);
  if (!bound) {
    if (!found.cap) return {};
    return Error{ErrorCode::kBudgetExceeded, "A model without a price cannot be asked on a budget.",
                 "budget_exceeded"};
  }
  const Result<Budget> next = weir::reserve(found.budget, *bound);
  if (!next) return next.error();
  found.budget = *next;
  return {};
}

// A request of an earlier month gives back what it held and leaves the new month alone.
void BudgetBook::settle(std::string_view team, NanoUsd held, NanoUsd spent, std::int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  Entry& found = entry(team, unix_ms);
  const bool this_month = month_begin(unix_ms) == found.month;
  const Result<Budget> next = weir::settle(found.budget, held, this_month ? spent : NanoUsd{});
  if (next) found.budget = *next;
}

}  // namespace weir
