// Answers of Anthropic's Messages: streams and bodies read, and what is written for a client.
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/anthropic_messages.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

const Codec& codec() { return anthropic_messages_codec(); }

std::string wire_file(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/data/wire/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string frame(const std::string& data) {
  return "event: " + std::string(json::parse(data)["type"]) + "\ndata: " + data + "\n\n";
}

std::string stream_of(const std::vector<std::string>& datas) {
  std::string out;
  for (const std::string& data : datas) out += frame(data);
  return out;
}

const std::string kStart =
    R"({"type":"message_start","message":{"id":"msg_1","model":"c",)"
    R"("usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}})";
const std::string kStop = R"({"type":"message_stop"})";

std::string ending(const std::string& reason, const std::string& usage) {
  return R"({"type":"message_delta","delta":{"stop_reason":")" + reason + R"("},"usage":)" + usage +
         "}";
}

// Reads the stream cut at `cut` and writes what it says as one body.
Result<json> read_stream(const std::string& bytes, std::size_t cut = 0) {
  SseReader frames;
  SseFrame one;
  std::string out;
  const auto writer = codec().body_writer({});
  const auto parser = codec().stream_parser(StreamDepth::kFull);
  for (std::string_view rest :
       {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}) {
    while (frames.next(&rest, &one) == SseReader::Status::kFrame) {
      std::vector<StreamEvent> events;
      const auto read = parser->parse_event(one.event, one.data, one.raw, &events);
      if (!read) return read.error();
      for (const StreamEvent& event : events) {
        if (const auto result = writer->write(event, &out); !result) return result.error();
      }
    }
  }
  std::vector<StreamEvent> last;
  if (const auto end = parser->finish(&last); !end) return end.error();
  return json::parse(out);
}

const std::string& rich_stream() {
  static const std::string stream = wire_file("anthropic_blocks.sse");
  return stream;
}

TEST_CASE("a stream of every kind of block is read whole", "[anthropic]") {  // litellm #25321
  const auto answer = read_stream(rich_stream());
  REQUIRE(answer.has_value());
  CHECK((*answer)["content"] ==
        json::parse(R"([{"type":"thinking","thinking":"Hm é","signature":"sig=="},
                        {"type":"redacted_thinking","data":"zz"},
                        {"type":"text","text":"Hello"},
                        {"type":"tool_use","id":"t1","name":"f","input":{"a":2}},
                        {"type":"tool_use","id":"t2","name":"g","input":{"b":3}},
                        {"type":"tool_use","id":"t3","name":"h","input":{}}])"));
  CHECK((*answer)["stop_reason"] == "tool_use");
  CHECK((*answer)["usage"]["input_tokens"] == 10);
  CHECK((*answer)["usage"]["output_tokens"] == 30);
  CHECK((*answer)["usage"]["output_tokens_details"]["thinking_tokens"] == 7);
}

TEST_CASE("a stream reads the same wherever it is cut", "[anthropic]") {
  const auto whole = read_stream(rich_stream());
  REQUIRE(whole.has_value());
  for (std::size_t cut = 1; cut < rich_stream().size(); ++cut) {
    const auto answer = read_stream(rich_stream(), cut);
    REQUIRE(answer.has_value());
    REQUIRE(*answer == *whole);
  }
}

TEST_CASE("a skimmed stream tells its end and its counts alone", "[anthropic]") {
  SseReader frames;
  SseFrame one;
  std::string_view rest = rich_stream();
  std::string forwarded;
  std::vector<EventKind> told;
  const auto parser = codec().stream_parser(StreamDepth::kSkim);
  while (frames.next(&rest, &one) == SseReader::Status::kFrame) {
    std::vector<StreamEvent> events;
    REQUIRE(parser->parse_event(one.event, one.data, one.raw, &events).has_value());
    for (const StreamEvent& event : events) {
      forwarded += event.raw;
      if (event.kind != EventKind::kOther) told.push_back(event.kind);
    }
  }
  CHECK(forwarded == rich_stream());
  CHECK(told == std::vector<EventKind>{EventKind::kStart, EventKind::kFinish, EventKind::kUsage,
                                       EventKind::kDone});
}

