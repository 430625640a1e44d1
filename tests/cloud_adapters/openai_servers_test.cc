// How servers that call themselves compatible answer.
#include <nlohmann/json.hpp>

#include "cloud_adapters/wire/openai_chat.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

// An answer told in short: "[hm] text <f#id args> refusal! (finish)".
std::string told(const std::vector<StreamEvent>& events) {
  std::string out;
  for (const StreamEvent& event : events) {
    const std::string text(event.text);
    switch (event.kind) {
      case EventKind::kReasoningDelta: out += "[" + text + "]"; break;
      case EventKind::kTextDelta: out += text + (event.refusal ? "!" : ""); break;
      case EventKind::kToolCallStart:
        out += "<" + std::to_string(event.block_index) + " " + std::string(event.name) + "#" +
               std::string(event.id) + ">";
        break;
      case EventKind::kToolCallDelta: out += std::to_string(event.block_index) + text; break;
      case EventKind::kFinish: out += event.finish == FinishReason::kStop ? "." : ";"; break;
      default: break;
    }
  }
  return out;
}

std::string streamed(const std::vector<std::string>& deltas, const std::string& end = {}) {
  const auto parser = openai_chat_codec().stream_parser(StreamDepth::kFull);
  std::string out;
  const auto feed = [&](const std::string& data) {
    std::vector<StreamEvent> events;
    CAPTURE(data);
    REQUIRE(parser->parse_event({}, data, data, &events).has_value());
    out += told(events);
  };
  for (const std::string& delta : deltas) {
    feed(R"({"choices":[{"index":0,"delta":)" + delta + "}]}");
  }
  if (!end.empty()) feed(end);
  feed("[DONE]");
  return out;
}

std::string whole(const std::string& message) {
  const auto response = openai_chat_codec().parse_response(R"({"choices":[{"message":)" + message +
                                                           R"(,"finish_reason":"stop"}]})");
  REQUIRE(response.has_value());
  return told(response->events);
}

constexpr std::string_view kFinish = R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})";

TEST_CASE("Calls are told apart however a server numbers them", "[openai]") {
  const auto [first, more, second,
              last] = GENERATE(table<std::string, std::string, std::string, std::string>({
      // as OpenAI does
      {R"("index":0,"id":"a","function":{"name":"f","arguments":""})",
       R"("index":0,"function":{"arguments":"1"})", R"("index":1,"id":"b","function":{"name":"g"})",
       R"("index":1,"function":{"arguments":"2"})"},
      // the id in every delta
      {R"("index":0,"id":"a","function":{"name":"f"})",
       R"("index":0,"id":"a","function":{"name":"f","arguments":"1"})",
       R"("index":1,"id":"b","function":{"name":"g"})",
       R"("index":1,"id":"b","function":{"name":"g","arguments":"2"})"},
      // no index
      {R"("id":"a","function":{"name":"f"})", R"("function":{"arguments":"1"})",
       R"("id":"b","function":{"name":"g"})", R"("id":"b","function":{"arguments":"2"})"},
      // all of them number 0
      {R"("index":0,"id":"a","function":{"name":"f"})", R"("index":0,"function":{"arguments":"1"})",
       R"("index":0,"id":"b","function":{"name":"g"})",
       R"("index":0,"function":{"arguments":"2"})"},
      // numbers from 1
      {R"("index":1,"id":"a","function":{"name":"f"})", R"("index":1,"function":{"arguments":"1"})",
       R"("index":2,"id":"b","function":{"name":"g"})",
       R"("index":2,"function":{"arguments":"2"})"},
  }));
  const auto delta = [](const std::string& call) { return R"({"tool_calls":[{)" + call + "}]}"; };
  CHECK(streamed({delta(first), delta(more), delta(second), delta(last)}, std::string(kFinish)) ==
        "<0 f#a>01<1 g#b>12;");
}

// CLIProxyAPI #5283
TEST_CASE("A stream that said why it ends is whole without its mark", "[openai]") {
  const auto parser =
      openai_chat_codec().stream_parser(GENERATE(StreamDepth::kFull, StreamDepth::kSkim));
  std::vector<StreamEvent> events;
  const std::string text = R"({"choices":[{"index":0,"delta":{"content":"a"}}]})";
  REQUIRE(parser->parse_event({}, text, text, &events).has_value());
  CHECK_FALSE(parser->finish(&events).has_value());
  const std::string end = R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";
  REQUIRE(parser->parse_event({}, end, end, &events).has_value());
  events.clear();
  REQUIRE(parser->finish(&events).has_value());
  CHECK(events.back().kind == EventKind::kDone);
  CHECK(events.back().raw.empty());
}

