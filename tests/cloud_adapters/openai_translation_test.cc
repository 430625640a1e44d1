// What requests of other dialects become for an OpenAI-compatible server.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

Message turn(Role role, std::vector<Part> parts) {
  Message message;
  message.role = role;
  message.parts = std::move(parts);
  return message;
}

Part text(std::string_view words) { return {TextPart{words}, {}}; }
Part call(std::string_view id) { return {ToolUsePart{id, "f", "{}"}, {}}; }
Part picture() { return {ImagePart{{}, "image/png", "AAAA", {}}, {}}; }
Part result(std::string_view id, std::vector<Part> parts, bool error = false) {
  return {ToolResultPart{id, std::move(parts), error}, {}};
}

ChatRequest foreign(std::vector<Message> messages) {
  ChatRequest request;
  request.dialect = Dialect::kAnthropic;
  request.messages = std::move(messages);
  return request;
}

struct Translated {
  json body;
  std::string lost;
};

Translated translated(const ChatRequest& request) {
  const auto written = openai_chat_codec().write_request(request, {.model = "m"});
  if (!written) FAIL(written.error().param);
  return {json::parse(written->body), written->lost.text()};
}

std::string refused_at(const ChatRequest& request) {
  const auto written = openai_chat_codec().write_request(request, {.model = "m"});
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::kUnsupportedParameter);
  return written.error().param;
}

std::string roles(const json& body) {
  std::string all;
  for (const json& message : body["messages"]) all += message["role"].get<std::string>() + " ";
  return all;
}

// openai-agents-python #1935, litellm #22946 and #18201
TEST_CASE("Results stand directly behind the calls, before what the turn also says", "[openai]") {
  const auto [body, lost] = translated(
      foreign({turn(Role::kUser, {text("Go.")}), turn(Role::kAssistant, {call("a"), call("b")}),
               turn(Role::kUser, {text("Note."), result("a", {text("1")})}),
               turn(Role::kUser, {result("b", {text("2")}), text("Next.")})}));
  CHECK(roles(body) == "user assistant tool tool user user ");
  CHECK(body["messages"][2]["tool_call_id"] == "a");
  CHECK(body["messages"][3]["tool_call_id"] == "b");
  CHECK(body["messages"][4]["content"] == "Note.");
  CHECK(lost.empty());
}

TEST_CASE("Calls that come in messages of their own become one turn", "[openai]") {
  const auto [body, lost] = translated(
      foreign({turn(Role::kAssistant, {text("Both.")}), turn(Role::kAssistant, {call("a")}),
               turn(Role::kAssistant, {call("b")}), turn(Role::kTool, {result("a", {text("1")})}),
               turn(Role::kTool, {result("b", {})})}));
  CHECK(roles(body) == "assistant tool tool ");
  CHECK(body["messages"][0]["content"] == "Both.");
  CHECK(body["messages"][0]["tool_calls"].size() == 2);
  CHECK(body["messages"][2]["content"] == "");
}

TEST_CASE("A tool result with an image becomes text, and the image the user's behind the results",
          "[openai]") {
  const auto [body, lost] =
      translated(foreign({turn(Role::kAssistant, {call("a"), call("b")}),
                          turn(Role::kUser, {result("a", {text("See."), picture()}),
                                             result("b", {text("2")}, true), text("Well?")})}));
  CHECK(roles(body) == "assistant tool tool user user ");
  CHECK(body["messages"][1]["content"] == "See.");
  const json& shown = body["messages"][3]["content"];
  REQUIRE(shown.size() == 2);
  CHECK(shown[0]["text"] == "Shown by the tool call a:");
  CHECK(shown[1]["image_url"]["url"] == "data:image/png;base64,AAAA");
  CHECK(body["messages"][4]["content"] == "Well?");
  CHECK(lost == "messages[1].content[1].is_error");
}

// claude-code-hub #518, mnfst/llm-gateway #1658
TEST_CASE("Thoughts go as reasoning_content and their signatures are told as lost", "[openai]") {
  const auto [body, lost] = translated(foreign({turn(
      Role::kAssistant,
      {{ReasoningPart{"Hm.", "sig"}, {}}, {ReasoningPart{{}, "blob", true}, {}}, text("Yes.")})}));
  CHECK(body["messages"][0]["reasoning_content"] == "Hm.");
  CHECK(body["messages"][0]["content"] == "Yes.");
  CHECK(lost == "messages[0].content[0].signature, messages[0].content[1]");
}

TEST_CASE("What a provider did by itself is left out, and what was asked about is not",
          "[openai]") {
  const Part search{OtherPart{"server_tool_use", R"({"type":"server_tool_use"})"}, {}};
  const Part document{OtherPart{"document", R"({"type":"document"})"}, {}};
  const auto [body, lost] = translated(foreign({turn(Role::kAssistant, {search, text("Found.")})}));
  CHECK(body["messages"][0]["content"] == "Found.");
  CHECK(lost == "messages[0].content[0]");
  CHECK(refused_at(foreign({turn(Role::kUser, {text("Read."), document})})) ==
        "messages[0].content[1]");
  CHECK(refused_at(foreign({turn(Role::kUser, {result("a", {document})})})) ==
        "messages[0].content[0]");
  CHECK(refused_at(foreign({turn(Role::kAssistant, {picture()})})) == "messages[0].content[0]");
}

// experientiallabs #787
TEST_CASE("A budget of thinking becomes the nearest effort", "[openai]") {
  const auto [thinking, budget, effort] =
      GENERATE(table<Thinking, std::optional<std::int64_t>, std::string>({
          {Thinking::kOff, std::nullopt, "none"},
          {Thinking::kOn, std::nullopt, "medium"},
          {Thinking::kOn, 1024, "low"},
          {Thinking::kOn, 8192, "medium"},
          {Thinking::kOn, 8193, "high"},
      }));
  ChatRequest request = foreign({turn(Role::kUser, {text("a")})});
  request.thinking = thinking;
  request.thinking_budget = budget;
  const auto [body, lost] = translated(request);
  CHECK(body["reasoning_effort"] == effort);
  CHECK(lost == (budget ? "thinking.budget_tokens" : ""));
}

TEST_CASE("A hint for a cache, a raw prompt and members of the other dialect are told as lost",
          "[openai]") {
  // litellm #41954
  Part hinted = text("a");
  hinted.extras = R"("cache_control":{"type":"ephemeral"})";
  ChatRequest request = foreign({turn(Role::kUser, {hinted})});
  request.raw_prompt = true;
  request.unknown_members = {"thread"};
  request.sampling.repetition_penalty = 1.1;
  request.sampling.logit_bias = {{5, -1}};
  const auto [body, lost] = translated(request);
  CHECK(body["messages"][0]["content"] == "a");
  CHECK(body["repetition_penalty"] == 1.1);
  CHECK(body["logit_bias"]["5"] == -1);
  CHECK(lost == "raw, thread, messages[0].content[0].cache_control");
}

TEST_CASE("The safety identifier is the end user, and each stays in its own member", "[openai]") {
  const auto [members, user] = GENERATE(table<std::string, std::string>({
      {R"("safety_identifier":"s")", "s"},
      {R"("safety_identifier":"s","user":"u")", "u"},
      {R"("user":"u")", "u"},
  }));
  const std::string body =
      R"({"model":"m","messages":[{"role":"user","content":"a"}],)" + members + "}";
  const auto request = openai_chat_codec().parse_request(body);
  REQUIRE(request.has_value());
  CHECK(request->user == user);
  CHECK(translated(*request).body == json::parse(body));
}

}  // namespace
}  // namespace weir
