// The second dialect, which proves the boundary: requests and answers go from
// one to the other and back, and what cannot go is named.
#include "cloud_adapters/wire/anthropic_messages.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/data/wire/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<std::string> translated(const Codec& from, const Codec& to, const std::string& body,
                               const RequestOptions& options = {.model = "claude-x",
                                                                .max_tokens = 100}) {
  const Result<ChatRequest> request = from.parse_request(body);
  if (!request) return request.error();
  Result<WrittenRequest> written = to.write_request(*request, options);
  if (!written) return written.error();
  return std::move(written->body);
}

Result<std::string> to_anthropic(const std::string& body) {
  return translated(openai_chat_codec(), anthropic_messages_codec(), body);
}

TEST_CASE("an OpenAI request is written as an Anthropic one", "[anthropic]") {
  const auto body = to_anthropic(
      R"({"model":"auto","temperature":0.5,"top_p":0.9,"stop":"END","user":"u1","stream":true,
          "store":false,"stream_options":{"include_usage":true},
          "messages":[{"role":"system","content":"Be brief."},
                      {"role":"developer","content":[{"type":"text","text":"Be kind."}]},
                      {"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"},
                      {"role":"user","content":[{"type":"text","text":"a"},
                                                {"type":"text","text":"b"}]}]})");
  REQUIRE(body.has_value());
  CHECK(json::parse(*body) ==
        json::parse(
            R"({"model":"claude-x","max_tokens":100,"system":"Be brief.\n\nBe kind.",
          "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes?"},
                      {"role":"user","content":[{"type":"text","text":"a"},
                                                {"type":"text","text":"b"}]}],
          "temperature":0.5,"top_p":0.9,"stop_sequences":["END"],
          "metadata":{"user_id":"u1"},"stream":true})"));
}

TEST_CASE("an Anthropic request is written as an OpenAI one", "[anthropic]") {
  const auto body =
      translated(anthropic_messages_codec(), openai_chat_codec(),
                 R"({"model":"claude-x","max_tokens":5,"messages":[{"role":"user","content":"Hi"}],
          "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
          "stop_sequences":["END"],"top_k":40,"metadata":{"user_id":"u1"}})",
                 {.model = "gpt"});
  REQUIRE(body.has_value());
  CHECK(json::parse(*body) ==
        json::parse(
            R"({"model":"gpt","max_tokens":5,"user":"u1","top_k":40,"stop":["END"],
          "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]})"));
}

TEST_CASE("a text request survives the way there and back", "[anthropic]") {
  const std::string body =
      R"({"model":"claude-x",
          "messages":[{"role":"system","content":"S"},{"role":"user","content":"U\n"}],
          "temperature":0.25,"max_tokens":9,"stream":true})";
  const auto there = to_anthropic(body);
  REQUIRE(there.has_value());
  const auto back = translated(anthropic_messages_codec(), openai_chat_codec(), *there,
                               {.model = "claude-x", .include_usage = false});
  REQUIRE(back.has_value());
  json expected = json::parse(body);
  expected["stream_options"] = {{"include_usage", true}};  // Anthropic's streams always tell
  CHECK(json::parse(*back) == expected);
}

