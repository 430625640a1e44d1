#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/gemini.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr RequestPath kPath = {.model = "gemini-x", .stream = false, .count_only = false};

ChatRequest parsed(const std::string& body, const RequestPath& path = kPath) {
  Result<ChatRequest> request = gemini_codec().parse_request(body, path);
  CAPTURE(body);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

Error refused(const std::string& body) {
  Result<ChatRequest> request = gemini_codec().parse_request(body, kPath);
  CAPTURE(body);
  REQUIRE_FALSE(request.has_value());
  return request.error();
}

ChatRequest from_openai(const std::string& members) {
  Result<ChatRequest> request =
      openai_chat_codec().parse_request(R"({"model":"m",)" + members + "}");
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

WrittenRequest written(const ChatRequest& request, std::string_view model = "gemini-3-pro") {
  Result<WrittenRequest> out = gemini_codec().write_request(request, {.model = model});
  if (!out) FAIL(out.error().message);
  return std::move(*out);
}

json body_of(const ChatRequest& request, std::string_view model = "gemini-3-pro") {
  return json::parse(written(request, model).body);
}

std::string with_config(const std::string& config) {
  return R"({"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{)" + config + "}}";
}

std::string text_of(const Part& part) { return std::string(std::get<TextPart>(part.value).text); }

std::string normalised(const std::string& schema) {
  const auto document = JsonDocument::parse(schema);
  return gemini::normalised_schema((*document)->root()).value_or("as it is");
}

TEST_CASE("the path of a Gemini request names its model", "[gemini]") {
  CHECK(gemini_codec().path("gemini-3-pro", false) == "/models/gemini-3-pro:generateContent");
  CHECK(gemini_codec().path("a/b c", true) == "/models/a%2Fb%20c:streamGenerateContent?alt=sse");
  const ChatRequest request =
      parsed(R"({"contents":[{"parts":[{"text":"hi"}]}]})", {.model = "m", .stream = true});
  CHECK(request.model == "m");
  CHECK(request.stream);
  CHECK(request.include_usage);
}

TEST_CASE("a Gemini conversation is read with all its parts", "[gemini]") {
  const ChatRequest request = parsed(R"({"system_instruction":"Be brief.","contents":[
    {"role":"user","parts":[{"text":"look"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},
      {"inline_data":{"mime_type":"audio/wav","data":"BBBB"}},
      {"fileData":{"mimeType":"image/gif","fileUri":"https://example.org/a.gif"}}]},
    {"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"s1"},
      {"functionCall":{"name":"f","args":{"a": 1}},"thoughtSignature":"s2"},
      {"executableCode":{"code":"1"}}]},
    {"role":"function","parts":[{"functionResponse":{"name":"f","response":{"output":"12"}}}]}]})");
  REQUIRE(request.messages.size() == 4);
  CHECK(request.messages[0].role == Role::kSystem);
  const std::vector<Part>& user = request.messages[1].parts;
  REQUIRE(user.size() == 4);
  CHECK(std::get<ImagePart>(user[1].value).base64_data == "AAAA");
  CHECK(std::get<FilePart>(user[2].value).media_type == "audio/wav");
  CHECK(std::get<ImagePart>(user[3].value).url == "https://example.org/a.gif");
  const std::vector<Part>& model = request.messages[2].parts;
  CHECK(std::get<ReasoningPart>(model.at(0).value).signature == "s1");
  const auto& use = std::get<ToolUsePart>(model.at(1).value);
  CHECK(use.id == "call_0");
  CHECK(use.arguments_json == R"({"a": 1})");
  CHECK(use.signature == "s2");
  CHECK(std::get<OtherPart>(model.at(2).value).type == "executableCode");
  CHECK(request.messages[3].role == Role::kTool);
  const auto& result = std::get<ToolResultPart>(request.messages[3].parts.at(0).value);
  CHECK(result.tool_use_id == "call_0");
  CHECK(text_of(result.parts.at(0)) == "12");
}

// any-llm #1312
TEST_CASE("calls of one function without ids pair with their responses in order", "[gemini]") {
  const ChatRequest request = parsed(R"({"contents":[
    {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g"}},
                             {"functionCall":{"name":"f"}}]},
    {"parts":[{"functionResponse":{"name":"f","response":{"error":"no"}}},
              {"functionResponse":{"name":"f","response":{"a":1,"b":2}}},
              {"functionResponse":{"name":"g","response":{}}}]}]})");
  const auto result = [&](std::size_t i) {
    return std::get<ToolResultPart>(request.messages.at(1).parts.at(i).value);
  };
  CHECK(result(0).tool_use_id == "call_0");
  CHECK(result(0).is_error);
  CHECK(result(1).tool_use_id == "call_2");
  CHECK(text_of(result(1).parts.at(0)) == R"({"a":1,"b":2})");
  CHECK(result(2).tool_use_id == "call_1");
}

