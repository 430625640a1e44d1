// What only one provider has, told to clients of another: what is lost is named, what they share
// is carried.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

// What a client of `to` is told to have lost of a whole answer.
std::string lost_of(Dialect from, std::string_view body, Dialect to) {
  const auto parsed = codec_of(from).parse_response(body);
  if (!parsed) return parsed.error().message;
  AnswerOptions options;
  const auto writer = codec_of(to).body_writer(options);
  std::string written;
  for (const StreamEvent& event : parsed->events) {
    if (const auto told = writer->write(event, &written); !told) return told.error().message;
  }
  return writer->lost().text();
}

ChatRequest parsed(Dialect dialect, std::string_view body) {
  const RequestPath path{"m", false};
  Result<ChatRequest> request = codec_of(dialect).parse_request(std::string(body), path);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

WrittenRequest written(const ChatRequest& request, Dialect to, bool all_members = false) {
  RequestOptions options;
  options.model = "m";
  options.max_tokens = 100;
  options.all_members = all_members;
  Result<WrittenRequest> result = codec_of(to).write_request(request, options);
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

constexpr std::string_view kSearched = R"({"id":"msg_1","type":"message","role":"assistant",
  "model":"claude","content":[
  {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"weir"}},
  {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
  {"type":"text","text":"A weir is a dam.","citations":[{"type":"web_search_result_location"}]}],
  "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}})";

TEST_CASE("a search of Anthropic's and its citations are told as lost", "[dialects]") {
  const Dialect to =
      GENERATE(Dialect::kOpenAiChat, Dialect::kOpenAiResponses, Dialect::kGemini, Dialect::kOllama);
  CHECK(lost_of(Dialect::kAnthropic, kSearched, to) ==
        "server_tool_use, web_search_tool_result, citations");
}

TEST_CASE("a search of OpenAI's and its annotations are told as lost", "[dialects]") {
  constexpr std::string_view kBody = R"({"id":"resp_1","object":"response","status":"completed",
    "model":"gpt","output":[{"type":"web_search_call","id":"ws_1","status":"completed"},
    {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
      {"type":"output_text","text":"A dam.","annotations":[{"type":"url_citation"}]}]}],
    "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}})";
  const Dialect to = GENERATE(Dialect::kOpenAiChat, Dialect::kAnthropic, Dialect::kGemini);
  CHECK(lost_of(Dialect::kOpenAiResponses, kBody, to) == "web_search_call, annotations");
}

TEST_CASE("annotations of a chat answer are told as lost, and an empty list is not", "[dialects]") {
  const auto body = [](std::string_view annotations) {
    return R"({"id":"c","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{
      "role":"assistant","content":"A dam.","annotations":)" +
           std::string(annotations) + "}}]}";
  };
  CHECK(lost_of(Dialect::kOpenAiChat, body(R"([{"type":"url_citation"}])"), Dialect::kGemini) ==
        "annotations");
  CHECK(lost_of(Dialect::kOpenAiChat, body("[]"), Dialect::kGemini).empty());
}

TEST_CASE("what Gemini ran and where it looked is told as lost", "[dialects]") {
  constexpr std::string_view kBody = R"({"candidates":[{"content":{"role":"model","parts":[
    {"executableCode":{"language":"PYTHON","code":"1"}},{"text":"A dam."}]},
    "finishReason":"STOP","groundingMetadata":{"webSearchQueries":["weir"]}}],
    "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3}})";
  CHECK(lost_of(Dialect::kGemini, kBody, Dialect::kAnthropic) ==
        "executableCode, groundingMetadata");
}

