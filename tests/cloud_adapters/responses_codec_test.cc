// The Responses API: requests, answers and streams, and the reports that they answer.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_responses.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using nlohmann::json;

const Codec& codec() { return openai_responses_codec(); }

ChatRequest parsed(const std::string& body) {
  Result<ChatRequest> request = codec().parse_request(body);
  CAPTURE(body, request ? "" : request.error().message);
  REQUIRE(request.has_value());
  return std::move(*request);
}

json written(const Codec& from, const std::string& body) {
  const Result<ChatRequest> request = from.parse_request(body);
  REQUIRE(request.has_value());
  const Result<WrittenRequest> out = codec().write_request(*request, {.model = "up"});
  REQUIRE(out.has_value());
  return json::parse(out->body);
}

// "kind:text" of the events, in short.
std::string told(const std::vector<StreamEvent>& events) {
  std::string all;
  for (const StreamEvent& event : events) {
    switch (event.kind) {
      case EventKind::kTextDelta: all += event.refusal ? "refusal:" : "text:"; break;
      case EventKind::kReasoningDelta: all += "thought:"; break;
      case EventKind::kToolCallStart: all += "call:" + std::string(event.name); break;
      case EventKind::kToolCallDelta: all += "args:"; break;
      case EventKind::kFinish: all += "finish"; break;
      case EventKind::kUsage: all += "usage"; break;
      case EventKind::kDone: all += "done"; break;
      default: continue;
    }
    all += std::string(event.text) + ";";
  }
  return all;
}

std::string told_by(const std::vector<json>& frames) {
  const auto parser = codec().stream_parser(StreamDepth::kFull);
  std::string all;
  for (const json& frame : frames) {
    const std::string data = frame.dump();
    std::vector<StreamEvent> events;
    const auto result = parser->parse_event(frame["type"].get<std::string>(), data, data, &events);
    REQUIRE(result.has_value());
    REQUIRE_FALSE(events.empty());
    all += told(events);
  }
  std::vector<StreamEvent> rest;
  REQUIRE(parser->finish(&rest).has_value());
  return all;
}

json completed(const json& output = json::array()) {
  return {{"type", "response.completed"},
          {"response",
           {{"id", "resp_1"},
            {"status", "completed"},
            {"output", output},
            {"usage",
             {{"input_tokens", 10},
              {"input_tokens_details", {{"cached_tokens", 4}, {"cache_write_tokens", 1}}},
              {"output_tokens", 7},
              {"output_tokens_details", {{"reasoning_tokens", 3}}},
              {"total_tokens", 17}}}}}};
}

StreamEvent event_of(EventKind kind, std::string_view text = {}, std::int32_t block = 0) {
  StreamEvent event;
  event.kind = kind;
  event.text = text;
  event.block_index = block;
  return event;
}

StreamEvent call(std::string_view name, std::int32_t block) {
  StreamEvent event = event_of(EventKind::kToolCallStart, {}, block);
  event.id = block == 0 ? "call_a" : "call_b";
  event.name = name;
  return event;
}

StreamEvent finish(FinishReason reason) {
  StreamEvent event = event_of(EventKind::kFinish);
  event.finish = reason;
  return event;
}

std::vector<json> stream_of(const ChatRequest* request, const std::vector<StreamEvent>& events) {
  const auto writer = codec().stream_writer({.id = "x", .model = "m", .request = request});
  std::string out;
  for (const StreamEvent& event : events) REQUIRE(writer->write(event, &out).has_value());
  REQUIRE(out.find("response.completed") == std::string::npos);
  writer->write_terminator(&out);
  std::vector<json> frames;
  for (std::size_t at = 0; (at = out.find("data: ", at)) != std::string::npos;) {
    const std::size_t end = out.find("\n\n", at);
    frames.push_back(json::parse(out.substr(at + 6, end - at - 6)));
    CHECK(frames.back()["sequence_number"] == frames.size() - 1);
    at = end;
  }
  return frames;
}

