// Answers with reasoning and calls of tools, as the clients of each dialect get them.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "cloud_adapters/upstream/sse_reader.h"
#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "tests/cloud_adapters/answer_scripts.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

std::string file_text(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/data/wire/answers/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string written(AnswerWriter& writer, const std::vector<StreamEvent>& events) {
  const Result<std::string> out = written_answer(writer, events);
  if (!out) FAIL(out.error().message);
  return *out;
}

std::string stream_of(const Codec& codec, const std::vector<StreamEvent>& events) {
  return written(*codec.stream_writer(script_options()), events);
}

json body_of(const Codec& codec, const std::vector<StreamEvent>& events) {
  return json::parse(written(*codec.body_writer(script_options()), events));
}

// The data of a stream's frames but for a terminator that is no JSON.
std::vector<json> frames_of(const std::string& stream) {
  SseReader reader;
  SseFrame frame;
  std::string_view rest = stream;
  std::vector<json> frames;
  while (reader.next(&rest, &frame) == SseReader::Status::kFrame) {
    if (frame.data != "[DONE]") frames.push_back(json::parse(frame.data));
  }
  return frames;
}

// The blocks of an Anthropic stream, put together as its clients do.
json blocks_of(const std::string& stream) {
  json blocks = json::array();
  std::vector<std::string> inputs;
  bool open = false;
  for (const json& frame : frames_of(stream)) {
    const std::string type = frame["type"];
    if (!type.starts_with("content_block")) continue;
    const std::size_t index = frame["index"];
    if (type == "content_block_start") {
      CHECK(index == blocks.size());
      CHECK_FALSE(std::exchange(open, true));
      blocks.push_back(frame["content_block"]);
      inputs.emplace_back();
    } else if (type == "content_block_stop") {
      CHECK(index + 1 == blocks.size());
      CHECK(std::exchange(open, false));
      if (!inputs.back().empty()) blocks.back()["input"] = json::parse(inputs.back());
    } else {
      CHECK(index + 1 == blocks.size());
      json& block = blocks.back();
      const json& delta = frame["delta"];
      if (delta.contains("text"))
        block["text"] = block["text"].get<std::string>() + std::string(delta["text"]);
      if (delta.contains("thinking")) {
        block["thinking"] = block["thinking"].get<std::string>() + std::string(delta["thinking"]);
      }
      if (delta.contains("signature")) block["signature"] = delta["signature"];
      if (delta.contains("partial_json")) inputs.back() += delta["partial_json"];
    }
  }
  CHECK_FALSE(open);
  return blocks;
}

json deltas_of(const std::string& stream) {
  json deltas = json::array();
  for (const json& chunk : frames_of(stream)) {
    for (const json& choice : chunk["choices"]) deltas.push_back(choice["delta"]);
  }
  return deltas;
}

TEST_CASE("what clients get for reasoning and calls is known to the byte", "[wire]") {
  for (const NamedAnswer& answer : example_answers()) {
    for (const Codec* codec : {&openai_chat_codec(), &anthropic_messages_codec()}) {
      const std::string name =
          answer.name + (codec->dialect() == Dialect::kAnthropic ? ".anthropic" : ".openai");
      CAPTURE(name);
      const std::string stream = stream_of(*codec, answer.events);
      const std::string body = written(*codec->body_writer(script_options()), answer.events) + "\n";
      CHECK(stream == file_text(name + ".sse"));
      CHECK(body == file_text(name + ".json"));
    }
  }
}

TEST_CASE("an Anthropic stream says the same as the whole answer", "[wire]") {
  for (const NamedAnswer& answer : example_answers()) {
    CAPTURE(answer.name);
    const json body = body_of(anthropic_messages_codec(), answer.events);
    CHECK(blocks_of(stream_of(anthropic_messages_codec(), answer.events)) == body["content"]);
  }
}

TEST_CASE("calls are told apart by their index, with id, type and name once", "[openai]") {
  const json deltas = deltas_of(stream_of(openai_chat_codec(), example_answers()[1].events));
  json calls = json::array();
  for (const json& delta : deltas) {
    if (delta.contains("tool_calls")) calls.push_back(delta["tool_calls"][0]);
  }
  REQUIRE(calls.size() == 5);
  CHECK(calls[0] == json::parse(R"({"index":0,"id":"call_a1","type":"function",
                                    "function":{"name":"get_weather","arguments":""}})"));
  CHECK(calls[1].size() == 2);
  CHECK(calls[2]["function"].size() == 1);
  CHECK(calls[3]["index"] == 1);
  CHECK(calls[4]["index"] == 1);
}

TEST_CASE("content is null where calls alone answer, streamed and whole", "[openai]") {
  const std::vector<StreamEvent> events = example_answers()[0].events;
  const std::string stream = stream_of(openai_chat_codec(), events);
  CHECK(deltas_of(stream)[0]["content"].is_null());
  for (const json& chunk : frames_of(stream)) {
    for (const json& choice : chunk["choices"]) CHECK(choice["logprobs"].is_null());
  }
  const json choice = body_of(openai_chat_codec(), events)["choices"][0];
  CHECK(choice["message"]["content"].is_null());
  CHECK(choice["logprobs"].is_null());
  CHECK(choice["finish_reason"] == "tool_calls");
}

TEST_CASE("an answer that calls a tool ends with a call, whatever its server said", "[wire]") {
  const auto events = AnswerScript().call(0, "a", "f").arguments(0, "{}").end(FinishReason::kStop);
  CHECK(body_of(openai_chat_codec(), events)["choices"][0]["finish_reason"] == "tool_calls");
  CHECK(body_of(anthropic_messages_codec(), events)["stop_reason"] == "tool_use");
  CHECK(stream_of(openai_chat_codec(), events).find(R"("finish_reason":"tool_calls")") !=
        std::string::npos);
  CHECK(stream_of(anthropic_messages_codec(), events).find(R"("stop_reason":"tool_use")") !=
        std::string::npos);
  const auto cut = AnswerScript().call(0, "a", "f").end(FinishReason::kLength);
  CHECK(body_of(openai_chat_codec(), cut)["choices"][0]["finish_reason"] == "length");
  CHECK(body_of(anthropic_messages_codec(), cut)["stop_reason"] == "max_tokens");
}

TEST_CASE("probabilities are told of text alone", "[openai]") {
  const std::array<TokenReport, 1> said{{{{"Hi", -0.5F}, {}}}};
  auto events = AnswerScript().reasoning("hm").text("Hi").end(FinishReason::kStop);
  events[2].logprobs = said;
  const auto frames = frames_of(stream_of(openai_chat_codec(), events));
  CHECK(frames[1]["choices"][0]["logprobs"].is_null());
  CHECK(frames[2]["choices"][0]["logprobs"]["content"][0]["token"] == "Hi");
  const json whole = body_of(openai_chat_codec(), events)["choices"][0];
  CHECK(whole["logprobs"]["content"].size() == 1);
}

TEST_CASE("calls that come in turns become Anthropic blocks one behind the other", "[anthropic]") {
  const auto events = AnswerScript()
                          .call(1, "a", "f")
                          .call(2, "b", "g")
                          .arguments(2, R"({"y":)")
                          .arguments(1, R"({"x":1)")
                          .text("after")
                          .arguments(2, "2}")
                          .arguments(1, "} ")
                          .end(FinishReason::kToolCalls);
  const json expected = json::parse(R"([{"type":"tool_use","id":"a","name":"f","input":{"x":1}},
                                        {"type":"tool_use","id":"b","name":"g","input":{"y":2}},
                                        {"type":"text","text":"after"}])");
  CHECK(blocks_of(stream_of(anthropic_messages_codec(), events)) == expected);
  CHECK(body_of(anthropic_messages_codec(), events)["content"] == expected);
}

