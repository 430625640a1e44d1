// Requests of other dialects as an Anthropic server gets them.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

struct Written {
  json body;
  std::string lost;
};

Result<WrittenRequest> translated(const std::string& body) {
  const auto request = openai_chat_codec().parse_request(body);
  if (!request) return request.error();
  return anthropic_messages_codec().write_request(*request,
                                                  {.model = "claude-x", .max_tokens = 100});
}

Written written(const std::string& body) {
  auto result = translated(body);
  REQUIRE(result.has_value());
  return {json::parse(result->body), result->lost.text()};
}

Written with_members(const std::string& members) {
  return written(R"({"model":"m","messages":[{"role":"user","content":"a"}],)" + members + "}");
}

Written with_messages(const std::string& messages) {
  return written(R"({"model":"m","messages":[)" + messages + "]}");
}

// openai-agents-python #1935, litellm #22946
TEST_CASE("the results of one turn's calls are one message, in front of text", "[anthropic]") {
  const auto [body, lost] = with_messages(
      R"({"role":"user","content":"go"},
         {"role":"assistant","content":null,"tool_calls":[
           {"id":"a|1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
           {"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
         {"role":"system","content":"late"},
         {"role":"tool","tool_call_id":"a|1","content":"one","cache_control":{"type":"ephemeral"}},
         {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"two"}]},
         {"role":"user","content":"and?"})");
  CHECK(body["messages"] == json::parse(R"([{"role":"user","content":"go"},
          {"role":"assistant","content":[
            {"type":"tool_use","id":"a_x7c1","name":"f","input":{"x":1}},
            {"type":"tool_use","id":"b","name":"g","input":{}}]},
          {"role":"user","content":[
            {"type":"tool_result","tool_use_id":"a_x7c1","cache_control":{"type":"ephemeral"},
             "content":"one"},
            {"type":"tool_result","tool_use_id":"b","content":"two"},
            {"type":"text","text":"late"},{"type":"text","text":"and?"}]}])"));
  CHECK(lost == "messages[2].role");
}

TEST_CASE("a call whose arguments are no object keeps what was written", "[anthropic]") {
  // hass-agent-llm #42
  const auto body = with_messages(
                        R"({"role":"user","content":"go"},{"role":"assistant","tool_calls":[
           {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":"}}]})")
                        .body;
  CHECK(body["messages"][1]["content"][0]["input"] == json{{"INVALID_JSON", R"({"x":)"}});
}

TEST_CASE("images and files go along", "[anthropic]") {
  const auto [body, lost] = with_messages(
      R"({"role":"user","content":[
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
        {"type":"image_url","image_url":{"url":"https://x/y.png"}},
        {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}},
        {"type":"file","file":{"file_data":"data:text/plain;base64,aGk="}}]})");
  CHECK(body["messages"][0]["content"] == json::parse(R"([
    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
    {"type":"image","source":{"type":"url","url":"https://x/y.png"}},
    {"type":"document","title":"a.pdf",
     "source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}},
    {"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}}])"));
  CHECK(lost == "messages[0].content[0].detail");
}

TEST_CASE("what an Anthropic server cannot be asked is refused by name", "[anthropic]") {
  const auto [body, param] = GENERATE(table<std::string, std::string>({
      {R"("n":2,"messages":[{"role":"user","content":"a"}])", "n"},
      {R"("messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}])",
       "messages[0].content[0]"},
      {R"("messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}])",
       "messages[0].content[0]"},
      {R"("messages":[{"role":"user","content":" "}])", "messages"},
  }));
  const auto result = translated(R"({"model":"m",)" + body + "}");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kUnsupportedParameter);
  CHECK(result.error().param == param);
}

