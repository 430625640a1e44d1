// The arithmetic of a budget: what is settled plus what is reserved never exceeds the cap.
//
// Pure values; who keeps them, and the one serial owner that orders the steps,
// stand elsewhere. All sums are checked for overflow and saturate towards "spent".
#pragma once

#include "core/money.h"
#include "core/result.h"

namespace weir {

struct Budget {
  NanoUsd cap;
  NanoUsd settled;
  NanoUsd reserved;

  NanoUsd left() const;  // never negative
};

// Sets `amount` aside. kBudgetExceeded when it does not fit, kInternal when negative.
Result<Budget> reserve(const Budget& budget, NanoUsd amount);

// Turns a reservation into what it really cost. `actual` above `reservation` is
// taken too, because the money is gone; the next reserve() sees it.
Result<Budget> settle(const Budget& budget, NanoUsd reservation, NanoUsd actual);

}  // namespace weir