TEST_CASE("a schema of Gemini's own kind becomes JSON Schema", "[gemini]") {
  CHECK(normalised(R"({"type":"object","properties":{"type":{"type":"string"}}})") == "as it is");
  CHECK(json::parse(normalised(R"({"type":"OBJECT","properties":{"NUMBER":{"type":"ARRAY",
      "min_items":"2","items":{"type":"STRING","nullable":true,"enum":["A"]}}}})")) ==
        json::parse(R"({"type":"object","properties":{"NUMBER":{"type":"array","minItems":2,
      "items":{"type":["string","null"],"enum":["A",null]}}}})"));
  CHECK(json::parse(normalised(R"({"anyOf":[{"type":"TYPE_UNSPECIFIED"},{"type":"NULL"}]})")) ==
        json::parse(R"({"anyOf":[{},{"type":"null"}]})"));
}

TEST_CASE("Gemini tools are functions and what the provider runs itself", "[gemini]") {
  const ChatRequest request = parsed(R"({"contents":[{"parts":[{"text":"hi"}]}],"tools":[
    {"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT"}},
                             {"name":"g","parametersJsonSchema":{"type": "object"}}]},
    {"googleSearch":{}}],
    "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["g"]}}})");
  REQUIRE(request.tools.size() == 3);
  CHECK(request.tools[0].parameters_json == R"({"type":"object"})");
  CHECK(request.tools[1].parameters_json == R"({"type": "object"})");
  CHECK(request.tools[2].kind == ToolKind::kHosted);
  CHECK(request.tools[2].type == "googleSearch");
  CHECK(request.tool_choice == ToolChoice::kNamed);
  CHECK(request.tool_choice_name == "g");
  const auto openai = openai_chat_codec().write_request(request, {.model = "m"});
  REQUIRE(openai.has_value());
  CHECK(json::parse(openai->body)["tools"].size() == 2);
  CHECK(openai->lost.text() == "tools[2]");
}

TEST_CASE("generationConfig is read, and what has no place is kept by name", "[gemini]") {
  const ChatRequest request = parsed(with_config(R"("temperature":1,"topP":0.95,"topK":64.0,
    "maxOutputTokens":77,"candidateCount":2,"stopSequences":["a"],"seed":7,"presencePenalty":1,
    "frequencyPenalty":-1,"responseMimeType":"application/json","responseSchema":{"type":"STRING"},
    "responseLogprobs":true,"logprobs":3,"speechConfig":{"a":1},
    "thinkingConfig":{"includeThoughts":true,"thinkingBudget":-1})"));
  const Sampling& sampling = request.sampling;
  CHECK(sampling.top_k == 64);
  CHECK(sampling.max_tokens == 77);
  CHECK(sampling.choices == 2);
  CHECK(sampling.stop == std::vector<std::string_view>{"a"});
  CHECK(sampling.seed == 7);
  CHECK(sampling.logprobs);
  CHECK(sampling.top_logprobs == 3);
  CHECK(request.response_format.kind == ResponseFormatKind::kJsonSchema);
  CHECK(request.response_format.schema_json == R"({"type":"string"})");
  CHECK(request.thinking == Thinking::kAdaptive);
  CHECK(request.unknown_members == std::vector<std::string_view>{"generationConfig.speechConfig"});
  const json config = body_of(request)["generationConfig"];
  CHECK(config["speechConfig"]["a"] == 1);
  CHECK(config["thinkingConfig"]["thinkingBudget"] == -1);
  CHECK(config["candidateCount"] == 2);
}

// experientiallabs #787
TEST_CASE("levels and budgets of thinking are efforts and budgets", "[gemini]") {
  CHECK(parsed(with_config(R"("thinkingConfig":{"thinkingLevel":"HIGH"})")).reasoning_effort ==
        "high");
  const ChatRequest off = parsed(with_config(R"("thinkingConfig":{"thinkingBudget":0})"));
  CHECK(off.thinking == Thinking::kOff);
  const ChatRequest low =
      from_openai(R"("messages":[{"role":"user","content":"hi"}],"reasoning_effort":"low")");
  CHECK(body_of(low, "gemini-3-pro")["generationConfig"]["thinkingConfig"] ==
        json::parse(R"({"includeThoughts":true,"thinkingLevel":"LOW"})"));
  CHECK(body_of(low, "gemini-2.5-flash")["generationConfig"]["thinkingConfig"] ==
        json::parse(R"({"includeThoughts":true,"thinkingBudget":1024})"));
}

TEST_CASE("a wrong Gemini request is refused with its place", "[gemini]") {
  CHECK(refused("{}").param == "contents");
  CHECK(refused(R"({"contents":[{"parts":[{"text":"a"},{"text":1}]}]})").param ==
        "contents[0].parts[1].text");
  CHECK(refused(R"({"contents":[{"role":"x","parts":[]}]})").param == "contents[0].role");
  CHECK(refused(R"({"contents":[{"parts":[{"functionCall":{"args":{}}}]}]})").param ==
        "contents[0].parts[0].functionCall.name");
  CHECK(refused(R"({"contents":[{"parts":[{"functionCall":{"name":"f","args":"{}"}}]}]})").param ==
        "contents[0].parts[0].functionCall.args");
  CHECK(refused(with_config(R"("topP":2)")).param == "generationConfig.topP");
  CHECK(refused(R"({"contents":[],"generationConfig":{},"generation_config":{}})").param ==
        "generation_config");
}

TEST_CASE("a count of tokens may hold the request in a member", "[gemini]") {
  const RequestPath path = {.model = "m", .stream = false, .count_only = true};
  const ChatRequest request = parsed(
      R"({"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"hi"}]}]}})",
      path);
  CHECK(request.model == "m");
  CHECK(text_of(request.messages.at(0).parts.at(0)) == "hi");
}

