// Streams whose blocks, calls and words other gateways broke, lost or held back on the way from
// one dialect to another. Every test says whose users reported it.
#include <array>

#include "tests/cloud_adapters/translations.h"

namespace weir::test {
namespace {

using nlohmann::json;

constexpr Dialect kChat = Dialect::kOpenAiChat;
constexpr Dialect kResponses = Dialect::kOpenAiResponses;
constexpr Dialect kMessages = Dialect::kAnthropic;
constexpr Dialect kGemini = Dialect::kGemini;
constexpr std::array<Dialect, 5> kAll = {kChat, kResponses, kMessages, kGemini, Dialect::kOllama};

std::string chat_call(const std::string& node) {
  return chat_delta(R"({"tool_calls":[)" + node + "]}");
}

// litellm #13373: "Content block not found", and Claude Code gave its stream up.
TEST_CASE("a text and the calls behind it are blocks that follow each other", "[reported]") {
  const std::string stream =
      chat_stream({chat_delta(R"({"role":"assistant","content":"Looking."})"),
                   chat_call(R"({"index":0,"id":"a","type":"function","function":{"name":"Glob",
                    "arguments":""}})"),
                   chat_call(R"({"index":0,"function":{"arguments":"{\"pattern\":"}})"),
                   chat_call(R"({"index":0,"function":{"arguments":"\"*\"}"}})"),
                   chat_call(R"({"index":1,"id":"b","type":"function","function":{"name":"LS",
                    "arguments":"{\"path\":\".\"}"}})"),
                   chat_finish("tool_calls")});
  const json message = message_of(streamed(kChat, stream, kMessages));
  CHECK(message["content"] == json::parse(R"([
      {"type":"text","text":"Looking."},
      {"type":"tool_use","id":"a","name":"Glob","input":{"pattern":"*"}},
      {"type":"tool_use","id":"b","name":"LS","input":{"path":"."}}])"));
  CHECK(message["stop_reason"] == "tool_use");
}

// litellm #14315: Grok thinks and then calls, without a word between.
TEST_CASE("a thought and the call behind it are two blocks, and none is empty", "[reported]") {
  const std::string stream =
      chat_stream({chat_delta(R"({"role":"assistant","reasoning_content":"First the file."})"),
                   chat_call(R"({"index":0,"id":"a","type":"function","function":{"name":"Read",
                    "arguments":"{\"path\":\"x\"}"}})"),
                   chat_finish("tool_calls")});
  const json content = message_of(streamed(kChat, stream, kMessages))["content"];
  REQUIRE(content.size() == 2);
  CHECK(content[0]["thinking"] == "First the file.");
  CHECK(content[1]["type"] == "tool_use");
  CHECK(content[1]["input"] == json{{"path", "x"}});
}

// litellm #29286: vLLM has an empty list of calls beside the text, which became a call's input.
TEST_CASE("a text beside an empty list of calls is a text", "[reported]") {
  const std::string stream =
      chat_stream({chat_delta(R"({"role":"assistant","content":"","tool_calls":[]})"),
                   chat_delta(R"({"content":"Hel","tool_calls":[]})"),
                   chat_delta(R"({"content":"lo","tool_calls":[]})"), chat_finish("stop")});
  const std::string told = streamed(kChat, stream, kMessages);
  CHECK(message_of(told)["content"] == json::parse(R"([{"type":"text","text":"Hello"}])"));
  CHECK(told.find("input_json_delta") == std::string::npos);
}

// CLIProxyAPI #561: what comes first may be a call.
TEST_CASE("a stream that begins with a call has no empty text before it", "[reported]") {
  const std::string stream = chat_stream(
      {chat_delta(R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a",
                      "type":"function","function":{"name":"f","arguments":"{}"}}]})"),
       chat_finish("tool_calls")});
  const std::string told = streamed(kChat, stream, kMessages);
  CHECK(datas_of(told).front()["type"] == "message_start");
  CHECK(message_of(told)["content"] ==
        json::parse(R"([{"type":"tool_use","id":"a","name":"f","input":{}}])"));
}

