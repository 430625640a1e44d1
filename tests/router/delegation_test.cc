// Requests that a cloud answers in other words, and the local model for the client.
#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr std::string_view kMail = "maria.lopez@example.com";
constexpr std::string_view kStory =
    "My client maria.lopez@example.com hides from her violent brother who lives two floors below "
    "her. How does she get a new lock?";
constexpr std::string_view kQuestion = "How does a tenant get a lock replaced?";

Team delegating_team() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kDelegate;
  return team;
}

// A house whose local model writes `question`, and then `answer` once the cloud has spoken.
class DelegatingHouse {
 public:
  explicit DelegatingHouse(std::string_view question, std::string_view answer = "Call a locksmith.",
                           std::vector<Team> teams = {delegating_team()})
      : house(
            succeed,
            [this] {
              asked = house.local_.request;
              house.local_.tokens = {merged};
              return cloud_result;
            },
            std::move(teams)),
        merged(answer) {
    house.local_.tokens = {std::string(question)};
    house.cloud_.tokens = {"The landlord pays. ", "Write as [PII_EM", "AIL_1]."};
  }

  Answer ask(std::string_view text = kStory, std::string_view model = "big", bool stream = false) {
    json body = {{"model", model}, {"messages", {{{"role", "user"}, {"content", text}}}}};
    if (stream) body["stream"] = true;
    return house.ask(body.dump());
  }

  Result<Usage> cloud_result = some_usage();
  House house;
  std::string merged;
  std::string asked;  // of the local model, before the cloud was
};

std::string content_of(const Answer& answer) {
  return json::parse(answer.body)["choices"][0]["message"]["content"].get<std::string>();
}

TEST_CASE("a cloud is asked in other words, and the local model answers", "[delegation]") {
  DelegatingHouse delegating(kQuestion);
  House& house = delegating.house;
  const Answer answer = delegating.ask();
  REQUIRE(answer.status == 200);
  CHECK(content_of(answer) == "Call a locksmith.");
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: delegated\r\n"));
  CHECK(contains(answer.headers, "x-weir-redacted: email=1\r\n"));
  const json outbound = json::parse(house.cloud_.outbound);
  REQUIRE(outbound["messages"].size() == 1);
  CHECK(outbound["messages"][0]["content"] == kQuestion);
  CHECK(contains(delegating.asked, "My client [PII_EMAIL_1] hides"));
  CHECK_FALSE(contains(delegating.asked, kMail));
  CHECK(contains(house.local_.request, std::string(kStory)));
  CHECK(contains(house.local_.request, "The landlord pays. Write as maria.lopez@example.com."));
}

