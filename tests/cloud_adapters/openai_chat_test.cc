#include "cloud_adapters/wire/openai_chat.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/sse_reader.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

ChatRequest parsed(const std::string& body) {
  Result<ChatRequest> request = openai_chat_codec().parse_request(body);
  CAPTURE(body);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

Error refused(const std::string& body) {
  Result<ChatRequest> request = openai_chat_codec().parse_request(body);
  CAPTURE(body);
  REQUIRE_FALSE(request.has_value());
  return request.error();
}

// A request with `members` beside the two that must be there.
std::string body_with(const std::string& members) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}])" +
         (members.empty() ? "" : "," + members) + "}";
}

std::string body_with_messages(const std::string& messages) {
  return R"({"model":"m","messages":[)" + messages + "]}";
}

std::string text_of(const Part& part) { return std::string(std::get<TextPart>(part.value).text); }

std::string golden(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/data/wire/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_CASE("a request is read with all its parts", "[openai]") {
  const ChatRequest request = parsed(golden("openai_request.json"));
  CHECK(request.dialect == Dialect::kOpenAiChat);
  CHECK(request.model == "auto");
  REQUIRE(request.messages.size() == 6);
  CHECK(request.messages[0].role == Role::kDeveloper);
  CHECK(text_of(request.messages[0].parts[0]) == "Be brief.\n\"Really\".");
  CHECK(request.messages[1].role == Role::kSystem);
  CHECK(request.messages[2].name == "ada");
  const std::vector<Part>& user = request.messages[2].parts;
  REQUIRE(user.size() == 5);
  CHECK(std::get<ImagePart>(user[1].value).url == "https://example.org/a.png");
  CHECK(std::get<ImagePart>(user[1].value).detail == "low");
  CHECK(std::get<ImagePart>(user[2].value).media_type == "image/png");
  CHECK(std::get<ImagePart>(user[2].value).base64_data == "AAAA");
  CHECK(std::get<FilePart>(user[3].value).name == "a.pdf");
  CHECK(std::get<OtherPart>(user[4].value).type == "input_audio");
}

TEST_CASE("tools and their results are read", "[openai]") {
  const ChatRequest request = parsed(golden("openai_request.json"));
  const Message& call = request.messages[3];
  CHECK(call.role == Role::kAssistant);
  const ToolUsePart& use = std::get<ToolUsePart>(call.parts.at(0).value);
  CHECK(use.id == "call_1");
  CHECK(use.name == "weather");
  CHECK(use.arguments_json == R"({"city": "Wien"})");
  const Message& answer = request.messages[4];
  CHECK(answer.role == Role::kTool);
  CHECK(std::get<ToolResultPart>(answer.parts.at(0).value).tool_use_id == "call_1");
  REQUIRE(request.tools.size() == 2);
  CHECK(request.tools[0].name == "weather");
  CHECK(request.tools[0].strict);
  CHECK(json::parse(request.tools[0].parameters_json)["type"] == "object");
  CHECK(request.tools[1].name.empty());
  CHECK(json::parse(request.tools[1].raw_json)["type"] == "web_search");
  CHECK(request.tool_choice == ToolChoice::kNamed);
  CHECK(request.tool_choice_name == "weather");
  CHECK(request.parallel_tool_calls == false);
}

TEST_CASE("what steers the answer is read", "[openai]") {
  const ChatRequest request = parsed(golden("openai_request.json"));
  const Sampling& sampling = request.sampling;
  CHECK(sampling.temperature == 0.5);
  CHECK(sampling.top_p == 1.0);
  CHECK(sampling.max_tokens == 77);
  CHECK(sampling.seed == -5);
  CHECK(sampling.choices == 2);
  CHECK(sampling.stop == std::vector<std::string_view>{"a", "b\n"});
  CHECK(sampling.logprobs);
  CHECK(sampling.top_logprobs == 3);
  REQUIRE(sampling.logit_bias.size() == 1);
  CHECK(sampling.frequency_penalty == -1.5);
  CHECK(request.response_format.kind == ResponseFormatKind::kJsonSchema);
  CHECK(request.response_format.name == "city");
  CHECK(json::parse(request.response_format.schema_json)["type"] == "object");
  CHECK(request.reasoning_effort == "low");
  CHECK(request.user == "u1");
  CHECK(request.stream);
  CHECK(request.include_usage);
  CHECK(request.unknown_members == std::vector<std::string_view>{"store", "metadata"});
}

TEST_CASE("the older name of the token limit gives way to the newer", "[openai]") {
  CHECK(parsed(body_with(R"("max_tokens":5)")).sampling.max_tokens == 5);
  CHECK(parsed(body_with(R"("max_completion_tokens":7,"max_tokens":5)")).sampling.max_tokens == 7);
  CHECK(parsed(body_with(R"("max_tokens":5,"max_completion_tokens":7)")).sampling.max_tokens == 7);
}

TEST_CASE("null is read as absent", "[openai]") {
  const ChatRequest request = parsed(
      body_with(R"("temperature":null,"stop":null,"tools":null,"stream_options":null,"n":null)"));
  CHECK_FALSE(request.sampling.temperature);
  CHECK(request.tools.empty());
  CHECK(request.sampling.choices == 1);
}

struct BadField {
  std::string body;
  std::string param;
};

TEST_CASE("a field of the wrong kind or size is refused by its path", "[openai]") {
  const auto [body, param] = GENERATE(
      BadField{"[]", ""}, BadField{"{}", "messages"},
      BadField{R"({"model":"","messages":[]})", "model"}, BadField{R"({"model":"m"})", "messages"},
      BadField{R"({"model":7,"messages":[]})", "model"},
      BadField{R"({"model":"m","messages":[]})", "messages"},
      BadField{R"({"model":"m","messages":{}})", "messages"},
      BadField{body_with_messages("1"), "messages[0]"},
      BadField{body_with_messages(R"({"role":"user","content":"a"},{"role":"king","content":"b"})"),
               "messages[1].role"},
      BadField{body_with_messages(R"({"content":"a"})"), "messages[0].role"},
      BadField{body_with_messages(R"({"role":"user"})"), "messages[0].content"},
      BadField{body_with_messages(R"({"role":"user","content":7})"), "messages[0].content"},
      BadField{body_with_messages(R"({"role":"user","content":[{"text":"a"}]})"),
               "messages[0].content[0].type"},
      BadField{body_with_messages(R"({"role":"user","content":[{"type":"text","text":1}]})"),
               "messages[0].content[0].text"},
      BadField{body_with_messages(R"({"role":"user","content":[{"type":"image_url"}]})"),
               "messages[0].content[0].image_url"},
      BadField{body_with_messages(R"({"role":"tool","content":"a"})"), "messages[0].tool_call_id"},
      BadField{body_with_messages(
                   R"({"role":"assistant","tool_calls":[{"function":{"arguments":"{}"}}]})"),
               "messages[0].tool_calls[0].function.name"},
      BadField{body_with(R"("max_tokens":-1)"), "max_tokens"},
      BadField{body_with(R"("max_tokens":1.5)"), "max_tokens"},
      BadField{body_with(R"("max_tokens":18446744073709551615)"), "max_tokens"},
      BadField{body_with(R"("temperature":2.1)"), "temperature"},
      BadField{body_with(R"("temperature":"0")"), "temperature"},
      BadField{body_with(R"("top_p":-0.1)"), "top_p"}, BadField{body_with(R"("n":0)"), "n"},
      BadField{body_with(R"("stop":["a",1])"), "stop[1]"},
      BadField{body_with(R"("stream":"yes")"), "stream"},
      BadField{body_with(R"("stream_options":{"include_usage":1})"),
               "stream_options.include_usage"},
      BadField{body_with(R"("tools":[{"type":"function","function":{}}])"),
               "tools[0].function.name"},
      BadField{body_with(R"("tool_choice":"maybe")"), "tool_choice"},
      BadField{body_with(R"("response_format":{"type":"xml"})"), "response_format.type"},
      BadField{body_with(R"("response_format":{"type":"json_schema"})"),
               "response_format.json_schema"});
  const Error error = refused(body);
  CHECK(error.code == ErrorCode::kInvalidRequest);
  CHECK(error.param == param);
}

TEST_CASE("a field error never repeats what the client wrote", "[openai]") {
  const Error error = refused(body_with_messages(R"({"role":"geheim","content":"b"})"));
  CHECK(error.message.find("geheim") == std::string::npos);
}

TEST_CASE("a request written anew says the same", "[openai]") {
  const std::string original = golden("openai_request.json");
  const ChatRequest request = parsed(original);
  const Result<WrittenRequest> written =
      openai_chat_codec().write_request(request, {.model = "auto", .include_usage = true});
  REQUIRE(written.has_value());
  CHECK(written->lost.empty());
  CHECK(json::parse(written->body) == json::parse(original));
}

TEST_CASE("rewriting replaces the model and keeps every other byte", "[openai]") {
  const std::string head = "{ \"a\\\"model\" : {\"model\":\"inner\"},\n\t\"model\" :  ";
  const std::string tail =
      " , \"messages\":[{\"role\":\"user\",\"content\":\"\xc3\xa9\\u0041\"}] }\n";
  const ChatRequest request = parsed(head + "\"auto\"" + tail);
  const Result<std::string> written = openai_chat_codec().rewrite_request(
      request, request.original, {.model = "gpt \"x\"", .include_usage = true});
  REQUIRE(written.has_value());
  CHECK(*written == head + "\"gpt \\\"x\\\"\"" + tail);
}

TEST_CASE("rewriting asks for usage in whatever form the body has", "[openai]") {
  const auto [options, expected] = GENERATE(table<std::string, std::string>({
      {R"("stream":true)", R"({"include_usage":true})"},
      {R"("stream":true,"stream_options":{})", R"({"include_usage":true})"},
      {R"("stream":true,"stream_options":null)", R"({"include_usage":true})"},
      {R"("stream_options":{"x":1},"stream":true)", R"({"include_usage":true,"x":1})"},
      {R"("stream_options":{"include_usage":false},"stream":true)", R"({"include_usage":true})"},
      {R"("stream_options":{"x":2,"include_usage":null},"stream":true)",
       R"({"include_usage":true,"x":2})"},
      {R"("stream":true,"stream_opt\u0069ons":{ })", R"({"include_usage":true})"},
  }));
  const bool model_first = GENERATE(true, false);
  const std::string rest = R"("messages":[{"role":"user","content":"hi"}])";
  const std::string body = model_first ? R"({"model":"m",)" + options + "," + rest + "}"
                                       : "{" + options + "," + rest + R"(,"model":"m"})";
  CAPTURE(body);
  const ChatRequest request = parsed(body);
  const auto written = openai_chat_codec().rewrite_request(request, request.original,
                                                           {.model = "n", .include_usage = true});
  REQUIRE(written.has_value());
  json wanted = json::parse(body);
  wanted["model"] = "n";
  wanted["stream_options"] = json::parse(expected);
  CHECK(json::parse(*written) == wanted);
}

TEST_CASE("a redacted body is rewritten at its own places", "[openai]") {
  const ChatRequest request = parsed(body_with(R"("x":"a long secret")"));
  const std::string redacted = R"({"messages":[],"model":"m"})";
  const auto written = openai_chat_codec().rewrite_request(request, redacted, {.model = "n"});
  REQUIRE(written.has_value());
  CHECK(*written == R"({"messages":[],"model":"n"})");
}

// --- answers read ---

struct ReadStream {
  std::vector<StreamEvent> events;
  std::vector<std::string> texts;  // what the events' views held
  std::string raw;
  std::optional<Error> error;
};

ReadStream read_stream(const std::string& bytes, StreamDepth depth = StreamDepth::kFull) {
  ReadStream result;
  SseReader frames;
  SseFrame frame;
  std::string_view rest = bytes;
  const auto parser = openai_chat_codec().stream_parser(depth);
  while (frames.next(&rest, &frame) == SseReader::Status::kFrame && !result.error) {
    std::vector<StreamEvent> events;
    const auto read = parser->parse_event(frame.event, frame.data, frame.raw, &events);
    if (!read) result.error = read.error();
    for (const StreamEvent& event : events) {
      result.events.push_back(event);
      result.texts.emplace_back(event.text);
      result.raw += event.raw;
    }
  }
  std::vector<StreamEvent> last;
  if (const auto end = parser->finish(&last); !end && !result.error) result.error = end.error();
  return result;
}

std::vector<EventKind> kinds_of(const ReadStream& stream) {
  std::vector<EventKind> kinds;
  for (const StreamEvent& event : stream.events) kinds.push_back(event.kind);
  return kinds;
}

TEST_CASE("a stream becomes events and its bytes stay whole", "[openai]") {
  using enum EventKind;
  const std::string bytes = golden("openai_stream.sse");
  const ReadStream stream = read_stream(bytes);
  CHECK_FALSE(stream.error);
  CHECK(stream.raw == bytes);
  CHECK(kinds_of(stream) == std::vector<EventKind>{kOther, kStart, kReasoningDelta, kTextDelta,
                                                   kTextDelta, kToolCallStart, kToolCallDelta,
                                                   kToolCallDelta, kFinish, kUsage, kDone});
  CHECK(stream.texts[3] == "Hello");
  CHECK(stream.texts[6] + stream.texts[7] == R"({"city":"Wien"})");
  CHECK(stream.events[8].finish == FinishReason::kToolCalls);
  const Usage& usage = stream.events[9].usage;
  CHECK(usage.input_tokens == 10);
  CHECK(usage.cache_read_tokens == 5);
  CHECK(usage.cache_write_5m_tokens == 1);
  CHECK(usage.output_tokens == 9);
  CHECK(usage.reasoning_tokens == 4);
  CHECK_FALSE(stream.events[9].raw.empty());
}

TEST_CASE("skimming a stream finds what matters and keeps its bytes", "[openai]") {
  using enum EventKind;
  const std::string bytes = golden("openai_stream.sse");
  const ReadStream stream = read_stream(bytes, StreamDepth::kSkim);
  CHECK_FALSE(stream.error);
  CHECK(stream.raw == bytes);
  CHECK(kinds_of(stream) == std::vector<EventKind>{kOther, kStart, kOther, kOther, kOther, kOther,
                                                   kOther, kOther, kFinish, kUsage, kDone});
}

std::string stream_of(const std::vector<std::string>& chunks) {
  std::string bytes;
  for (const std::string& chunk : chunks) bytes += "data: " + chunk + "\n\n";
  return bytes;
}

TEST_CASE("a stream that fails or breaks off is an error", "[openai]") {
  const auto [bytes, code] = GENERATE(table<std::string, ErrorCode>({
      {stream_of({R"({"choices":[]})"}), ErrorCode::kUpstreamClosed},
      {stream_of({R"({"error":{"message":"overloaded","code":"busy"}})"}),
       ErrorCode::kUpstreamStatus},
      {stream_of({R"({"choices":)"}), ErrorCode::kUpstreamProtocol},
      {stream_of({"[]"}), ErrorCode::kUpstreamProtocol},
      {stream_of({R"({"choices":[{"index":-1}]})"}), ErrorCode::kUpstreamProtocol},
      {stream_of({R"({"choices":[{"index":999999999999}]})"}), ErrorCode::kUpstreamProtocol},
      {stream_of({R"({"choices":[{"delta":{"tool_calls":[{"index":7}]}}]})"}),
       ErrorCode::kUpstreamProtocol},
  }));
  CAPTURE(bytes);
  const ReadStream stream = read_stream(bytes);
  REQUIRE(stream.error);
  CHECK(stream.error->code == code);
}

TEST_CASE("an error in a stream keeps the provider's words for the client alone", "[openai]") {
  const ReadStream stream =
      read_stream(stream_of({R"({"error":{"message":"about your prompt","code":"busy"}})"}));
  REQUIRE(stream.error);
  CHECK(stream.error->message.find("prompt") == std::string::npos);
  CHECK(stream.error->detail == "busy");
  const json body = json::parse(openai_chat_codec().write_error(*stream.error, "req_1"));
  CHECK(body["error"]["message"] == "about your prompt");
}

TEST_CASE("tool calls without an index are told apart by their id", "[openai]") {
  const ReadStream stream = read_stream(
      stream_of({R"({"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f"}}]}}]})",
                 R"({"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"1"}}]}}]})",
                 R"({"choices":[{"delta":{"tool_calls":[{"id":"b","function":{"name":"g"}}]}}]})",
                 "[DONE]"}));
  CHECK_FALSE(stream.error);
  REQUIRE(stream.events.size() == 5);
  CHECK(stream.events[2].block_index == 0);
  CHECK(stream.events[3].kind == EventKind::kToolCallStart);
  CHECK(stream.events[3].block_index == 1);
}