// envoy ai-gateway #2352, vercel/ai #17326
TEST_CASE("counts are right whether the prompt is told first or last", "[anthropic]") {
  const auto [start, end] = GENERATE(table<std::string, std::string>({
      {R"({"input_tokens":0,"output_tokens":0})",
       R"({"input_tokens":11,"cache_read_input_tokens":5,"output_tokens":4})"},
      {R"({"input_tokens":11,"cache_read_input_tokens":5,"output_tokens":1})",
       R"({"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":4})"},
      {R"({"input_tokens":11,"cache_read_input_tokens":5,"output_tokens":1})",
       R"({"output_tokens":4})"},
      {R"({"input_tokens":16,"cache_read_input_tokens":0,"output_tokens":1})",
       R"({"input_tokens":11,"cache_read_input_tokens":5,"output_tokens":4})"},
  }));
  CAPTURE(start, end);
  const auto answer = read_stream(
      stream_of({R"({"type":"message_start","message":{"id":"i","usage":)" + start + "}}",
                 ending("end_turn", end), kStop}));
  REQUIRE(answer.has_value());
  CHECK((*answer)["usage"]["input_tokens"] == 11);
  CHECK((*answer)["usage"]["cache_read_input_tokens"] == 5);
  CHECK((*answer)["usage"]["output_tokens"] == 4);
}

TEST_CASE("counts behind the finish are the last word", "[anthropic]") {
  const auto answer = read_stream(
      stream_of({kStart, ending("end_turn", R"({"output_tokens":4})"),
                 R"({"type":"message_delta","delta":{},"usage":{"output_tokens":9}})", kStop}));
  REQUIRE(answer.has_value());
  CHECK((*answer)["usage"]["output_tokens"] == 9);
}

TEST_CASE("a cache for an hour is counted apart from one for minutes", "[anthropic]") {
  const auto response = codec().parse_response(
      R"({"id":"i","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,
          "cache_creation_input_tokens":9,"output_tokens":2,
          "cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":6}}})");
  REQUIRE(response.has_value());
  CHECK(response->whole.usage.cache_write_5m_tokens == 3);
  CHECK(response->whole.usage.cache_write_1h_tokens == 6);
}

TEST_CASE("every stop reason has a meaning", "[anthropic]") {
  const auto [word, finish] = GENERATE(table<std::string, FinishReason>({
      {"end_turn", FinishReason::kStop},
      {"max_tokens", FinishReason::kLength},
      {"stop_sequence", FinishReason::kStopSequence},
      {"tool_use", FinishReason::kToolCalls},
      {"pause_turn", FinishReason::kLength},
      {"refusal", FinishReason::kContentFilter},
      {"model_context_window_exceeded", FinishReason::kLength},
  }));
  const auto response = codec().parse_response(
      R"({"id":"i","content":[],"stop_sequence":null,"stop_reason":")" + word + "\"}");
  REQUIRE(response.has_value());
  CHECK(response->whole.finish == finish);
}

TEST_CASE("the stop sequence that was met is told on", "[anthropic]") {
  const auto answer =
      read_stream(stream_of({kStart,
                             R"({"type":"message_delta","usage":{"output_tokens":1},)"
                             R"("delta":{"stop_reason":"stop_sequence","stop_sequence":"END"}})",
                             kStop}));
  REQUIRE(answer.has_value());
  CHECK((*answer)["stop_reason"] == "stop_sequence");
  CHECK((*answer)["stop_sequence"] == "END");
}

TEST_CASE("an overload in the midst of a stream keeps the provider's words", "[anthropic]") {
  const std::string data =
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
  const auto answer = read_stream(stream_of({kStart, data}));
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == ErrorCode::kUpstreamStatus);
  CHECK(answer.error().detail == "overloaded_error");
  CHECK(answer.error().upstream->body == data);
  std::string out;
  codec().stream_writer({})->write_stream_error(answer.error(), "req_1", &out);
  CHECK(out.find(R"("type":"overloaded_error","message":"Overloaded")") != std::string::npos);
}

TEST_CASE("a whole answer with calls becomes events", "[anthropic]") {
  const auto response = codec().parse_response(
      R"({"id":"msg_1","content":[{"type":"text","text":"a"},
          {"type":"web_search_tool_result","content":[]},
          {"type":"tool_use","id":"t","name":"f","input":{ "x": 1 }}],
          "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})");
  REQUIRE(response.has_value());
  REQUIRE(response->events.size() == 8);
  CHECK(response->events[2].kind == EventKind::kOther);
  CHECK(response->events[2].name == "web_search_tool_result");
  CHECK(response->events[3].kind == EventKind::kToolCallStart);
  CHECK(response->events[3].block_index == response->events[4].block_index);
  CHECK(response->events[4].text == R"({ "x": 1 })");
}

