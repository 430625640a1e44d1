// Answers of Ollama's API, in and out.
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/json_lines_reader.h"
#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/ollama_models.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

// A line of a chat, by the rest of its message and what stands behind it.
std::string line(const std::string& message, const std::string& end = R"("done":false)") {
  return R"({"model":"m","created_at":"t","message":{"role":"assistant",)" + message + "}," + end +
         "}\n";
}

const std::string kStream =
    line(R"("content":"","thinking":"Hm")") + line(R"("content":"It \"done\": \u00e9")") +
    line(R"("content":"","tool_calls":[{"function":{"name":"f","arguments":{ "a" : 1 }}},)"
         R"({"id":"own","function":{"name":"g"}}])") +
    line(R"("content":"")",
         R"("done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":7)");

struct Parsed {
  std::vector<std::string> steps;  // "kind:text"
  std::string raw;
  Usage usage;
  bool has_usage = false;
  FinishReason finish = FinishReason::kNone;
  ErrorCode error = ErrorCode::kInternal;
  bool failed = false;
};

void take(const std::vector<StreamEvent>& events, Parsed* parsed) {
  for (const StreamEvent& event : events) {
    CHECK(event.raw.empty() == event.raw_continues);
    parsed->raw += event.raw;
    std::string step = std::to_string(static_cast<int>(event.kind)) + ':';
    parsed->steps.push_back(step + std::string(event.name) + std::string(event.text));
    if (event.kind == EventKind::kFinish) parsed->finish = event.finish;
    if (event.kind == EventKind::kUsage) {
      CHECK(event.raw.empty());
      parsed->has_usage = true;
      parsed->usage = event.usage;
    }
    CHECK((event.kind != EventKind::kDone || !event.raw.empty()));
  }
}

Parsed parse(std::string_view bytes, std::size_t step, StreamDepth depth = StreamDepth::kFull,
             const Codec& codec = ollama_chat_codec()) {
  JsonLinesReader reader;
  const auto parser = codec.stream_parser(depth);
  Parsed parsed;
  SseFrame frame;
  const auto feed = [&]() -> bool {
    std::vector<StreamEvent> events;
    const Result<void> result = parser->parse_event(frame.event, frame.data, frame.raw, &events);
    take(events, &parsed);
    parsed.failed = result.has_error();
    if (parsed.failed) parsed.error = result.error().code;
    return !parsed.failed;
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece(bytes.substr(at, step));
    std::string_view rest = piece;
    while (reader.next(&rest, &frame) == JsonLinesReader::Status::kFrame) {
      if (!feed()) return parsed;
    }
  }
  if (reader.finish(&frame) == JsonLinesReader::Status::kFrame && !feed()) return parsed;
  std::vector<StreamEvent> events;
  const Result<void> end = parser->finish(&events);
  parsed.failed = end.has_error();
  if (parsed.failed) parsed.error = end.error().code;
  return parsed;
}

// mnfst/llm-gateway #1656 and others: a stream must not depend on where its bytes are cut.
TEST_CASE("A stream of Ollama's is read the same however it is cut", "[ollama]") {
  const std::size_t step = GENERATE(1U, 2U, 7U, 100000U);
  const Parsed parsed = parse(kStream, step);
  CHECK_FALSE(parsed.failed);
  CHECK(parsed.raw == kStream);
  CHECK(parsed.steps == std::vector<std::string>{"0:", "2:Hm", "1:It \"done\": \xc3\xa9", "3:f",
                                                 "4:{ \"a\" : 1 }", "3:g", "4:{}",
                                                 "5:", "6:", "9:"});
  CHECK(parsed.finish == FinishReason::kToolCalls);
  CHECK(parsed.usage.input_tokens == 11);
  CHECK(parsed.usage.output_tokens == 7);
}

TEST_CASE("A stream that is only forwarded keeps its bytes, its end and its usage", "[ollama]") {
  const Parsed parsed = parse(kStream, 5, StreamDepth::kSkim);
  CHECK(parsed.raw == kStream);
  CHECK(parsed.has_usage);
  CHECK(parsed.steps == std::vector<std::string>{"0:", "7:", "7:", "5:", "6:", "9:"});
}