TEST_CASE("usage that counts along is told once, before the end", "[openai]") {
  const std::string usage = R"("usage":{"prompt_tokens":1,"completion_tokens":)";
  const ReadStream stream = read_stream(
      stream_of({R"({"choices":[{"delta":{"content":"a"}}],)" + usage + "1}}",
                 R"({"choices":[{"delta":{"content":"b"}}],)" + usage + "2}}", "[DONE]"}));
  REQUIRE(stream.events.size() == 5);
  CHECK(stream.events[3].kind == EventKind::kUsage);
  CHECK(stream.events[3].usage.output_tokens == 2);
  CHECK(stream.events[3].raw.empty());
  CHECK(stream.events[4].kind == EventKind::kDone);
  CHECK_FALSE(stream.events[4].raw.empty());
}

TEST_CASE("usage that cannot be is no usage", "[openai]") {
  const std::string usage =
      GENERATE(R"({"prompt_tokens":-1,"completion_tokens":1})",
               R"({"prompt_tokens":1,"completion_tokens":99999999999999})",
               R"({"prompt_tokens":1})", R"({"prompt_tokens":"1","completion_tokens":1})",
               R"({"prompt_tokens":1.5,"completion_tokens":1})",
               R"({"prompt_tokens":2,"completion_tokens":null,"total_tokens":1})", "7");
  CAPTURE(usage);
  const auto response =
      openai_chat_codec().parse_response(R"({"choices":[],"usage":)" + usage + "}");
  REQUIRE(response.has_value());
  CHECK_FALSE(response->has_usage);
  const auto skim = skim_openai_chunk(R"({"choices":[],"usage":)" + usage + "}");
  REQUIRE(skim.has_value());
  CHECK_FALSE(skim->usage);
  CHECK(skim->is_usage_only);
}

