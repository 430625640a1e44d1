// Thoughts and their signatures that other gateways changed, lost or made up between the turns of
// a conversation. Every test says whose users reported it.
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kChat = Dialect::kOpenAiChat;
constexpr Dialect kMessages = Dialect::kAnthropic;

// A turn with thoughts between its calls, and the results of them.
std::string turn_of(const std::string& blocks) {
  return R"({"model":"m","max_tokens":2048,"thinking":{"type":"enabled","budget_tokens":1024},)"
         R"("messages":[{"role":"user","content":"Go"},{"role":"assistant","content":)" +
         blocks +
         R"(},{"role":"user","content":[)"
         R"({"type":"tool_result","tool_use_id":"a","content":"1"},)"
         R"({"type":"tool_result","tool_use_id":"b","content":"2"}]}]})";
}

// bifrost #6342: blocks were put in another order, and the conversation could not go on.
TEST_CASE("thoughts between calls stay where they were, each with its signature", "[reported]") {
  const std::string blocks = R"([
      {"type":"thinking","thinking":"First a.","signature":"c2lnMQ=="},
      {"type":"text","text":"One."},
      {"type":"tool_use","id":"a","name":"f","input":{"x":1}},
      {"type":"thinking","thinking":"","signature":"c2lnMg=="},
      {"type":"redacted_thinking","data":"ZGF0YQ=="},
      {"type":"tool_use","id":"b","name":"g","input":{}}])";
  const json body = asked(kMessages, turn_of(blocks), kMessages).body;
  CHECK(body["messages"][1]["content"] == json::parse(blocks));
}

// CLIProxyAPI #2172: "thinking blocks cannot be modified", after they were written anew.
TEST_CASE("a thought goes back to its server byte for byte", "[reported]") {
  const std::string blocks =
      R"([ {"signature" : "c2ln\/MQ==", "thinking":"caf\u00e9 \ud83c\udf07\n\t1.0e2",)"
      R"("type":"thinking"},)"
      R"( {"type":"tool_use","id":"a","name":"f","input":{"b": 1.50, "a": 1e3}},)"
      R"( {"type":"tool_use","id":"b","name":"g","input":{ }} ])";
  const std::string body = turn_of(blocks);
  const Codec& codec = codec_of(kMessages);
  const auto request = codec.parse_request(body);
  REQUIRE(request.has_value());
  REQUIRE(codec.goes_as_it_came(*request));
  const auto sent = codec.rewrite_request(*request, request->original, {.model = "other"});
  REQUIRE(sent.has_value());
  CHECK(sent->find(blocks) != std::string::npos);
  CHECK(sent->find(R"("model":"other")") != std::string::npos);
}

// bifrost #1479: Claude Code's suggestions ask for 500 tokens of thought, Anthropic wants 1024.
TEST_CASE("a budget of thought below what a provider takes does not fail the request",
          "[reported]") {
  const Asked messages = asked(Dialect::kGemini,
                               R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
      "generationConfig":{"thinkingConfig":{"thinkingBudget":500}}})",
                               kMessages, {.model = "m"});
  CHECK(messages.body["thinking"] == json{{"type", "enabled"}, {"budget_tokens", 1024}});
  CHECK(messages.lost.find("thinkingBudget") != std::string::npos);
  const Asked chat = asked(kMessages, R"({"model":"m","max_tokens":2048,
      "thinking":{"type":"enabled","budget_tokens":500},
      "messages":[{"role":"user","content":"Hi"}]})",
                           kChat);
  CHECK(chat.body["reasoning_effort"] == "low");
}

// bifrost #3802: "reasoning_content is missing in assistant tool call message".
TEST_CASE("the thought before a call stands in the message of the call for a chat server",
          "[reported]") {
  const std::string blocks = R"([{"type":"thinking","thinking":"First a.","signature":"c2ln"},
      {"type":"tool_use","id":"a","name":"f","input":{}},
      {"type":"tool_use","id":"b","name":"g","input":{}}])";
  const json message = asked(kMessages, turn_of(blocks), kChat).body["messages"][1];
  CHECK(message["reasoning_content"] == "First a.");
  CHECK(message["tool_calls"].size() == 2);
}

// CLIProxyAPI #1584: a conversation that changed from Gemini to Claude was refused for a signature
// that the proxy had made.
TEST_CASE("Anthropic gets no thought that Gemini signed", "[reported]") {
  const Asked sent = asked(Dialect::kGemini, R"({"contents":[
      {"role":"user","parts":[{"text":"Hi"}]},
      {"role":"model","parts":[{"text":"So.","thought":true,"thoughtSignature":"Z2VtaW5p"},
                               {"text":"Yes?"}]},
      {"role":"user","parts":[{"text":"Go"}]}]})",
                           kMessages, {.model = "m"});
  CHECK(sent.body.dump().find("Z2VtaW5p") == std::string::npos);
  CHECK(sent.body.dump().find("signature") == std::string::npos);
  CHECK(sent.body["messages"][1]["content"].dump().find("Yes?") != std::string::npos);
  CHECK_FALSE(sent.lost.empty());
}

// bifrost #5185: "display":"summarized" was added, and models lost what they had thought.
TEST_CASE("how thoughts are shown is what the client asked, and nothing else", "[reported]") {
  const json thinking = asked(kMessages, R"({"model":"m","max_tokens":9,
      "thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]})",
                              kMessages)
                            .body["thinking"];
  CHECK(thinking == json{{"type", "adaptive"}});
}

// mnfst/llm-gateway #1658: signatures came out changed.
TEST_CASE("a signature that comes in pieces is the same behind the stream", "[reported]") {
  const std::string stream =
      named_stream({message_start(R"({"input_tokens":5,"output_tokens":1})"),
                    R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking",
           "thinking":"","signature":""}})",
                    R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",
           "thinking":"Hm."}})",
                    R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta",
           "signature":"EqQB+/=\u003d"}})",
                    R"({"type":"content_block_stop","index":0})",
                    message_delta("end_turn", R"({"output_tokens":4})"), kMessageStop});
  const json content = message_of(streamed(kMessages, stream, kMessages))["content"];
  REQUIRE(content.size() == 1);
  CHECK(content[0]["signature"] == "EqQB+/==");
  CHECK(content[0]["thinking"] == "Hm.");
}

}  // namespace
}  // namespace weir::test