// openai's SDK takes a cut stream for a whole one: weir must not.
TEST_CASE("A stream that ends before its last line was cut", "[ollama]") {
  const std::string cut = kStream.substr(0, kStream.find("{\"model\"", 300));
  const StreamDepth depth = GENERATE(StreamDepth::kFull, StreamDepth::kSkim);
  const Parsed parsed = parse(cut, 100, depth);
  CHECK(parsed.failed);
  CHECK(parsed.error == ErrorCode::kUpstreamClosed);
}

TEST_CASE("A last line without an end counts", "[ollama]") {
  CHECK_FALSE(parse(kStream.substr(0, kStream.size() - 1), 3).failed);
}

TEST_CASE("An error in the stream is the upstream's", "[ollama]") {
  const std::string bytes =
      std::string(kStream.substr(0, kStream.find('\n') + 1)) + "{\"error\":\"the runner died\"}\n";
  const StreamDepth depth = GENERATE(StreamDepth::kFull, StreamDepth::kSkim);
  const Parsed parsed = parse(bytes, 9, depth);
  CHECK(parsed.failed);
  CHECK(parsed.error == ErrorCode::kUpstreamStatus);
}

// litellm #36008 and others: usage that is not known must not become a count of 0.
TEST_CASE("A prompt of no tokens is usage that is not known", "[ollama]") {
  const auto [counts, known] =
      GENERATE(table<std::string, bool>({{R"("eval_count":7)", false},
                                         {R"("prompt_eval_count":0,"eval_count":7)", false},
                                         {R"("prompt_eval_count":-3,"eval_count":7)", false},
                                         {R"("prompt_eval_count":3,"eval_count":-7)", false},
                                         {R"("prompt_eval_count":3)", true},
                                         {R"("prompt_eval_count":3,"eval_count":7)", true}}));
  CAPTURE(counts);
  const std::string end = R"("done":true,"done_reason":"length",)" + counts;
  const Parsed parsed = parse(line(R"("content":"a")", end), 100);
  CHECK(parsed.has_usage == known);
  CHECK(parsed.finish == FinishReason::kLength);
}

TEST_CASE("An answer in one piece is whole, and its steps too", "[ollama]") {
  const std::string body =
      R"({"model":"m","created_at":"t","message":{"role":"assistant","content":"Hi",
          "tool_calls":[{"function":{"name":"f","arguments":{"a":[1]}}}]},
          "done":true,"done_reason":"stop","prompt_eval_count":2,"eval_count":1})";
  const auto response = ollama_chat_codec().parse_response(body);
  REQUIRE(response.has_value());
  CHECK(response->whole.raw == body);
  CHECK(response->whole.finish == FinishReason::kToolCalls);
  CHECK(response->whole.usage.input_tokens == 2);
  REQUIRE(response->events.size() == 7);
  CHECK(response->events[3].text == R"({"a":[1]})");
  CHECK(ollama_chat_codec().parse_response("{}").error().code == ErrorCode::kUpstreamProtocol);
  CHECK(ollama_chat_codec().parse_response(R"({"error":"x"})").error().code ==
        ErrorCode::kUpstreamStatus);
}

TEST_CASE("Calls that come without ids get some that differ between answers", "[ollama]") {
  const auto id_at = [](const std::string& time) {
    const auto response = ollama_chat_codec().parse_response(
        R"({"created_at":")" + time +
        R"(","message":{"tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":true})");
    return std::string(response.value().events.at(1).id);
  };
  CHECK(id_at("2025-01-01T00:00:00.000000001Z") == id_at("2025-01-01T00:00:00.000000001Z"));
  CHECK(id_at("2025-01-01T00:00:00.000000001Z") != id_at("2025-01-01T00:00:00.000000002Z"));
}

TEST_CASE("The text of a generated answer is its response", "[ollama]") {
  const std::string bytes = R"({"model":"m","response":"A","done":false}
{"model":"m","response":"","thinking":"","done":true,"done_reason":"stop","prompt_eval_count":1}
)";
  const Parsed parsed = parse(bytes, 4, StreamDepth::kFull, ollama_generate_codec());
  CHECK(parsed.steps == std::vector<std::string>{"0:", "1:A", "5:", "6:", "9:"});
}

