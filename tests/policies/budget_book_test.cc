#include "policies/budget_book.h"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::int64_t kMarch = 1'772'366'400'000;  // 2026-03-01T12:00:00Z
constexpr std::int64_t kApril = 1'775'044'800'000;  // 2026-04-01T12:00:00Z

TEST_CASE("A month begins at midnight UTC of its first day", "[policies]") {
  CHECK(month_begin(kMarch) == 1'772'323'200'000);
  CHECK(month_begin(1'772'323'200'000) == 1'772'323'200'000);
  CHECK(month_begin(1'772'323'199'999) == 1'769'904'000'000);  // 2026-02-01
  CHECK(month_begin(0) == 0);
}

TEST_CASE("What is held and what is spent never exceed the cap together", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  BudgetHold first(book, "red", kMarch);
  CHECK(first.add(NanoUsd{60}).has_value());
  BudgetHold second(book, "red", kMarch);
  CHECK(second.add(NanoUsd{50}).error().code == ErrorCode::kBudgetExceeded);
  CHECK(second.add(NanoUsd{40}).has_value());
  first.settle(NanoUsd{10});
  CHECK(book.left("red", kMarch) == NanoUsd{50});
  second.settle(NanoUsd{40});
  CHECK(book.left("red", kMarch) == NanoUsd{50});
}

TEST_CASE("A hold that is dropped gives its money back", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  {
    BudgetHold hold(book, "red", kMarch);
    CHECK(hold.add(NanoUsd{30}).has_value());
    CHECK(hold.add(NanoUsd{30}).has_value());
    CHECK(book.left("red", kMarch) == NanoUsd{40});
  }
  CHECK(book.left("red", kMarch) == NanoUsd{100});
}

TEST_CASE("A second settlement changes nothing", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  BudgetHold hold(book, "red", kMarch);
  CHECK(hold.add(NanoUsd{30}).has_value());
  hold.settle(NanoUsd{20});
  hold.settle(NanoUsd{20});
  CHECK(book.left("red", kMarch) == NanoUsd{80});
}

TEST_CASE("What costs more than was held is spent all the same", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  BudgetHold hold(book, "red", kMarch);
  CHECK(hold.add(NanoUsd{30}).has_value());
  hold.settle(NanoUsd{150});
  CHECK(book.left("red", kMarch) == NanoUsd{0});
}

TEST_CASE("A model without a price is beyond a cap and within none", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}, {"blue", std::nullopt}});
  BudgetHold capped(book, "red", kMarch);
  CHECK(capped.add(std::nullopt).error().code == ErrorCode::kBudgetExceeded);
  BudgetHold open(book, "blue", kMarch);
  CHECK(open.add(std::nullopt).has_value());
  CHECK_FALSE(book.left("blue", kMarch));
}

TEST_CASE("A new month begins with nothing spent, and what is open stays held", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  book.restore("red", NanoUsd{70}, kMarch);
  CHECK(book.left("red", kMarch) == NanoUsd{30});
  BudgetHold late(book, "red", kMarch);
  CHECK(late.add(NanoUsd{20}).has_value());
  CHECK(book.left("red", kApril) == NanoUsd{80});
  late.settle(NanoUsd{15});  // of March
  CHECK(book.left("red", kApril) == NanoUsd{100});
}

TEST_CASE("New caps keep what was spent", "[policies]") {
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{100}}});
  book.restore("red", NanoUsd{70}, kMarch);
  book.set_caps({{"red", NanoUsd{60}}});
  CHECK(book.left("red", kMarch) == NanoUsd{0});
  book.set_caps({});
  CHECK_FALSE(book.left("red", kMarch));
  CHECK(book.all(kMarch).at(0).budget.settled == NanoUsd{70});
}

TEST_CASE("Many threads never spend a dollar twice", "[policies]") {
  constexpr std::int64_t kCap = 1'000;
  BudgetBook book;
  book.set_caps({{"red", NanoUsd{kCap}}});
  std::atomic<std::int64_t> spent = 0;
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 2'000; ++i) {
        BudgetHold hold(book, "red", kMarch);
        const NanoUsd bound{static_cast<std::int64_t>(random() % 9)};
        if (!hold.add(bound)) continue;
        const NanoUsd actual{bound.value == 0 ? 0
                                              : static_cast<std::int64_t>(random()) % bound.value};
        hold.settle(actual);
        spent += actual.value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(spent <= kCap);
  CHECK(book.left("red", kMarch) == NanoUsd{kCap - spent});
}

}  // namespace
}  // namespace weir
