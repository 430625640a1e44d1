// Counts of tokens that other gateways lost, mangled or told twice on the way from one dialect
// to another. Every test says whose users reported it.
#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kChat = Dialect::kOpenAiChat;
constexpr Dialect kResponses = Dialect::kOpenAiResponses;
constexpr Dialect kMessages = Dialect::kAnthropic;

Usage usage_read(Dialect from, const std::string& bytes) {
  StreamedAnswer answer(from, from);
  REQUIRE(answer.feed(bytes).has_value());
  REQUIRE(answer.end().has_value());
  return answer.usage();
}

Usage usage_of(Dialect from, const std::string& body) {
  const auto parsed = codec_of(from).parse_response(body);
  REQUIRE(parsed.has_value());
  REQUIRE(parsed->has_usage);
  return parsed->whole.usage;
}

// envoy ai-gateway #2290: some servers tell the prompt at the end alone.
TEST_CASE("a prompt that only message_delta counts is counted with its cache", "[reported]") {
  const std::string stream = named_stream(
      {message_start(R"({"input_tokens":0,"output_tokens":0})"),
       message_delta("end_turn", R"({"input_tokens":4522,"cache_creation_input_tokens":4511,
                                     "output_tokens":5})"),
       kMessageStop});
  const json usage = chat_of(streamed(kMessages, stream, kChat))["usage"];
  CHECK(usage["prompt_tokens"] == 9033);
  CHECK(usage["prompt_tokens_details"]["cache_write_tokens"] == 4511);
  CHECK(usage["total_tokens"] == 9038);
}

const std::string kChatWithUsage =
    chat_stream({chat_delta(R"({"role":"assistant","content":"Hi"})"), chat_finish("stop"),
                 chat_usage(R"({"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,
                    "prompt_tokens_details":{"cached_tokens":1920}})")});

// envoy ai-gateway #2352: the closing event of a translated stream had no count of the prompt.
TEST_CASE("an Anthropic client finds the prompt's count of a chat server in message_delta",
          "[reported]") {
  const std::string stream = streamed(kChat, kChatWithUsage, kMessages);
  json last;
  for (const json& data : datas_of(stream)) {
    if (data["type"] == "message_delta") last = data["usage"];
  }
  CHECK(last["input_tokens"] == 86);
  CHECK(last["output_tokens"] == 300);
}

// litellm #31069: they were 0 in streams and right in /v1/chat/completions.
TEST_CASE("cached tokens of a chat server reach an Anthropic client's stream", "[reported]") {
  const json usage = message_of(streamed(kChat, kChatWithUsage, kMessages))["usage"];
  CHECK(usage["cache_read_input_tokens"] == 1920);
}

// litellm #28354: the adapter looked for Anthropic's names in the counts of Responses.
TEST_CASE("cached tokens of a Responses server reach an Anthropic client", "[reported]") {
  const std::string counts = R"({"input_tokens":1000,"input_tokens_details":{"cached_tokens":900},
      "output_tokens":75,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":1075})";
  const std::string response =
      R"({"id":"r","object":"response","status":"completed","model":"m","output":[{"type":"message",
          "role":"assistant","content":[{"type":"output_text","text":"Hi"}]}],"usage":)" +
      counts + "}";
  const std::string stream =
      named_stream({R"({"type":"response.completed","response":)" + response + "}"});
  for (const json& message : {answered(kResponses, response, kMessages),
                              message_of(streamed(kResponses, stream, kMessages))}) {
    CHECK(message["usage"]["cache_read_input_tokens"] == 900);
    CHECK(message["usage"]["input_tokens"] == 100);
    CHECK(message["usage"]["output_tokens"] == 75);
  }
}

// envoy ai-gateway PR #1550: Anthropic does not count what was cached as input, OpenAI does.
TEST_CASE("a chat client's prompt counts what Anthropic read from and wrote to its cache",
          "[reported]") {
  const json usage = answered(kMessages, R"({"id":"m","content":[{"type":"text","text":"Hi"}],
      "stop_reason":"end_turn","usage":{"input_tokens":10,"cache_read_input_tokens":200,
      "cache_creation_input_tokens":30,"output_tokens":7}})",
                              kChat)["usage"];
  CHECK(usage["prompt_tokens"] == 240);
  CHECK(usage["prompt_tokens_details"]["cached_tokens"] == 200);
  CHECK(usage["completion_tokens"] == 7);
  CHECK(usage["total_tokens"] == 247);
}

// apisix #13662: the sum was made of message_delta alone, which has no count of the prompt.
TEST_CASE("the total of a stream from Anthropic has the prompt in it", "[reported]") {
  const std::string stream =
      named_stream({message_start(R"({"input_tokens":25,"output_tokens":1})"),
                    message_delta("end_turn", R"({"output_tokens":15})"), kMessageStop});
  CHECK(chat_of(streamed(kMessages, stream, kChat))["usage"]["total_tokens"] == 40);
  const json last = datas_of(streamed(kMessages, stream, kResponses)).back();
  CHECK(last["response"]["usage"]["total_tokens"] == 40);
}

