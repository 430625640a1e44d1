// Answers that were cut or failed and that other gateways passed off as complete, or the other
// way round. Every test says whose users reported it.
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

Error fault_of_stream(Dialect from, std::string_view bytes, Dialect to) {
  StreamedAnswer answer(from, to);
  return fault_of(&answer, bytes, {});
}

// The beginning of an answer as a server of the dialect streams it.
std::string begun(Dialect dialect, EventKind kind, std::string_view text) {
  const auto server = codec_of(dialect).stream_writer(answer_options());
  std::string out;
  StreamEvent event;
  event.kind = EventKind::kStart;
  REQUIRE(server->write(event, &out).has_value());
  if (kind == EventKind::kToolCallDelta) {
    event.kind = EventKind::kToolCallStart;
    event.id = "a";
    event.name = "f";
    REQUIRE(server->write(event, &out).has_value());
  }
  event.kind = kind;
  event.text = text;
  REQUIRE(server->write(event, &out).has_value());
  return out;
}

// mnfst/llm-gateway #1657: 200, a head, and no answer; nobody else was asked.
TEST_CASE("a stream without a word is an error, and nothing was told of it", "[reported]") {
  const std::string nothing = GENERATE("", ": keep-alive\n\n", "\n\n");
  for (const Dialect from : kAll) {
    if (from == Dialect::kOllama && !nothing.empty()) continue;  // has no comments
    StreamedAnswer answer(from, kMessages);
    CAPTURE(to_string(from), nothing);
    CHECK(fault_of(&answer, nothing, {}).code == ErrorCode::kUpstreamClosed);
    CHECK(answer.out().empty());
  }
}

// litellm #40404, Portkey-AI/gateway #1797: half an answer ended as if it were whole.
TEST_CASE("a stream that is cut in its text ends in an error for every client", "[reported]") {
  for (const Dialect from : kAll) {
    const std::string half = begun(from, EventKind::kTextDelta, "Half an ans");
    for (const Dialect to : kAll) {
      CAPTURE(to_string(from), to_string(to));
      StreamedAnswer answer(from, to);
      const Error error = fault_of(&answer, half, {});
      CHECK(error.code == ErrorCode::kUpstreamClosed);
      std::string told = answer.out();
      CHECK(told.find("Half an ans") != std::string::npos);
      answer.writer().write_stream_error(error, "req_1", &told);
      CHECK(told.find("error") != std::string::npos);
      for (const char* end : {"[DONE]", "event: message_stop", "event: response.completed",
                              "\"STOP\"", "\"done\":true", "\"finish_reason\":\"stop\""}) {
        CAPTURE(end);
        CHECK(told.find(end) == std::string::npos);
      }
    }
  }
}

// NousResearch/hermes-agent #30963: a connection that broke was finish_reason "stop".
TEST_CASE("a chat stream that breaks in a call's arguments does not end the call", "[reported]") {
  const std::string half = begun(kChat, EventKind::kToolCallDelta, R"({"command":"rm -r /tmp/bui)");
  StreamedAnswer answer(kChat, kMessages);
  CHECK(fault_of(&answer, half, {}).code == ErrorCode::kUpstreamClosed);
  CHECK(answer.out().find("content_block_stop") == std::string::npos);
  CHECK(answer.out().find("stop_reason\":\"") == std::string::npos);
}

// litellm #36768: response.failed became an empty answer with finish_reason "stop".
TEST_CASE("a response that failed is an error for a chat client", "[reported]") {
  const std::string stream = named_stream(
      {R"({"type":"response.created","response":{"id":"r","status":"in_progress","output":[]}})",
       R"({"type":"response.failed","response":{"id":"r","status":"failed","output":[],
           "error":{"code":"server_error","message":"The server had an error."}}})"});
  StreamedAnswer answer(kResponses, kChat);
  const Error error = fault_of(&answer, stream, {});
  CHECK(error.code == ErrorCode::kUpstreamStatus);
  CHECK(error.detail == "server_error");
  CHECK(answer.out().find("stop") == std::string::npos);
}

// bifrost #5395: OpenAI tells of a spent quota behind response.created, in a 200.
TEST_CASE("a quota that is spent behind response.created is an error with its word", "[reported]") {
  const std::string stream = named_stream(
      {R"({"type":"response.created","response":{"id":"r","status":"in_progress","output":[]}})",
       R"({"type":"error","code":"insufficient_quota","message":"You exceeded your quota.",
           "param":null,"sequence_number":1})"});
  const Error error = fault_of_stream(kResponses, stream, kChat);
  CHECK(error.code == ErrorCode::kUpstreamStatus);
  CHECK(error.detail == "insufficient_quota");
}

// litellm #25492: vLLM tells of a bad request inside of a 200, with the mark of an end behind it.
TEST_CASE("an error object in a chat stream is an error, whatever comes behind it", "[reported]") {
  const std::string stream = chat_stream({R"({"error":{"object":"error",
      "message":"The model is not multimodal.","type":"BadRequestError","param":null,
      "code":400}})"});
  const Error error = fault_of_stream(kChat, stream, kMessages);
  CHECK(error.code == ErrorCode::kUpstreamStatus);
  REQUIRE(error.upstream != nullptr);
  CHECK(error.upstream->body.find("not multimodal") != std::string::npos);
}

// kaitranntt/CLIProxyAPIPlus #195: Gemini's refusal in a stream counted as an answer.
TEST_CASE("a limit that Gemini tells of in a stream is an error with its word", "[reported]") {
  const std::string stream =
      "data: {\"error\":{\"code\":429,\"message\":\"Resource exhausted\","
      "\"status\":\"RESOURCE_EXHAUSTED\"}}\n\n";
  const Error error = fault_of_stream(kGemini, stream, kMessages);
  CHECK(error.code == ErrorCode::kUpstreamStatus);
  CHECK(error.detail == "RESOURCE_EXHAUSTED");
}

// litellm #24004: an overload in the middle of a stream was logged as a success.
TEST_CASE("an overload that Anthropic tells of in a stream fails a chat client's answer",
          "[reported]") {
  const std::string stream = named_stream(
      {message_start(R"({"input_tokens":5,"output_tokens":1})"),
       R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"});
  StreamedAnswer answer(kMessages, kChat);
  const Error error = fault_of(&answer, stream, {});
  CHECK(error.code == ErrorCode::kUpstreamStatus);
  CHECK(error.detail == "overloaded_error");
  CHECK(answer.out().find("[DONE]") == std::string::npos);
}

// CLIProxyAPI #5028: 502 for a stream that ended with response.completed and without [DONE].
TEST_CASE("a Responses stream needs no mark behind its end", "[reported]") {
  const std::string stream = named_stream(
      {R"({"type":"response.output_text.delta","output_index":0,"delta":"Hi"})",
       R"({"type":"response.completed","response":{"id":"r","status":"completed","output":[]}})"});
  const json message = message_of(streamed(kResponses, stream, kMessages));
  CHECK(message["content"][0]["text"] == "Hi");
  CHECK(message["stop_reason"] == "end_turn");
}

}  // namespace
}  // namespace weir::test
