#include "policies/budget.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace weir {

NanoUsd Budget::left() const {
  const std::int64_t used = saturating_sum(settled, reserved).value;
  std::int64_t rest = 0;
  if (__builtin_sub_overflow(cap.value, used, &rest)) {
    rest = used < 0 ? std::numeric_limits<std::int64_t>::max() : 0;
  }
  return {std::max<std::int64_t>(rest, 0)};
}

Result<Budget> reserve(const Budget& budget, NanoUsd amount) {
  if (amount.value < 0) return Error{ErrorCode::kInternal, "a reservation cannot be negative"};
  if (amount > budget.left()) {
    return Error{ErrorCode::kBudgetExceeded, "The budget does not cover this request.",
                 "budget_exceeded"};
  }
  Budget next = budget;
  next.reserved = saturating_sum(budget.reserved, amount);
  return next;
}

Result<Budget> settle(const Budget& budget, NanoUsd reservation, NanoUsd actual) {
  if (reservation.value < 0 || actual.value < 0 || reservation > budget.reserved) {
    return Error{ErrorCode::kInternal, "a settlement without its reservation"};
  }
  Budget next = budget;
  next.reserved.value -= reservation.value;
  next.settled = saturating_sum(budget.settled, actual);
  return next;
}

}  // namespace weir
