#include "cloud_adapters/wire/openai_completions.h"

#include <array>
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

const Codec& codec() { return openai_completions_codec(); }

ChatRequest parsed(const std::string& members) {
  Result<ChatRequest> request = codec().parse_request(R"({"model":"m",)" + members + "}");
  CAPTURE(members);
  if (!request) FAIL(request.error().message);
  return std::move(*request);
}

TEST_CASE("A completion's prompt is one message that gets no template", "[completions]") {
  const ChatRequest request = parsed(GENERATE(R"("prompt":"Once")", R"("prompt":["Once"])"));
  CHECK(request.dialect == Dialect::kOpenAiCompletions);
  CHECK(request.raw_prompt);
  REQUIRE(request.messages.size() == 1);
  CHECK(std::get<TextPart>(request.messages[0].parts.at(0).value).text == "Once");
  CHECK(request.sampling.max_tokens == 16);
}

TEST_CASE("Prompts that are several or tokens are not supported, and none is wrong",
          "[completions]") {
  const auto [members, code] = GENERATE(table<std::string, ErrorCode>({
      {R"("prompt":["a","b"])", ErrorCode::kUnsupportedParameter},
      {R"("prompt":[1,2])", ErrorCode::kUnsupportedParameter},
      {R"("prompt":[[1,2]])", ErrorCode::kUnsupportedParameter},
      {R"("prompt":[])", ErrorCode::kUnsupportedParameter},
      {R"("prompt":null)", ErrorCode::kInvalidRequest},
      {R"("echo":false)", ErrorCode::kInvalidRequest},
  }));
  const auto request = codec().parse_request(R"({"model":"m",)" + members + "}");
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().code == code);
  CHECK(request.error().param == "prompt");
}

TEST_CASE("What only completions have counts as unknown if it asks for something",
          "[completions]") {
  CHECK(parsed(R"("prompt":"a","echo":false,"best_of":1,"suffix":"")").unknown_members.empty());
  CHECK(parsed(R"("prompt":"a","echo":true,"best_of":2,"suffix":"z")").unknown_members ==
        std::vector<std::string_view>{"echo", "best_of", "suffix"});
}

TEST_CASE("A completion written anew says the same", "[completions]") {
  const std::string body =
      R"({"model":"m","prompt":"a","max_tokens":5,"temperature":0.5,"n":2,"stop":["x"],
          "logprobs":3,"echo":true,"user":"u","logit_bias":{"5":-1},"stream":true,
          "stream_options":{"include_usage":true}})";
  const auto request = codec().parse_request(body);
  REQUIRE(request.has_value());
  CHECK(request->sampling.logprobs);
  CHECK(request->sampling.top_logprobs == 3);
  const auto written = codec().write_request(*request, {.model = "m"});
  REQUIRE(written.has_value());
  CHECK(written->lost.empty());
  CHECK(json::parse(written->body) == json::parse(body));
}

TEST_CASE("A completion is forwarded byte by byte but for the model", "[completions]") {
  const std::string body = R"({ "prompt":"a", "model" : "m" })";
  const auto request = codec().parse_request(body);
  REQUIRE(request.has_value());
  const auto out = codec().rewrite_request(*request, request->original, {.model = "n"});
  REQUIRE(out.has_value());
  CHECK(*out == R"({ "prompt":"a", "model" : "n" })");
}

TEST_CASE("A completion goes to a chat server as the user's message, and that is told",
          "[completions]") {
  const ChatRequest request = parsed(R"("prompt":"a","logprobs":2,"suffix":"z")");
  const auto written = openai_chat_codec().write_request(request, {.model = "n"});
  REQUIRE(written.has_value());
  const json body = json::parse(written->body);
  CHECK(body["messages"] == json::parse(R"([{"role":"user","content":"a"}])"));
  CHECK(body["max_tokens"] == 16);
  CHECK(body["top_logprobs"] == 2);
  CHECK(written->lost.text() == "raw, suffix");
}

TEST_CASE("A conversation is no completion", "[completions]") {
  const auto chat = openai_chat_codec().parse_request(
      R"({"model":"m","messages":[{"role":"user","content":"a"}]})");
  REQUIRE(chat.has_value());
  const auto written = codec().write_request(*chat, {.model = "m"});
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().code == ErrorCode::kUnsupportedParameter);
  CHECK(written.error().param == "messages");
}