TEST_CASE("a file by its address is carried between those who fetch it", "[dialects]") {
  constexpr std::string_view kRequest = R"({"model":"m","input":[{"role":"user","content":[
    {"type":"input_file","file_url":"https://example.com/a.pdf"}]}]})";
  const ChatRequest request = parsed(Dialect::kOpenAiResponses, kRequest);
  const json messages = json::parse(written(request, Dialect::kAnthropic).body);
  CHECK(messages["messages"][0]["content"][0] == json::parse(R"({"type":"document",
          "source":{"type":"url","url":"https://example.com/a.pdf"}})"));
  const json gemini = json::parse(written(request, Dialect::kGemini).body);
  CHECK(gemini["contents"][0]["parts"][0]["fileData"]["fileUri"] == "https://example.com/a.pdf");
  RequestOptions options;
  options.model = "m";
  const auto refused = codec_of(Dialect::kOpenAiChat).write_request(request, options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kUnsupportedParameter);
}

TEST_CASE("a document by its address comes back to Responses and Gemini", "[dialects]") {
  constexpr std::string_view kRequest = R"({"model":"m","max_tokens":9,"messages":[{"role":"user",
    "content":[{"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}}]}]})";
  const ChatRequest request = parsed(Dialect::kAnthropic, kRequest);
  const json responses = json::parse(written(request, Dialect::kOpenAiResponses).body);
  CHECK(responses["input"][0]["content"][0]["file_url"] == "https://example.com/a.pdf");
  CHECK(written(request, Dialect::kGemini).body.find("https://example.com/a.pdf") !=
        std::string::npos);
}

// Found by fuzz/anthropic_fuzz.cc.
TEST_CASE("a picture of no type is refused where its type must be told", "[dialects]") {
  const ChatRequest request = parsed(Dialect::kAnthropic, R"({"model":"m","max_tokens":9,
    "messages":[{"role":"user","content":[{"type":"image",
      "source":{"type":"base64","media_type":"","data":"BB"}}]}]})");
  RequestOptions options;
  options.model = "m";
  const auto refused = codec_of(Dialect::kGemini).write_request(request, options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kUnsupportedParameter);
}

TEST_CASE("a call without an id gets one, and arguments as an object are read", "[openai]") {
  constexpr std::string_view kBody = R"({"id":"c","model":"m","choices":[{"index":0,
    "finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[
      {"type":"function","function":{"name":"f","arguments":{"city":"Wien"}}},
      {"type":"function","function":{"name":"g","arguments":"{}"}}]}}]})";
  const auto answer = codec_of(Dialect::kOpenAiChat).parse_response(kBody);
  REQUIRE(answer.has_value());
  std::vector<std::string> ids;
  std::string arguments;
  for (const StreamEvent& event : answer->events) {
    if (event.kind == EventKind::kToolCallStart) ids.emplace_back(event.id);
    if (event.kind == EventKind::kToolCallDelta) arguments += event.text;
  }
  REQUIRE(ids.size() == 2);
  CHECK_FALSE(ids[0].empty());
  CHECK(ids[0] != ids[1]);
  CHECK(arguments == R"({"city":"Wien"}{})");
}

TEST_CASE("what OpenAI reads in both of its dialects is carried to OpenAI alone", "[dialects]") {
  constexpr std::string_view kRequest = R"({"model":"m","input":"hi","prompt_cache_key":"k",
    "service_tier":"flex","safety_identifier":"u","text":{"verbosity":"low"},"truncation":"auto"})";
  const ChatRequest request = parsed(Dialect::kOpenAiResponses, kRequest);
  const WrittenRequest openai = written(request, Dialect::kOpenAiChat, true);
  const json body = json::parse(openai.body);
  CHECK(body["prompt_cache_key"] == "k");
  CHECK(body["service_tier"] == "flex");
  CHECK(body["safety_identifier"] == "u");
  CHECK(body["verbosity"] == "low");
  CHECK(openai.lost.text() == "truncation");
  const WrittenRequest other = written(request, Dialect::kOpenAiChat);
  CHECK_FALSE(json::parse(other.body).contains("service_tier"));
  CHECK(other.lost.text().find("text.verbosity") != std::string::npos);
}

}  // namespace
}  // namespace weir
