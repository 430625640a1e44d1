// Answers in Gemini's form: read from a server, and written for a client.
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/https_client.h"
#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/gemini.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

struct ReadStream {
  std::string steps;  // what the events say, one a line
  std::string raw;
  std::optional<Error> error;
};

std::string step_of(const StreamEvent& event) {
  const std::string text(event.text);
  switch (event.kind) {
    case EventKind::kStart: return "start " + std::string(event.id);
    case EventKind::kTextDelta: return "text " + text;
    case EventKind::kReasoningDelta: return "thought " + text + std::string(event.signature);
    case EventKind::kToolCallStart:
      return "call " + std::string(event.id) + " " + std::string(event.name);
    case EventKind::kToolCallDelta: return "args " + text;
    case EventKind::kFinish: return "finish " + std::to_string(static_cast<int>(event.finish));
    case EventKind::kUsage:
      return "usage " + std::to_string(event.usage.input_tokens) + " " +
             std::to_string(event.usage.cache_read_tokens) + " " +
             std::to_string(event.usage.output_tokens) + " " +
             std::to_string(event.usage.reasoning_tokens);
    case EventKind::kDone: return "done";
    default: return "other";
  }
}

void note(const std::vector<StreamEvent>& events, ReadStream* result) {
  for (const StreamEvent& event : events) {
    result->steps += step_of(event) + "\n";
    result->raw += event.raw;
  }
}

// The stream as it comes in two pieces, cut at `cut`.
ReadStream read_stream(const std::string& bytes, std::size_t cut = 0,
                       StreamDepth depth = StreamDepth::kFull) {
  ReadStream result;
  SseReader frames;
  const auto parser = gemini_codec().stream_parser(depth);
  for (std::string_view piece :
       {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}) {
    SseFrame frame;
    while (!result.error && frames.next(&piece, &frame) == SseReader::Status::kFrame) {
      std::vector<StreamEvent> events;
      const auto read = parser->parse_event(frame.event, frame.data, frame.raw, &events);
      if (!read) result.error = read.error();
      note(events, &result);
    }
  }
  std::vector<StreamEvent> last;
  const auto end = parser->finish(&last);
  if (!end && !result.error) result.error = end.error();
  note(last, &result);
  return result;
}

std::string frame(const std::string& data) {
  return "data: " + json::parse(data).dump() + "\r\n\r\n";
}

const std::string kStream =
    frame(R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"},
"index":0}],"responseId":"r1","modelVersion":"m","usageMetadata":{"promptTokenCount":10}})") +
    frame(R"({"candidates":[{"content":{"parts":[{"text":"\u00e9"},{"functionCall":
{"name":"f","args":{"a":1}},"thoughtSignature":"s"},{"functionCall":{"id":"x","name":"g"}}]},
"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10}})") +
    frame(R"({"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"t"}]},
"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,
"toolUsePromptTokenCount":2,"candidatesTokenCount":7,"thoughtsTokenCount":5,
"totalTokenCount":24}})");

// litellm #14849, #40016: cached tokens are part of the prompt's count, thoughts no part of the
// answer's.
TEST_CASE("a Gemini stream is read alike wherever it is cut", "[gemini]") {
  const std::string wanted =
      "start r1\nthought hm\ntext \u00e9\ncall call_r1_0 f\nargs {\"a\":1}\ncall x g\nargs {}\n"
      "thought t\nfinish 3\nusage 8 4 12 5\ndone\n";
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    ReadStream read = read_stream(kStream, cut);
    CAPTURE(cut);
    // A line feed that comes late is a frame of bytes alone.
    const std::size_t other = read.steps.find("other\n");
    if (other != std::string::npos) read.steps.erase(other, 6);
    REQUIRE_FALSE(read.error);
    REQUIRE(read.steps == wanted);
  }
}

TEST_CASE("a skimmed Gemini stream keeps its bytes and finds usage and reason", "[gemini]") {
  const ReadStream read = read_stream(kStream, 0, StreamDepth::kSkim);
  CHECK(read.raw == kStream);
  CHECK(read.steps == "start r1\nother\nother\nfinish 3\nusage 8 4 12 5\ndone\n");
}

