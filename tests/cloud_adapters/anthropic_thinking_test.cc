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

}  // namespace
}  // namespace weir::test
