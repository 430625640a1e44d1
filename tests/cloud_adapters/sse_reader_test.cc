#include "cloud_adapters/upstream/sse_reader.h"

#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using Status = SseReader::Status;

struct Stream {
  std::vector<std::array<std::string, 3>> events;  // event, data, id
  std::string raw;
  std::string leftover;
  std::size_t frames = 0;
  bool too_long = false;
  std::int64_t retry_ms = -1;
};

Stream read(std::string_view bytes, std::size_t step = 1000000, const SseLimits& limits = {}) {
  SseReader reader(limits);
  Stream stream;
  SseFrame frame;
  for (std::size_t at = 0; at < bytes.size() && !stream.too_long; at += step) {
    std::string piece(bytes.substr(at, step));  // its own memory: a stale view shows
    std::string_view rest = piece;
    Status status = Status::kFrame;
    while ((status = reader.next(&rest, &frame)) == Status::kFrame) {
      ++stream.frames;
      stream.raw += frame.raw;
      if (frame.is_event) {
        stream.events.push_back(
            {std::string(frame.event), std::string(frame.data), std::string(frame.id)});
      }
    }
    stream.too_long = status == Status::kTooLong;
  }
  stream.leftover = reader.leftover();
  stream.retry_ms = reader.retry_ms();
  return stream;
}

TEST_CASE("event stream vectors are read exactly, however they are cut", "[upstream][vectors]") {
  for (const test::Vector& vector : test::load_vectors("sse_vectors.json")) {
    const std::size_t step = GENERATE(1U, 2U, 3U, 7U, 100000U);
    CAPTURE(vector.name, step);
    const Stream stream = read(vector.bytes, step);
    const nlohmann::json& expected = vector.node["expect_events"];
    REQUIRE(stream.events.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(stream.events[i][0] == expected[i]["event"].get<std::string>());
      CHECK(stream.events[i][1] == expected[i]["data"].get<std::string>());
      CHECK(stream.events[i][2] == expected[i]["id"].get<std::string>());
    }
    if (vector.node.contains("expect_retry")) {
      CHECK(stream.retry_ms == vector.node["expect_retry"].get<std::int64_t>());
    }
    CHECK(stream.raw + stream.leftover == vector.bytes);
  }
}

TEST_CASE("every byte of a stream is in one frame", "[upstream]") {
  const std::string bytes =
      ": hello\n\ndata: a\ndata: b\n\n: ping\r\n\r\nevent: e\rdata: c\r\rid: 7\n\ndata: cut";
  const std::size_t step = GENERATE(1U, 2U, 5U, 1000U);
  const Stream stream = read(bytes, step);
  CHECK(stream.raw + stream.leftover == bytes);
  CHECK(stream.leftover == "data: cut");
  REQUIRE(stream.events.size() == 2);
  CHECK(stream.events[0][1] == "a\nb");
  CHECK(stream.events[1][0] == "e");
}

TEST_CASE("a comment is not held back until its empty line", "[upstream]") {
  SseReader reader;
  SseFrame frame;
  std::string_view bytes = ": keep-alive\n";
  REQUIRE(reader.next(&bytes, &frame) == Status::kFrame);
  CHECK(frame.raw == ": keep-alive\n");
  CHECK_FALSE(frame.is_event);
}

TEST_CASE("a frame that lies whole in the input is not copied", "[upstream]") {
  SseReader reader;
  SseFrame frame;
  const std::string input = "data: abc\n\ndata: d\n\n";
  std::string_view bytes = input;
  REQUIRE(reader.next(&bytes, &frame) == Status::kFrame);
  CHECK(frame.raw.data() == input.data());
  CHECK(frame.data.data() == input.data() + 6);
}

TEST_CASE("lines and frames above their limit end the stream", "[upstream]") {
  const SseLimits limits{.line_bytes = 10, .frame_bytes = 30};
  const std::size_t step = GENERATE(1U, 1000U);
  CHECK(read("data: 5678\n\n", step, limits).events.size() == 1);
  CHECK(read("data: 56789\n\n", step, limits).too_long);
  CHECK(read("data: 56789", step, limits).too_long);
  CHECK(read("data: 1\ndata: 2\ndata: 3\ndata: 4\n", step, limits).too_long);
}

}  // namespace
}  // namespace weir
