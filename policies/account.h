// What one holder of limits has used: money of this day and this month, the requests
// and tokens of the last minute, and how many requests are under way.
//
// A plain value without a lock: policies/limit_book.h owns all of them and orders the
// steps. Money is settled once and reserved before, so that what is settled plus what
// is reserved never exceeds a cap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/clock.h"
#include "core/money.h"
#include "policies/budget.h"
#include "policies/limits.h"
#include "policies/rate_window.h"

namespace weir {

// The two clocks of one instant.
struct Moment {
  std::int64_t unix_ms = 0;  // days and months go by it
  SteadyTime steady{};       // minutes go by it
  std::int64_t second() const;
};

enum class LimitKind : std::uint8_t {
  kNone,
  kDay,       // of money
  kMonth,     // the same
  kRequests,  // of a minute
  kTokens,    // the same
  kConcurrent,
};
std::string_view to_string(LimitKind kind);

// What stands in the way, and for how long.
struct LimitProblem {
  LimitKind kind = LimitKind::kNone;
  std::optional<std::int64_t> wait_s;  // until the same request fits; unset = it never does
  // Only what requests under way have reserved stands in the way, and most of it comes back.
  bool only_reserved = false;
};

// How much of a rate is left.
struct RateState {
  std::int64_t limit = 0;  // 0 = there is none
  std::int64_t remaining = 0;
  std::int64_t reset_s = 0;  // until all of it is free again
};

class Account {
 public:
  void set_limits(const Limits& limits);
  const Limits& limits() const { return limits_; }

  // Whether one more request of so many tokens may begin.
  LimitProblem problem_of_request(std::int64_t tokens, const Moment& now);
  void begin_request(std::int64_t tokens, const Moment& now);
  // `began` and `tokens` as they were given to begin_request().
  void end_request(const Moment& began, std::int64_t tokens, std::int64_t used_tokens,
                   const Moment& now);

  // The most that can still be reserved; unset = there is no cap.
  std::optional<NanoUsd> left(std::int64_t unix_ms);
  // Which cap is in the way of `amount`, and until when. `held` of it is reserved already.
  LimitProblem problem_of_money(NanoUsd amount, NanoUsd held, std::int64_t unix_ms);
  // `amount` fits.
  void reserve(NanoUsd amount, std::int64_t unix_ms);
  // Of a reservation that was made at `reserved_ms`: what it really cost. It counts for
  // the day and the month in which it was made and leaves later ones alone.
  void settle(NanoUsd reservation, NanoUsd spent, std::int64_t reserved_ms, std::int64_t unix_ms);
  // What the ledger knows of this day and this month.
  void restore(NanoUsd spent_today, NanoUsd spent_this_month, std::int64_t unix_ms);

  // The shares of the caps that are settled, in percent; 0 without a cap.
  struct Fill {
    std::int64_t day = 0;
    std::int64_t month = 0;
  };
  Fill fill(std::int64_t unix_ms);

  const Budget& month(std::int64_t unix_ms);
  RateState requests(const Moment& now);
  RateState tokens(const Moment& now);

  // Nothing that has to be remembered: it may be forgotten and made anew.
  bool idle(const Moment& now);

 private:
  struct Period {
    Budget budget{};         // cap: the greatest amount when there is none
    std::int64_t begin = 0;  // whose spending `budget` holds
    void turn_to(std::int64_t wanted);
  };
  struct Rates {
    RateWindow requests;
    RateWindow tokens;
  };

  void turn(std::int64_t unix_ms);
  Rates& rates();
  RateState state_of(RateWindow Rates::* window, std::int64_t limit, const Moment& now);

  Limits limits_;
  Period day_;
  Period month_;
  std::unique_ptr<Rates> rates_;  // made when first needed
  std::int64_t under_way_ = 0;
};

}  // namespace weir
