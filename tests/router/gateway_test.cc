// The gateway with real ledger, policies and codec, but backends and a socket of
// the test's own.
#include "router/gateway.h"

#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

Team on_budget(NanoUsd budget) {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.monthly_budget = budget;
  return team;
}

TEST_CASE("What the server refuses itself is said in the words of the path's dialect", "[router]") {
  House house(succeed, succeed);
  const Error too_large{ErrorCode::kTooLarge, "The body is above the limit.",
                        "http_body_too_large"};
  const auto said = [&](const std::string& target) {
    const Response response =
        house.refusal("POST " + target + " HTTP/1.1\r\nhost: x\r\n\r\n", 413, too_large);
    CHECK(response.status == 413);
    CHECK(contains(response.headers.text(), "x-request-id: req_"));
    return nlohmann::json::parse(response.body);
  };
  CHECK(said("/v1/chat/completions")["error"]["code"] == "http_body_too_large");
  CHECK(said("/v1/messages")["error"]["type"] == "request_too_large");
  CHECK(said("/v1beta/models/m:generateContent")["error"]["code"] == 413);
  CHECK(said("/api/chat")["error"] == "The body is above the limit.");
}

TEST_CASE("a concrete cloud model is answered with a permit and costs its price", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("big"));
  CHECK(answer.status == 200);
  CHECK(house.cloud_.had_permit);
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: model-requested\r\n"));
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.003\r\n"));
  CHECK(contains(answer.headers, "x-request-id: req_"));
}

TEST_CASE("a local answer has no permit, costs nothing and saves the baseline", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("local"));
  CHECK_FALSE(house.local_.had_permit);
  CHECK(house.cloud_.runs == 0);
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.00\r\n"));
  CHECK(contains(answer.headers, "x-weir-saved-usd: 0.003\r\n"));
}

TEST_CASE("a stream ends with its terminator after the row is settled", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("local", true));
  CHECK(contains(answer.body, "data: {"));
  CHECK(answer.body.ends_with("data: [DONE]\n\n"));
  CHECK(contains(house.row(), "\"settled\""));
}

TEST_CASE("a local failure before the first byte escalates", "[router]") {
  House house(fail_locally, succeed);
  const Answer answer = house.ask(asking("auto"));
  CHECK(answer.status == 200);
  CHECK(house.local_.runs == 1);
  CHECK(house.cloud_.runs == 1);
  CHECK(contains(answer.headers, "x-weir-reason: local-failed\r\n"));
}

TEST_CASE("a local-only request never meets the cloud, not even when the engine fails",
          "[router]") {
  House house(fail_locally, succeed);
  const std::string model = GENERATE("auto", "local");
  const Answer answer = house.ask(asking(model), "x-weir-privacy: local_only\r\n");
  CHECK(answer.status >= 500);
  CHECK(house.cloud_.runs == 0);
  CHECK_FALSE(contains(answer.headers, "x-weir-cost-usd"));
}

TEST_CASE("a local-only request that names a cloud model is forbidden", "[router]") {
  House house(succeed, succeed);
  const std::string model = GENERATE("big", "cloud");
  const Answer answer = house.ask(asking(model), "x-weir-privacy: local_only\r\n");
  CHECK(answer.status == 403);
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a cloud that cannot be reached is tried once more and then reported", "[router]") {
  House house(succeed, fail_to_connect);
  const Answer answer = house.ask(asking("big"));
  CHECK(answer.status == 502);
  CHECK(house.cloud_.runs == 2);
  CHECK(contains(house.row(), "upstream_connect"));
}

TEST_CASE("a request without a valid key is refused and has a row", "[router]") {
  Team team;
  team.name = "red";
  team.keys.push_back(TeamKey{});
  House house(succeed, succeed, {team});
  const Answer answer = house.ask(asking("local"));
  CHECK(answer.status == 401);
  CHECK(house.local_.runs == 0);
  CHECK(contains(house.row(), "401"));
}

TEST_CASE("a body that is not JSON is refused with its place", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask("{\"model\":");
  CHECK(answer.status == 400);
  CHECK(contains(answer.body, "invalid_request_error"));
}