TEST_CASE("each frame of a Gemini stream has its bytes on one event", "[gemini]") {
  const auto parser = gemini_codec().stream_parser(StreamDepth::kFull);
  std::vector<StreamEvent> events;
  const std::string data = R"({"candidates":[{"content":{"parts":[{"text":"a"}]},
    "finishReason":"MAX_TOKENS"}]})";
  REQUIRE(parser->parse_event("message", data, "RAW", &events).has_value());
  REQUIRE(parser->finish(&events).has_value());
  REQUIRE(events.size() == 4);
  CHECK(events[0].raw == "RAW");
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].raw_continues);
  CHECK(events[2].finish == FinishReason::kLength);
}

// OrcaRouter-Lite #115: long streams die, and EOF must not pass for an end.
TEST_CASE("a Gemini stream that ends without a reason was cut", "[gemini]") {
  const ReadStream read =
      read_stream(frame(R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})"));
  REQUIRE(read.error);
  CHECK(read.error->code == ErrorCode::kUpstreamClosed);
}

TEST_CASE("a blocked Gemini prompt ends as filtered content without text", "[gemini]") {
  const std::string blocked =
      R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}})";
  CHECK(read_stream(frame(blocked)).steps == "start \nfinish 4\nusage 3 0 0 0\ndone\n");
  const auto whole = gemini_codec().parse_response(blocked);
  REQUIRE(whole.has_value());
  CHECK(whole->whole.finish == FinishReason::kContentFilter);
  CHECK(whole->has_usage);
}

std::string broken_off(const std::string& parts, const std::string& word) {
  return R"({"candidates":[{"index":0,"content":{"role":"model","parts":[)" + parts +
         R"(]},"finishReason":")" + word + R"("}],"usageMetadata":{"promptTokenCount":3}})";
}

TEST_CASE("a Gemini answer that was broken off before a word is an error", "[gemini]") {
  const std::string word =
      GENERATE("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "OTHER");
  const std::string parts = GENERATE("", R"({"text":""})");
  const std::string body = broken_off(parts, word);
  const auto whole = gemini_codec().parse_response(body);
  REQUIRE_FALSE(whole.has_value());
  CHECK(whole.error().code == ErrorCode::kUpstreamStatus);
  CHECK(another_try_may_help(whole.error()));
  CHECK(whole.error().message.find(word) != std::string::npos);
  for (const StreamDepth depth : {StreamDepth::kFull, StreamDepth::kSkim}) {
    std::vector<StreamEvent> events;
    const auto parser = gemini_codec().stream_parser(depth);
    CHECK_FALSE(parser->parse_event({}, body, body, &events).has_value());
  }
}

TEST_CASE("a Gemini answer that was broken off later is not whole, or ends with its calls",
          "[gemini]") {
  const auto [parts, word, finish] = GENERATE(table<std::string, std::string, FinishReason>({
      {R"({"text":"a"})", "MALFORMED_FUNCTION_CALL", FinishReason::kLength},
      {R"({"text":"a"})", "OTHER", FinishReason::kLength},
      {R"({"functionCall":{"name":"f"}})", "TOO_MANY_TOOL_CALLS", FinishReason::kToolCalls},
      {"", "STOP", FinishReason::kStop},
  }));
  const auto whole = gemini_codec().parse_response(broken_off(parts, word));
  REQUIRE(whole.has_value());
  CHECK(whole->whole.finish == finish);
}

TEST_CASE("a Gemini stream that has begun and is broken off ends as one that is not whole",
          "[gemini]") {
  const auto parser = gemini_codec().stream_parser(StreamDepth::kFull);
  std::vector<StreamEvent> events;
  const std::string first = R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})";
  const std::string last = broken_off("", "MALFORMED_FUNCTION_CALL");
  REQUIRE(parser->parse_event({}, first, first, &events).has_value());
  REQUIRE(parser->parse_event({}, last, last, &events).has_value());
  REQUIRE(parser->finish(&events).has_value());
  const auto is_end = [](const StreamEvent& e) { return e.kind == EventKind::kFinish; };
  const auto end = std::find_if(events.begin(), events.end(), is_end);
  REQUIRE(end != events.end());
  CHECK(end->finish == FinishReason::kLength);
}

TEST_CASE("an error of a Gemini server is found whole, in an array and mid-stream", "[gemini]") {
  const std::string error = R"({"error":{"code":429,"message":"Slow down.",
    "status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"33.5s"}]}})";
  const bool in_array = GENERATE(false, true);
  const std::string body = in_array ? "[" + error + "]" : error;
  UpstreamRefusal refusal;
  refusal.status = 429;
  refusal.body = body;
  const Error whole = gemini_codec().parse_error(refusal);
  CHECK(whole.detail == "RESOURCE_EXHAUSTED");
  CHECK(whole.retry_after_s == 34);
  CHECK(whole.upstream->dialect == Dialect::kGemini);
  CHECK(read_stream("data: " + json::parse(body).dump() + "\n\n").error->code ==
        ErrorCode::kUpstreamStatus);
  CHECK(gemini_codec().parse_response(body).error().code == ErrorCode::kUpstreamStatus);
}