// tensorzero #5481: message_delta counts what came so far, not what came since.
TEST_CASE("the token that message_start counts is not counted again", "[reported]") {
  const std::string stream =
      named_stream({message_start(R"({"input_tokens":25,"output_tokens":1})"),
                    message_delta("end_turn", R"({"output_tokens":15})"), kMessageStop});
  CHECK(usage_read(kMessages, stream).output_tokens == 15);
}

// envoy ai-gateway PR #2236: counts that message_delta repeats were added.
TEST_CASE("a cache read that is told first and last was one", "[reported]") {
  const std::string prompt = R"("input_tokens":9,"cache_read_input_tokens":1,)";
  const std::string stream = named_stream(
      {message_start("{" + prompt + R"("output_tokens":0})"),
       message_delta("end_turn", "{" + prompt + R"("output_tokens":16})"), kMessageStop});
  const Usage usage = usage_read(kMessages, stream);
  CHECK(usage.input_tokens == 9);
  CHECK(usage.cache_read_tokens == 1);
  CHECK(usage.output_tokens == 16);
}

// litellm PR #31724: in streams the split of a cache's lifetimes was lost, and with it the price.
TEST_CASE("what a stream wrote to the cache for an hour stays apart", "[reported]") {
  const std::string stream = named_stream(
      {message_start(R"({"input_tokens":15,"cache_creation_input_tokens":4803,"output_tokens":1,
           "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":4803}})"),
       message_delta(
           "end_turn",
           R"({"input_tokens":15,"cache_creation_input_tokens":4803,"output_tokens":47})"),
       kMessageStop});
  const Usage usage = usage_read(kMessages, stream);
  CHECK(usage.cache_write_1h_tokens == 4803);
  CHECK(usage.cache_write_5m_tokens == 0);
  CHECK(usage.prompt_tokens() == 4818);
}

// cloudflare-docs #20536: the counts of a whole Anthropic answer were not found.
TEST_CASE("the counts of a whole Anthropic answer are read", "[reported]") {
  const Usage usage = usage_of(kMessages, R"({"type":"message","role":"assistant","content":[],
      "model":"claude-3-5-sonnet-20241022","stop_reason":"end_turn","stop_sequence":null,
      "usage":{"input_tokens":4144,"cache_creation_input_tokens":0,
               "cache_read_input_tokens":0,"output_tokens":1137}})");
  CHECK(usage.input_tokens == 4144);
  CHECK(usage.output_tokens == 1137);
}

// litellm #22984: vLLM writes null for the details that it does not count.
TEST_CASE("cached tokens are found between details that are null", "[reported]") {
  const Usage usage = usage_of(kChat, R"({"choices":[{"message":{"content":"Hi"},
      "finish_reason":"stop"}],"usage":{"total_tokens":150687,"prompt_tokens":150383,
      "completion_tokens":304,"prompt_tokens_details":{"text_tokens":null,"audio_tokens":null,
      "image_tokens":null,"cached_tokens":149936},"completion_tokens_details":{"text_tokens":null,
      "reasoning_tokens":15}}})");
  CHECK(usage.cache_read_tokens == 149936);
  CHECK(usage.input_tokens == 447);
  CHECK(usage.reasoning_tokens == 15);
}

// Portkey-AI/gateway #496: a chat client's stream had Anthropic's names for the counts.
TEST_CASE("a chat client's stream counts in OpenAI's words", "[reported]") {
  const std::string stream =
      named_stream({message_start(R"({"input_tokens":12,"output_tokens":1})"),
                    message_delta("end_turn", R"({"output_tokens":6})"), kMessageStop});
  const json usage = chat_of(streamed(kMessages, stream, kChat))["usage"];
  CHECK(usage["prompt_tokens"] == 12);
  CHECK(usage["completion_tokens"] == 6);
  CHECK_FALSE(usage.contains("input_tokens"));
  CHECK_FALSE(usage.contains("output_tokens"));
}

// headroomlabs-ai/headroom PR #2688: chunks were counted where the server counts tokens.
TEST_CASE("output is what the server counted, not how many chunks came", "[reported]") {
  const std::string stream = chat_stream(
      {chat_delta(R"({"content":"One chunk of "})"), chat_delta(R"({"content":"many tokens."})"),
       chat_finish("stop"), chat_usage(R"({"prompt_tokens":5,"completion_tokens":311})")});
  CHECK(message_of(streamed(kChat, stream, kMessages))["usage"]["output_tokens"] == 311);
}

}  // namespace
}  // namespace weir::test