struct OddUsage {
  std::string told;
  std::int64_t input;
  std::int64_t cached;
  std::int64_t output;
};

TEST_CASE("usage in an odd form is read as what it can only mean", "[openai]") {
  const OddUsage odd = GENERATE(
      OddUsage{R"({"prompt_tokens":100.0,"completion_tokens":4e1})", 100, 0, 40},
      OddUsage{R"({"prompt_tokens":100,"completion_tokens":null,"total_tokens":140})", 100, 0, 40},
      OddUsage{R"({"prompt_tokens":100,"total_tokens":140})", 100, 0, 40},
      OddUsage{R"({"prompt_tokens":100,"completion_tokens":40,
                   "prompt_tokens_details":{"cached_tokens":500,"cache_write_tokens":9}})",
               0, 100, 40});
  CAPTURE(odd.told);
  const auto answer =
      openai_chat_codec().parse_response(R"({"choices":[],"usage":)" + odd.told + "}");
  REQUIRE(answer->has_usage);
  const Usage& usage = answer->whole.usage;
  CHECK(usage.input_tokens == odd.input);
  CHECK(usage.cache_read_tokens == odd.cached);
  CHECK(usage.prompt_tokens() == 100);
  CHECK(usage.output_tokens == odd.output);
}

TEST_CASE("reasoning that a provider counts beside the answer is added to it", "[openai]") {
  const auto response = openai_chat_codec().parse_response(
      R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":18,
          "completion_tokens_details":{"reasoning_tokens":3}}})");
  REQUIRE(response.has_value());
  CHECK(response->whole.usage.output_tokens == 8);
}

