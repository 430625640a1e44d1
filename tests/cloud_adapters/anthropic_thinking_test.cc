// When and how an Anthropic server is asked to think.
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kMessages = Dialect::kAnthropic;

const json kDisabled = {{"type", "disabled"}};
const json kBudget = {{"type", "enabled"}, {"budget_tokens", 1024}};

const std::string kSigned = R"({"type":"thinking","thinking":"Hm.","signature":"c2ln"})";
const std::string kUnsigned = R"({"type":"thinking","thinking":"Hm.","signature":""})";
const std::string kCall = R"({"type":"tool_use","id":"a","name":"f","input":{}})";
const std::string kResult = R"({"type":"tool_result","tool_use_id":"a","content":"1"})";

std::string user(const std::string& blocks) {
  return R"({"role":"user","content":[)" + blocks + "]}";
}
std::string assistant(const std::string& blocks) {
  return R"({"role":"assistant","content":[)" + blocks + "]}";
}

std::string thinking_request(const std::string& messages, const std::string& thinking) {
  return R"({"model":"m","max_tokens":4096,"thinking":)" + thinking +
         R"(,"metadata":{"user_id":"u"},"tools":[{"name":"f","input_schema":{"type":"object"}}],)"
         R"("messages":[{"role":"user","content":"Go"},)" +
         messages + "]}";
}

// The client went on with what another model had begun.
TEST_CASE("who did not think before the calls does not think behind their results", "[anthropic]") {
  const auto [messages, thinks] = GENERATE(table<std::string, bool>({
      {assistant(kUnsigned + "," + kCall) + "," + user(kResult), false},
      {assistant(kUnsigned + "," + kCall) + "," + user(kResult + R"(,{"type":"text","text":"?"})"),
       false},
      {assistant(kUnsigned + "," + kCall) + "," + user(kResult) + "," + assistant(kCall) + "," +
           user(kResult),
       false},
      // the turn began with its own thought
      {assistant(kSigned + "," + kCall) + "," + user(kResult) + "," +
           assistant(kUnsigned + "," + kCall) + "," + user(kResult),
       true},
      // those calls are answered
      {assistant(kUnsigned + "," + kCall) + "," + user(kResult) + "," +
           assistant(R"({"type":"text","text":"Done."})") + "," +
           user(R"({"type":"text","text":"And?"})"),
       true},
      {assistant(kUnsigned + R"(,{"type":"text","text":"Hm."})") + "," +
           user(R"({"type":"text","text":"And?"})"),
       true},
  }));
  CAPTURE(messages);
  const Asked sent =
      asked(kMessages, thinking_request(messages, R"({"type":"enabled","budget_tokens":1024})"),
            kMessages);
  CHECK(sent.body["thinking"] == (thinks ? kBudget : kDisabled));
  CHECK(sent.body["metadata"]["user_id"] == "u");
  CHECK((sent.lost.find(", thinking") == std::string::npos) == thinks);
}

TEST_CASE("a model that decides itself may think behind any results", "[anthropic]") {
  const std::string messages = assistant(kUnsigned + "," + kCall) + "," + user(kResult);
  const Asked sent =
      asked(kMessages, thinking_request(messages, R"({"type":"adaptive"})"), kMessages);
  CHECK(sent.body["thinking"] == json{{"type", "adaptive"}});
}