std::vector<StreamEvent> answer() {
  return AnswerScript().text("Hi ").text("you").end(FinishReason::kLength);
}

TEST_CASE("A completion is answered in its own shape", "[completions]") {
  const auto out = written_answer(*codec().body_writer(script_options()), answer());
  REQUIRE(out.has_value());
  const json body = json::parse(*out);
  CHECK(body["id"] == "cmpl-1");
  CHECK(body["object"] == "text_completion");
  CHECK(body["choices"] == json::parse(R"([{"text":"Hi you","index":0,"logprobs":null,
                                            "finish_reason":"length"}])"));
  CHECK(body["usage"]["total_tokens"] == 67);
  const auto read = codec().parse_response(*out);
  REQUIRE(read.has_value());
  CHECK(read->whole.raw_dialect == Dialect::kOpenAiCompletions);
  CHECK(read->events.at(1).text == "Hi you");
  CHECK(read->events.at(2).finish == FinishReason::kLength);
  CHECK(read->has_usage);
}

TEST_CASE("A streamed completion reads back however its bytes are cut", "[completions]") {
  const auto out = written_answer(*codec().stream_writer(script_options()), answer());
  REQUIRE(out.has_value());
  CHECK(out->ends_with("data: [DONE]\n\n"));
  for (std::size_t cut = 0; cut <= out->size(); ++cut) {
    const auto parser = codec().stream_parser(StreamDepth::kFull);
    SseReader frames;
    std::string text;
    std::string raw;
    for (std::string_view piece :
         {std::string_view(*out).substr(0, cut), std::string_view(*out).substr(cut)}) {
      SseFrame frame;
      while (frames.next(&piece, &frame) == SseReader::Status::kFrame) {
        std::vector<StreamEvent> events;
        REQUIRE(parser->parse_event(frame.event, frame.data, frame.raw, &events).has_value());
        for (const StreamEvent& event : events) {
          if (event.kind == EventKind::kTextDelta) text += event.text;
          raw += event.raw;
          CHECK(event.raw_dialect == Dialect::kOpenAiCompletions);
        }
      }
    }
    REQUIRE(text == "Hi you");
    REQUIRE(raw == *out);
    std::vector<StreamEvent> last;
    REQUIRE(parser->finish(&last).has_value());
  }
}

TEST_CASE("A completion that breaks off is an error", "[completions]") {
  const auto parser = codec().stream_parser(StreamDepth::kFull);
  std::vector<StreamEvent> events;
  const std::string chunk = R"({"choices":[{"text":"a","index":0}]})";
  REQUIRE(parser->parse_event({}, chunk, chunk, &events).has_value());
  const auto end = parser->finish(&events);
  REQUIRE_FALSE(end.has_value());
  CHECK(end.error().code == ErrorCode::kUpstreamClosed);
  const std::string error = R"({"error":{"message":"busy"}})";
  const auto failed = parser->parse_event({}, error, error, &events);
  REQUIRE_FALSE(failed.has_value());
  REQUIRE(failed.error().upstream);
  CHECK(failed.error().upstream->dialect == Dialect::kOpenAiCompletions);
}

TEST_CASE("Probabilities of tokens have the older form", "[completions]") {
  const std::array<TokenProbability, 2> top = {{{"\xc3\xa9", -0.5F}, {"\xc3", -1.0F}}};
  const std::array<TokenReport, 2> reports = {{{{"\xc3\xa9", -0.5F}, top}, {{"b", -0.25F}, {}}}};
  std::vector<StreamEvent> events = answer();
  events[1].logprobs = reports;
  const auto out = written_answer(*codec().body_writer(script_options()), events);
  REQUIRE(out.has_value());
  CHECK(json::parse(*out)["choices"][0]["logprobs"] ==
        json::parse(R"({"tokens":["é","b"],"token_logprobs":[-0.5,-0.25],
                        "top_logprobs":[{"é":-0.5,"bytes:\\xc3":-1.0},{}],
                        "text_offset":[0,1]})"));
}

TEST_CASE("A completion tells what it could not say", "[completions]") {
  const auto writer = codec().body_writer(script_options());
  REQUIRE(
      written_answer(*writer, AnswerScript().reasoning("h").end(FinishReason::kStop)).has_value());
  CHECK(writer->lost().text() == "reasoning");
}

}  // namespace
}  // namespace weir