TEST_CASE("Gemini usage that cannot be is no usage", "[gemini]") {
  const std::string counts = GENERATE(
      R"({"promptTokenCount":-1})", R"({"promptTokenCount":1.5})",
      R"({"promptTokenCount":1,"candidatesTokenCount":99999999999})", R"({"totalTokenCount":5})");
  const auto whole = gemini_codec().parse_response(
      R"({"candidates":[{"content":{},"finishReason":"STOP"}],"usageMetadata":)" + counts + "}");
  REQUIRE(whole.has_value());
  CHECK_FALSE(whole->has_usage);
}

TEST_CASE("Gemini has no more cached tokens than its prompt", "[gemini]") {
  const auto whole = gemini_codec().parse_response(
      R"({"candidates":[{"content":{},"finishReason":"STOP"}],"usageMetadata":
          {"promptTokenCount":10.0,"cachedContentTokenCount":20}})");
  REQUIRE(whole->has_usage);
  CHECK(whole->whole.usage.cache_read_tokens == 10);
  CHECK(whole->whole.usage.input_tokens == 0);
}

TEST_CASE("thoughts that a server counts as answer are counted once", "[gemini]") {
  const auto whole = gemini_codec().parse_response(
      R"({"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,
          "candidatesTokenCount":7,"thoughtsTokenCount":5,"totalTokenCount":17}})");
  CHECK(whole->whole.usage.output_tokens == 7);
  CHECK(whole->whole.usage.reasoning_tokens == 5);
}

TEST_CASE("what is no answer of the Gemini API is refused", "[gemini]") {
  const std::string body = GENERATE("{}", "[]", "1", R"({"candidates":[]})",
                                    R"({"candidates":[1]})", R"({"candidates":[{"index":-1}]})");
  CAPTURE(body);
  CHECK(gemini_codec().parse_response(body).error().code == ErrorCode::kUpstreamProtocol);
}

std::vector<json> chunks_of(const std::string& stream) {
  std::vector<json> chunks;
  SseReader frames;
  SseFrame frame;
  std::string_view rest = stream;
  while (frames.next(&rest, &frame) == SseReader::Status::kFrame) {
    chunks.push_back(json::parse(frame.data));
  }
  return chunks;
}

// litellm #25321: the input of a tool is whole.
TEST_CASE("Gemini calls are written whole and in order behind what was said", "[gemini]") {
  const auto writer = gemini_codec().stream_writer(script_options());
  const auto out = written_answer(*writer, AnswerScript()
                                               .reasoning("hm")
                                               .text("Let me")
                                               .call(1, "c1", "f")
                                               .call(2, "c2", "g")
                                               .arguments(2, "not")
                                               .arguments(1, R"({"a")")
                                               .arguments(1, ":1}")
                                               .text("so")
                                               .end(FinishReason::kToolCalls));
  REQUIRE(out.has_value());
  const std::vector<json> chunks = chunks_of(*out);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0]["candidates"][0]["content"] ==
        json::parse(R"({"parts":[{"text":"hm","thought":true}],"role":"model"})"));
  CHECK(chunks[1]["candidates"][0].dump().find("finishReason") == std::string::npos);
  CHECK(chunks[2]["candidates"][0]["content"]["parts"] == json::parse(R"([
    {"functionCall":{"id":"c1","name":"f","args":{"a":1}}},
    {"functionCall":{"id":"c2","name":"g","args":{"INVALID_JSON":"not"}}},{"text":"so"}])"));
  CHECK(chunks[2]["candidates"][0]["finishReason"] == "STOP");
  CHECK(chunks[2]["usageMetadata"] == json::parse(R"({"promptTokenCount":42,
    "candidatesTokenCount":19,"thoughtsTokenCount":6,"cachedContentTokenCount":12,
    "totalTokenCount":67})"));
  CHECK(chunks[2]["responseId"] == "1");
  CHECK(chunks[2]["modelVersion"] == "auto");
}