TEST_CASE("an unknown privacy header is refused rather than ignored", "[router]") {
  House house(succeed, succeed);
  CHECK(house.ask(asking("local"), "x-weir-privacy: please\r\n").status == 400);
  CHECK(house.local_.runs == 0);
}

TEST_CASE("a rule that denies refuses its requests alone, and each has a row", "[router]") {
  Rule rule;
  rule.name = "no batch jobs";
  rule.header = "x-app: batch";
  rule.action = RuleAction::kDeny;
  House house(succeed, succeed, {}, {rule});
  CHECK(house.ask(asking("big")).status == 200);
  const Answer refused = house.ask(asking("big"), "x-app: batch\r\n");
  CHECK(refused.status == 403);
  CHECK(contains(refused.body, "no batch jobs"));
  CHECK(house.cloud_.runs == 1);
  CHECK(contains(house.row(), "rule_denied"));
}

TEST_CASE("a rule keeps what could cost too much from the cloud", "[router]") {
  Rule rule;
  rule.name = "cheap";
  rule.max_cost = NanoUsd{1'000'000};  // a tenth of a cent
  House house(succeed, succeed, {}, {rule});
  const std::string body = asking("big");
  CHECK(house.ask(body).status == 403);
  CHECK(house.ask(body.substr(0, body.size() - 1) + R"(,"max_tokens":10})").status == 200);
  CHECK(house.cloud_.runs == 1);
}

constexpr TokenSignals kSure{-0.01F, 0.1F, 0.98F, true};
constexpr TokenSignals kUnsure{-6, 7, 0.02F, true};

std::vector<std::string> words(int count) {
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i) words.push_back("word" + std::to_string(i * i) + " ");
  return words;
}

TEST_CASE("a local answer that the model is sure of is shown", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kSure;
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking("auto", stream));
  CHECK(contains(answer.headers, "x-weir-reason: easy\r\n"));
  CHECK(contains(answer.body, "word1521"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a local answer that the model is unsure of is never seen", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking("auto", stream));
  CHECK(contains(answer.headers, "x-weir-reason: low-confidence\r\n"));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.body, "cloud-a"));
  CHECK_FALSE(contains(answer.body, "word"));
  const std::string row = house.row();
  CHECK(contains(row, "\"escalated\""));
  CHECK(contains(row, "\"low_confidence\""));
}

TEST_CASE("what was normalised for an answer is told with it, and only with it", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.normalised = "clock, tool-order";
  house.local_.signals = GENERATE(kSure, kUnsure);
  const bool stream = GENERATE(false, true);
  const std::string model = GENERATE(as<std::string>{}, "auto", "local", "big");
  const Answer answer = house.ask(asking(model, stream));
  CAPTURE(answer.headers);
  CHECK(contains(answer.headers, "x-weir-normalised: clock, tool-order\r\n") ==
        contains(answer.headers, "x-weir-route: local\r\n"));
}

TEST_CASE("a local answer says how much of its prompt the prefix cache had", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kSure;
  house.local_.prompt.input_tokens = 66;
  house.local_.prompt.cache_read_tokens = 28'790;
  const bool stream = GENERATE(false, true);
  const std::string model = GENERATE(as<std::string>{}, "auto", "local", "big");
  const Answer answer = house.ask(asking(model, stream));
  CAPTURE(answer.headers);
  CHECK(contains(answer.headers, "x-weir-cache: prefix=28790/28856\r\n") ==
        contains(answer.headers, "x-weir-route: local\r\n"));
  house.local_.prompt.cache_disk_tokens = 28'736;
  const Answer loaded = house.ask(asking("local", stream));
  CHECK(contains(loaded.headers, "x-weir-cache: prefix=28790/28856; disk=28736\r\n"));
}

TEST_CASE("an unsure answer is shown with its reason when nobody else may answer", "[router]") {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.models = {"local"};
  House house(succeed, succeed, {team});
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-reason: escalation-unavailable\r\n"));
  CHECK(contains(answer.body, "word1521"));
}

