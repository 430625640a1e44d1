#include "policies/limits.h"

#include <set>
#include <string>

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A limit is for those who match all that is set", "[policies]") {
  LimitRule rule;
  rule.teams = {"app*"};
  rule.users = {"trial-*", "guest"};
  CHECK(matches(rule, {"app", "k", "guest", "m"}));
  CHECK(matches(rule, {"app-2", "k", "trial-7", "m"}));
  CHECK_FALSE(matches(rule, {"app", "k", "", "m"}));
  CHECK_FALSE(matches(rule, {"other", "k", "guest", "m"}));
  CHECK(matches(LimitRule{}, {"any", "", "", ""}));
}

TEST_CASE("An end user is matched by the name that the client wrote", "[policies]") {
  LimitRule rule;
  rule.users = {"trial-*"};
  const std::string named = "trial-" + std::string(200, 'b');
  CHECK(matches(rule, {"red", "k", "sha256:0a", "m", named}));
  CHECK_FALSE(matches(rule, {"red", "k", "sha256:0a", "m"}));
  rule.users = {"sha256:0a"};
  CHECK(matches(rule, {"red", "k", "sha256:0a", "m", named}));
}

TEST_CASE("Each of what a limit is per has an account of its own", "[policies]") {
  LimitRule rule;
  rule.name = "l";
  CHECK(account_name(rule, {"a", "k", "u", "m"}) == account_name(rule, {"b", "x", "v", "n"}));
  rule.per = {"user", "team"};
  CHECK(account_name(rule, {"a", "k", "u", "m"}) == account_name(rule, {"a", "x", "u", "n"}));
  std::set<std::string> names;
  for (const char* team : {"a", "ab", "", "1:a"}) {
    for (const char* user : {"bc", "c", "", "1:c"}) {
      CHECK(names.insert(account_name(rule, {team, "k", user, "m"})).second);
    }
  }
}

TEST_CASE("A limit of models waits until one is chosen", "[policies]") {
  LimitRule rule;
  CHECK_FALSE(rule.by_model());
  rule.per = {"model"};
  CHECK(rule.by_model());
  rule.per = {};
  rule.models = {"gpt-*"};
  CHECK(rule.by_model());
}

}  // namespace
}  // namespace weir
