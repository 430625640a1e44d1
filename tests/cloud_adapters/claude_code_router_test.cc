// What claude-code-router gets wrong between an Anthropic client and a chat server, as seen with
// its version 2.0.0 and in its reports.
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kChat = Dialect::kOpenAiChat;
constexpr Dialect kMessages = Dialect::kAnthropic;

std::string asking(const std::string& members) {
  return R"({"model":"m","max_tokens":64,"messages":[{"role":"user","content":"Hi"}],)" + members +
         "}";
}

// claude-code-router 2.0.0: it does not ask, so its clients see usage 0.
TEST_CASE("claude-code-router: a chat server is asked to count what it streams", "[reported]") {
  const json body = asked(kMessages, asking(R"("stream":true)"), kChat).body;
  CHECK(body["stream"] == true);
  CHECK(body["stream_options"]["include_usage"] == true);
  CHECK_FALSE(asked(kMessages, asking(R"("stream":false)"), kChat).body.contains("stream_options"));
}

// claude-code-router 2.0.0: a search and its result stood before the text.
TEST_CASE("claude-code-router: an empty list of annotations is no search of the web",
          "[reported]") {
  const std::string message = R"({"role":"assistant","content":"Hi","annotations":[]})";
  const json whole = answered(
      kChat, R"({"choices":[{"message":)" + message + R"(,"finish_reason":"stop"}]})", kMessages);
  const std::string stream = chat_stream({chat_delta(message), chat_finish("stop")});
  const json text = json::parse(R"([{"type":"text","text":"Hi"}])");
  CHECK(whole["content"] == text);
  CHECK(message_of(streamed(kChat, stream, kMessages))["content"] == text);
}

// claude-code-router 2.0.0: output_config was dropped, and answers had no form.
TEST_CASE("claude-code-router: the form of an answer reaches a chat server", "[reported]") {
  const auto [body, lost] = asked(kMessages, asking(R"("output_config":{"effort":"high","format":{
      "type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}},
      "required":["a"],"additionalProperties":false}}})"),
                                  kChat);
  CHECK(body["response_format"]["type"] == "json_schema");
  CHECK(body["response_format"]["json_schema"]["schema"] ==
        json::parse(R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
                        "additionalProperties":false})"));
  CHECK(body["reasoning_effort"] == "high");
  CHECK(lost.empty());
}

// claude-code-router 2.0.0: the model was shown the JSON of the blocks.
TEST_CASE("claude-code-router: the blocks of a tool's result are its text", "[reported]") {
  const json body = asked(kMessages, R"({"model":"m","max_tokens":64,"messages":[
      {"role":"user","content":"Go"},
      {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[
        {"type":"text","text":"line \"one\""},{"type":"text","text":"line two"}]}]}]})",
                          kChat)
                        .body;
  const json& result = body["messages"][2];
  CHECK(result["role"] == "tool");
  CHECK(result["tool_call_id"] == "t1");
  std::string text;
  if (result["content"].is_string()) text = result["content"];
  if (result["content"].is_array()) {
    for (const json& part : result["content"]) text += part["text"].get<std::string>() + "\n";
  }
  CHECK(text.find("line \"one\"") != std::string::npos);
  CHECK(text.find("line two") != std::string::npos);
  CHECK(text.find("\"type\"") == std::string::npos);
}

// musistudio/claude-code-router #1587: counts that came behind the reason to finish were dropped.
TEST_CASE("claude-code-router: the end of a stream waits for the counts behind it", "[reported]") {
  const std::string stream =
      chat_stream({chat_delta(R"({"content":"Hi"})"), chat_finish("stop"),
                   chat_usage(R"({"prompt_tokens":1204,"completion_tokens":37})")});
  const std::string told = streamed(kChat, stream, kMessages);
  std::size_t ends = 0;
  for (const json& data : datas_of(told)) ends += data["type"] == "message_delta";
  CHECK(ends == 1);
  const json usage = message_of(told)["usage"];
  CHECK(usage["input_tokens"] == 1204);
  CHECK(usage["output_tokens"] == 37);
}

// claude-code-router 2.0.0 gets this one right: it must not go wrong here.
TEST_CASE("claude-code-router: cached tokens are taken off a whole answer's prompt", "[reported]") {
  const json usage = answered(kChat, R"({"choices":[{"message":{"content":"Hi"},
      "finish_reason":"stop"}],"usage":{"prompt_tokens":15,"completion_tokens":2,
      "prompt_tokens_details":{"cached_tokens":4}}})",
                              kMessages)["usage"];
  CHECK(usage["input_tokens"] == 11);
  CHECK(usage["cache_read_input_tokens"] == 4);
}

}  // namespace
}  // namespace weir::test