StreamEvent event_of(EventKind kind) {
  StreamEvent event;
  event.kind = kind;
  return event;
}

// litellm #32357, CLIProxyAPI #561
TEST_CASE("a stream begins with one message_start, whatever comes first", "[anthropic]") {
  std::vector<StreamEvent> events = {event_of(EventKind::kToolCallStart),
                                     event_of(EventKind::kStart), event_of(EventKind::kStart),
                                     event_of(EventKind::kDone)};
  events[0].id = "t";
  events[0].name = "f";
  const auto stream = written_answer(*codec().stream_writer({}), events);
  REQUIRE(stream.has_value());
  CHECK(stream->starts_with("event: message_start\n"));
  CHECK(stream->rfind("event: message_start") == 0);
}

TEST_CASE("thinking and its signature are one block before the text", "[anthropic]") {
  std::vector<StreamEvent> events = {
      event_of(EventKind::kStart),          event_of(EventKind::kReasoningDelta),
      event_of(EventKind::kReasoningDelta), event_of(EventKind::kReasoningDelta),
      event_of(EventKind::kTextDelta),      event_of(EventKind::kDone)};
  events[1].text = "Hm";
  events[2].signature = "sig";
  events[3].signature = "data";
  events[3].redacted = true;
  events[4].text = "Yes";
  for (StreamEvent& event : events) event.raw_dialect = Dialect::kAnthropic;
  const auto stream = written_answer(*codec().stream_writer({}), events);
  REQUIRE(stream.has_value());
  const auto answer = read_stream(*stream);
  REQUIRE(answer.has_value());
  CHECK((*answer)["content"] ==
        json::parse(R"([{"type":"thinking","thinking":"Hm","signature":"sig"},
                        {"type":"redacted_thinking","data":"data"},
                        {"type":"text","text":"Yes"}])"));
}

TEST_CASE("a refusal is text, and the reason to stop", "[anthropic]") {
  std::vector<StreamEvent> events = {event_of(EventKind::kStart), event_of(EventKind::kTextDelta),
                                     event_of(EventKind::kFinish), event_of(EventKind::kDone)};
  events[1].text = "No.";
  events[1].refusal = true;
  events[2].finish = FinishReason::kStop;
  const auto body = written_answer(*codec().body_writer({}), events);
  REQUIRE(body.has_value());
  CHECK(json::parse(*body)["content"][0]["text"] == "No.");
  CHECK(json::parse(*body)["stop_reason"] == "refusal");
}

TEST_CASE("the prompt's counts stand in message_start", "[anthropic]") {
  std::vector<StreamEvent> events = {event_of(EventKind::kStart), event_of(EventKind::kDone)};
  events[0].usage.input_tokens = 12;
  const auto stream = written_answer(*codec().stream_writer({}), events);
  REQUIRE(stream.has_value());
  CHECK(stream->find(R"("usage":{"input_tokens":12,)") != std::string::npos);
}

TEST_CASE("what the prompt may have stands in message_start until its counts are known",
          "[anthropic]") {
  std::vector<StreamEvent> events = {event_of(EventKind::kStart), event_of(EventKind::kUsage),
                                     event_of(EventKind::kDone)};
  events[1].usage.input_tokens = 12;
  AnswerOptions options;
  options.expected_prompt_tokens = 10;
  const auto stream = written_answer(*codec().stream_writer(options), events);
  REQUIRE(stream.has_value());
  const std::size_t guess = stream->find(R"("usage":{"input_tokens":10,)");
  REQUIRE(guess != std::string::npos);
  CHECK(guess < stream->find("event: message_delta"));
  CHECK(stream->find(R"("usage":{"input_tokens":12,)") != std::string::npos);
}

TEST_CASE("a mark of another provider on a call is listed as lost", "[anthropic]") {
  StreamEvent call = event_of(EventKind::kToolCallStart);
  call.signature = "sig";
  std::string out;
  const auto writer = codec().body_writer({});
  REQUIRE(writer->write(call, &out).has_value());
  CHECK(writer->lost().text() == "tool_use.signature");
}

}  // namespace
}  // namespace weir
