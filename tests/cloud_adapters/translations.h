// What a client of one dialect asks and gets when a server of another answers. For tests that
// replay what was reported of such translations.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/upstream/frame_reader.h"
#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir::test {

struct Asked {
  nlohmann::json body;
  std::string lost;
};

// The request of a client of `from` as a server of `to` gets it.
inline Asked asked(Dialect from, std::string body, Dialect to, const RequestPath& path = {}) {
  const auto request = codec_of(from).parse_request(std::move(body), path);
  if (!request) FAIL(request.error().message << " " << request.error().param);
  const auto written = codec_of(to).write_request(*request, {.model = "up", .max_tokens = 4096});
  if (!written) FAIL(written.error().message << " " << written.error().param);
  return {nlohmann::json::parse(written->body), written->lost.text()};
}

inline AnswerOptions answer_options() {
  return {.id = "7", .model = "auto", .created_unix = 1700000000, .include_usage = true};
}

// A stream on its way from a server of one dialect to a client of another.
class StreamedAnswer {
 public:
  StreamedAnswer(Dialect from, Dialect to)
      : from_(codec_of(from)),
        reader_(from_.stream_framing()),
        parser_(from_.stream_parser(StreamDepth::kFull)),
        writer_(codec_of(to).stream_writer(answer_options())) {}

  Result<void> feed(std::string_view bytes) {
    SseFrame frame;
    while (reader_.next(&bytes, &frame) == FrameReader::Status::kFrame) {
      if (const Result<void> read = take(frame); !read) return read;
    }
    return {};
  }
  // The body has ended.
  Result<void> end() {
    SseFrame frame;
    if (reader_.finish(&frame) == FrameReader::Status::kFrame) {
      if (const Result<void> read = take(frame); !read) return read;
    }
    std::vector<StreamEvent> events;
    if (const Result<void> ended = parser_->finish(&events); !ended) return ended;
    return tell(events);
  }

  AnswerWriter& writer() { return *writer_; }
  const Usage& usage() const { return usage_; }  // as it was read
  const std::string& out() const { return out_; }

 private:
  Result<void> take(const SseFrame& frame) {
    if (!frame.is_event) return {};
    std::vector<StreamEvent> events;
    const auto read = parser_->parse_event(frame.event, frame.data, frame.raw, &events);
    return read ? tell(events) : read;
  }

  Result<void> tell(const std::vector<StreamEvent>& events) {
    for (const StreamEvent& event : events) {
      if (event.kind == EventKind::kUsage) usage_ = event.usage;
      if (const Result<void> written = writer_->write(event, &out_); !written) return written;
      if (event.kind == EventKind::kDone) writer_->write_terminator(&out_);
    }
    return {};
  }

  const Codec& from_;
  FrameReader reader_;
  std::unique_ptr<StreamParser> parser_;
  std::unique_ptr<AnswerWriter> writer_;
  Usage usage_;
  std::string out_;
};

// Why a stream that comes in these two pieces cannot be told; Error() if it can.
inline Error fault_of(StreamedAnswer* answer, std::string_view first, std::string_view second) {
  for (const std::string_view piece : {first, second}) {
    if (const Result<void> fed = answer->feed(piece); !fed) return fed.error();
  }
  const Result<void> ended = answer->end();
  return ended ? Error() : ended.error();
}

// The stream that a client of `to` gets, which is the same wherever the server's is cut.
inline std::string streamed(Dialect from, std::string_view bytes, Dialect to) {
  std::string whole;
  std::size_t differ = 0;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    StreamedAnswer answer(from, to);
    const Error fault = fault_of(&answer, bytes.substr(0, cut), bytes.substr(cut));
    if (!fault.message.empty()) FAIL(fault.message << " cut at " << cut);
    if (cut == 0) whole = answer.out();
    differ += answer.out() != whole;
  }
  CHECK(differ == 0);
  return whole;
}

// The body that a client of `to` gets for a body of a server of `from`.
inline nlohmann::json answered(Dialect from, const std::string& body, Dialect to) {
  const auto parsed = codec_of(from).parse_response(body);
  if (!parsed) FAIL(parsed.error().message);
  const auto writer = codec_of(to).body_writer(answer_options());
  std::string out;
  for (const StreamEvent& event : parsed->events) {
    if (const auto written = writer->write(event, &out); !written) FAIL(written.error().message);
  }
  return nlohmann::json::parse(out);
}

// --- what servers send --------------------------------------------------------

// JSON that is written on several lines, on one: what a frame has as its data.
inline std::string one_line(std::string_view json) {
  std::string out;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '\n') i = json.find_first_not_of(" \n", i);
    out.push_back(json.at(i));
  }
  return out;
}

// Frames of OpenAI's chat, and the mark of their end.
inline std::string chat_stream(const std::vector<std::string>& chunks) {
  std::string out;
  for (const std::string& chunk : chunks) out += "data: " + one_line(chunk) + "\n\n";
  return out + "data: [DONE]\n\n";
}
inline std::string chat_delta(const std::string& delta) {
  return R"({"id":"c","choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":null}]})";
}
inline std::string chat_finish(const std::string& reason) {
  return R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":")" + reason + "\"}]}";
}
inline std::string chat_usage(const std::string& usage) {
  return R"({"id":"c","choices":[],"usage":)" + usage + "}";
}