TEST_CASE("skimming sees keys and not text", "[openai]") {
  const auto skim = [](const std::string& data) { return skim_openai_chunk(data).value(); };
  CHECK(skim("[DONE]").is_done);
  CHECK(skim(R"({"error":{}})").is_error);
  CHECK_FALSE(skim(R"({"error":null,"choices":[]})").is_error);
  CHECK(skim(R"({"choices":[{"finish_reason" : "length"}]})").finish == FinishReason::kLength);
  CHECK(skim(R"({"choices":[{"finish_reason":null,"delta":{"content":"\"usage\":1"}}]})").finish ==
        FinishReason::kNone);
  CHECK(skim(R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}})").is_usage_only);
  CHECK_FALSE(
      skim(R"({"choices":[{}],"usage":{"prompt_tokens":1,"completion_tokens":2}})").is_usage_only);
  CHECK_FALSE(skim_openai_chunk(R"({"usage":{)").has_value());
}

TEST_CASE("a whole answer is read and kept", "[openai]") {
  const std::string body = golden("openai_response.json");
  const auto response = openai_chat_codec().parse_response(body);
  REQUIRE(response.has_value());
  CHECK(response->whole.raw == body);
  CHECK(response->whole.id == "chatcmpl-1");
  CHECK(response->whole.finish == FinishReason::kStop);
  CHECK(response->has_usage);
  CHECK(response->events.back().kind == EventKind::kDone);
}

