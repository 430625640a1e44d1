// Tools that take free text: read as functions, written back as they were.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr std::string_view kRequest = R"({"model":"m","messages":[
  {"role":"user","content":"Patch it."},
  {"role":"assistant","content":null,"tool_calls":[
    {"id":"c1","type":"custom","custom":{"name":"patch","input":"a \"b\"\n"}}]},
  {"role":"tool","tool_call_id":"c1","content":"done"}],
 "tools":[{"type":"custom","custom":{"name":"patch","description":"Patches.",
            "format":{"type":"grammar","grammar":{"syntax":"lark","definition":"x"}}}},
          {"type":"web_search"}],
 "tool_choice":{"type":"custom","custom":{"name":"patch"}}})";

ChatRequest parsed(std::string_view body) {
  Result<ChatRequest> request = openai_chat_codec().parse_request(std::string(body));
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

TEST_CASE("A custom tool is a function with one text, and a hosted tool has a type", "[openai]") {
  const ChatRequest request = parsed(kRequest);
  REQUIRE(request.tools.size() == 2);
  CHECK(request.tools[0].kind == ToolKind::kCustom);
  CHECK(request.tools[0].name == "patch");
  CHECK(request.tools[0].description == "Patches.");
  CHECK(request.tools[0].parameters_json == kCustomParameters);
  CHECK(request.tools[1].kind == ToolKind::kHosted);
  CHECK(request.tools[1].type == "web_search");
  CHECK(request.tools[1].name.empty());
  CHECK(request.tool_choice_name == "patch");
  const auto& use = std::get<ToolUsePart>(request.messages[1].parts.at(0).value);
  CHECK(use.name == "patch");
  CHECK(json::parse(use.arguments_json) == json{{"input", "a \"b\"\n"}});
}

TEST_CASE("A custom tool and its calls are written back in their own form", "[openai]") {
  const auto written = openai_chat_codec().write_request(parsed(kRequest), {.model = "m"});
  REQUIRE(written.has_value());
  CHECK(written->lost.empty());
  CHECK(json::parse(written->body) == json::parse(kRequest));
}

TEST_CASE("A custom tool of another dialect goes out as a function, and its grammar is lost",
          "[openai]") {
  ChatRequest request = parsed(kRequest);
  request.dialect = Dialect::kOpenAiResponses;
  request.tools[0].raw_json = R"({"type":"custom","name":"patch","format":{"type":"grammar"}})";
  const auto written = openai_chat_codec().write_request(request, {.model = "m"});
  REQUIRE(written.has_value());
  const json body = json::parse(written->body);
  REQUIRE(body["tools"].size() == 1);
  CHECK(body["tools"][0]["function"]["parameters"] == json::parse(kCustomParameters));
  CHECK(body["messages"][1]["tool_calls"][0]["function"]["name"] == "patch");
  CHECK(written->lost.text() == "tools[0].format, tools[1]");
}

TEST_CASE("The call of a custom tool is answered in its own form", "[openai]") {
  const ChatRequest request = parsed(kRequest);
  AnswerOptions options = script_options();
  options.request = &request;
  const auto events = AnswerScript()
                          .call(0, "c2", "patch")
                          .arguments(0, R"({"inp)")
                          .arguments(0, R"(ut":"x\ny"})")
                          .end(FinishReason::kStop);
  const auto body = written_answer(*openai_chat_codec().body_writer(options), events);
  REQUIRE(body.has_value());
  const json choice = json::parse(*body)["choices"][0];
  CHECK(choice["finish_reason"] == "tool_calls");
  const json call = choice["message"]["tool_calls"][0];
  CHECK(call["type"] == "custom");
  CHECK(call["custom"] == json{{"name", "patch"}, {"input", "x\ny"}});

  const auto stream = written_answer(*openai_chat_codec().stream_writer(options), events);
  REQUIRE(stream.has_value());
  CHECK(stream->find(R"("type":"custom","custom":{"name":"patch","input":""})") !=
        std::string::npos);
  CHECK(stream->find(R"("custom":{"input":"x\ny"})") != std::string::npos);
}

TEST_CASE("Arguments that are no object with a text are the text", "[openai]") {
  CHECK(custom_input(R"({"input":"x"})") == "x");
  CHECK(custom_input("*** Begin") == "*** Begin");
  CHECK(custom_input(R"({"input":1})") == R"({"input":1})");
  CHECK(custom_input(custom_arguments("\"\\\n")) == "\"\\\n");
}

}  // namespace
}  // namespace weir
