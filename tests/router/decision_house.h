// The house in which decisions are tested: a local model, a cloud and a site, and what a
// request, a team and rules may be.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/limit_book.h"
#include "router/decision.h"

namespace weir::decision_test {

inline constexpr double kEasyScore = 0.1;
inline constexpr double kHardScore = 0.9;

inline Team open_team() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  return team;
}

// A house with a local model, a cloud and a site; tests change what they need.
struct House {
  std::vector<ModelAlias> local_models{{"tiny", "tiny"}};
  std::vector<ModelAlias> cloud_models{{"big", "big-2026"}, {"mid", "mid"}};
  std::vector<ModelAlias> site_models{{"big", "org/big"}};
  Capabilities local_can;
  Capabilities cloud_can;
  std::vector<BackendOption> backends{
      {"local", BackendClass::kLocal, &local_can, local_models, "tiny"},
      {"openai", BackendClass::kCloud, &cloud_can, cloud_models, "mid"},
      {"vllm", BackendClass::kSite, &cloud_can, site_models, "big"}};
  Team team = open_team();
  std::vector<std::string_view> headers;
  RoutingConfig routing;
  ChatRequest request;
  double score = kEasyScore;
  std::string_view conversation;
  std::vector<Rule> rules;
  std::optional<NanoUsd> cost = NanoUsd{1'000};  // of any request, anywhere, at its worst
  std::optional<NanoUsd> least_cost;             // with a short answer; unset = as cost
  std::optional<NanoUsd> budget_left;
  ExpectedWork work;
  NanoUsd hour;  // of the local engine

  Options considered;  // by the last decide()

  House() {
    request.model = "auto";
    backends[0].quality = 0;
  }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  Result<Decision> decide() {
    const Ruling ruling = rule(team, {headers, rules, {}}).value();
    LimitClaim claim;
    claim.subject.team = team.name;
    claim.team.monthly_budget = budget_left;
    LimitBook book;
    const LimitHold limits(book, claim);
    return weir::decide({ruling, request, routing, backends, score, conversation,
                         [this](std::size_t, std::string_view) {
                           return MoneyWish{cost, least_cost ? least_cost : cost};
                         },
                         &limits, work, hour},
                        &considered);
  }

  // "local:easy openai:local-failed", or the error's word.
  std::string route() {
    const Result<Decision> decision = decide();
    if (!decision) return std::string(to_string(decision.error().code));
    std::string text;
    for (const Candidate& candidate : decision->candidates) {
      if (!text.empty()) text += ' ';
      text.append(backends[candidate.backend].name).append(":");
      text.append(to_string(candidate.reason));
    }
    return text;
  }
};

inline House& with_rule(House& house, const Rule& rule) {
  house.rules = {rule};
  return house;
}

}  // namespace weir::decision_test