TEST_CASE("a body that is no answer is refused", "[openai]") {
  const auto [body, code] = GENERATE(table<std::string, ErrorCode>({
      {"", ErrorCode::kUpstreamProtocol},
      {"<html>", ErrorCode::kUpstreamProtocol},
      {"{}", ErrorCode::kUpstreamProtocol},
      {R"({"choices":[1]})", ErrorCode::kUpstreamProtocol},
      {R"({"error":{"message":"x"}})", ErrorCode::kUpstreamStatus},
  }));
  CAPTURE(body);
  const auto response = openai_chat_codec().parse_response(body);
  REQUIRE_FALSE(response.has_value());
  CHECK(response.error().code == code);
}

// --- answers written ---

StreamEvent event(EventKind kind, std::string_view text = {}) {
  StreamEvent made;
  made.kind = kind;
  made.text = text;
  return made;
}

std::vector<StreamEvent> example_answer() {
  std::vector<StreamEvent> events = {event(EventKind::kStart),
                                     event(EventKind::kReasoningDelta, "hm"),
                                     event(EventKind::kTextDelta, "Hi \"you\""),
                                     event(EventKind::kToolCallStart),
                                     event(EventKind::kToolCallDelta, R"({"a":1})"),
                                     event(EventKind::kFinish),
                                     event(EventKind::kUsage),
                                     event(EventKind::kDone)};
  events[3].block_index = events[4].block_index = 4;
  events[3].id = "call_1";
  events[3].name = "f";
  events[5].finish = FinishReason::kToolCalls;
  events[6].usage.input_tokens = 3;
  events[6].usage.cache_read_tokens = 2;
  events[6].usage.output_tokens = 7;
  events[6].usage.reasoning_tokens = 1;
  return events;
}