// litellm PR #25411: Gemini tells name and arguments at once, and a new block dropped them.
TEST_CASE("a call of Gemini's behind a text keeps its arguments", "[reported]") {
  const std::string stream =
      "data: " +
      json::parse(R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Running."}]}}],
                      "responseId":"r"})")
          .dump() +
      "\n\ndata: " +
      json::parse(R"({"candidates":[{"content":{"role":"model","parts":[{"functionCall":
                      {"name":"Bash","args":{"command":"ls -l"}}}]},"finishReason":"STOP"}]})")
          .dump() +
      "\n\n";
  const json message = message_of(streamed(kGemini, stream, kMessages));
  REQUIRE(message["content"].size() == 2);
  CHECK(message["content"][1]["name"] == "Bash");
  CHECK(message["content"][1]["input"] == json{{"command", "ls -l"}});
  CHECK(message["stop_reason"] == "tool_use");
}

// litellm #25321: LM Studio tells the arguments with the end of them alone.
TEST_CASE("arguments that only their end tells reach an Anthropic client", "[reported]") {
  const std::string stream = named_stream(
      {R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call",
           "id":"fc","call_id":"a","name":"f","arguments":""}})",
       R"({"type":"response.function_call_arguments.done","output_index":0,"item_id":"fc",
           "arguments":"{\"city\":\"Wien\"}"})",
       R"({"type":"response.output_item.done","output_index":0,"item":{"type":"function_call",
           "id":"fc","call_id":"a","name":"f","arguments":"{\"city\":\"Wien\"}"}})",
       R"({"type":"response.completed","response":{"id":"r","status":"completed","output":[]}})"});
  const json content = message_of(streamed(kResponses, stream, kMessages))["content"];
  REQUIRE(content.size() == 1);
  CHECK(content[0]["input"] == json{{"city", "Wien"}});
}

// bifrost PR #4890: blocks behind a search of the provider's had the numbers of others.
TEST_CASE("blocks behind a tool that the provider ran are numbered without a gap", "[reported]") {
  const auto block = [](int index, const std::string& start, const std::string& delta) {
    const std::string at = R"("index":)" + std::to_string(index);
    return std::vector<std::string>{
        R"({"type":"content_block_start",)" + at + R"(,"content_block":)" + start + "}",
        R"({"type":"content_block_delta",)" + at + R"(,"delta":)" + delta + "}",
        R"({"type":"content_block_stop",)" + at + "}"};
  };
  std::vector<std::string> datas = {message_start(R"({"input_tokens":5,"output_tokens":1})")};
  const auto add = [&datas](const std::vector<std::string>& more) {
    datas.insert(datas.end(), more.begin(), more.end());
  };
  add(block(0, R"({"type":"text","text":""})", R"({"type":"text_delta","text":"Let me see."})"));
  add(block(1, R"({"type":"server_tool_use","id":"srv","name":"web_search","input":{}})",
            R"({"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"})"));
  datas.push_back(R"({"type":"content_block_start","index":2,"content_block":
      {"type":"web_search_tool_result","tool_use_id":"srv","content":[]}})");
  datas.push_back(R"({"type":"content_block_stop","index":2})");
  add(block(3, R"({"type":"tool_use","id":"t","name":"f","input":{}})",
            R"({"type":"input_json_delta","partial_json":"{\"a\":1}"})"));
  datas.push_back(message_delta("tool_use", R"({"output_tokens":9})"));
  datas.push_back(kMessageStop);
  const json message = message_of(streamed(kMessages, named_stream(datas), kMessages));
  CHECK(message["content"] == json::parse(R"([{"type":"text","text":"Let me see."},
      {"type":"tool_use","id":"t","name":"f","input":{"a":1}}])"));
  const json chat = chat_of(streamed(kMessages, named_stream(datas), kChat));
  CHECK(chat["tool_calls"].size() == 1);
  CHECK(chat["tool_calls"][0]["arguments"] == R"({"a":1})");
}

