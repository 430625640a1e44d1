// What decisions make of prices, budgets and caps.
#include "router/decision.h"
#include "tests/router/decision_house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace decision_test;

// One price for every model of a backend, per million tokens.
struct Priced {
  Price price;
  std::vector<const Price*> list;

  Priced(std::int64_t input, std::int64_t cached, std::int64_t output, std::size_t models) {
    price.base.input = input;
    price.base.cache_read = cached;
    price.base.output = output;
    list.assign(models, &price);
  }
};

// A house whose cloud costs twice what its site costs, for a million tokens each way.
struct PricedHouse : House {
  Priced cloud{2'000'000'000, 500'000'000, 8'000'000'000, 2};
  Priced site{1'000'000'000, 1'000'000'000, 4'000'000'000, 1};

  PricedHouse() {
    backends[1].prices = cloud.list;
    backends[2].prices = site.list;
    work = {1'000, 100, 0, false};
  }
};

TEST_CASE("Of what is good enough outside, the cheapest goes first", "[router]") {
  PricedHouse house;
  house.score = kHardScore;
  CHECK(house.route() == "vllm:hard openai:cloud-failed local:cloud-failed");
  house.site.price.base.input = 9'000'000'000;
  CHECK(house.route() == "openai:hard vllm:cloud-failed local:cloud-failed");
}

TEST_CASE("What has no price stands behind what has one, as configured", "[router]") {
  PricedHouse house;
  house.score = kHardScore;
  house.backends[1].prices = {};
  CHECK(house.route() == "vllm:hard openai:cloud-failed local:cloud-failed");
}

TEST_CASE("A cheap backend that is not good enough goes behind one that is", "[router]") {
  PricedHouse house;
  house.score = kHardScore;
  house.backends[2].quality = 0.3;  // misses 0.63 of 1: above the threshold
  CHECK(house.route() == "openai:hard vllm:cloud-failed local:cloud-failed");
  house.score = 0.6;  // 0.42: below it
  CHECK(house.route() == "vllm:hard openai:cloud-failed local:cloud-failed");
}

TEST_CASE("A local model whose time costs more than the cloud lets it answer", "[router]") {
  PricedHouse house;
  house.backends.resize(2);
  house.work.local_busy_us = 3'600'000'000;  // an hour
  house.hour = NanoUsd{1'000'000};
  CHECK(house.route() == "local:easy openai:local-failed");
  house.hour = NanoUsd{1'000'000'000};
  CHECK(house.route() == "openai:cheaper local:cloud-failed");
  house.backends[1].prices = {};
  CHECK(house.route() == "local:easy openai:local-failed");
}

TEST_CASE("A warm conversation stays where moving it would cost more", "[router]") {
  PricedHouse house;
  house.site.price.base.input = 1'900'000'000;
  house.work = {100'000, 10, 0, true};
  house.conversation = "openai";
  CHECK(house.route() == "openai:conversation vllm:cloud-failed local:cloud-failed");
  CHECK(house.considered[2].switching.value == 90'000'000);  // cached it would cost 1.0, not 1.9
  house.work.warm = false;
  CHECK(house.route() == "vllm:conversation openai:cloud-failed local:cloud-failed");
}

TEST_CASE("A spent budget leaves the local model, and says so where it matters", "[router]") {
  House house;
  house.backends.resize(2);
  house.budget_left = NanoUsd{999};
  CHECK(house.route() == "local:easy");
  house.score = kHardScore;
  CHECK(house.route() == "local:budget-spent");
  house.request.model = "big";
  CHECK(house.decide().error().code == ErrorCode::kBudgetExceeded);
  house.budget_left = NanoUsd{1'000};
  CHECK(house.route() == "openai:model-requested");
}

TEST_CASE("A budget for a short answer is a budget, but a rule's cap is not", "[router]") {
  House house;
  house.backends.resize(2);
  house.request.model = "big";
  house.least_cost = NanoUsd{100};
  house.budget_left = NanoUsd{100};
  CHECK(house.route() == "openai:model-requested");
  house.budget_left = NanoUsd{99};
  CHECK(house.decide().error().code == ErrorCode::kBudgetExceeded);
  house.budget_left = std::nullopt;
  Rule rule;
  rule.name = "cheap";
  rule.max_cost = NanoUsd{999};
  house.rules = {rule};
  CHECK(house.decide().error().detail == "max_cost_exceeded");
}

TEST_CASE("A cloud without a price is beyond every budget, a site is not", "[router]") {
  House house;
  house.score = kHardScore;
  house.budget_left = NanoUsd{1'000'000'000};
  house.cost = std::nullopt;
  CHECK(house.route() == "vllm:hard local:cloud-failed");
}

TEST_CASE("A rule may let the local model stand in when the budget is spent", "[router]") {
  House house;
  house.request.model = "big";
  house.budget_left = NanoUsd{0};
  house.backends.resize(2);
  Rule rule;
  rule.name = "frugal";
  rule.on_unavailable = OnUnavailable::kLocal;
  house.rules = {rule};
  CHECK(house.route() == "local:cloud-failed");
}

TEST_CASE("What may cost more than a rule allows is not asked", "[router]") {
  House house;
  house.score = kHardScore;
  Rule rule;
  rule.max_cost = NanoUsd{1'000};
  CHECK(with_rule(house, rule).route() == "openai:hard vllm:cloud-failed local:cloud-failed");
  house.cost = NanoUsd{1'001};
  CHECK(house.route() == "local:escalation-unavailable");
  house.request.model = "mid";
  CHECK(house.route() == "forbidden");
  CHECK(house.decide().error().detail == "max_cost_exceeded");
}

TEST_CASE("A cloud without a price is above every maximum, a site is not", "[router]") {
  House house;
  house.score = kHardScore;
  house.cost = std::nullopt;
  Rule rule;
  rule.max_cost = NanoUsd{1'000'000'000};
  CHECK(with_rule(house, rule).route() == "vllm:hard local:cloud-failed");
}

}  // namespace
}  // namespace weir
