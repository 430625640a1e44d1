#include "policies/rules.h"

#include <string>
#include <vector>

#include "policies/ruling.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// A request of team "blue" for model "gpt-mini": 1,000 bytes, no tools.
struct Request {
  std::vector<http1::Field> headers{{"X-App", "billing"}, {"Accept", "*/*"}};
  RuleFacts facts{"blue", "gpt-mini", {}, 1'000, false};

  bool matches(const Rule& rule) {
    facts.headers = headers;
    return first_match({&rule, 1}, facts) == &rule;
  }
};

TEST_CASE("A rule without conditions is for every request", "[policies]") {
  CHECK(Request().matches(Rule{}));
}

TEST_CASE("A rule is for the teams that it names", "[policies]") {
  Rule rule;
  rule.teams = {"red", "blue"};
  CHECK(Request().matches(rule));
  rule.teams = {GENERATE("red", "blu", "bluee", "BLUE", "b*e")};
  CHECK_FALSE(Request().matches(rule));
}

TEST_CASE("A name that ends in a star stands for any rest", "[policies]") {
  Rule rule;
  rule.models = {GENERATE("gpt-*", "gpt-mini*", "*")};
  CHECK(Request().matches(rule));
  rule.models = {"claude-*"};
  CHECK_FALSE(Request().matches(rule));
}

TEST_CASE("A rule for a model is for it at whatever backend it is asked for", "[policies]") {
  Request request;
  request.facts.model = "openai/gpt-mini";
  request.facts.bare_model = "gpt-mini";
  Rule rule;
  rule.models = {GENERATE("gpt-mini", "gpt-*", "openai/*", "openai/gpt-mini")};
  CHECK(request.matches(rule));
  rule.models = {"gpt-big"};
  CHECK_FALSE(request.matches(rule));
}

TEST_CASE("A rule asks for a header, or for its exact value", "[policies]") {
  Rule rule;
  rule.header = GENERATE("x-app", "X-APP: billing", "x-app:billing", " x-app :  billing ");
  CHECK(Request().matches(rule));
  rule.header = GENERATE("x-other", "x-app: Billing", "x-app: bill", "x-app:");
  CHECK_FALSE(Request().matches(rule));
}

TEST_CASE("Either of two headers of one name may match", "[policies]") {
  Request request;
  request.headers.push_back({"x-app", "search"});
  Rule rule;
  rule.header = "x-app: search";
  CHECK(request.matches(rule));
}

TEST_CASE("The limits of a body's size belong to the range", "[policies]") {
  Rule rule;
  rule.min_body_bytes = GENERATE(0, 1, 1'000);
  rule.max_body_bytes = GENERATE(0, 1'000, 2'000);
  CHECK(Request().matches(rule));
  rule.min_body_bytes = 1'001;
  CHECK_FALSE(Request().matches(rule));
  rule.min_body_bytes = 0;
  rule.max_body_bytes = 999;
  CHECK_FALSE(Request().matches(rule));
}

TEST_CASE("A rule may be for requests with tools, or for those without", "[policies]") {
  Request request;
  Rule rule;
  rule.tools = ToolsMatch::kNo;
  CHECK(request.matches(rule));
  request.facts.has_tools = true;
  CHECK_FALSE(request.matches(rule));
  rule.tools = ToolsMatch::kYes;
  CHECK(request.matches(rule));
}

TEST_CASE("All conditions of a rule must hold", "[policies]") {
  Rule rule;
  rule.teams = {"blue"};
  rule.models = {"gpt-*"};
  CHECK(Request().matches(rule));
  rule.tools = ToolsMatch::kYes;
  CHECK_FALSE(Request().matches(rule));
}

TEST_CASE("The first rule that matches wins", "[policies]") {
  std::vector<Rule> rules(3);
  rules[0].teams = {"red"};
  Request request;
  CHECK(first_match(rules, request.facts) == &rules[1]);
  CHECK(first_match({}, request.facts) == nullptr);
}

// --- what they do to a ruling

Team team_with(Privacy privacy) {
  Team team;
  team.name = "blue";
  team.privacy = privacy;
  team.trusted_sites = {"vllm"};
  return team;
}

Result<Ruling> ruled(const Team& team, const std::vector<Rule>& rules,
                     std::vector<std::string_view> headers = {}) {
  return rule(team, {headers, rules, Request().facts});
}

TEST_CASE("A rule that denies says its name", "[policies]") {
  std::vector<Rule> rules(1);
  rules[0].name = "no agents";
  rules[0].action = RuleAction::kDeny;
  const Team team = team_with(Privacy::kAny);
  const auto ruling = ruled(team, rules);
  REQUIRE(ruling.has_error());
  CHECK(ruling.error().code == ErrorCode::kForbidden);
  CHECK(ruling.error().detail == "rule_denied");
  CHECK(ruling.error().message.find("no agents") != std::string::npos);
}

TEST_CASE("A local-only rule keeps a request here and trusts no site", "[policies]") {
  std::vector<Rule> rules(1);
  rules[0].action = RuleAction::kLocalOnly;
  const Team team = team_with(GENERATE(Privacy::kAny, Privacy::kLocalOnly));
  const Ruling ruling = ruled(team, rules).value();
  CHECK(ruling.local_only() == Reason::kRule);
  CHECK(ruling.allows(BackendClass::kLocal, "local"));
  CHECK_FALSE(ruling.allows(BackendClass::kSite, "vllm"));
  CHECK_FALSE(ruling.allows(BackendClass::kCloud, "openai"));
}

TEST_CASE("No rule loosens what the team or the header demands", "[policies]") {
  std::vector<Rule> rules(1);
  rules[0].prefer = "cloud";
  const Team closed = team_with(Privacy::kLocalOnly);
  const Team open = team_with(Privacy::kAny);
  CHECK(ruled(closed, rules)->local_only() == Reason::kLocalOnlyPolicy);
  CHECK(ruled(open, rules, {"local_only"})->local_only() == Reason::kLocalOnlyHeader);
  CHECK_FALSE(ruled(open, rules)->local_only());
  CHECK(ruled(open, rules)->matched() == rules.data());
}

TEST_CASE("Names are guessed for rules where one of them asks for a guessed kind", "[policies]") {
  std::vector<Rule> rules(2);
  CHECK(guesses_for(rules) == Guesses::kNone);
  rules[0].contains = {"card", "email", "case_number"};
  CHECK(guesses_for(rules) == Guesses::kNone);
  rules[1].contains = {"person"};
  CHECK(guesses_for(rules) == Guesses::kNames);
}

}  // namespace
}  // namespace weir
