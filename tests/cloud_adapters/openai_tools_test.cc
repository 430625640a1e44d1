// Conversations with tools and reasoning, as OpenAI's clients send them.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/openai_chat.h"
#include "core/backend.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

ChatRequest parsed(const std::string& body) {
  Result<ChatRequest> request = openai_chat_codec().parse_request(body);
  CAPTURE(body);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

// The messages of a conversation behind a first question.
std::vector<Message> messages(const std::string& rest) {
  return std::move(
      parsed(R"({"model":"m","messages":[{"role":"user","content":"Wien?"},)" + rest + "]}")
          .messages);
}

std::string with_tools(const std::string& members) {
  return R"({"model":"m","messages":[{"role":"user","content":"Wien?"}],
             "tools":[{"type":"function","function":{"name":"get_weather"}},
                      {"type":"function","function":{"name":"get_time"}}])" +
         members + "}";
}

// Everything that a turn with tools may have, spaced as nobody else would.
constexpr std::string_view kTurns = R"({ "model" : "a",  "messages":[
 {"role":"user","content":"Wien?"},
 {"role":"assistant","content":null,"reasoning_content":"Both.","tool_calls":[
  {"id":"functions.get_weather:0","type":"function","index":0,
   "function":{"name":"get_weather","arguments":"{ \"city\": \"Wien\" }"}},
  {"id":"call_2","type":"function","function":{"name":"get_time","arguments":{ "zone" : "CET" }},
   "extra_content":{"google":{"thought_signature":"x"}}}]},
 {"role":"tool","tool_call_id":"functions.get_weather:0","content":"warm"},
 {"role":"tool","tool_call_id":"call_2","name":"get_time",
  "content":[{"type":"text","text":"12"}]}],
 "tools":[{"type":"function",
           "function":{"name":"get_weather","parameters":{ "type" : "object" }}}],
 "tool_choice":{"type":"function","function":{"name":"get_weather"}},
 "parallel_tool_calls":false })";

TEST_CASE("a turn with calls has its reasoning, its text and its calls in order", "[openai]") {
  const ChatRequest request = parsed(std::string(kTurns));
  const std::vector<Part>& parts = request.messages[1].parts;
  REQUIRE(parts.size() == 3);
  CHECK(std::get<ReasoningPart>(parts[0].value).text == "Both.");
  const auto& first = std::get<ToolUsePart>(parts[1].value);
  CHECK(first.id == "functions.get_weather:0");
  CHECK(first.name == "get_weather");
  CHECK(first.arguments_json == R"({ "city": "Wien" })");
  CHECK(std::get<ToolUsePart>(parts[2].value).arguments_json == R"({ "zone" : "CET" })");
  CHECK(request.parallel_tool_calls == false);
}

TEST_CASE("reasoning comes under either of its names", "[openai]") {
  const std::string members =
      GENERATE(R"("reasoning_content":"Hm.")", R"("reasoning":"Hm.")",
               R"("reasoning_content":null,"reasoning":"Hm.")",
               R"("reasoning_content":"Hm.","reasoning":"Hm.","reasoning_details":[])");
  CAPTURE(members);
  const auto turn = messages(R"({"role":"assistant","content":"Warm.",)" + members + "}")[1];
  REQUIRE(turn.parts.size() == 2);
  CHECK(std::get<ReasoningPart>(turn.parts[0].value).text == "Hm.");
  CHECK(std::get<TextPart>(turn.parts[1].value).text == "Warm.");
}

TEST_CASE("a tool's result is text or parts", "[openai]") {
  const auto turns = messages(R"({"role":"tool","tool_call_id":"a","content":"warm"},
      {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"12"},
       {"type":"image_url","image_url":{"url":"u"}}]},
      {"role":"tool","tool_call_id":"c","content":""})");
  const auto& plain = std::get<ToolResultPart>(turns[1].parts.at(0).value);
  CHECK(plain.tool_use_id == "a");
  CHECK(std::get<TextPart>(plain.parts.at(0).value).text == "warm");
  const auto& parts = std::get<ToolResultPart>(turns[2].parts.at(0).value).parts;
  REQUIRE(parts.size() == 2);
  CHECK(std::get<TextPart>(parts[0].value).text == "12");
  CHECK(std::get<ImagePart>(parts[1].value).url == "u");
  CHECK(std::get<ToolResultPart>(turns[3].parts.at(0).value).parts.size() == 1);
}