TEST_CASE("the row of a delegated request has what the cloud was paid for", "[delegation]") {
  DelegatingHouse delegating(kQuestion);
  REQUIRE(delegating.ask().status == 200);
  CHECK(delegating.house.local_.runs == 2);
  CHECK(delegating.house.cloud_.runs == 1);
  const json row = json::parse(delegating.house.row());
  CHECK(row["reason"] == "delegated");
  CHECK(row["route"] == "cloud");
  CHECK(row["input_tokens"] == 1'000);
  CHECK(row["cost_usd"] == "0.003");
}

TEST_CASE("streams are merged as they are written", "[delegation]") {
  DelegatingHouse delegating(kQuestion);
  const Answer answer = delegating.ask(kStory, "big", true);
  REQUIRE(answer.status == 200);
  CHECK(contains(answer.body, "Call a locksmith."));
  CHECK(contains(answer.body, "data: [DONE]"));
}

TEST_CASE("what the local model copied does not leave", "[delegation]") {
  const auto question = GENERATE(
      std::string_view("Somebody hides from her violent brother, who lives two floors below her. "
                       "How does she get a new lock?"),
      std::string_view("FROM HER VIOLENT BROTHER WHO LIVES TWO FLOORS BELOW HER HOW DOES SHE GET "
                       "A NEW LOCK"),
      std::string_view("   "));
  DelegatingHouse delegating(question);
  const Answer answer = delegating.ask();
  CHECK(answer.status == 403);
  CHECK(contains(answer.body, "delegation_failed"));
  CHECK(delegating.house.cloud_.runs == 0);
}

TEST_CASE("a value that the local model guessed does not leave", "[delegation]") {
  DelegatingHouse delegating("How does maria.lopez@example.com get a lock?");
  CHECK(delegating.ask().status == 403);
  CHECK(delegating.house.cloud_.runs == 0);
}

TEST_CASE("what cannot be asked in other words is answered here where it may be", "[delegation]") {
  Rule to_cloud;
  to_cloud.name = "cloud first";
  to_cloud.on_unavailable = OnUnavailable::kLocal;
  House house(succeed, succeed, {delegating_team()}, {to_cloud});
  house.local_.tokens = {std::string(kStory)};
  const json body = {{"model", "big"}, {"messages", {{{"role", "user"}, {"content", kStory}}}}};
  const Answer answer = house.ask(body.dump());
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-route: local\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: opaque\r\n"));
  CHECK_FALSE(contains(answer.headers, "x-weir-redacted"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("what the cloud said stands where the local model has nothing to add", "[delegation]") {
  DelegatingHouse delegating(kQuestion, "");
  const bool stream = GENERATE(false, true);
  const Answer answer = delegating.ask(kStory, "big", stream);
  REQUIRE(answer.status == 200);
  CHECK(contains(answer.body, "The landlord pays. Write as maria.lopez@example.com."));
  CHECK(contains(answer.headers, "x-weir-redacted: email=1\r\n"));
}

TEST_CASE("an error of the cloud is one of the request, and is asked once more", "[delegation]") {
  DelegatingHouse delegating(kQuestion);
  delegating.cloud_result = Error{ErrorCode::kUpstreamConnect, "refused"};
  CHECK(delegating.ask().status == 502);
  CHECK(delegating.house.local_.runs == 1);
}

TEST_CASE("a request for the local model is not delegated", "[delegation]") {
  DelegatingHouse delegating("Hello.");
  const Answer answer = delegating.ask(kStory, "local");
  CHECK(content_of(answer) == "Hello.");
  CHECK(contains(delegating.house.local_.request, std::string(kStory)));
  CHECK(delegating.house.local_.runs == 1);
  CHECK(delegating.house.cloud_.runs == 0);
}

TEST_CASE("nothing of a delegated request leaves but the question and its limits", "[delegation]") {
  DelegatingHouse delegating(kQuestion);
  const json body = {{"model", "big"},
                     {"max_tokens", 77},
                     {"user", "canary-user"},
                     {"metadata", {{"case", "canary-case"}}},
                     {"messages",
                      {{{"role", "system"}, {"content", "canary-system"}},
                       {{"role", "user"}, {"content", kStory}}}},
                     {"tools",
                      {{{"type", "function"},
                        {"function", {{"name", "canary_tool"}, {"parameters", json::object()}}}}}}};
  const Answer answer = delegating.house.ask(body.dump());
  REQUIRE(answer.status == 200);
  CHECK_FALSE(contains(delegating.house.cloud_.outbound, "canary"));
  CHECK(json::parse(delegating.house.cloud_.outbound)["max_completion_tokens"] == 77);
  CHECK(delegating.house.local_.tools == 1);
}

TEST_CASE("a client may have its request delegated", "[delegation]") {
  Team open;
  open.name = "red";
  open.privacy = Privacy::kAny;
  DelegatingHouse delegating(kQuestion, "Done.", {open});
  const json body = {{"model", "big"}, {"messages", {{{"role", "user"}, {"content", kStory}}}}};
  const Answer answer = delegating.house.ask(body.dump(), "x-weir-privacy: delegate\r\n");
  CHECK(content_of(answer) == "Done.");
  CHECK_FALSE(contains(delegating.house.cloud_.outbound, "brother"));
}

}  // namespace
}  // namespace weir