// NousResearch/hermes-agent #45908: a server's blocks were 0 and 2, and the client fell over.
TEST_CASE("blocks that a server numbers with a gap are told without it", "[reported]") {
  const std::string stream = named_stream(
      {message_start(R"({"input_tokens":5,"output_tokens":1})"),
       R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})",
       R"({"type":"content_block_stop","index":0})",
       R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t",
           "name":"f","input":{}}})",
       R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta",
           "partial_json":"{\"b\":2}"}})",
       R"({"type":"content_block_stop","index":2})",
       message_delta("tool_use", R"({"output_tokens":4})"), kMessageStop});
  const json content = message_of(streamed(kMessages, stream, kMessages))["content"];
  REQUIRE(content.size() == 2);
  CHECK(content[1]["input"] == json{{"b", 2}});
}

// bifrost PR #3441: only the first call was told, and one without arguments never ended.
TEST_CASE("every call of a chat server is begun and ended for a Responses client", "[reported]") {
  const std::string stream = chat_stream(
      {chat_call(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},
                    {"index":1,"id":"b","function":{"name":"g","arguments":""}})"),
       chat_finish("tool_calls")});
  std::vector<std::string> added;
  std::vector<std::string> done;
  for (const json& data : datas_of(streamed(kChat, stream, kResponses))) {
    const std::string type = data["type"];
    if (type == "response.output_item.added") added.push_back(data["item"]["call_id"]);
    if (type == "response.function_call_arguments.done") done.push_back(data["arguments"]);
  }
  CHECK(added == std::vector<std::string>{"a", "b"});
  CHECK(done == std::vector<std::string>{R"({"x":1})", "{}"});
}

// litellm PR #37781: Azure's first chunk has no choice at all, others no role.
TEST_CASE("a chunk without choices and a delta without a role are no answer and no fault",
          "[reported]") {
  const std::string stream =
      chat_stream({R"({"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]})",
                   chat_delta(R"({"content":"Hi"})"), chat_finish("stop")});
  CHECK(message_of(streamed(kChat, stream, kMessages))["content"][0]["text"] == "Hi");
  CHECK(chat_of(streamed(kChat, stream, kChat))["content"] == "Hi");
}

// --- nothing is held back -----------------------------------------------------

StreamEvent piece_of(EventKind kind, std::string_view text = {}) {
  StreamEvent event;
  event.kind = kind;
  event.text = text;
  return event;
}

// Whether a client has every piece as soon as the server has sent it.
bool tells_at_once(Dialect from, Dialect to, EventKind kind) {
  const auto server = codec_of(from).stream_writer(answer_options());
  StreamedAnswer answer(from, to);
  bool at_once = true;
  std::string sent;
  REQUIRE(server->write(piece_of(EventKind::kStart), &sent).has_value());
  for (const std::string_view word : {"alpha", "beta", "gamma"}) {
    REQUIRE(server->write(piece_of(kind, word), &sent).has_value());
    REQUIRE(answer.feed(sent).has_value());
    sent.clear();
    at_once = at_once && answer.out().find(word) != std::string::npos;
  }
  return at_once;
}

// litellm #26102: 49 tokens came in the same millisecond, behind the last of them.
TEST_CASE("a text is told on piece by piece, from every dialect to every other", "[reported]") {
  for (const Dialect from : kAll) {
    for (const Dialect to : kAll) {
      CAPTURE(to_string(from), to_string(to));
      CHECK(tells_at_once(from, to, EventKind::kTextDelta));
    }
  }
}

// litellm #38689, litellm #39431: nothing was seen of a stream while the model thought.
TEST_CASE("a thought is told on piece by piece, from every dialect to every other", "[reported]") {
  for (const Dialect from : kAll) {
    for (const Dialect to : kAll) {
      CAPTURE(to_string(from), to_string(to));
      CHECK(tells_at_once(from, to, EventKind::kReasoningDelta));
    }
  }
}

}  // namespace
}  // namespace weir::test