TEST_CASE("knobs without a place are listed as lost", "[anthropic]") {
  const auto [members, lost] = GENERATE(table<std::string, std::string>({
      {R"("seed":1)", "seed"},
      {R"("temperature":1.5)", "temperature"},
      {R"("logprobs":true)", "logprobs"},
      {R"("logit_bias":{"1":2})", "logit_bias"},
      {R"("presence_penalty":1)", "presence_penalty"},
      {R"("frequency_penalty":0)", ""},
      {R"("response_format":{"type":"json_object"})", "response_format"},
      {R"("prediction":{})", "prediction"},
      {R"("stop":["\n","END"])", "stop"},
  }));
  CAPTURE(members);
  CHECK(with_members(members).lost == lost);
}

TEST_CASE("a temperature above one is one", "[anthropic]") {
  CHECK(with_members(R"("temperature":1.5)").body["temperature"] == 1);
}

TEST_CASE("tools and the choice of them go along", "[anthropic]") {
  const json body =
      with_members(
          R"("tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
                        "parameters":{"properties":{}}}},
                       {"type":"function","function":{"name":"g"}}],
             "tool_choice":"required","parallel_tool_calls":false)")
          .body;
  CHECK(body["tools"] == json::parse(R"([
    {"name":"f","description":"d","strict":true,
     "input_schema":{"type":"object","properties":{}}},
    {"name":"g","input_schema":{"type":"object","properties":{}}}])"));
  CHECK(body["tool_choice"] == json{{"type", "any"}, {"disable_parallel_tool_use", true}});
}

TEST_CASE("effort and the form of the answer are told", "[anthropic]") {
  const json body = with_members(R"("reasoning_effort":"minimal","response_format":{
      "type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}})")
                        .body;
  CHECK(body["output_config"] ==
        json::parse(
            R"({"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}})"));
}

TEST_CASE("no effort at all is no thinking", "[anthropic]") {
  const json body = with_members(R"("reasoning_effort":"none")").body;
  CHECK(body["thinking"] == json{{"type", "disabled"}});
  CHECK_FALSE(body.contains("output_config"));
}

// litellm #26916, codex2api #613
TEST_CASE("thinking without a signature is left out and listed", "[anthropic]") {
  const auto [body, lost] = with_messages(
      R"({"role":"user","content":"a"},
         {"role":"assistant","content":"b","reasoning_content":"hm"},
         {"role":"user","name":"ada","content":"c"})");
  CHECK(body["messages"][1] == json{{"role", "assistant"}, {"content", "b"}});
  CHECK(lost == "messages[1].content[0], messages[2].name");
}

TEST_CASE("a prompt of system messages alone is asked by the user", "[anthropic]") {
  const auto [body, lost] = with_messages(R"({"role":"system","content":"a"})");
  CHECK(body["messages"] == json::parse(R"([{"role":"user","content":"a"}])"));
  CHECK(lost == "messages[0].role");
}

TEST_CASE("a budget for thinking leaves room for the answer", "[anthropic]") {
  ChatRequest request;
  request.dialect = Dialect::kGemini;
  request.thinking = Thinking::kOn;
  request.sampling.max_tokens = 4000;
  const auto [wanted, given] =
      GENERATE(table<std::int64_t, std::int64_t>({{2000, 2000}, {10, 1024}, {9000, 3999}}));
  request.thinking_budget = wanted;
  request.messages.emplace_back().parts.push_back({TextPart{"a"}, {}});
  const auto result = anthropic_messages_codec().write_request(request, {.model = "c"});
  REQUIRE(result.has_value());
  CHECK(json::parse(result->body)["thinking"]["budget_tokens"] == given);
  CHECK(result->lost.empty() == (wanted == given));
}

TEST_CASE("a hosted tool of another dialect is lost, and so is the choice of it", "[anthropic]") {
  ChatRequest request;
  Tool& tool = request.tools.emplace_back();
  tool.kind = ToolKind::kHosted;
  tool.type = "web_search";
  request.tool_choice = ToolChoice::kRequired;
  request.messages.emplace_back().parts.push_back({TextPart{"a"}, {}});
  const auto result =
      anthropic_messages_codec().write_request(request, {.model = "c", .max_tokens = 1});
  REQUIRE(result.has_value());
  CHECK(result->lost.text() == "tools[0], tool_choice");
}

}  // namespace
}  // namespace weir