std::string written(AnswerWriter& writer, const std::vector<StreamEvent>& events) {
  std::string out;
  for (const StreamEvent& each : events) REQUIRE(writer.write(each, &out).has_value());
  writer.write_terminator(&out);
  return out;
}

AnswerOptions example_options(bool include_usage) {
  return {.id = "1", .model = "auto", .created_unix = 1700000000, .include_usage = include_usage};
}

TEST_CASE("a stream is written as OpenAI writes it", "[openai]") {
  const auto writer = openai_chat_codec().stream_writer(example_options(true));
  writer->annotate({.route = "local",
                    .reason = "easy",
                    .model = {},
                    .cost = NanoUsd{0},
                    .saved = NanoUsd{1500}});
  CHECK(written(*writer, example_answer()) == golden("openai_stream_written.sse"));
}

TEST_CASE("a stream says nothing of usage unless asked", "[openai]") {
  const auto writer = openai_chat_codec().stream_writer(example_options(false));
  CHECK(written(*writer, example_answer()).find("usage") == std::string::npos);
}

TEST_CASE("a body is written as OpenAI writes it", "[openai]") {
  const auto writer = openai_chat_codec().body_writer(example_options(false));
  writer->annotate(
      {.route = "local", .reason = "easy", .model = {}, .cost = NanoUsd{0}, .saved = {}});
  CHECK(written(*writer, example_answer()) + "\n" == golden("openai_body_written.json"));
}