TEST_CASE("a bad Anthropic request is refused by path", "[anthropic]") {
  const auto [body, code, param] = GENERATE(table<std::string, ErrorCode, std::string>({
      {R"({"model":"m","messages":[{"role":"user","content":"a"}]})", ErrorCode::kInvalidRequest,
       "max_tokens"},
      {R"({"model":"m","max_tokens":1,"messages":[]})", ErrorCode::kInvalidRequest, "messages"},
      {R"({"model":"m","max_tokens":1,"messages":[{"role":"tool","content":"a"}]})",
       ErrorCode::kInvalidRequest, "messages[0].role"},
      {R"({"model":"m","max_tokens":-1,"messages":[]})", ErrorCode::kInvalidRequest, "max_tokens"},
      {R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"text":"a"}]}]})",
       ErrorCode::kInvalidRequest, "messages[0].content[0].type"},
      {R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image"}]}]})",
       ErrorCode::kInvalidRequest, "messages[0].content[0].source"},
      {R"({"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[
          {"type":"tool_use","id":"a","name":"f","input":"{}"}]}]})",
       ErrorCode::kInvalidRequest, "messages[0].content[0].input"},
      {R"({"model":"m","max_tokens":1,"tools":[{"name":"f"},{"description":"x"}],
          "messages":[{"role":"user","content":"a"}]})",
       ErrorCode::kInvalidRequest, "tools[1].name"},
      {R"({"model":"m","max_tokens":1,"tool_choice":{"type":"tool","name":"g"},
          "tools":[{"name":"f"}],"messages":[{"role":"user","content":"a"}]})",
       ErrorCode::kInvalidRequest, "tool_choice"},
  }));
  CAPTURE(body);
  const auto request = anthropic_messages_codec().parse_request(body);
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().code == code);
  CHECK(request.error().param == param);
}

TEST_CASE("forwarding an Anthropic body replaces its model alone", "[anthropic]") {
  const std::string body =
      R"({ "max_tokens":1, "model" : "a","messages":[{"role":"user","content":"x"}]})";
  const auto request = anthropic_messages_codec().parse_request(body);
  REQUIRE(request.has_value());
  const auto written =
      anthropic_messages_codec().rewrite_request(*request, request->original, {.model = "b"});
  REQUIRE(written.has_value());
  CHECK(*written ==
        R"({ "max_tokens":1, "model" : "b","messages":[{"role":"user","content":"x"}]})");
}

// Reads `bytes` with one codec and writes the events with another.
Result<std::string> translated_stream(const Codec& from, const std::string& bytes,
                                      AnswerWriter& writer) {
  SseReader frames;
  SseFrame frame;
  std::string_view rest = bytes;
  std::string out;
  const auto parser = from.stream_parser(StreamDepth::kFull);
  while (frames.next(&rest, &frame) == SseReader::Status::kFrame) {
    std::vector<StreamEvent> events;
    const auto read = parser->parse_event(frame.event, frame.data, frame.raw, &events);
    if (!read) return read.error();
    for (const StreamEvent& event : events) {
      if (const auto result = writer.write(event, &out); !result) return result.error();
    }
  }
  std::vector<StreamEvent> last;
  if (const auto end = parser->finish(&last); !end) return end.error();
  writer.write_terminator(&out);
  return out;
}

TEST_CASE("an Anthropic stream is told to an OpenAI client", "[anthropic]") {
  const auto writer = openai_chat_codec().body_writer({.id = "1", .model = "auto"});
  const auto body =
      translated_stream(anthropic_messages_codec(), golden("anthropic_stream.sse"), *writer);
  REQUIRE(body.has_value());
  const json answer = json::parse(*body);
  CHECK(answer["choices"][0]["message"]["content"] == "Hello \u00e9 world");
  CHECK(answer["choices"][0]["finish_reason"] == "length");
  CHECK(answer["usage"]["prompt_tokens"] == 37);
  CHECK(answer["usage"]["completion_tokens"] == 15);
  CHECK(answer["usage"]["prompt_tokens_details"]["cached_tokens"] == 20);
  CHECK(answer["usage"]["prompt_tokens_details"]["cache_write_tokens"] == 7);
}

