// What a decision costs without the score: judging every place, choosing, and telling why;
// what rules cost, and what limits cost a request.
//
// usage: decision_bench [--benchmark_...]
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "policies/limit_book.h"
#include "router/decision.h"
#include "router/explanation.h"

namespace {

// A local model and so many clouds with a price, as a team with a budget and rules sees them.
struct House {
  weir::Capabilities can;
  weir::Price price;
  std::vector<const weir::Price*> prices{&price};
  std::vector<weir::ModelAlias> models{{"model", "model-2026"}};
  std::vector<std::string> names;
  std::vector<weir::BackendOption> backends;
  std::vector<weir::Rule> rules;
  weir::Team team;
  weir::RoutingConfig routing;
  weir::ChatRequest request;

  explicit House(std::size_t clouds) {
    price.base.input = 2'000'000'000;
    price.base.output = 8'000'000'000;
    for (std::size_t i = 0; i < clouds; ++i) names.push_back("cloud-" + std::to_string(i));
    backends.push_back({"local", weir::BackendClass::kLocal, &can, models, "model"});
    backends.front().quality = 0;
    for (const std::string& name : names) {
      backends.push_back({name, weir::BackendClass::kCloud, &can, models, "model"});
      backends.back().prices = prices;
    }
    for (int i = 0; i < 10; ++i) {
      weir::Rule& rule = rules.emplace_back();
      rule.name = "rule " + std::to_string(i);
      rule.header = "x-app: app-" + std::to_string(i);
    }
    team.name = "red";
    team.privacy = weir::Privacy::kAny;
    request.model = "auto";
  }
};

void decide(benchmark::State& state) {
  const House house(static_cast<std::size_t>(state.range(0)));
  const bool tells = state.range(1) != 0;
  weir::LimitBook book;
  weir::LimitClaim claim;
  claim.subject = {"red", "Ab3dEf7h", "ann", {}};
  claim.team.monthly_budget = weir::NanoUsd{1'000'000};
  for (auto _ : state) {
    const weir::LimitHold limits(book, claim);
    const weir::Result<weir::Ruling> ruling = rule(house.team, {{}, house.rules, {}});
    const weir::DecisionInput input{*ruling,
                                    house.request,
                                    house.routing,
                                    house.backends,
                                    0.7,
                                    {},
                                    [](std::size_t, std::string_view) {
                                      return weir::MoneyWish{weir::NanoUsd{1'000},
                                                             weir::NanoUsd{1'000}};
                                    },
                                    &limits,
                                    {1'000, 200, 1'000'000, false},
                                    weir::NanoUsd{20'000'000}};
    weir::Options options;
    const weir::Result<weir::Decision> decision = weir::decide(input, &options);
    benchmark::DoNotOptimize(decision);
    if (!tells) continue;
    std::string explanation = weir::open_explanation(input, options, decision);
    weir::close_explanation(explanation, {});
    benchmark::DoNotOptimize(explanation);
  }
}
BENCHMARK(decide)
    ->ArgNames({"clouds", "explained"})
    ->Args({1, 0})
    ->Args({1, 1})
    ->Args({5, 0})
    ->Args({5, 1})
    ->Args({20, 1})
    ->Unit(benchmark::kMicrosecond);

// What a ruling costs where so many rules are asked what they look at and hold in nothing, and
// where each looks into the request, too.
void rule_on_request(benchmark::State& state) {
  constexpr std::string_view kKinds[] = {"secret", "card", "email", "case_number"};
  std::vector<weir::Rule> rules;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    weir::Rule& rule = rules.emplace_back();
    rule.name = "rule " + std::to_string(i);
    rule.teams = {"blue", "team-" + std::to_string(i) + "-*"};
    if (i % 3 == 0) rule.teams = {"red"};
    rule.models = {"auto", "gpt-*"};
    if (i % 2 == 0) rule.header = "x-app: app-" + std::to_string(i);
    if (state.range(1) != 0) {
      rule.teams.clear();
      rule.header.clear();
      rule.contains = {std::string(kKinds[i % 4]), std::string(kKinds[(i + 1) % 4])};
    }
    rule.action = weir::RuleAction::kDeny;
  }
  weir::Team team;
  team.name = "red";
  team.privacy = weir::Privacy::kAny;
  weir::privacy::Found found;
  found.add({weir::FindingKind::kPhone, "phone", 0, 1});
  found.add({weir::FindingKind::kCustom, "project", 0, 1});
  const std::vector<weir::http1::Field> headers = {
      {"host", "weir.example"},       {"content-type", "application/json"},
      {"authorization", "Bearer x"},  {"user-agent", "openai-python/2.1"},
      {"x-app", "app-of-its-own"},    {"accept", "application/json"},
      {"x-stainless-lang", "python"}, {"content-length", "1024"}};
  weir::RuleFacts facts;
  facts.team = team.name;
  facts.model = "auto";
  facts.headers = headers;
  facts.body_bytes = 1'024;
  facts.found = &found;
  for (auto _ : state) {
    benchmark::DoNotOptimize(looks_inside(rules, facts));
    benchmark::DoNotOptimize(rule(team, {{}, rules, facts}));
  }
}
BENCHMARK(rule_on_request)
    ->ArgNames({"rules", "contains"})
    ->Args({10, 0})
    ->Args({100, 0})
    ->Args({100, 1})
    ->Unit(benchmark::kMicrosecond);

// What limits cost a paid request: its place in all of them, money set aside, settled.
void reserve_and_settle(benchmark::State& state) {
  weir::LimitBook book;
  std::vector<weir::LimitRule> rules;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    weir::LimitRule& rule = rules.emplace_back();
    rule.name = "limit-" + std::to_string(i);
    rule.per = {i % 2 == 0 ? "user" : "model"};
    rule.monthly_budget = weir::NanoUsd{1'000'000'000'000};
    rule.requests_per_minute = 1'000'000'000;
    rule.tokens_per_minute = 1'000'000'000;
  }
  book.use(rules, {});
  weir::LimitClaim claim;
  claim.team.daily_budget = weir::NanoUsd{1'000'000'000'000};
  claim.key.requests_per_minute = 1'000'000'000;
  std::int64_t number = 0;
  for (auto _ : state) {
    const std::string user = "user-" + std::to_string(number++ % 10'000);
    claim.subject = {"red", "Ab3dEf7h", user, {}};
    weir::LimitHold hold(book, claim);
    benchmark::DoNotOptimize(hold.admit(300));
    benchmark::DoNotOptimize(
        hold.begin_attempt("model-2026", {weir::NanoUsd{1'000}, weir::NanoUsd{1'000}}));
    hold.finish(weir::NanoUsd{1}, 200);
  }
}
BENCHMARK(reserve_and_settle)
    ->ArgName("limits")
    ->Arg(0)
    ->Arg(4)
    ->Arg(20)
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