TEST_CASE("what is written as a stream reads back as it was", "[openai]") {
  const auto writer = openai_chat_codec().stream_writer(example_options(true));
  const ReadStream stream = read_stream(written(*writer, example_answer()));
  CHECK_FALSE(stream.error);
  using enum EventKind;
  CHECK(kinds_of(stream) == std::vector<EventKind>{kStart, kReasoningDelta, kTextDelta,
                                                   kToolCallStart, kToolCallDelta, kFinish, kUsage,
                                                   kDone});
  CHECK(stream.texts[2] == "Hi \"you\"");
  CHECK(stream.events[6].usage == example_answer()[6].usage);
}

TEST_CASE("several choices are written apart", "[openai]") {
  StreamEvent second = event(EventKind::kTextDelta, "two");
  second.choice_index = 1;
  const auto writer = openai_chat_codec().body_writer(example_options(false));
  const json body =
      json::parse(written(*writer, {event(EventKind::kStart), event(EventKind::kTextDelta, "one"),
                                    second, event(EventKind::kDone)}));
  REQUIRE(body["choices"].size() == 2);
  CHECK(body["choices"][1]["index"] == 1);
  CHECK(body["choices"][1]["message"]["content"] == "two");
}

TEST_CASE("errors have OpenAI's shape", "[openai]") {
  const Error error(ErrorCode::kInvalidRequest, "Bad \"role\".", "http_bad_chunk",
                    "messages[2].role");
  CHECK(openai_chat_codec().write_error(error, "req_1") ==
        R"({"error":{"message":"Bad \"role\".","type":"invalid_request_error",)"
        R"("param":"messages[2].role","code":"http_bad_chunk"}})");
  const json plain =
      json::parse(openai_chat_codec().write_error({ErrorCode::kUnauthorized, "No."}, {}));
  CHECK(plain["error"]["code"] == "invalid_api_key");
  CHECK(plain["error"]["param"].is_null());
}

TEST_CASE("models are listed as OpenAI lists them", "[openai]") {
  CHECK(openai_chat_codec().write_model_list({{"auto", "weir", 5}, {"local", "weir", 6}}) ==
        R"({"object":"list","data":[{"id":"auto","object":"model","created":5,"owned_by":"weir"},)"
        R"({"id":"local","object":"model","created":6,"owned_by":"weir"}]})");
}

TEST_CASE("a schema beside the type of any object is kept to", "[openai]") {
  const ChatRequest request = parsed(
      R"({"messages":[{"role":"user","content":"a"}],
          "response_format":{"type":"json_object","schema":{"required":["zebra"]}}})");
  CHECK(request.response_format.kind == ResponseFormatKind::kJsonSchema);
  CHECK(json::parse(request.response_format.schema_json)["required"][0] == "zebra");
}

TEST_CASE("a request that names no model gets the upstream's", "[cloud_adapters]") {
  const auto request = parsed(R"({"messages":[{"role":"user","content":"a"}]})");
  CHECK(openai_chat_codec().rewrite_request(request, request.original, {.model = "m"}).value() ==
        R"({"model":"m","messages":[{"role":"user","content":"a"}]})");
  const std::string body = R"({"stream":true,"messages":[]})";
  const OriginalSpans spans = find_openai_spans(body);
  CHECK(rewrite_openai_body(body, spans, {"m", false}) ==
        R"({"model":"m","stream":true,"messages":[]})");
  CHECK(rewrite_openai_body(body, spans, {"m", true}) ==
        R"({"model":"m","stream_options":{"include_usage":true},"stream":true,"messages":[]})");
}

}  // namespace
}  // namespace weir