// openai-agents-python #1935, litellm #22946
TEST_CASE("results of parallel calls become one content behind their calls", "[gemini]") {
  const json body = body_of(from_openai(R"("messages":[
    {"role":"system","content":"s"},{"role":"developer","content":"d"},
    {"role":"user","content":"hi"},
    {"role":"assistant","content":"","tool_calls":[
      {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
      {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
    {"role":"tool","tool_call_id":"c1","content":"warm"},
    {"role":"tool","tool_call_id":"c2","content":"{\"t\":3}"},
    {"role":"user","content":"go on"}])"));
  CHECK(body["systemInstruction"] == json::parse(R"({"parts":[{"text":"s"},{"text":"d"}]})"));
  CHECK(body["contents"] == json::parse(R"([
    {"role":"user","parts":[{"text":"hi"}]},
    {"role":"model","parts":[
      {"functionCall":{"id":"c1","name":"f","args":{"a":1}},
       "thoughtSignature":"skip_thought_signature_validator"},
      {"functionCall":{"id":"c2","name":"g","args":{}}}]},
    {"role":"user","parts":[
      {"functionResponse":{"id":"c1","name":"f","response":{"output":"warm"}}},
      {"functionResponse":{"id":"c2","name":"g","response":{"t":3}}}]},
    {"role":"user","parts":[{"text":"go on"}]}])"));
}

// mnfst/llm-gateway #1658
TEST_CASE("a signature of Gemini goes back as it came", "[gemini]") {
  const json body = body_of(parsed(R"({"contents":[{"role":"model","parts":[
    {"text":"hm","thought":true,"thoughtSignature":"a/b+="},
    {"text":"said","thoughtSignature":"t"},{"text":"","thoughtSignature":"e"},
    {"functionCall":{"id":"1","name":"f","args":{}},"thoughtSignature":"c"}]}]})"));
  const json& parts = body["contents"][0]["parts"];
  CHECK(parts[0] == json::parse(R"({"text":"hm","thought":true,"thoughtSignature":"a/b+="})"));
  CHECK(parts[1] == json::parse(R"({"text":"said","thoughtSignature":"t"})"));
  CHECK(parts[2] == json::parse(R"({"text":"","thoughtSignature":"e"})"));
  CHECK(parts[3]["thoughtSignature"] == "c");
}

// hass-agent-llm #42
TEST_CASE("arguments are an object in Gemini, whatever a client sent", "[gemini]") {
  const std::string arguments = GENERATE(R"("{\"a\":1}")", R"({"a":1})");
  const json body = body_of(from_openai(
      R"("messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function",
         "function":{"name":"f","arguments":)" +
      arguments + "}}]}]"));
  CHECK(body["contents"][0]["parts"][0]["functionCall"]["args"] == json::parse(R"({"a":1})"));
}

TEST_CASE("what Gemini cannot say is listed or refused", "[gemini]") {
  const WrittenRequest out = written(from_openai(R"("messages":[{"role":"user","content":"hi"},
    {"role":"system","content":"later"}],"seed":99999999999,"min_p":0.1,"user":"u","store":true)"));
  CHECK(out.lost.text() == "store, min_p, user, messages[1].role, seed");
  const ChatRequest audio = from_openai(
      R"("messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}])");
  const auto refusal = gemini_codec().write_request(audio, {.model = "m"});
  REQUIRE_FALSE(refusal.has_value());
  CHECK(refusal.error().code == ErrorCode::kUnsupportedParameter);
  CHECK(refusal.error().param == "messages[0].content[0]");
}