const json& frame(const std::vector<json>& frames, const std::string& type) {
  for (const json& one : frames) {
    if (one["type"] == type) return one;
  }
  FAIL("no frame " << type);
  return frames.front();
}

TEST_CASE("items of one turn of the model become one message", "[responses]") {
  const ChatRequest request = parsed(
      R"({"model":"m","instructions":"S","input":[{"role":"user","content":"a"},
          {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],
           "encrypted_content":"sig"},
          {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]},
          {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
          {"type":"function_call_output","call_id":"c1","output":[{"type":"input_image",
           "image_url":"data:image/png;base64,AA=="}]}]})");
  REQUIRE(request.messages.size() == 4);
  CHECK(request.messages[0].role == Role::kSystem);
  REQUIRE(request.messages[2].parts.size() == 3);
  const auto& thought = std::get<ReasoningPart>(request.messages[2].parts[0].value);
  CHECK(thought.signature == "sig");
  CHECK(thought.text == "t");
  const auto& result = std::get<ToolResultPart>(request.messages[3].parts[0].value);
  CHECK(std::get<ImagePart>(result.parts[0].value).base64_data == "AA==");
}

// The Vercel AI SDK refers to thoughts unless it is told store:false.
TEST_CASE("a reference to a thought is left out for other dialects and listed", "[responses]") {
  const std::string body = R"({"model":"m","input":[{"role":"user","content":"a"},
      {"type":"item_reference","id":"rs_1"},
      {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"c1","output":"x"}]})";
  const ChatRequest request = parsed(body);
  const Result<WrittenRequest> chat = openai_chat_codec().write_request(request, {.model = "up"});
  REQUIRE(chat.has_value());
  CHECK(json::parse(chat->body)["messages"].size() == 3);
  CHECK(chat->lost.text() == "messages[1].content[0]");
  CHECK(written(codec(), body)["input"][1] == json{{"type", "item_reference"}, {"id", "rs_1"}});
}

TEST_CASE("what would need kept answers is refused by name", "[responses]") {
  const auto [member, param] = GENERATE(table<std::string, std::string>(
      {{R"("previous_response_id":"resp_1")", "previous_response_id"},
       {R"("conversation":{"id":"c"})", "conversation"},
       {R"("background":true)", "background"},
       {R"("store":true)", "store"}}));
  const auto request = codec().parse_request(R"({"model":"m","input":"a",)" + member + "}");
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().code == ErrorCode::kUnsupportedParameter);
  CHECK(request.error().param == param);
}

TEST_CASE("errors of an input name the place", "[responses]") {
  const auto request =
      codec().parse_request(R"({"model":"m","input":[{"role":"user","content":[{"type":5}]}]})");
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().param == "input[0].content[0].type");
}

TEST_CASE("a tool in a namespace has one name for the model and its own for the client",
          "[responses]") {
  const ChatRequest request = parsed(
      R"({"model":"m","input":"a","tools":[{"type":"function","name":"s__f","parameters":{}},
          {"type":"namespace","name":"s","tools":[{"type":"function","name":"f"}]}]})");
  REQUIRE(request.tools.size() == 2);
  CHECK(request.tools[1].name == "s__2__f");
  const auto frames = stream_of(
      &request, {call("s__2__f", 0), finish(FinishReason::kToolCalls), event_of(EventKind::kDone)});
  const json item = frame(frames, "response.output_item.done")["item"];
  CHECK(item["name"] == "f");
  CHECK(item["namespace"] == "s");
}

