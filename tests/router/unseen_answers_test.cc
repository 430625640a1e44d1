// What is booked of answers that were paid for and never seen.
#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr NanoUsd kBudget{100'000'000};

Team on_a_budget() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.monthly_budget = kBudget;
  return team;
}

Result<Usage> run_out_of_time() { return Error{ErrorCode::kDeadline, "too slow", "timeout"}; }
Result<Usage> break_off() { return Error{ErrorCode::kUpstreamClosed, "cut", "upstream_closed"}; }

// At 10 dollars a million, with the prompt at 2.
std::int64_t bound_of(std::int64_t output_tokens, const std::string& body) {
  return static_cast<std::int64_t>(body.size()) * 2'000 + output_tokens * 10'000;
}

std::string asking_for_a_hundred() {
  return R"({"model":"big","max_tokens":100,"messages":[{"role":"user","content":"Hello."}]})";
}

Usage unseen_usage() {
  Usage usage;
  usage.input_tokens = 10;
  usage.output_tokens = 100;
  usage.estimated = usage.unseen = true;
  return usage;
}

TEST_CASE("an answer that nobody saw costs what was reserved for it", "[gateway][money]") {
  House house(succeed, run_out_of_time, {on_a_budget()});
  house.cloud_.used_by_then = unseen_usage();
  CHECK(house.ask(asking_for_a_hundred()).status == 504);
  const std::int64_t bound = bound_of(100, asking_for_a_hundred());
  CHECK(house.left("red") == kBudget - NanoUsd{bound});
  const json row = json::parse(house.row());
  CAPTURE(row.dump(1));
  CHECK(row["cost_nanousd"] == bound);
  CHECK(row["output_tokens"] == 100);
}

TEST_CASE("of an answer that was begun and broke off costs what came of it", "[gateway][money]") {
  House house(succeed, run_out_of_time, {on_a_budget()});
  house.cloud_.used_by_then.input_tokens = 10;
  house.cloud_.used_by_then.estimated = true;
  house.ask(asking_for_a_hundred());
  CHECK(house.left("red") == kBudget - NanoUsd{10 * 2'000});
}

TEST_CASE("a try that nobody saw is paid for beside the one that answered", "[gateway][money]") {
  House house(fail_locally, break_off, {on_a_budget()}, {}, succeed);
  house.cloud_.used_by_then = unseen_usage();
  const std::string body =
      R"({"model":"cloud","max_tokens":100,"messages":[{"role":"user","content":"Hello."}]})";
  REQUIRE(house.ask(body).status == 200);
  REQUIRE(house.other_cloud_.runs == 1);
  const json row = json::parse(house.row());
  CAPTURE(row.dump(1));
  CHECK(row["cost_nanousd"] == bound_of(100, body) + 1'000 * 2'000 + 100 * 10'000);
  CHECK(row["usage_estimated"] == 1);
}

}  // namespace
}  // namespace weir
