#include "local_backend/step_shares.h"

#include <numeric>
#include <random>

#include "tests/support/catch.h"

namespace weir {
namespace {

// A step takes 8 ms, and 1 ms for each token of it.
double seconds(const StepWork& work) {
  return 0.008 + 0.001 * static_cast<double>(work.prompt_tokens + work.answer_tokens);
}

StepTerms terms() { return {seconds, 256, 0.400, 0.080, 2.5}; }

constexpr bool kFloods = true;

// The first step after which nothing is saved.
std::vector<std::size_t> share_one(std::span<const StepWish> wishes,
                                   std::span<const StepTenant> tenants, const StepTerms& terms) {
  StepSavings savings;
  return share_step(wishes, tenants, terms, &savings);
}

StepWish answer(std::size_t tenant) { return {tenant, true, 1, 100}; }
StepWish prompt(std::size_t tenant, std::size_t tokens) { return {tenant, false, tokens, 0}; }

StepWork work_of(std::span<const StepWish> wishes, std::span<const std::size_t> given) {
  StepWork work;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    (wishes[i].answers ? work.answer_tokens : work.prompt_tokens) += given[i];
  }
  return work;
}

std::size_t given_to(std::size_t tenant, std::span<const StepWish> wishes,
                     std::span<const std::size_t> given) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (wishes[i].tenant == tenant) sum += given[i];
  }
  return sum;
}

TEST_CASE("A flood of answers lengthens the step of one answer by a quarter", "[fairness]") {
  std::vector<StepWish> wishes = {answer(0)};
  for (int i = 0; i < 31; ++i) wishes.push_back(answer(1));
  const StepTenant tenants[] = {{1, 0, false}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given[0] == 1);
  CHECK(given_to(1, wishes, given) == 2);  // 9 ms alone, 11.25 at most
}

TEST_CASE("A flood of prompts lengthens the step of one answer by a quarter", "[fairness]") {
  const StepWish wishes[] = {prompt(1, 4000), prompt(1, 4000), answer(0)};
  const StepTenant tenants[] = {{1, 0, false}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given == std::vector<std::size_t>{1, 1, 1});
}

TEST_CASE("A prompt is read beside a flood in pieces as large as alone", "[fairness]") {
  std::vector<StepWish> wishes = {prompt(0, 100)};
  for (int i = 0; i < 7; ++i) wishes.push_back(answer(1));
  wishes.push_back(prompt(1, 4000));
  const StepTenant tenants[] = {{1, 0, false}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given[0] == 100);
  CHECK(seconds(work_of(wishes, given)) <= 1.25 * 0.108);
  CHECK(given_to(1, wishes, given) == 7 + 20);
}

TEST_CASE("Tenants that do not flood slow each other down by their shares", "[fairness]") {
  const std::int64_t weight = GENERATE(1, 3);
  CAPTURE(weight);
  const StepWish wishes[] = {answer(0), prompt(1, 4000)};
  const StepTenant tenants[] = {{weight, 0, false}, {1, 0, false}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given[0] == 1);
  CHECK(given[1] == (weight == 1 ? 9 : 3));  // 9 ms alone, twice or 4 ÷ 3 times that
}

TEST_CASE("Prompts of several tenants share a step by weight", "[fairness]") {
  const StepWish wishes[] = {prompt(0, 4000), prompt(1, 4000), prompt(1, 4000)};
  const StepTenant tenants[] = {{3, 0, false}, {1, 0, false}};
  StepTerms of_step = terms();
  of_step.most_prompt_tokens = 1'000'000;
  const auto given = share_one(wishes, tenants, of_step);
  const auto heavy = static_cast<double>(given[0]);
  const auto light = static_cast<double>(given[1] + given[2]);
  CHECK(heavy / light == Approx(3).epsilon(0.05));
  CHECK(given[1] == Approx(given[2]).margin(1));
}

TEST_CASE("Where all flood nobody is favoured", "[fairness]") {
  std::vector<StepWish> wishes;
  for (int i = 0; i < 8; ++i) wishes.push_back(answer(static_cast<std::size_t>(i % 2)));
  const StepTenant tenants[] = {{1, 0, kFloods}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given == std::vector<std::size_t>(8, 1));
}

