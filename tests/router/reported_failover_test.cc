// Answers that fail on their way: what other gateways then sent to the next provider, or to the
// client. Every test says whose users reported it.
#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

Result<Usage> fail_midway() {
  return Error{ErrorCode::kUpstreamClosed, "the connection broke", "upstream_truncated"};
}
Result<Usage> fall_silent() {
  return Error{ErrorCode::kDeadline, "nothing came for 30 s", "upstream_idle_timeout"};
}

// Two clouds, which a request for "cloud" asks in order. The first one begins and fails.
struct Failover {
  explicit Failover(Behaviour first, Behaviour second = succeed)
      : house(succeed, std::move(first), {}, {}, std::move(second)) {
    house.cloud_.begins = true;
    house.cloud_.start_frame =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";
  }
  House house;
};

std::string streaming_messages(const std::string& model) {
  return R"({"model":")" + model +
         R"(","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Say hello."}]})";
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

const std::string kConversation =
    R"({"model":"cloud","stream":true,"tools":[{"type":"function","function":{"name":"f"}}],)"
    R"("messages":[{"role":"system","content":"Rules."},{"role":"user","content":"One."},)"
    R"({"role":"assistant","content":"Two."},{"role":"user","content":"Three."}]})";

// litellm #27967: the next provider refused a conversation that ends with the assistant.
TEST_CASE("the next provider gets the conversation as the client sent it, without a half answer",
          "[reported]") {
  Failover failover(fail_midway);
  REQUIRE(failover.house.ask(kConversation).status == 200);
  CHECK(failover.house.other_cloud_.request == "Rules.One.Two.Three.");
  CHECK(failover.house.other_cloud_.roles.ends_with("user "));
}

// litellm #18229: an English instruction to go on stood before every second try.
TEST_CASE("the next provider gets no instruction that the client did not write", "[reported]") {
  Failover failover(fail_midway);
  REQUIRE(failover.house.ask(kConversation).status == 200);
  CHECK(failover.house.other_cloud_.roles == "system user assistant user ");
  CHECK(failover.house.other_cloud_.roles == failover.house.cloud_.roles);
}

// litellm #31067: the second provider answered in prose where the first had tools.
TEST_CASE("the next provider is offered the tools that the first was", "[reported]") {
  Failover failover(fail_midway);
  REQUIRE(failover.house.ask(kConversation).status == 200);
  CHECK(failover.house.cloud_.tools == 1);
  CHECK(failover.house.other_cloud_.tools == 1);
}

// litellm PR #38153: message_start of the provider that failed stood before the other's.
TEST_CASE("a message has one start also when its first provider failed behind its own",
          "[reported]") {
  Failover failover(fail_midway);
  const Answer answer = failover.house.post("/v1/messages", streaming_messages("cloud"));
  REQUIRE(answer.status == 200);
  CHECK(count(answer.body, "event: message_start") == 1);
  CHECK(count(answer.body, "event: message_stop") == 1);
  CHECK(contains(answer.body, "cloud-b"));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-b\r\n"));
}

// zirkelc/ai-retry #51: the second start of a stream made its reader lose the answer.
TEST_CASE("a response and a chat have one start also when their first provider failed",
          "[reported]") {
  Failover failover(fail_midway);
  const Answer response = failover.house.post(
      "/v1/responses", R"({"model":"cloud","stream":true,"input":"Say hello."})");
  CHECK(count(response.body, "event: response.created") == 1);
  CHECK(count(response.body, "\"sequence_number\":0,") +
            count(response.body, "\"sequence_number\":0}") ==
        1);
  const Answer chat = failover.house.ask(asking("cloud", true));
  CHECK(count(chat.body, "\"role\":\"assistant\"") == 1);
}

// bifrost #5395: a start was enough for the client to be told of the error instead of an answer.
TEST_CASE("a provider that fails before its first word is not seen by the client", "[reported]") {
  const auto refuse = []() -> Result<Usage> {
    Error error(ErrorCode::kUpstreamStatus, "no quota", "insufficient_quota");
    UpstreamRefusal refusal;
    refusal.status = 429;
    error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
    return error;
  };
  Failover failover(refuse);
  const Answer answer = failover.house.ask(asking("cloud", true));
  CHECK(answer.status == 200);
  CHECK_FALSE(contains(answer.body, "error"));
  CHECK(contains(answer.body, "cloud-b"));
}

// litellm #38610: when both failed the client had 200, a start and an error inside.
TEST_CASE("a provider that does not have the model gives way to one that has", "[reported]") {
  Failover failover([]() -> Result<Usage> {
    Error error{ErrorCode::kUpstreamStatus, "no such model"};
    UpstreamRefusal refusal;
    refusal.status = 404;
    error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
    return error;
  });
  failover.house.cloud_.begins = false;
  CHECK(failover.house.ask(asking("cloud", GENERATE(false, true))).status == 200);
  CHECK(failover.house.other_cloud_.runs == 1);
}

TEST_CASE("a stream that no provider could begin is an error with its own status", "[reported]") {
  Failover failover(fail_midway, fail_midway);
  failover.house.other_cloud_.begins = true;
  const Answer answer = failover.house.post("/v1/messages", streaming_messages("cloud"));
  CHECK(answer.status == 502);
  CHECK_FALSE(contains(answer.body, "message_start"));
  CHECK(json::parse(answer.body)["type"] == "error");
}

// litellm #40404: 30 seconds of silence were told to the client, and the next was never asked.
TEST_CASE("silence before the first word is a reason to ask the next provider", "[reported]") {
  Failover failover(fall_silent);
  const Answer answer = failover.house.ask(asking("cloud", true));
  CHECK(failover.house.other_cloud_.runs == 1);
  CHECK(contains(answer.body, "cloud-b"));
  CHECK(answer.body.ends_with("data: [DONE]\n\n"));
}

// litellm PR #41127: an answer that breaks in the middle is finished by nobody unasked.
TEST_CASE("an answer that breaks behind a word ends in an error and not in another's words",
          "[reported]") {
  Failover failover(fail_midway);
  failover.house.cloud_.said = "Half an ans";
  const Answer answer = failover.house.ask(asking("cloud", true));
  CHECK(contains(answer.body, "Half an ans"));
  CHECK(contains(answer.body, "data: {\"error\":"));
  CHECK_FALSE(contains(answer.body, "[DONE]"));
  CHECK_FALSE(contains(answer.body, "finish_reason\":\"stop"));
  CHECK(failover.house.other_cloud_.runs == 0);
}

// litellm #19077: fallbacks that the client had switched off ran for streams all the same.
TEST_CASE("a stream of a named model is answered by that model or by nobody", "[reported]") {
  Rule alone;
  alone.name = "no other";
  alone.on_unavailable = OnUnavailable::kError;
  House house(succeed, fail_midway, {}, {alone}, succeed);
  house.cloud_.begins = true;
  const Answer answer = house.ask(asking("big", true));
  CHECK(answer.status == 502);
  CHECK(house.local_.runs == 0);
  CHECK(house.other_cloud_.runs == 0);
}

}  // namespace
}  // namespace weir