TEST_CASE("a custom tool is a function for others and free text for its client", "[responses]") {
  const ChatRequest request = parsed(
      R"({"model":"m","input":[{"type":"custom_tool_call","call_id":"c","name":"p","input":"x\"y"},
          {"type":"custom_tool_call_output","call_id":"c","output":"ok"}],
          "tools":[{"type":"custom","name":"p","format":{"type":"grammar","syntax":"lark",
          "definition":"start: X"}}]})");
  CHECK(std::get<ToolUsePart>(request.messages[0].parts[0].value).arguments_json ==
        R"({"input":"x\"y"})");
  CHECK(request.tools[0].description.find("start: X") != std::string::npos);
  const auto frames =
      stream_of(&request, {call("p", 0), event_of(EventKind::kToolCallDelta, R"({"input":"a)"),
                           event_of(EventKind::kToolCallDelta, R"(b"})"),
                           finish(FinishReason::kToolCalls), event_of(EventKind::kDone)});
  CHECK(frame(frames, "response.custom_tool_call_input.done")["input"] == "ab");
  const auto out = codec().write_request(request, {.model = "up"});
  REQUIRE(out.has_value());
  CHECK(json::parse(out->body)["input"][0]["input"] == "x\"y");
}

TEST_CASE("a chat request is written with its results, images and no store", "[responses]") {
  const json body =
      written(openai_chat_codec(),
              R"({"model":"a","seed":1,"max_tokens":50,"messages":[{"role":"user","content":"q"},
          {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
           "function":{"name":"f","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c","content":"r"}],
          "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]})");
  CHECK(body["store"] == false);
  CHECK(body["max_output_tokens"] == 50);
  CHECK(body["tools"][0]["strict"] == false);
  CHECK(body["input"][1] ==
        json::parse(R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"})"));
  CHECK(body["input"][2]["output"] == "r");
}

TEST_CASE("forwarding replaces the model and sets a limit, and no other byte", "[responses]") {
  const std::string body = R"({ "input":"hi", "model" : "a", "x":[1 ] })";
  const ChatRequest request = parsed(body);
  const auto out =
      codec().rewrite_request(request, request.original, {.model = "b", .answer_tokens = 9});
  REQUIRE(out.has_value());
  CHECK(*out == R"({"max_output_tokens":9, "input":"hi", "model" : "b", "x":[1 ] })");
}

// litellm #30014: the first token was lost.
TEST_CASE("text that comes in deltas and again at the end is told once", "[responses]") {
  CHECK(told_by({{{"type", "response.output_text.delta"}, {"output_index", 0}, {"delta", "He"}},
                 {{"type", "response.output_text.delta"}, {"output_index", 0}, {"delta", "y"}},
                 {{"type", "response.output_text.done"}, {"output_index", 0}, {"text", "Hey"}},
                 completed()}) == "text:He;text:y;finish;usage;done;");
}

// litellm #25321: the input of a tool was dropped.
TEST_CASE("what comes only with the end of an item is not lost", "[responses]") {
  CHECK(told_by(
            {{{"type", "response.output_item.done"},
              {"output_index", 0},
              {"item",
               {{"type", "function_call"}, {"call_id", "c"}, {"name", "f"}, {"arguments", "{}"}}}},
             completed()}) == "call:f;args:{};finish;usage;done;");
}

// open-webui #25963: deltas of parallel calls come interleaved.
TEST_CASE("parallel calls may interleave both ways", "[responses]") {
  const auto frames =
      stream_of(nullptr, {call("f", 0), call("g", 1), event_of(EventKind::kToolCallDelta, "{", 0),
                          event_of(EventKind::kToolCallDelta, "{}", 1),
                          event_of(EventKind::kToolCallDelta, "}", 0),
                          finish(FinishReason::kToolCalls), event_of(EventKind::kDone)});
  const json output = frames.back()["response"]["output"];
  CHECK(output[0]["arguments"] == "{}");
  CHECK(output[1]["arguments"] == "{}");
  CHECK(told_by(frames).find("call:f;") != std::string::npos);
}

// litellm #29286: an empty delta of a call.
TEST_CASE("a call without arguments is told with an empty object", "[responses]") {
  const auto frames = stream_of(
      nullptr, {call("f", 0), finish(FinishReason::kToolCalls), event_of(EventKind::kDone)});
  CHECK(frame(frames, "response.function_call_arguments.done")["arguments"] == "{}");
}