TEST_CASE("tools, choice and structured output are written for Gemini", "[gemini]") {
  const json body = body_of(from_openai(R"("messages":[{"role":"user","content":[
      {"type":"text","text":"hi"},
      {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
      {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}],
    "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
    "tool_choice":"required","max_tokens":9,"stop":"x",
    "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"a":1}}})"));
  CHECK(
      body["tools"] ==
      json::parse(
          R"([{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}])"));
  CHECK(body["toolConfig"]["functionCallingConfig"]["mode"] == "ANY");
  CHECK(body["generationConfig"] == json::parse(R"({"maxOutputTokens":9,"stopSequences":["x"],
    "responseMimeType":"application/json","responseJsonSchema":{"a":1}})"));
  const json& parts = body["contents"][0]["parts"];
  CHECK(parts[1]["inlineData"]["data"] == "AAAA");
  CHECK(parts[2]["fileData"]["fileUri"] == "https://example.org/a.png");
}

TEST_CASE("of tools only those are offered that may be called", "[gemini]") {
  const std::string tools = R"("tools":[{"type":"function","function":{"name":"f"}},
      {"type":"function","function":{"name":"g"}},{"type":"function","function":{"name":"h"}}],)";
  const auto allowed = [&](const std::string& mode, const std::string& names) {
    return from_openai(R"("messages":[{"role":"user","content":"hi"}],)" + tools +
                       R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":")" + mode +
                       R"(","tools":[)" + names + "]}}");
  };
  const ChatRequest two = allowed("required", R"({"type":"function","function":{"name":"h"}},
                                                 {"type":"function","function":{"name":"f"}})");
  REQUIRE(two.tools.size() == 2);
  CHECK(two.tools[0].name == "f");
  CHECK(two.tool_choice == ToolChoice::kRequired);
  CHECK(two.unknown_members.empty());
  CHECK(allowed("auto", R"({"type":"function","function":{"name":"g"}})").tool_choice ==
        ToolChoice::kAuto);
  const auto none = openai_chat_codec().parse_request(
      R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + tools +
          R"("tool_choice":{"type":"allowed_tools",
             "allowed_tools":{"mode":"required","tools":[]}}})",
      {});
  CHECK(none.error().param == "tool_choice");

  const auto from_gemini = [](const std::string& mode) {
    return *gemini_codec().parse_request(
        R"({"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[
           {"name":"f"},{"name":"g"}]},{"googleSearch":{}}],"toolConfig":{"functionCallingConfig":
           {"mode":")" +
            mode + R"(","allowedFunctionNames":["g","x"]}}})",
        {"m", false});
  };
  for (const std::string mode : {"ANY", "AUTO"}) {
    const ChatRequest request = from_gemini(mode);
    REQUIRE(request.tools.size() == 2);
    CHECK(request.tools[0].name == "g");
    CHECK(request.tools[1].kind == ToolKind::kHosted);
    CHECK((request.tool_choice == ToolChoice::kRequired) == (mode == "ANY"));
  }
}

TEST_CASE("forwarding changes a Gemini body only where it has no limit", "[gemini]") {
  const auto rewritten = [](const std::string& body, std::int64_t tokens) {
    return *gemini_codec().rewrite_request(ChatRequest(), body,
                                           {.model = "m", .answer_tokens = tokens});
  };
  CHECK(rewritten(R"({ "contents": [] })", 0) == R"({ "contents": [] })");
  CHECK(rewritten(R"({"contents":[]})", 5) ==
        R"({"generationConfig":{"maxOutputTokens":5},"contents":[]})");
  CHECK(rewritten(R"({"generation_config":{"topK":1}})", 5) ==
        R"({"generation_config":{"maxOutputTokens":5,"topK":1}})");
  CHECK(rewritten(R"({"generationConfig":{"max_output_tokens":7}})", 5) ==
        R"({"generationConfig":{"max_output_tokens":7}})");
  CHECK(rewritten(R"({"generationConfig":{}})", 5) ==
        R"({"generationConfig":{"maxOutputTokens":5}})");
  CHECK(rewritten(R"({"generationConfig":null})", 5) ==
        R"({"generationConfig":{"maxOutputTokens":5}})");
}

TEST_CASE("a conversation with many calls without ids is read in linear time", "[gemini]") {
  std::string parts;
  for (int i = 0; i < 50'000; ++i) {
    parts += R"({"functionCall":{"name":"f"}},{"functionResponse":{"name":"g","response":{}}},)";
  }
  parts += R"({"text":"x"})";
  CHECK(parsed(R"({"contents":[{"parts":[)" + parts + "]}]}").messages[0].parts.size() == 100'001);
}

}  // namespace
}  // namespace weir