TEST_CASE("what the Gemini writers write reads back as the same answer", "[gemini]") {
  for (const NamedAnswer& answer : example_answers()) {
    CAPTURE(answer.name);
    const auto stream = gemini_codec().stream_writer(script_options());
    const auto body = gemini_codec().body_writer(script_options());
    const auto chunks = written_answer(*stream, answer.events);
    const auto whole = written_answer(*body, answer.events);
    REQUIRE(chunks.has_value());
    REQUIRE(whole.has_value());
    const ReadStream read = read_stream(*chunks);
    CHECK_FALSE(read.error);
    CHECK(read.steps.find("usage 30 12 25 6\ndone\n") != std::string::npos);
    const auto parsed = gemini_codec().parse_response(*whole);
    REQUIRE(parsed.has_value());
    CHECK(parsed->whole.usage.reasoning_tokens == 6);
    CHECK(parsed->whole.finish == answer.events[answer.events.size() - 3].finish);
  }
}

TEST_CASE("a refusal and a filter are SAFETY, a limit is MAX_TOKENS", "[gemini]") {
  const auto reason = [](std::vector<StreamEvent> events, bool refusal) {
    events[1].refusal = refusal;
    const auto writer = gemini_codec().body_writer(script_options());
    return json::parse(*written_answer(*writer, events))["candidates"][0]["finishReason"];
  };
  CHECK(reason(AnswerScript().text("no").end(FinishReason::kStop), true) == "SAFETY");
  CHECK(reason(AnswerScript().text("a").end(FinishReason::kContentFilter), false) == "SAFETY");
  CHECK(reason(AnswerScript().text("a").end(FinishReason::kLength), false) == "MAX_TOKENS");
  CHECK(reason(AnswerScript().text("a").end(FinishReason::kStopSequence), false) == "STOP");
}

// mnfst/llm-gateway #1658
TEST_CASE("a signature of another provider is left out and listed", "[gemini]") {
  std::vector<StreamEvent> events = AnswerScript().reasoning("hm").end(FinishReason::kStop);
  events[1].signature = "foreign";
  events[1].raw_dialect = GENERATE(Dialect::kAnthropic, Dialect::kGemini);
  const bool own = events[1].raw_dialect == Dialect::kGemini;
  const auto writer = gemini_codec().body_writer(script_options());
  const auto out = written_answer(*writer, events);
  CHECK((out->find("foreign") != std::string::npos) == own);
  CHECK(writer->lost().text() == (own ? "" : "signature"));
}

TEST_CASE("probabilities of tokens stand in logprobsResult", "[gemini]") {
  std::vector<StreamEvent> events = AnswerScript().text("a").end(FinishReason::kStop);
  const std::array<TokenProbability, 2> top = {{{"a", -0.5F}, {"b", -2}}};
  const std::array<TokenReport, 1> reports = {{{top[0], top}}};
  events[1].logprobs = reports;
  const auto writer = gemini_codec().body_writer(script_options());
  const json body = json::parse(*written_answer(*writer, events));
  CHECK(body["candidates"][0]["logprobsResult"] == json::parse(R"({
    "topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5},
                                    {"token":"b","logProbability":-2.0}]}],
    "chosenCandidates":[{"token":"a","logProbability":-0.5}]})"));
}

TEST_CASE("errors, counts and lists are written in Gemini's shape", "[gemini]") {
  Error error(ErrorCode::kRateLimited, "Too fast.", "team_rate");
  error.retry_after_s = 7;
  const json node = json::parse(gemini_codec().write_error(error, ""))["error"];
  CHECK(node["code"] == 429);
  CHECK(node["status"] == "RESOURCE_EXHAUSTED");
  CHECK(node["details"][1]["retryDelay"] == "7s");
  std::string out;
  gemini_codec().stream_writer(script_options())->write_stream_error(error, "", &out);
  CHECK(chunks_of(out).at(0)["error"] == node);
  CHECK(gemini_codec().write_token_count(9) == R"({"totalTokens":9})");
  std::vector<ModelEntry> models(2);
  models[0].id = "m";
  models[0].context_tokens = 10;
  models[1].id = "e";
  models[1].embeds = true;
  const json list = json::parse(gemini_codec().write_model_list(models));
  CHECK(list["models"][0]["name"] == "models/m");
  CHECK(list["models"][0]["inputTokenLimit"] == 10);
  CHECK(list["models"][1]["supportedGenerationMethods"][0] == "embedContent");
}

}  // namespace
}  // namespace weir
