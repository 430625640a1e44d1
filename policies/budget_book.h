// What each team has spent and set aside this month.
//
// The one owner of all budgets: every step is one short turn under its lock, so two
// requests never share the same dollar. In memory; at start it is rebuilt from the
// ledger. A month is a UTC calendar month. A team without a cap is counted too.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "core/result.h"
#include "policies/budget.h"

namespace weir {

// When the UTC month that holds `unix_ms` began, in milliseconds since 1970.
std::int64_t month_begin(std::int64_t unix_ms);

struct TeamCap {
  std::string team;
  std::optional<NanoUsd> cap;  // unset = no limit
};

struct TeamBudget {
  std::string team;
  bool capped = false;
  Budget budget;  // cap is 0 when !capped
};

class BudgetBook;

// Money that one request has set aside; settles at nothing when it is dropped.
// Belongs to one request; the book outlives it.
class BudgetHold {
 public:
  BudgetHold(BudgetBook& book, std::string_view team, std::int64_t unix_ms);
  ~BudgetHold() { settle({}); }
  BudgetHold(const BudgetHold&) = delete;
  BudgetHold& operator=(const BudgetHold&) = delete;

  // Sets `bound` aside on top of what is held. kBudgetExceeded when it does not fit,
  // also for an unset bound of a team with a cap: what has no bound fits nothing.
  Result<void> add(std::optional<NanoUsd> bound);

  // Turns all that is held into `spent`, once; later calls change nothing. It counts
  // for the month in which the request came.
  void settle(NanoUsd spent);

 private:
  BudgetBook& book_;
  const std::string team_;
  const std::int64_t unix_ms_;
  NanoUsd held_;
  bool open_ = true;
};

class BudgetBook {
 public:
  // Caps of the configuration; what was spent stays.
  void set_caps(const std::vector<TeamCap>& caps);

  // What the ledger says was spent since the month of `unix_ms` began.
  void restore(std::string_view team, NanoUsd settled, std::int64_t unix_ms);

  // What `team` may still spend in the month of `unix_ms`; unset = it has no cap.
  std::optional<NanoUsd> left(std::string_view team, std::int64_t unix_ms);

  // Every team that is known, by name, as of the month of `unix_ms`.
  std::vector<TeamBudget> all(std::int64_t unix_ms);

 private:
  friend class BudgetHold;
  struct Entry {
    std::optional<NanoUsd> cap;
    Budget budget;           // cap: the greatest amount when there is none
    std::int64_t month = 0;  // whose spending `budget` holds, as month_begin()
    void set_cap(std::optional<NanoUsd> wanted);
    void turn_to(std::int64_t wanted_month);
  };

  Result<void> reserve(std::string_view team, std::optional<NanoUsd> bound, std::int64_t unix_ms);
  void settle(std::string_view team, NanoUsd held, NanoUsd spent, std::int64_t unix_ms);
  Entry& entry(std::string_view team, std::int64_t unix_ms);  // under mutex_

  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> teams_;
};

}  // namespace weir