// open-webui #25963
TEST_CASE("Calls whose pieces come in turns keep their pieces", "[openai]") {
  CHECK(streamed({R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}},
                                    {"index":1,"id":"b","function":{"name":"g"}}]})",
                  R"({"tool_calls":[{"index":1,"function":{"arguments":"x"}}]})",
                  R"({"tool_calls":[{"index":0,"function":{"arguments":"y"}}]})"}) ==
        "<0 f#a><1 g#b>1x0y");
}

TEST_CASE("The call of a custom tool is one of a function, whole and in pieces", "[openai]") {
  CHECK(whole(R"({"tool_calls":[{"id":"a","type":"custom",
                  "custom":{"name":"f","input":"x\ny"}}]})") == R"(<0 f#a>0{"input":"x\ny"}.)");
  CHECK(streamed({R"({"tool_calls":[{"index":0,"id":"a","type":"custom",
                      "custom":{"name":"f","input":""}}]})",
                  R"({"tool_calls":[{"index":0,"custom":{"input":"x\n"}}]})",
                  R"({"tool_calls":[{"index":0,"custom":{"input":"y"}}]})"},
                 std::string(kFinish)) == "<0 f#a>0{\"input\":\"0x\\n0y0\"};");
}

TEST_CASE("Reasoning and content are read in each form that servers give them", "[openai]") {
  const auto [node, expected] = GENERATE(table<std::string, std::string>({
      {R"({"reasoning_content":"h","content":"t"})", "[h]t"},
      {R"({"reasoning":"h","content":"t"})", "[h]t"},
      {R"({"reasoning":"h","reasoning_details":[{"type":"reasoning.text","text":"h"}]})", "[h]"},
      {R"({"reasoning_details":[{"type":"reasoning.summary","summary":"h"}],"content":"t"})",
       "[h]t"},
      {R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"h"}]},
                      {"type":"text","text":"t"}]})",
       "[h]t"},
      {R"({"content":null,"refusal":"No."})", "No.!"},
      {R"({"function_call":{"name":"f","arguments":"{}"}})", "<0 f#call_0_0_0>0{}"},
  }));
  CAPTURE(node);
  CHECK(whole(node) == expected + ".");
  CHECK(streamed({node}) == expected);
}

// claude-code-router made a search of them
TEST_CASE("Annotations make nothing", "[openai]") {
  CHECK(whole(R"({"content":"t","annotations":[]})") == "t.");
  CHECK(streamed({R"({"content":"t","annotations":[]})"}) == "t");
}

// litellm #30014, CLIProxyAPI #561
TEST_CASE("A first chunk that has a call or a text loses nothing", "[openai]") {
  CHECK(streamed({R"({"role":"assistant","content":"first"})"}) == "first");
  CHECK(streamed({R"({"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f",
                      "arguments":"{}"}}]})"}) == "<0 f#a>0{}");
}

TEST_CASE("A reason to finish that is told twice counts once", "[openai]") {
  CHECK(streamed({}, std::string(kFinish)) == ";");
  const auto parser = openai_chat_codec().stream_parser(StreamDepth::kFull);
  std::vector<StreamEvent> events;
  REQUIRE(parser->parse_event({}, kFinish, kFinish, &events).has_value());
  REQUIRE(parser->parse_event({}, kFinish, kFinish, &events).has_value());
  CHECK(told(events) == ";");
}

TEST_CASE("A refusal is written as one", "[openai]") {
  std::vector<StreamEvent> events = AnswerScript().text("No.").end(FinishReason::kStop);
  events[1].refusal = true;
  const auto body = written_answer(*openai_chat_codec().body_writer(script_options()), events);
  REQUIRE(body.has_value());
  const json message = json::parse(*body)["choices"][0]["message"];
  CHECK(message["refusal"] == "No.");
  CHECK(message["content"].is_null());
  const auto stream = written_answer(*openai_chat_codec().stream_writer(script_options()), events);
  REQUIRE(stream.has_value());
  CHECK(stream->find(R"("delta":{"refusal":"No."})") != std::string::npos);
}

}  // namespace
}  // namespace weir