TEST_CASE("Log-probabilities come with the text they are of", "[ollama]") {
  const std::string body =
      R"({"model":"m","message":{"content":"a"},"done":true,"logprobs":[
          {"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"b","logprob":-1}]}]})";
  const auto response = ollama_chat_codec().parse_response(body);
  REQUIRE(response->events.at(1).logprobs.size() == 1);
  CHECK(response->events[1].logprobs[0].token.bytes == "a");
  CHECK(response->events[1].logprobs[0].top[0].bytes == "b");
}

// --- what clients get ---

std::vector<json> lines_of(const std::vector<StreamEvent>& events,
                           const Codec& codec = ollama_chat_codec()) {
  const auto writer = codec.stream_writer(script_options());
  const auto written = written_answer(*writer, events);
  REQUIRE(written.has_value());
  std::vector<json> lines;
  for (std::size_t at = 0; at < written->size();) {
    const std::size_t end = written->find('\n', at);
    lines.push_back(json::parse(written->substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

TEST_CASE("Every line but the last is a piece of the message", "[ollama]") {
  const auto lines = lines_of(
      AnswerScript().reasoning("Easy.").text("It is ").text("warm.").end(FinishReason::kStop));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == json::parse(R"({"model":"auto","created_at":"2023-11-14T22:13:20.000000000Z",
                     "message":{"role":"assistant","content":"","thinking":"Easy."},
                     "done":false})"));
  CHECK(lines[1]["message"]["content"] == "It is ");
  CHECK(lines[3] == json::parse(R"({"model":"auto","created_at":"2023-11-14T22:13:20.000000000Z",
                     "message":{"role":"assistant","content":""},"done_reason":"stop","done":true,
                     "total_duration":0,"load_duration":0,"prompt_eval_count":42,
                     "prompt_eval_duration":0,"eval_count":25,"eval_duration":0})"));
}

// open-webui #25963: calls may come in turns, and a client wants each whole.
TEST_CASE("Calls are written whole, however their arguments came", "[ollama]") {
  AnswerScript script;
  script.call(1, "a", "f").call(2, "b", "g").arguments(1, "{\"x\"").arguments(2, "{}");
  const auto lines = lines_of(script.arguments(1, ":1}").end(FinishReason::kToolCalls));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["message"]["tool_calls"] == json::parse(R"([
      {"id":"a","function":{"index":0,"name":"f","arguments":{"x":1}}},
      {"id":"b","function":{"index":1,"name":"g","arguments":{}}}])"));
  CHECK(lines[1]["done_reason"] == "stop");
}

// litellm #29286: a call may have no arguments at all.
TEST_CASE("A call is an object, whatever the model wrote", "[ollama]") {
  const auto [text, arguments] =
      GENERATE(table<std::string, std::string>({{"", "{}"},
                                                {" ", "{}"},
                                                {"{\"a\":", R"({"INVALID_JSON":"{\"a\":"})"},
                                                {"[1]", R"({"INVALID_JSON":"[1]"})"}}));
  const auto lines =
      lines_of(AnswerScript().call(0, "a", "f").arguments(0, text).end(FinishReason::kStop));
  CHECK(lines[0]["message"]["tool_calls"][0]["function"]["arguments"] == json::parse(arguments));
}

TEST_CASE("A call that is complete does not wait for the next", "[ollama]") {
  const auto lines = lines_of(AnswerScript()
                                  .call(0, "a", "f")
                                  .arguments(0, "{}")
                                  .call(1, "b", "g")
                                  .arguments(1, "{}")
                                  .end(FinishReason::kToolCalls));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["message"]["tool_calls"][0]["function"]["index"] == 1);
}

TEST_CASE("A whole answer has all of it", "[ollama]") {
  const auto events = AnswerScript().text("a").text("b").end(FinishReason::kLength);
  const auto writer = ollama_generate_codec().body_writer(script_options());
  const json body = json::parse(written_answer(*writer, events).value());
  CHECK(body["response"] == "ab");
  CHECK(body["done_reason"] == "length");
  CHECK_FALSE(body.contains("context"));
}

// Each look at it takes a second.
class TickingClock final : public Clock {
 public:
  SteadyTime now() const override { return SteadyTime(std::chrono::seconds(++seconds_)); }
  std::int64_t unix_ms() const override { return 0; }

 private:
  mutable std::int64_t seconds_ = 0;
};

// Clients divide eval_count by eval_duration.
TEST_CASE("An answer that came as it was made says when its first piece came", "[ollama]") {
  const bool streams = GENERATE(true, false);
  const bool local = GENERATE(true, false);
  CAPTURE(streams, local);
  constexpr std::int64_t kSecond = 1'000'000'000;
  auto events = AnswerScript().text("a").text("b").end(FinishReason::kStop);
  if (local) events[events.size() - 2].usage.local_busy_us = 5;
  const TickingClock clock;
  AnswerOptions options = script_options();
  options.clock = &clock;
  options.began = SteadyTime(std::chrono::seconds(-9));
  const Codec& codec = ollama_generate_codec();
  const auto writer = streams ? codec.stream_writer(options) : codec.body_writer(options);
  const std::string written = written_answer(*writer, events).value();
  const std::size_t last = written.find_last_of('{', written.rfind("\"done\""));
  const json end = json::parse(written.substr(last));
  const bool in_pieces = streams || local;
  CHECK(end["total_duration"] == 11 * kSecond);  // the first piece at 1, the end at 2
  CHECK(end["prompt_eval_duration"] == (in_pieces ? 10 * kSecond : 0));
  CHECK(end["eval_duration"] == (in_pieces ? kSecond : 11 * kSecond));
}

// bifrost PR #4890 and vercel/ai #17326: what comes out is what went in.
TEST_CASE("An answer that is written and read again is the same answer", "[ollama]") {
  for (const NamedAnswer& answer : example_answers()) {
    CAPTURE(answer.name);
    const auto writer = ollama_chat_codec().stream_writer(script_options());
    const Parsed parsed = parse(written_answer(*writer, answer.events).value(), 11);
    CHECK_FALSE(parsed.failed);
    CHECK(parsed.usage.prompt_tokens() == 42);
    CHECK(parsed.usage.output_tokens == 25);
    CHECK(parsed.finish == answer.events[answer.events.size() - 3].finish);
  }
}

TEST_CASE("Other clients get Ollama's answers in their own form", "[ollama]") {
  const auto parser = ollama_chat_codec().stream_parser(StreamDepth::kFull);
  const Codec& codec =
      GENERATE(std::cref(openai_chat_codec()), std::cref(anthropic_messages_codec()));
  const auto writer = codec.stream_writer(script_options());
  std::string out;
  for (std::string_view rest = kStream; !rest.empty();) {
    const std::string_view data = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(data.size() + 1);
    std::vector<StreamEvent> events;
    REQUIRE(parser->parse_event("message", data, data, &events).has_value());
    for (const StreamEvent& event : events) REQUIRE(writer->write(event, &out).has_value());
  }
  CHECK(out.find("tool_") != std::string::npos);
  CHECK(out.find(R"({ \"a\" : 1 })") != std::string::npos);
}

TEST_CASE("An error is its text, whole and in a stream", "[ollama]") {
  const Error error(ErrorCode::kOverloaded, "Busy.");
  CHECK(ollama_chat_codec().write_error(error, "r") == R"({"error":"Busy."})");
  std::string out;
  ollama_chat_codec().stream_writer({})->write_stream_error(error, "r", &out);
  CHECK(out == "{\"error\":\"Busy.\"}\n");
  const Error refused = ollama_chat_codec().parse_error({.status = 404,
                                                         .content_type = {},
                                                         .body = R"({"error":"no model"})",
                                                         .retry_after = {},
                                                         .should_retry = {}});
  CHECK(refused.code == ErrorCode::kUpstreamStatus);
  CHECK(openai_chat_codec().write_error(refused, "r").find("no model") != std::string::npos);
}

TEST_CASE("The note stands in the last line", "[ollama]") {
  const auto writer = ollama_chat_codec().stream_writer(script_options());
  std::string out;
  StreamEvent done;
  done.kind = EventKind::kDone;
  writer->annotate({.route = "local", .reason = {}, .model = {}, .cost = {}, .saved = {}});
  REQUIRE(writer->write(done, &out).has_value());
  CHECK(json::parse(out)["weir"]["route"] == "local");
}

// --- vectors and models ---

TEST_CASE("Texts become vectors in the old form and the new", "[ollama]") {
  const auto request = ollama_embed_codec()
                           .parse_request(R"({"model":"m","input":["a","b"],"truncate":true,
                               "options":{},"keep_alive":0,"dimensions":2,"x":1})",
                                          {}, 8)
                           .value();
  CHECK(request.inputs.size() == 2);
  CHECK(request.dimensions == 2);
  CHECK(request.keep_alive.has_value());
  CHECK(request.unknown_members == std::vector<std::string_view>{"x"});
  const auto writer = ollama_embed_codec().writer(request);
  writer->add(std::vector<float>{0.5F, 1.F});
  writer->add(std::vector<float>{2.F});
  CHECK(json::parse(writer->finish("m", 3)) ==
        json::parse(R"({"model":"m","embeddings":[[0.5,1.0],[2.0]],"total_duration":0,
                        "load_duration":0,"prompt_eval_count":3})"));
  const auto old = ollama_embeddings_codec().parse_request(R"({"model":"m","prompt":"a"})", {}, 8);
  const auto old_writer = ollama_embeddings_codec().writer(old.value());
  old_writer->add(std::vector<float>{0.5F});
  CHECK(old_writer->finish("m", 1) == R"({"embedding":[0.5]})");
}