constexpr std::string_view kGeminiTurns = R"("contents":[{"role":"user","parts":[{"text":"Go"}]},
    {"role":"model","parts":[{"text":"Hm.","thought":true},
      {"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"c2ln"}]},
    {"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"r":1}}}]}],
  "tools":[{"functionDeclarations":[{"name":"f"}]}])";

TEST_CASE("a Gemini client's model does not think behind results that Gemini asked for",
          "[anthropic]") {
  const Asked sent = asked(Dialect::kGemini,
                           R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":2048}},)" +
                               std::string(kGeminiTurns) + "}",
                           kMessages, {.model = "m"});
  CHECK(sent.body["thinking"] == kDisabled);
  CHECK(sent.lost.ends_with("generationConfig.thinkingConfig"));
}

TEST_CASE("who must call a tool does not think", "[anthropic]") {
  const int budget = GENERATE(2048, -1);
  const std::string mode = GENERATE("AUTO", "ANY");
  const Asked sent =
      asked(Dialect::kGemini,
            R"({"contents":[{"role":"user","parts":[{"text":"Go"}]}],
      "tools":[{"functionDeclarations":[{"name":"f"}]}],
      "toolConfig":{"functionCallingConfig":{"mode":")" +
                mode + R"("}},"generationConfig":{"thinkingConfig":{"thinkingBudget":)" +
                std::to_string(budget) + "}}}",
            kMessages, {.model = "m"});
  CHECK((sent.body["thinking"] == kDisabled) == (mode == "ANY"));
  CHECK(sent.lost == (mode == "ANY" ? "generationConfig.thinkingConfig" : ""));
}

// What a client of chat or Ollama gets asked of this model of Anthropic's.
Asked asked_of(const std::string& model, Dialect from, const std::string& members) {
  const auto request = codec_of(from).parse_request(
      R"({"model":"m","messages":[{"role":"user","content":"Go"}],)" + members + "}");
  REQUIRE(request.has_value());
  const auto written =
      codec_of(kMessages).write_request(*request, {.model = model, .max_tokens = 8000});
  REQUIRE(written.has_value());
  return {json::parse(written->body), written->lost.text()};
}

TEST_CASE("an effort is told to the models that have one", "[anthropic]") {
  const auto [model, has] = GENERATE(table<std::string, bool>({
      {"claude-opus-4-5-20251101", true},
      {"claude-opus-4-6", true},
      {"claude-sonnet-4-6", true},
      {"claude-opus-5", true},
      {"glm-5", true},
      {"claude-sonnet-4-5-20250929", false},
      {"claude-haiku-4-5", false},
      {"anthropic/claude-opus-4.1", false},
      {"claude-sonnet-4-20250514", false},
      {"claude-3-7-sonnet-latest", false},
  }));
  CAPTURE(model);
  const Asked sent = asked_of(model, Dialect::kOpenAiChat, R"("reasoning_effort":"low")");
  CHECK(sent.body.contains("output_config") == has);
  CHECK(sent.lost == (has ? "" : "reasoning_effort"));
}

TEST_CASE("a model thinks in the way that it knows", "[anthropic]") {
  const auto [model, thinking, lost] = GENERATE(table<std::string, json, std::string>({
      {"claude-sonnet-4-6", json{{"type", "adaptive"}}, ""},
      {"claude-opus-4-7", json{{"type", "adaptive"}}, ""},
      {"claude-haiku-4-5", json{{"type", "enabled"}, {"budget_tokens", 4000}}, ""},
      {"claude-3-5-haiku-latest", json(), "think"},
  }));
  CAPTURE(model);
  const Asked sent = asked_of(model, Dialect::kOllama, R"("think":true)");
  CHECK(sent.body.value("thinking", json()) == thinking);
  CHECK(sent.lost == lost);
}

TEST_CASE("a budget is told to no model that refuses one", "[anthropic]") {
  const std::string body = R"({"contents":[{"role":"user","parts":[{"text":"Go"}]}],
      "generationConfig":{"thinkingConfig":{"thinkingBudget":2048}}})";
  const auto request = codec_of(Dialect::kGemini).parse_request(body, {.model = "m"});
  REQUIRE(request.has_value());
  const auto written =
      codec_of(kMessages).write_request(*request, {.model = "claude-opus-4-8", .max_tokens = 8000});
  REQUIRE(written.has_value());
  CHECK(json::parse(written->body)["thinking"] == json{{"type", "adaptive"}});
  CHECK(written->lost.text() == "generationConfig.thinkingConfig.thinkingBudget");
}

TEST_CASE("newer models get one of temperature and top_p, the newest none", "[anthropic]") {
  const auto [model, members, sent,
              lost] = GENERATE(table<std::string, std::string, std::string, std::string>({
      {"claude-sonnet-4-20250514", R"("temperature":0.5,"top_p":0.9)", "temperature top_p ", ""},
      {"glm-5", R"("temperature":0.5,"top_p":0.9)", "temperature top_p ", ""},
      {"claude-sonnet-4-5", R"("temperature":0.5,"top_p":0.9)", "temperature ", "top_p"},
      {"claude-opus-4-1", R"("temperature":0.5,"top_p":0.9)", "temperature ", "top_p"},
      {"claude-sonnet-4-5", R"("temperature":1,"top_p":0.9)", "top_p ", ""},
      {"claude-sonnet-4-5", R"("temperature":0.5,"top_p":1)", "temperature ", ""},
      {"claude-haiku-4-5", R"("top_p":0.9)", "top_p ", ""},
      {"claude-opus-4-7", R"("temperature":0.5,"top_p":0.9,"top_k":9)", "",
       "temperature, top_p, top_k"},
      {"claude-opus-4-7", R"("temperature":1)", "", ""},
  }));
  CAPTURE(model, members);
  const Asked asked = asked_of(model, Dialect::kOpenAiChat, members);
  std::string found;
  for (const std::string name : {"temperature", "top_p", "top_k"}) {
    if (asked.body.contains(name)) found += name + " ";
  }
  CHECK(found == sent);
  CHECK(asked.lost == lost);
}

}  // namespace
}  // namespace weir::test