TEST_CASE("each choice of tools is read", "[openai]") {
  const auto [members, choice, name] = GENERATE(table<std::string, ToolChoice, std::string>({
      {"", ToolChoice::kUnset, ""},
      {R"(,"tool_choice":null)", ToolChoice::kUnset, ""},
      {R"(,"tool_choice":"auto")", ToolChoice::kAuto, ""},
      {R"(,"tool_choice":"none")", ToolChoice::kNone, ""},
      {R"(,"tool_choice":"required")", ToolChoice::kRequired, ""},
      {R"(,"tool_choice":{"type":"function","function":{"name":"get_time"}})", ToolChoice::kNamed,
       "get_time"},
  }));
  CAPTURE(members);
  const ChatRequest request = parsed(with_tools(members));
  CHECK(request.tool_choice == choice);
  CHECK(request.tool_choice_name == name);
}

struct Refused {
  std::string body;
  std::string param;
};

TEST_CASE("what cannot be meant about tools is refused by its path", "[openai]") {
  const auto call = [](const std::string& function) {
    return R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a")" + function +
           "}]}]}";
  };
  const auto [body, param] = GENERATE_COPY(
      Refused{with_tools(R"(,"tool_choice":{"type":"function","function":{"name":"get_tme"}})"),
              "tool_choice"},
      Refused{with_tools(R"(,"tool_choice":"any")"), "tool_choice"},
      Refused{R"({"model":"m","messages":[{"role":"user","content":"a"}],
                  "tool_choice":"required"})",
              "tool_choice"},
      Refused{call(""), "messages[0].tool_calls[0].function"},
      Refused{call(R"(,"function":{"arguments":"{}"})"), "messages[0].tool_calls[0].function.name"},
      Refused{call(R"(,"function":{"name":"f","arguments":[1]})"),
              "messages[0].tool_calls[0].function.arguments"},
      Refused{R"({"model":"m","messages":[{"role":"tool","content":"warm"}]})",
              "messages[0].tool_call_id"},
      Refused{R"({"model":"m","messages":[{"role":"tool","tool_call_id":"a","content":null}]})",
              "messages[0].content"});
  CAPTURE(body);
  const Result<ChatRequest> request = openai_chat_codec().parse_request(body);
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().code == ErrorCode::kInvalidRequest);
  CHECK(request.error().param == param);
}

TEST_CASE("the retired form of functions is for the cloud alone, and told by name", "[openai]") {
  const auto [members, field] = GENERATE(table<std::string, std::string>({
      {R"("functions":[{"name":"f"}],"messages":[{"role":"user","content":"a"}])", "functions"},
      {R"("function_call":"auto","messages":[{"role":"user","content":"a"}])", "function_call"},
      {R"("messages":[{"role":"assistant","function_call":{"name":"f","arguments":"{}"}}])",
       "messages"},
      {R"("messages":[{"role":"function","name":"f","content":"x"}])", "messages"},
  }));
  CAPTURE(members);
  const ChatRequest request = parsed(R"({"model":"m",)" + members + "}");
  Capabilities local;
  local.files = local.unknown_fields = false;
  CHECK(first_unsupported(local, request) == field);
  CHECK(first_unsupported(Capabilities(), request).empty());
}

TEST_CASE("a turn with tools goes to the cloud byte by byte but for the model", "[openai]") {
  const ChatRequest request = parsed(std::string(kTurns));
  const auto body = openai_chat_codec().rewrite_request(request, request.original, {.model = "b"});
  REQUIRE(body.has_value());
  std::string expected(kTurns);
  expected.replace(expected.find("\"a\""), 3, "\"b\"");
  CHECK(*body == expected);
}

TEST_CASE("tools that only another provider can run are told where none is left", "[openai]") {
  ChatRequest request;
  request.dialect = Dialect::kAnthropic;
  request.messages.emplace_back().parts.push_back({TextPart{"a"}, {}});
  for (const std::string_view type : {"web_search_20250305", "bash_20250124"}) {
    Tool& tool = request.tools.emplace_back();
    tool.kind = ToolKind::kHosted;
    tool.type = type;
  }
  const auto written = openai_chat_codec().write_request(request, {.model = "m"});
  REQUIRE(written.has_value());
  CHECK(written->lost.text() == "tools[0], tools[1]");
}

TEST_CASE("a turn with tools that is written anew says the same", "[openai]") {
  const ChatRequest request = parsed(std::string(kTurns));
  const auto body = openai_chat_codec().write_request(request, {.model = "a"});
  REQUIRE(body.has_value());
  json expected = json::parse(kTurns);
  json& calls = expected["messages"][1]["tool_calls"];
  calls[0].erase("index");
  calls[1]["function"]["arguments"] = R"({ "zone" : "CET" })";
  expected["messages"][3]["content"] = "12";
  json written = json::parse(body->body);
  written["messages"][3].erase("name");
  expected["messages"][3].erase("name");
  CHECK(written == expected);
}

}  // namespace
}  // namespace weir