TEST_CASE("What is wrong with a request for vectors is named by its place", "[ollama]") {
  const auto [body, param] =
      GENERATE(table<std::string, std::string>({{"{}", "input"},
                                                {R"({"input":[]})", "input"},
                                                {R"({"input":["a",""]})", "input[1]"},
                                                {R"({"input":[1]})", "input[0]"},
                                                {R"({"input":["a","b","c"]})", "input"}}));
  CHECK(ollama_embed_codec().parse_request(body, {}, 2).error().param == param);
  CHECK(ollama_embeddings_codec().parse_request("{}", {}, 2).error().param == "prompt");
}

ModelEntry example_model() {
  ModelEntry model;
  model.id = "qwen3:8b";
  model.context_tokens = 40960;
  model.size_bytes = 5;
  model.digest = "ab12";
  model.family = "qwen3";
  model.parameter_count = 8'190'000'000;
  model.quantization = "Q4_K_M";
  model.modified_unix = 1700000000;
  model.capabilities = {"completion", "tools"};
  return model;
}

TEST_CASE("Lists of models say what Ollama's clients look for", "[ollama]") {
  const json tags = json::parse(write_ollama_tags({example_model()}));
  CHECK(tags["models"][0]["model"] == "qwen3:8b");
  CHECK(tags["models"][0]["details"]["parameter_size"] == "8.2B");
  CHECK(tags["models"][0]["digest"] == "ab12");
  CHECK(tags["models"][0]["details"]["quantization_level"] == "Q4_K_M");
  CHECK(tags["models"][0]["modified_at"] == "2023-11-14T22:13:20.000000000Z");
  const json show = json::parse(write_ollama_show(example_model()));
  CHECK(show["capabilities"] == json::parse(R"(["completion","tools"])"));
  CHECK(show["model_info"]["qwen3.context_length"] == 40960);
  LoadedModelEntry loaded;
  loaded.model = example_model();
  loaded.memory_bytes = 7;
  const json ps = json::parse(write_ollama_ps({loaded}));
  CHECK(ps["models"][0]["size"] == 7);
  CHECK(ps["models"][0]["expires_at"].get<std::string>().starts_with("9999-"));
  CHECK(write_ollama_version("1.0") == R"({"version":"1.0"})");
}

}  // namespace
}  // namespace weir
