#include "cloud_adapters/upstream/json_lines_reader.h"

#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

using Status = JsonLinesReader::Status;

struct Stream {
  std::vector<std::string> lines;
  std::string raw;
  bool too_long = false;
};

Stream read(std::string_view bytes, std::size_t step, const SseLimits& limits = {}) {
  JsonLinesReader reader(limits);
  Stream stream;
  SseFrame frame;
  const auto take = [&] {
    stream.raw += frame.raw;
    if (frame.is_event) stream.lines.emplace_back(frame.data);
  };
  for (std::size_t at = 0; at < bytes.size() && !stream.too_long; at += step) {
    std::string piece(bytes.substr(at, step));  // its own memory: a stale view shows
    std::string_view rest = piece;
    Status status = Status::kFrame;
    while ((status = reader.next(&rest, &frame)) == Status::kFrame) take();
    stream.too_long = status == Status::kTooLong;
  }
  if (stream.too_long) return stream;
  if (reader.finish(&frame) == Status::kFrame) take();
  CHECK(reader.finish(&frame) == Status::kNeedMore);
  return stream;
}

TEST_CASE("Lines are the same however their bytes are cut", "[upstream]") {
  const std::string bytes = "{\"a\":1}\n\r\n{\"b\":\"\xc3\xa9\"}\r\n\n  \n{\"c\":3}";
  const std::size_t step = GENERATE(1U, 2U, 3U, 7U, 1000U);
  const Stream stream = read(bytes, step);
  CHECK(stream.lines == std::vector<std::string>{"{\"a\":1}", "{\"b\":\"\xc3\xa9\"}", "{\"c\":3}"});
  CHECK(stream.raw == bytes);
}

TEST_CASE("A line that lies whole in the input is not copied", "[upstream]") {
  JsonLinesReader reader;
  SseFrame frame;
  const std::string input = "{}\r\n{}\n";
  std::string_view bytes = input;
  REQUIRE(reader.next(&bytes, &frame) == Status::kFrame);
  CHECK(frame.raw.data() == input.data());
  CHECK(frame.raw == "{}\r\n");
  CHECK(frame.data.data() == input.data());
}

TEST_CASE("A line that is no UTF-8 is repaired for who reads it and forwarded as it was",
          "[upstream]") {
  const Stream stream = read("{\"a\":\"\xff\"}\n", 1);
  CHECK(stream.lines == std::vector<std::string>{"{\"a\":\"\xef\xbf\xbd\"}"});
  CHECK(stream.raw == "{\"a\":\"\xff\"}\n");
}

TEST_CASE("A line above its limit ends the stream", "[upstream]") {
  const SseLimits limits{.line_bytes = 4, .frame_bytes = 10};
  const std::size_t step = GENERATE(1U, 1000U);
  CHECK(read("0123456789\r\n", step, limits).lines.size() == 1);
  CHECK(read("0123456789a\n", step, limits).too_long);
  CHECK(read("0123456789a", step, limits).too_long);
}

}  // namespace
}  // namespace weir