// Text, thinking and three calls, a few bytes at a time, in any order.
std::vector<StreamEvent> shuffled_answer(std::uint32_t seed) {
  constexpr std::array<std::string_view, 3> kArguments = {R"({"a":"}{","b":[{"c":1}]})", "{}",
                                                          R"({ "q" : "\"\\" })"};
  std::mt19937 random(seed);
  AnswerScript script;
  std::array<std::string_view, 3> rest = kArguments;
  std::array<bool, 3> begun{};
  constexpr std::array<std::string_view, 3> kNames = {"f0", "f1", "f2"};
  while (!rest[0].empty() || !rest[1].empty() || !rest[2].empty()) {
    const std::size_t what = random() % 5;
    if (what == 3) script.text(random() % 2 == 0 ? "said " : "\n");
    if (what == 4) script.reasoning("thought ");
    if (what > 2 || rest[what].empty()) continue;
    const auto block = static_cast<std::int32_t>(what);
    if (!std::exchange(begun[what], true)) script.call(block, kNames[what], kNames[what]);
    const std::string_view piece = rest[what].substr(0, random() % 6);
    rest[what].remove_prefix(piece.size());
    script.arguments(block, piece);
  }
  return script.end(FinishReason::kToolCalls);
}

TEST_CASE("whatever comes in between, an Anthropic stream says what the body says", "[anthropic]") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const auto events = shuffled_answer(seed);
    const json content = body_of(anthropic_messages_codec(), events)["content"];
    REQUIRE(blocks_of(stream_of(anthropic_messages_codec(), events)) == content);
    const auto is_call = [](const json& block) { return block["type"] == "tool_use"; };
    REQUIRE(std::count_if(content.begin(), content.end(), is_call) == 3);
  }
}

