// A thread for slow work: whose turn it is, and how much may wait.
#include "local_backend/slow_work.h"

#include <future>
#include <string>

#include "tests/support/catch.h"

namespace weir {
namespace {

// Work that runs until it is let go, so that what comes behind it waits.
struct Plug {
  std::promise<void> begun;
  std::promise<void> over;

  void put_into(SlowWork& work) {
    REQUIRE(work.offer("plug", [this] {
      begun.set_value();
      over.get_future().wait();
    }));
    begun.get_future().wait();
  }
};

TEST_CASE("A team with much slow work lets others have their turn", "[local]") {
  SlowWork work({});
  Plug plug;
  plug.put_into(work);
  std::string order;  // of the one thread
  for (int i = 0; i < 5; ++i) REQUIRE(work.offer("busy", [&] { order += 'b'; }));
  REQUIRE(work.offer("calm", [&] { order += 'c'; }));
  REQUIRE(work.offer("also", [&] { order += 'a'; }));
  std::promise<void> done;
  REQUIRE(work.offer("busy", [&] { done.set_value(); }));
  plug.over.set_value();
  done.get_future().wait();
  CHECK(order == "abcbbbb");
}

TEST_CASE("Slow work that waits has a limit, of all and of each team", "[local]") {
  SlowWork work({3, 2});
  Plug plug;
  plug.put_into(work);
  CHECK(work.offer("a", [] {}));
  CHECK(work.offer("a", [] {}));
  CHECK_FALSE(work.offer("a", [] {}));
  std::promise<void> done;
  CHECK(work.offer("b", [&] { done.set_value(); }));
  CHECK_FALSE(work.offer("c", [] {}));
  plug.over.set_value();
  done.get_future().wait();
}

}  // namespace
}  // namespace weir