TEST_CASE("A flood is favoured no less once the others had more than their credit", "[fairness]") {
  std::vector<StepWish> wishes = {answer(0)};
  for (int i = 0; i < 8; ++i) wishes.push_back(answer(1));
  const double ahead = GENERATE(kCredit - 1, kCredit + 1);
  const StepTenant tenants[] = {{1, ahead, false}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(given_to(1, wishes, given) == (ahead < kCredit ? 2 : 8));
}

TEST_CASE("Whatever is wanted, some steps have something for everybody, and no more than wanted",
          "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 201u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<StepTenant> tenants(2 + random() % 4);
  for (StepTenant& tenant : tenants) {
    tenant = {1 + static_cast<std::int64_t>(random() % 5), static_cast<double>(random() % 10),
              random() % 2 == 0};
  }
  std::vector<StepWish> wishes;
  for (std::size_t i = 0; i < 2 + random() % 30; ++i) {
    const std::size_t tenant = random() % tenants.size();
    wishes.push_back(random() % 2 == 0 ? answer(tenant) : prompt(tenant, 1 + random() % 500));
  }
  StepSavings savings;
  std::vector<std::size_t> had(tenants.size());
  for (int step = 0; step < 200; ++step) {
    const auto given = share_step(wishes, tenants, terms(), &savings);
    REQUIRE(given.size() == wishes.size());
    CHECK(work_of(wishes, given).prompt_tokens <= 256);
    CHECK(std::accumulate(given.begin(), given.end(), std::size_t{0}) > 0);
    for (std::size_t i = 0; i < wishes.size(); ++i) {
      CHECK(given[i] <= wishes[i].tokens);
      if (wishes[i].answers) CHECK((given[i] == 0 || given[i] == wishes[i].tokens));
      had[wishes[i].tenant] += given[i];
      tenants[wishes[i].tenant].served += static_cast<double>(given[i]);
    }
  }
  for (const StepWish& wish : wishes) CHECK(had[wish.tenant] > 0);
}

TEST_CASE("A prompt whose tokens seem dearer with every step is read all the same", "[fairness]") {
  const double growth = GENERATE(1.001, 1.05, 2.0);
  CAPTURE(growth);
  StepTerms dearer = terms();
  double cost = 1;
  dearer.seconds = [&cost](const StepWork& work) {
    return seconds(work) + cost * static_cast<double>(work.prompt_tokens);
  };
  const std::vector<StepWish> wishes = {answer(0), answer(0), answer(0), prompt(1, 20)};
  const StepTenant tenants[] = {{3, 0, kFloods}, {1, 0, kFloods}};
  StepSavings savings;
  std::size_t steps = 0;
  while (share_step(wishes, tenants, dearer, &savings)[3] == 0) {
    cost *= growth;
    REQUIRE(++steps <= kMostPutOff + 1);
  }
}

// A quiet tenant with any work of its own beside a flood of any size.
TEST_CASE("No flood makes a step more than a quarter longer than without it", "[fairness]") {
  const unsigned seed = GENERATE(range(1u, 201u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<StepWish> own;
  for (std::size_t i = 0; i < 1 + random() % 4; ++i) {
    own.push_back(random() % 2 == 0 ? answer(0) : prompt(0, 4 + random() % 500));
  }
  const StepTenant alone[] = {{1, 0, false}};
  const double without = seconds(work_of(own, share_one(own, alone, terms())));
  std::vector<StepWish> wishes = own;
  for (std::size_t i = 0; i < 1 + random() % 60; ++i) {
    wishes.push_back(random() % 2 == 0 ? answer(1) : prompt(1, 4 + random() % 4000));
  }
  const StepTenant tenants[] = {{1, 0, false}, {1, 0, kFloods}};
  const auto given = share_one(wishes, tenants, terms());
  CHECK(seconds(work_of(wishes, given)) <= 1.25 * without + 1e-9);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i].answers) CHECK(given[i] == 1);
  }
}

// Prompt tokens are dear here: four of them take as long as five answers alone.
TEST_CASE("What fits into no step is read in one of many, and these take no more time together",
          "[fairness]") {
  StepTerms dear = terms();
  dear.seconds = [](const StepWork& work) {
    return 0.001 * static_cast<double>(work.answer_tokens + work.prompt_tokens);
  };
  const StepWish wishes[] = {answer(0), prompt(1, 4000)};
  const StepTenant tenants[] = {{1, 0, false}, {1, 0, kFloods}};
  StepSavings savings;
  double seconds_of_all = 0;
  std::size_t read = 0;
  for (int step = 0; step < 800; ++step) {
    const auto given = share_step(wishes, tenants, dear, &savings);
    CHECK(given[0] == 1);
    read += given[1];
    seconds_of_all += dear.seconds(work_of(wishes, given));
  }
  CHECK(seconds_of_all <= 1.25 * 0.8 + 0.005);
  CHECK(read >= 190);
}

TEST_CASE("The most prompt tokens within a time are found", "[fairness]") {
  CHECK(prompt_tokens_within(0.0205, {0, 2, 0}, 0, 256, terms()) == 10);
  CHECK(prompt_tokens_within(0.001, {0, 2, 0}, 0, 256, terms()) == 0);
  CHECK(prompt_tokens_within(9, {0, 2, 0}, 0, 256, terms()) == 256);
}

}  // namespace
}  // namespace weir