TEST_CASE("a call's block ends with its arguments, not with the answer", "[anthropic]") {
  const auto writer = anthropic_messages_codec().stream_writer(script_options());
  const auto events = AnswerScript()
                          .call(0, "a", "f")
                          .arguments(0, R"({"x":"}"})")
                          .call(1, "b", "g")
                          .end(FinishReason::kToolCalls);
  std::string out;
  for (std::size_t i = 0; i < 4; ++i) REQUIRE(writer->write(events[i], &out).has_value());
  CHECK(out.find(R"("type":"content_block_stop","index":0)") != std::string::npos);
  CHECK(out.find(R"("name":"g")") != std::string::npos);
}

TEST_CASE("blank text becomes no Anthropic block of its own", "[anthropic]") {
  const auto events = AnswerScript()
                          .reasoning("\n\n")
                          .text("\n")
                          .call(1, "a", "f")
                          .text("\n")
                          .text("  so")
                          .text("\n")
                          .end(FinishReason::kToolCalls);
  const json expected = json::parse(R"([{"type":"tool_use","id":"a","name":"f","input":{}},
                                        {"type":"text","text":"\n  so\n"}])");
  CHECK(blocks_of(stream_of(anthropic_messages_codec(), events)) == expected);
  CHECK(body_of(anthropic_messages_codec(), events)["content"] == expected);
  const auto nothing = AnswerScript().text("").end(FinishReason::kStop);
  CHECK(body_of(anthropic_messages_codec(), nothing)["content"] == json::array());
}

TEST_CASE("arguments that are no object are an object for Anthropic's clients", "[anthropic]") {
  const auto [arguments, input] = GENERATE(table<std::string, std::string>({
      {"", "{}"},
      {" ", "{}"},
      {R"({"a":{"b":[]}})", R"({"a":{"b":[]}})"},
      {"[1]", R"({"INVALID_JSON":"[1]"})"},
      {"\"{}\"", R"({"INVALID_JSON":"\"{}\""})"},
      {"null", R"({"INVALID_JSON":"null"})"},
  }));
  CAPTURE(arguments);
  const auto events =
      AnswerScript().call(0, "a", "f").arguments(0, arguments).end(FinishReason::kToolCalls);
  CHECK(body_of(anthropic_messages_codec(), events)["content"][0]["input"] == json::parse(input));
  CHECK(blocks_of(stream_of(anthropic_messages_codec(), events))[0]["input"] == json::parse(input));
}

TEST_CASE("a whole answer keeps the arguments that were cut off", "[anthropic]") {
  const auto events =
      AnswerScript().call(0, "a", "f").arguments(0, R"({"a":)").end(FinishReason::kLength);
  const json body = body_of(anthropic_messages_codec(), events);
  CHECK(body["content"][0]["input"]["INVALID_JSON"] == R"({"a":)");
}

TEST_CASE("what stands behind a call's arguments is an error", "[anthropic]") {
  const auto events = AnswerScript()
                          .call(0, "a", "f")
                          .arguments(0, "{}")
                          .arguments(0, "{}")
                          .end(FinishReason::kToolCalls);
  const auto writer = anthropic_messages_codec().stream_writer(script_options());
  const Result<std::string> out = written_answer(*writer, events);
  REQUIRE_FALSE(out.has_value());
  CHECK(out.error().code == ErrorCode::kUpstreamProtocol);
}

TEST_CASE("thinking keeps its signature", "[anthropic]") {
  auto events = AnswerScript().reasoning("hm").reasoning("").text("x").end(FinishReason::kStop);
  events[2].signature = "c2ln";
  events[2].raw_dialect = Dialect::kAnthropic;
  const json expected = json::parse(R"([{"type":"thinking","thinking":"hm","signature":"c2ln"},
                                        {"type":"text","text":"x"}])");
  CHECK(blocks_of(stream_of(anthropic_messages_codec(), events)) == expected);
  CHECK(body_of(anthropic_messages_codec(), events)["content"] == expected);
}

}  // namespace
}  // namespace weir
