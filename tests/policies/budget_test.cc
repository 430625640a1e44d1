#include "policies/budget.h"

#include <limits>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST_CASE("A reservation fits up to the cap and not one nano-dollar above", "[policies]") {
  const Budget budget{{100}, {30}, {20}};
  CHECK(budget.left() == NanoUsd{50});
  CHECK(reserve(budget, {50})->left() == NanoUsd{0});
  CHECK(reserve(budget, {51}).error().code == ErrorCode::kBudgetExceeded);
  CHECK(reserve(budget, {kMax}).error().code == ErrorCode::kBudgetExceeded);
}

TEST_CASE("Settling frees the reservation and books what was spent", "[policies]") {
  const Budget budget{{100}, {30}, {20}};
  const Budget settled = settle(budget, {20}, {5}).value();
  CHECK(settled.reserved == NanoUsd{0});
  CHECK(settled.settled == NanoUsd{35});
}

TEST_CASE("A cost above its reservation is booked and blocks the next one", "[policies]") {
  const Budget settled = settle({{100}, {90}, {10}}, {10}, {40}).value();
  CHECK(settled.settled == NanoUsd{130});
  CHECK(settled.left() == NanoUsd{0});
  CHECK_FALSE(reserve(settled, {1}).has_value());
}

TEST_CASE("Amounts that make no sense are refused", "[policies]") {
  const Budget budget{{100}, {0}, {10}};
  CHECK(reserve(budget, {-1}).error().code == ErrorCode::kInternal);
  CHECK(settle(budget, {11}, {0}).error().code == ErrorCode::kInternal);
  CHECK(settle(budget, {-1}, {0}).error().code == ErrorCode::kInternal);
  CHECK(settle(budget, {1}, {-1}).error().code == ErrorCode::kInternal);
}

TEST_CASE("Sums at the end of the range count as spent", "[policies]") {
  const Budget budget{{kMax}, {kMax}, {kMax}};
  CHECK(budget.left() == NanoUsd{0});
  CHECK(settle({{kMax}, {kMax}, {1}}, {1}, {kMax})->left() == NanoUsd{0});
}

TEST_CASE("Settled plus reserved stays below the cap when costs keep their bound", "[policies]") {
  Rng rng(11);
  Budget budget{{1'000'000}, {0}, {0}};
  for (int i = 0; i < 2'000; ++i) {
    const NanoUsd bound{static_cast<std::int64_t>(rng.next() % 5'000)};
    const Result<Budget> reserved = reserve(budget, bound);
    if (!reserved) continue;
    REQUIRE(reserved->settled + reserved->reserved <= reserved->cap);
    const std::int64_t part = static_cast<std::int64_t>(rng.next() % 3);
    budget = settle(*reserved, bound, {bound.value * part / 2}).value();
    REQUIRE(budget.settled + budget.reserved <= budget.cap);
  }
}

}  // namespace
}  // namespace weir
