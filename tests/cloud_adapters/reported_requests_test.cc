// Requests that other gateways sent on in a form the server refused or understood otherwise.
// Every test says whose users reported it.
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kChat = Dialect::kOpenAiChat;
constexpr Dialect kResponses = Dialect::kOpenAiResponses;
constexpr Dialect kMessages = Dialect::kAnthropic;

// bifrost #3512: every request with tools from OpenClaw failed at Anthropic's check of schemas.
TEST_CASE("a tool without parameters has a schema of an object for Anthropic", "[reported]") {
  const json tools = asked(kChat, R"({"model":"m","messages":[{"role":"user","content":"Hi"}],
      "tools":[{"type":"function","function":{"name":"a","parameters":{"type":"object",
                "properties":{"x":{"type":"string"}},"required":["x"]}}},
               {"type":"function","function":{"name":"b","description":"B"}},
               {"type":"function","function":{"name":"c","parameters":{}}}]})",
                           kMessages)
                         .body["tools"];
  REQUIRE(tools.size() == 3);
  for (const json& tool : tools) {
    CAPTURE(tool.dump());
    CHECK(tool["input_schema"]["type"] == "object");
    CHECK_FALSE(tool.contains("function"));
    CHECK_FALSE(tool.contains("parameters"));
  }
  CHECK(tools[0]["input_schema"]["required"] == json::parse(R"(["x"])"));
}

// bifrost PR #7348: parallel_tool_calls was dropped where no tool was chosen.
TEST_CASE("one call at a time is asked of Anthropic also without a choice of tools", "[reported]") {
  const json body = asked(kChat, R"({"model":"m","messages":[{"role":"user","content":"Hi"}],
      "tools":[{"type":"function","function":{"name":"a"}}],"parallel_tool_calls":false})",
                          kMessages)
                        .body;
  CHECK(body["tool_choice"] == json{{"type", "auto"}, {"disable_parallel_tool_use", true}});
}

// epam/ai-dial-adapter-bedrock #343: an empty string is no JSON.
TEST_CASE("a call without arguments goes back as an empty object to every server", "[reported]") {
  const std::string body = R"({"model":"m","messages":[{"role":"user","content":"Go"},
      {"role":"assistant","content":null,"tool_calls":[
        {"id":"a","type":"function","function":{"name":"f","arguments":""}}]},
      {"role":"tool","tool_call_id":"a","content":"1"}]})";
  CHECK(asked(kChat, body, kMessages).body["messages"][1]["content"][0]["input"] == json::object());
  const json contents = asked(kChat, body, Dialect::kGemini).body["contents"];
  CHECK(contents[1]["parts"][0]["functionCall"].value("args", json::object()) == json::object());
  const json messages = asked(kChat, body, Dialect::kOllama).body["messages"];
  CHECK(messages[1]["tool_calls"][0]["function"]["arguments"] == json::object());
  const json input = asked(kChat, body, kResponses).body["input"];
  CHECK(json::parse(input[1]["arguments"].get<std::string>()) == json::object());
}

// vllm #41114: Codex begins with two messages of the developer, and templates refuse the second.
TEST_CASE("the messages of a developer that come first are one instruction", "[reported]") {
  const std::string body = R"({"model":"m","input":[
      {"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules."}]},
      {"type":"message","role":"developer","content":[{"type":"input_text","text":"More."}]},
      {"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}]})";
  const json messages = asked(kResponses, body, kMessages).body;
  CHECK(messages["messages"].size() == 1);
  const std::string system = messages["system"].dump();
  CHECK(system.find("Rules.") < system.find("More."));
  const json gemini = asked(kResponses, body, Dialect::kGemini).body;
  CHECK(gemini["contents"].size() == 1);
  CHECK(gemini["systemInstruction"]["parts"].size() == 2);
}

// james-6-23/codex2api #613: Anthropic refuses a thought with an empty signature.
TEST_CASE("a thought with an empty signature is left out for Anthropic, its text is not",
          "[reported]") {
  const json body = asked(kMessages, R"({"model":"m","max_tokens":9,"messages":[
      {"role":"user","content":"Hi"},
      {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":""},
                                     {"type":"text","text":"Yes."}]},
      {"role":"user","content":"Go"}]})",
                          kMessages)
                        .body;
  CHECK(body.dump().find("thinking") == std::string::npos);
  CHECK(body["messages"][1]["content"].dump().find("Yes.") != std::string::npos);
}

// litellm #41954: a mark for the cache inside of a tool's result was refused.
TEST_CASE("a mark for the cache on the text of a tool's message stands on the result",
          "[reported]") {
  const json result = asked(kChat, R"({"model":"m","messages":[{"role":"user","content":"Go"},
      {"role":"assistant","tool_calls":[{"id":"a","type":"function",
        "function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"a","cache_control":{"type":"ephemeral"},
       "content":[{"type":"text","text":"1"}]}]})",
                            kMessages)
                          .body["messages"][2]["content"][0];
  CHECK(result["type"] == "tool_result");
  CHECK(result["cache_control"] == json{{"type", "ephemeral"}});
  CHECK(result["content"].dump().find("cache_control") == std::string::npos);
}

// litellm #18201, Chainlit #2662: "tool_use ids were found without tool_result blocks".
TEST_CASE("the results of parallel calls are one turn for Anthropic, in the calls' order",
          "[reported]") {
  const json messages = asked(kResponses, R"({"model":"m","input":[{"role":"user","content":"Go"},
      {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},
      {"type":"function_call","call_id":"b","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"a","output":"1"},
      {"type":"function_call_output","call_id":"b","output":"2"}]})",
                              kMessages)
                            .body["messages"];
  REQUIRE(messages.size() == 3);
  REQUIRE(messages[1]["content"].size() == 2);
  REQUIRE(messages[2]["content"].size() == 2);
  CHECK(messages[2]["content"][0]["tool_use_id"] == "a");
  CHECK(messages[2]["content"][1]["tool_use_id"] == "b");
}

}  // namespace
}  // namespace weir::test