TEST_CASE("an unsure answer that stays for want of money says so, and saves nothing", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{1'000'000})});
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-reason: budget-spent\r\n"));
  const std::string row = house.row();
  CHECK(contains(row, "budget-spent"));
  CHECK(contains(row, R"("saved_nanousd": 0)"));
}

TEST_CASE("an answer that says that it cannot is told as such, and saves nothing", "[router]") {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.models = {"local"};
  House house(succeed, succeed, {team});
  house.local_.tokens = {"I cannot do ", "that well."};
  house.local_.signals = kSure;
  const Answer answer = house.ask(asking("auto"));
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-reason: escalation-unavailable"));
  const std::string row = house.row();
  CAPTURE(row);
  CHECK(contains(row, "escalation-unavailable"));
  CHECK(contains(row, R"("saved_nanousd": 0)"));
}

TEST_CASE("an unsure answer is asked for again when the cloud fails", "[router]") {
  House house(succeed, fail_to_connect);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-reason: cloud-failed\r\n"));
  CHECK(contains(answer.body, "word1521"));
  CHECK(house.local_.runs == 2);
  CHECK(contains(house.row(), "\"escalated\": 0"));
}

TEST_CASE("what was asked of the local model is shown however unsure it is", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer named = house.ask(asking("local"));
  CHECK(contains(named.body, "word1521"));
  const Answer private_one = house.ask(asking("auto"), "x-weir-privacy: local_only\r\n");
  CHECK(contains(private_one.body, "word1521"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("an answer without shape escalates whatever the model thinks of it", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  SECTION("it goes in circles") {
    house.local_.tokens = std::vector<std::string>(60, "again and again ");
  }
  SECTION("it is empty") { house.local_.tokens = {" ", "\n"}; }
  SECTION("it ends where the context does") { house.local_.finish = FinishReason::kLength; }
  const Answer answer = house.ask(asking("auto"));
  CHECK(contains(answer.body, "cloud-a"));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
}

TEST_CASE("a call that broke escalates, or is shown and explained; each is counted", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"<tool_call>", "oops"};
  house.local_.broken_call = true;
  const std::string series = R"(weir_local_answer_faults_total{fault="broken-call",outcome=)";
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\nx-weir-reason: local-failed\r\n"));
  CHECK_FALSE(contains(answer.body, "oops"));
  CHECK(contains(house.metrics_.exposition(), series + "\"withheld\"} 1"));
  const Answer named = house.ask(asking("local"));
  CHECK(contains(named.body, "<tool_call>oops"));
  CHECK(contains(house.metrics_.exposition(), series + "\"shown\"} 1"));
  const std::string row = house.row();
  CHECK(contains(row, "\"outcome\": \"answered\""));
  CHECK(contains(row, "\"fault\": \"broken-call\""));
}

std::string asking_for_json(const std::string& model, bool stream) {
  const std::string body = asking(model, stream);
  return body.substr(0, body.size() - 1) + R"(,"response_format":{"type":"json_object"}})";
}

TEST_CASE("a local answer that should be JSON is shown when it is", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"{\"a\"", ": [1,", " 2]}"};
  const Answer answer = house.ask(asking_for_json("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-route: local\r\n"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a local answer that should be JSON and is not is never seen", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"{\"a\"", ": [1,", " oops"};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("auto", stream));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK_FALSE(contains(answer.body, "oops"));
  const Answer private_one = house.ask(asking_for_json("local", false));
  CHECK(private_one.status == 503);
  CHECK(contains(private_one.body, "broken_json"));
}

TEST_CASE("a spent budget refuses the cloud and still gets local answers", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{1'000'000})});  // a tenth of a cent
  const Answer refused = house.ask(asking("big"));
  CHECK(refused.status == 429);
  CHECK(contains(refused.body, "budget_exceeded"));
  CHECK(house.cloud_.runs == 0);
  CHECK(house.ask(asking("auto")).status == 200);
  CHECK(house.local_.runs == 1);
}

TEST_CASE("a budget is charged what was spent, not what was reserved", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{700'000'000})});
  for (int i = 0; i < 5; ++i) CHECK(house.ask(asking("big")).status == 200);
  CHECK(house.left("red") == NanoUsd{700'000'000 - 5 * 3'000'000});
}