TEST_CASE("a stream survives the way to OpenAI and back", "[anthropic]") {
  const auto openai = openai_chat_codec().stream_writer(
      {.id = "1", .model = "claude-x", .created_unix = 1, .include_usage = true});
  const auto there =
      translated_stream(anthropic_messages_codec(), golden("anthropic_stream.sse"), *openai);
  REQUIRE(there.has_value());
  const auto anthropic = anthropic_messages_codec().body_writer({});
  const auto back = translated_stream(openai_chat_codec(), *there, *anthropic);
  REQUIRE(back.has_value());
  const json answer = json::parse(*back);
  CHECK(answer["id"] == "chatcmpl-1");
  CHECK(answer["model"] == "claude-x");
  CHECK(answer["content"][0]["text"] == "Hello \u00e9 world");
  CHECK(answer["stop_reason"] == "max_tokens");
  CHECK(answer["usage"]["input_tokens"] == 10);
  CHECK(answer["usage"]["cache_read_input_tokens"] == 20);
  CHECK(answer["usage"]["cache_creation_input_tokens"] == 7);
  CHECK(answer["usage"]["output_tokens"] == 15);
}

TEST_CASE("an Anthropic stream that weir writes reads back as it was", "[anthropic]") {
  const auto writer = anthropic_messages_codec().stream_writer({});
  const auto stream =
      translated_stream(anthropic_messages_codec(), golden("anthropic_stream.sse"), *writer);
  REQUIRE(stream.has_value());
  const auto body = anthropic_messages_codec().body_writer({});
  const auto again = translated_stream(anthropic_messages_codec(), *stream, *body);
  REQUIRE(again.has_value());
  const json answer = json::parse(*again);
  CHECK(answer["content"][0]["text"] == "Hello \u00e9 world");
  CHECK(answer["usage"]["cache_creation"]["ephemeral_1h_input_tokens"] == 4);
}

TEST_CASE("a whole Anthropic answer becomes events", "[anthropic]") {
  const auto response = anthropic_messages_codec().parse_response(
      R"({"id":"msg_1","type":"message","model":"c","content":[{"type":"text","text":"a"}],
          "stop_reason":"end_turn",
          "usage":{"input_tokens":1,"cache_creation_input_tokens":4,"output_tokens":2}})");
  REQUIRE(response.has_value());
  CHECK(response->whole.usage.cache_write_5m_tokens == 4);
  CHECK(response->whole.usage.prompt_tokens() == 5);
  REQUIRE(response->events.size() == 5);
  CHECK(response->events[1].text == "a");
}

TEST_CASE("a second choice has no place in an Anthropic answer", "[anthropic]") {
  StreamEvent second;
  second.choice_index = 1;
  std::string out;
  const auto written = anthropic_messages_codec().stream_writer({})->write(second, &out);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().param == "n");
}

TEST_CASE("an Anthropic stream that fails or breaks off is an error", "[anthropic]") {
  const auto [bytes, code] = GENERATE(table<std::string, ErrorCode>({
      {"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
       ErrorCode::kUpstreamStatus},
      {"event: message_delta\ndata: {\n\n", ErrorCode::kUpstreamProtocol},
      {"event: ping\ndata: {\"type\":\"ping\"}\n\n", ErrorCode::kUpstreamClosed},
  }));
  const auto writer = anthropic_messages_codec().body_writer({});
  const auto result = translated_stream(anthropic_messages_codec(), bytes, *writer);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == code);
}

TEST_CASE("Anthropic's errors and model list have its shape", "[anthropic]") {
  CHECK(anthropic_messages_codec().write_error({ErrorCode::kOverloaded, "Busy."}, "req_1") ==
        R"({"type":"error","error":{"type":"overloaded_error","message":"Busy."},)"
        R"("request_id":"req_1"})");
  CHECK(anthropic_messages_codec().write_model_list({{"auto", "weir", 0}}) ==
        R"({"data":[{"type":"model","id":"auto","display_name":"auto",)"
        R"("created_at":"1970-01-01T00:00:00.000Z"}],)"
        R"("has_more":false,"first_id":"auto","last_id":"auto"})");
}

TEST_CASE("a codec is found for each dialect that is spoken", "[wire]") {
  CHECK(find_codec(Dialect::kOpenAiChat) == &openai_chat_codec());
  CHECK(find_codec(Dialect::kAnthropic) == &anthropic_messages_codec());
}

}  // namespace
}  // namespace weir