// Events that have their type as their name, too.
inline std::string named_stream(const std::vector<std::string>& datas) {
  std::string out;
  for (const std::string& data : datas) {
    const std::string type = nlohmann::json::parse(data)["type"];
    out.append("event: ").append(type).append("\ndata: ").append(one_line(data)).append("\n\n");
  }
  return out;
}
inline std::string message_start(const std::string& usage) {
  return R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",)"
         R"("model":"c","content":[],"usage":)" +
         usage + "}}";
}
inline std::string message_delta(const std::string& reason, const std::string& usage) {
  return R"({"type":"message_delta","delta":{"stop_reason":")" + reason + R"("},"usage":)" + usage +
         "}";
}
inline const std::string kMessageStop = R"({"type":"message_stop"})";

// --- how clients read ---------------------------------------------------------

inline std::vector<nlohmann::json> datas_of(std::string_view stream) {
  std::vector<nlohmann::json> all;
  FrameReader reader(StreamFraming::kServerSentEvents);
  SseFrame frame;
  while (reader.next(&stream, &frame) == FrameReader::Status::kFrame) {
    if (frame.is_event && frame.data != "[DONE]") all.push_back(nlohmann::json::parse(frame.data));
  }
  return all;
}

// Puts a message together as Anthropic's SDK does: a delta must be of the block that is open
// and fit its type, and blocks are numbered one behind the other.
class MessageReader {
 public:
  explicit MessageReader(std::string_view stream) {
    for (const nlohmann::json& data : datas_of(stream)) take(data);
    REQUIRE(stopped_);
  }
  const nlohmann::json& message() const { return message_; }

 private:
  using json = nlohmann::json;

  void take(const json& data) {
    const std::string type = data["type"];
    INFO(data.dump());
    REQUIRE_FALSE(stopped_);
    if (type == "message_start") {
      REQUIRE(message_.is_null());
      message_ = data["message"];
      return;
    }
    REQUIRE(message_.is_object());
    if (type == "content_block_start") begin(data);
    if (type == "content_block_delta") add(data["index"], data["delta"]);
    if (type == "content_block_stop") end(data["index"]);
    if (type == "message_delta") {
      REQUIRE_FALSE(open_);
      message_["stop_reason"] = data["delta"]["stop_reason"];
      message_["usage"].update(data["usage"]);
    }
    stopped_ = type == "message_stop";
  }

  void begin(const json& data) {
    REQUIRE_FALSE(open_);
    REQUIRE(data["index"] == message_["content"].size());
    message_["content"].push_back(data["content_block"]);
    open_ = true;
  }

  void add(const json& index, const json& delta) {
    REQUIRE(open_);
    REQUIRE(index == message_["content"].size() - 1);
    json& block = message_["content"].back();
    const std::string type = block["type"];
    for (const auto& [key, value] : delta.items()) {
      if (key == "type") continue;
      REQUIRE((key == type || (type == "thinking" && key == "signature") ||
               (type == "tool_use" && key == "partial_json")));
      block[key] = block.value(key, std::string()) + value.get<std::string>();
    }
  }

  void end(const json& index) {
    REQUIRE(open_);
    REQUIRE(index == message_["content"].size() - 1);
    open_ = false;
    json& block = message_["content"].back();
    if (!block.contains("partial_json")) return;
    block["input"] = json::parse(block["partial_json"].get<std::string>());
    block.erase("partial_json");
  }

  json message_;
  bool open_ = false;
  bool stopped_ = false;
};

inline nlohmann::json message_of(std::string_view stream) {
  return MessageReader(stream).message();
}

// The answer as OpenAI's SDK puts it together, which needs the index of every call:
// {content, reasoning_content, tool_calls, finish_reason, usage}.
inline nlohmann::json chat_of(std::string_view stream) {
  nlohmann::json answer = {{"content", ""}, {"reasoning_content", ""}};
  answer["tool_calls"] = nlohmann::json::array();
  const auto append = [](nlohmann::json* to, const nlohmann::json& from, const char* key) {
    if (!from.contains(key) || !from[key].is_string()) return;
    (*to)[key] = to->value(key, std::string()) + from[key].get<std::string>();
  };
  for (const nlohmann::json& chunk : datas_of(stream)) {
    if (chunk.contains("usage") && chunk["usage"].is_object()) answer["usage"] = chunk["usage"];
    for (const nlohmann::json& choice : chunk["choices"]) {
      if (choice["finish_reason"].is_string()) answer["finish_reason"] = choice["finish_reason"];
      append(&answer, choice["delta"], "content");
      append(&answer, choice["delta"], "reasoning_content");
      if (!choice["delta"].contains("tool_calls")) continue;
      for (const nlohmann::json& call : choice["delta"]["tool_calls"]) {
        const auto index = call.at("index").get<std::size_t>();
        REQUIRE(index <= answer["tool_calls"].size());
        if (index == answer["tool_calls"].size()) answer["tool_calls"].push_back({{"id", ""}});
        nlohmann::json& known = answer["tool_calls"][index];
        append(&known, call, "id");
        append(&known, call["function"], "name");
        append(&known, call["function"], "arguments");
      }
    }
  }
  return answer;
}

}  // namespace weir::test
