#include "local_backend/fair_share.h"

#include <map>
#include <random>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

using std::chrono::seconds;

// Tenants before a server that does one token of work at a time.
struct Queue {
  explicit Queue(std::vector<Tenant> all) : tenants(std::move(all)) {}

  void see(const std::vector<std::size_t>& wanting) {
    std::vector<const Tenant*> some;
    for (const std::size_t i : wanting) some.push_back(&tenants[i]);
    share.see(some, time);
  }

  // Of those, each of which always wants more, who is served how often in so many turns.
  std::map<std::string, int> serve(const std::vector<std::size_t>& wanting, int turns) {
    std::map<std::string, int> served;
    for (int turn = 0; turn < turns; ++turn) {
      see(wanting);
      std::size_t next = wanting.front();
      for (const std::size_t i : wanting) {
        if (share.served(tenants[i].name) < share.served(tenants[next].name)) next = i;
      }
      share.charge(tenants[next].name, 1);
      ++served[tenants[next].name];
    }
    return served;
  }

  std::vector<Tenant> tenants;
  FairShare share;
  SteadyTime time{};
};

TEST_CASE("Tenants that always want something are served by weight", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 2}, {"c", 5}});
  const auto served = queue.serve({0, 1, 2}, 800);
  CHECK(served.at("a") == 100);
  CHECK(served.at("b") == 200);
  CHECK(served.at("c") == 500);
}

TEST_CASE("Who was away gets no more than its share when it comes back", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 1}});
  queue.serve({0, 1}, 10);
  queue.serve({0}, 1'000);
  const auto served = queue.serve({0, 1}, 100);
  CHECK(served.at("a") == 50);
  CHECK(served.at("b") == 50);
}

TEST_CASE("Who comes first time begins where those stand who are there", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 1}});
  queue.serve({0}, 1'000);
  CHECK(queue.serve({0, 1}, 100).at("a") == 50);
}

TEST_CASE("Who took more than its share cannot shed it by leaving for a moment", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 1}});
  queue.see({0, 1});
  queue.share.charge("a", 100);
  queue.see({1});
  const auto served = queue.serve({0, 1}, 100);
  CHECK(served.count("a") == 0);
}

TEST_CASE("What a tenant owes is forgotten after a while", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 1}});
  queue.see({0, 1});
  queue.share.charge("a", 100);
  queue.time += FairShare::kLately + seconds(1);
  queue.see({1});
  CHECK_FALSE(queue.share.others_about("b"));
  CHECK(queue.serve({0, 1}, 100).at("a") == 50);
}

TEST_CASE("It is known who was about lately", "[fairness]") {
  Queue queue({{"a", 1}, {"b", 1}});
  queue.see({0});
  CHECK_FALSE(queue.share.others_about("a"));
  CHECK(queue.share.others_about("b"));
  queue.time += seconds(10);
  queue.see({1});
  CHECK(queue.share.others_about("b"));
  CHECK(queue.share.wanting() == 1);
}

// Over any span in which two tenants both want something all the time, what they get by weight
// differs by no more than two of the largest pieces of work.
TEST_CASE("However tenants come and go, those who stay are served alike by weight", "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 21u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr double kMostWork = 50;
  Queue queue({{"a", 1}, {"b", 3}, {"c", 1}, {"d", 2}});
  std::vector<bool> wants = {true, true, false, false};  // a and b stay
  std::map<std::string, double> work;
  for (int turn = 0; turn < 2'000; ++turn) {
    for (const std::size_t i : {std::size_t{2}, std::size_t{3}}) {
      if (random() % 20 == 0) wants[i] = !wants[i];
    }
    std::vector<std::size_t> wanting;
    for (std::size_t i = 0; i < wants.size(); ++i) {
      if (wants[i]) wanting.push_back(i);
    }
    queue.see(wanting);
    std::size_t next = wanting.front();
    for (const std::size_t i : wanting) {
      if (queue.share.served(queue.tenants[i].name) < queue.share.served(queue.tenants[next].name))
        next = i;
    }
    const double some = 1 + static_cast<double>(random() % 50);
    queue.share.charge(queue.tenants[next].name, some);
    work[queue.tenants[next].name] += some;
    CHECK(std::abs(work["a"] - work["b"] / 3) <= 2 * kMostWork);
  }
}

}  // namespace
}  // namespace weir