TEST_CASE("what a request did not use is free only when its row is on the disk", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{700'000'000})});
  std::vector<NanoUsd> free_at_commit;
  house.at_commit = [&] { free_at_commit.push_back(house.left("red")); };
  CHECK(house.ask(asking("big")).status == 200);
  REQUIRE(free_at_commit.size() == 2);  // of the reservation, and of the row
  CHECK(free_at_commit[0] == free_at_commit[1]);
  CHECK(free_at_commit[0] < house.left("red"));
}

TEST_CASE("a cloud call that fails leaves the budget as it was", "[router]") {
  House house(succeed, fail_to_connect, {on_budget(NanoUsd{700'000'000})});
  CHECK(house.ask(asking("big")).status == 502);
  CHECK(house.left("red") == NanoUsd{700'000'000});
}

TEST_CASE("the ledger has the whole decision", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(20);
  house.local_.signals = kSure;
  house.ask(asking("auto"));
  const std::string row = house.row();
  CAPTURE(row);
  for (const char* part : {"\"threshold\"", "\"options\"", "\"candidates\"", "\"attempts\"",
                           "\"expected_usd\"", "\"mean_logprob\"", "\"confidence\""}) {
    CAPTURE(part);
    CHECK(contains(row, part));
  }
}

TEST_CASE("a request for one place that answers needs no explanation", "[router]") {
  House house(succeed, succeed);
  house.ask(asking("big"));
  CHECK_FALSE(contains(house.row(), "attempts\": ["));
}

TEST_CASE("a request for one place that fails has its tries explained", "[router]") {
  House house(succeed, fail_to_connect);
  house.ask(asking("big"));
  CHECK(contains(house.row(), "\"outcome\": \"upstream_connect\""));
}

TEST_CASE("a page of another site cannot use a gateway that asks for no key", "[router]") {
  House house(succeed, succeed);
  const std::string origin =
      GENERATE("https://evil.example", "null", "http://127.0.0.1.evil.example:80");
  CAPTURE(origin);
  CHECK(house.ask(asking("local"), "origin: " + origin + "\r\n").status == 403);
  CHECK(house.local_.runs == 0);
}

TEST_CASE("a page of this machine may use a gateway that asks for no key", "[router]") {
  House house(succeed, succeed);
  const std::string origin =
      GENERATE("http://localhost:3000", "http://127.0.0.1", "http://[::1]:80");
  CAPTURE(origin);
  CHECK(house.ask(asking("local"), "origin: " + origin + "\r\n").status == 200);
}

TEST_CASE("a browser may ask for any page whether it may ask", "[router]") {
  House house(succeed, succeed);
  const std::optional<Response> answer = house.admit(
      "OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
      "origin: https://app.example\r\naccess-control-request-method: POST\r\n"
      "access-control-request-headers: authorization,content-type\r\n\r\n");
  REQUIRE(answer);
  CHECK(answer->status == 204);
  const std::string& headers = answer->headers.text();
  CHECK(contains(headers, "access-control-allow-headers: authorization,content-type\r\n"));
  CHECK(contains(headers, "access-control-allow-methods: GET, POST,"));
  CHECK(house.admit("OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\r\n")->status == 405);
  const auto passed = house.admit("HEAD /v1/files HTTP/1.1\r\nhost: x\r\n\r\n");
  CHECK(passed->status == 405);
  CHECK(contains(passed->headers.text(), "allow: GET, POST, PUT, PATCH, DELETE\r\n"));
}

TEST_CASE("a limit of end users finds a long name by its beginning", "[router]") {
  House house(succeed, succeed);
  LimitRule rule;
  rule.name = "trials";
  rule.users = {"trial-*"};
  rule.requests_per_minute = 1;
  house.limits_.use({rule}, {});
  const auto ask = [&](const std::string& user) {
    const std::string body = asking("local");
    return house.ask("{\"user\":\"" + user + "\"," + body.substr(1)).status;
  };
  const std::string name = "trial-" + std::string(200, 'b');
  CHECK(ask(name) == 200);
  CHECK(ask(name) == 429);
  CHECK(ask("paid-" + name) == 200);
}

}  // namespace
}  // namespace weir