// litellm #26916, #32357: a thought became text, or text stood inside a thought.
TEST_CASE("a thought is an item of its own before the text", "[responses]") {
  StreamEvent signature = event_of(EventKind::kReasoningDelta);
  signature.signature = "sig";
  const auto frames = stream_of(nullptr, {event_of(EventKind::kReasoningDelta, "hm"), signature,
                                          event_of(EventKind::kTextDelta, "hi"),
                                          finish(FinishReason::kStop), event_of(EventKind::kDone)});
  const json output = frames.back()["response"]["output"];
  REQUIRE(output.size() == 2);
  CHECK(output[0]["encrypted_content"] == "sig");
  CHECK(output[0]["summary"][0]["text"] == "hm");
  CHECK(output[1]["content"][0]["text"] == "hi");
}

// litellm #14849, #9812: cached tokens were billed twice.
TEST_CASE("usage is read into buckets that do not overlap", "[responses]") {
  const std::string data = completed()["response"].dump();
  const auto response = codec().parse_response(data);
  REQUIRE(response.has_value());
  CHECK(response->whole.usage.input_tokens == 5);
  CHECK(response->whole.usage.cache_read_tokens == 4);
  CHECK(response->whole.usage.cache_write_5m_tokens == 1);
  CHECK(response->whole.usage.reasoning_tokens == 3);
}

// bifrost #5395: a stream that was cut looked complete.
TEST_CASE("a stream without its end is an error, and failures are told", "[responses]") {
  const auto parser = codec().stream_parser(StreamDepth::kSkim);
  std::vector<StreamEvent> events;
  CHECK(parser->finish(&events).error().code == ErrorCode::kUpstreamClosed);
  const std::string data =
      R"({"type":"response.failed","response":{"error":{"code":"server_error","message":"no"}}})";
  const auto failed = parser->parse_event("response.failed", data, data, &events);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code == ErrorCode::kUpstreamStatus);
  CHECK(failed.error().detail == "server_error");
}

TEST_CASE("the end mark's bytes go with the last of its events", "[responses]") {
  const auto parser = codec().stream_parser(StreamDepth::kSkim);
  const std::string data = completed().dump();
  std::vector<StreamEvent> events;
  REQUIRE(parser->parse_event("response.completed", data, data, &events).has_value());
  CHECK(events.back().kind == EventKind::kDone);
  CHECK(events.back().raw == data);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) CHECK(events[i].raw_continues);
}

TEST_CASE("an answer that was cut short is told as incomplete", "[responses]") {
  const auto frames =
      stream_of(nullptr, {event_of(EventKind::kTextDelta, "hi"), finish(FinishReason::kLength),
                          event_of(EventKind::kDone)});
  CHECK(frames.back()["type"] == "response.incomplete");
  CHECK(frames.back()["response"]["incomplete_details"]["reason"] == "max_output_tokens");
}

TEST_CASE("captured requests of clients survive being written back", "[responses]") {
  const auto folder = test::test_data();
  if (!folder) {
    std::cerr << "skipped without WEIR_TEST_DATA: captures\n";
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder + "/captures")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const json capture = json::parse(file);
    if (capture["url"].get<std::string>().find("/responses") == std::string::npos) continue;
    if (!capture["body"].is_object()) continue;
    CAPTURE(entry.path().string());
    ++count;
    const ChatRequest request = parsed(capture["body"].dump());
    const auto same = codec().write_request(request, {.model = "up"});
    REQUIRE(same.has_value());
    const ChatRequest again = parsed(same->body);
    CHECK(again.messages.size() == request.messages.size());
    CHECK(again.tools.size() == request.tools.size());
    CHECK(text_bytes(again) == text_bytes(request));
    CHECK(openai_chat_codec().write_request(request, {.model = "up"}).has_value());
  }
  CHECK(count > 20);
}

}  // namespace
}  // namespace weir
