#include "cloud_adapters/upstream/response_reader.h"

#include <array>

#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

using Event = ResponseReader::Event;

struct Answer {
  Event last = Event::kNeedMore;
  int status = 0;
  std::string body;
  std::size_t used = 0;
  bool saw_head = false;
};

Answer read(ResponseReader& reader, std::string_view bytes, std::size_t step = 1000000) {
  Answer answer;
  while (answer.last != Event::kComplete && answer.last != Event::kFailed) {
    const ResponseReader::Step got = reader.next(bytes.substr(answer.used, step));
    answer.used += got.used;
    answer.body += got.body;
    answer.saw_head = answer.saw_head || got.event == Event::kHead;
    answer.last = got.event;
    if (got.event == Event::kNeedMore && answer.used == bytes.size()) break;
  }
  answer.status = reader.head().status;
  return answer;
}

TEST_CASE("an answer with a length is read, however it is cut", "[upstream]") {
  const std::size_t step = GENERATE(1U, 3U, 1000U);
  ResponseReader reader;
  const Answer answer =
      read(reader, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Id: a\r\n\r\nhelloHTTP", step);
  CHECK(answer.last == Event::kComplete);
  CHECK(answer.saw_head);
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello");
  CHECK(reader.head().fields.value("x-id") == "a");
  CHECK(reader.reusable());
}

TEST_CASE("a chunked answer is decoded, its extensions and trailers dropped", "[upstream]") {
  const std::size_t step = GENERATE(1U, 3U, 1000U);
  ResponseReader reader;
  const Answer answer = read(reader,
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: v\r\n\r\n",
                             step);
  CHECK(answer.last == Event::kComplete);
  CHECK(answer.body == "abcde");
}

TEST_CASE("interim answers are skipped", "[upstream]") {
  ResponseReader reader;
  const Answer answer = read(reader,
                             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
                             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(answer.last == Event::kComplete);
  CHECK(answer.status == 200);
  CHECK(reader.head().fields.size() == 1);
}

TEST_CASE("answers to HEAD, 204 and 304 have no body whatever they declare", "[upstream]") {
  const auto [head_request, status] =
      GENERATE(table<bool, std::string>({{true, "200 OK"}, {false, "204 No"}, {false, "304 Not"}}));
  ResponseReader reader;
  reader.reset(head_request);
  const Answer answer = read(reader, "HTTP/1.1 " + status + "\r\nContent-Length: 9\r\n\r\n");
  CHECK(answer.last == Event::kComplete);
  CHECK(answer.body.empty());
}

TEST_CASE("an answer without a length lasts until the upstream closes", "[upstream]") {
  ResponseReader reader;
  CHECK(read(reader, "HTTP/1.0 200 OK\r\n\r\nabc").body == "abc");
  CHECK(reader.end_of_stream().event == Event::kComplete);
  CHECK_FALSE(reader.reusable());
}

TEST_CASE("an answer cut short is an error", "[upstream]") {
  const std::string bytes =
      GENERATE("", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  ResponseReader reader;
  read(reader, bytes);
  CHECK(reader.end_of_stream().event == Event::kFailed);
  CHECK(reader.error().code == ErrorCode::kUpstreamClosed);
}

TEST_CASE("an answer whose length is not clear is refused", "[upstream]") {
  const std::string fields = GENERATE(
      "Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1, 1\r\n",
      "Content-Length: -1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n", "A : b\r\n", " folded\r\n");
  CAPTURE(fields);
  ResponseReader reader;
  CHECK(read(reader, "HTTP/1.1 200 OK\r\n" + fields + "\r\n").last == Event::kFailed);
  CHECK(reader.error().code == ErrorCode::kUpstreamProtocol);
}

TEST_CASE("every limit on an answer refuses what is above it", "[upstream]") {
  const ResponseLimits limits{
      .head_bytes = 120, .header_count = 2, .interim_count = 1, .body_bytes = 3};
  const std::string bytes = GENERATE(
      "HTTP/1.1 200 " + std::string(200, 'x'), "HTTP/1.1 200 OK\r\nA:b\r\nC:d\r\nE:f\r\n\r\n",
      "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nabcd",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd");
  const std::size_t step = GENERATE(1U, 1000U);
  CAPTURE(bytes);
  ResponseReader reader(limits);
  CHECK(read(reader, bytes, step).last == Event::kFailed);
}

TEST_CASE("a reader whose pooled connection died before any byte says so", "[upstream]") {
  ResponseReader reader;
  CHECK(reader.idle());
  reader.next("H");
  CHECK_FALSE(reader.idle());
}

// What a client makes of a connection: how many answers it read, in the word the vectors use.
std::string judge(std::string_view bytes, std::size_t step, bool head_is_enough) {
  ResponseReader reader;
  while (!bytes.empty()) {
    reader.reset();
    const Answer answer = read(reader, bytes, step);
    bytes.remove_prefix(answer.used);
    if (answer.last == Event::kFailed) return "reject";
    if (head_is_enough && answer.saw_head) return "accept";
    if (answer.last == Event::kNeedMore) return "incomplete";
    if (!reader.reusable() && !bytes.empty()) return "reject";
  }
  return "accept";
}

struct Difference {
  std::string_view name;  // its beginning
  std::string_view word;
};

// Where a strict client reads otherwise than llhttp or picohttpparser, and why.
constexpr std::array kDifferences = {
    // We never ask for an upgrade.
    Difference{"llhttp/response_connection:293", "reject"},
    Difference{"llhttp/response_connection:331", "reject"},
    // An empty line before a status line belongs to no answer.
    Difference{"llhttp/response_connection:492", "reject"},
    Difference{"llhttp/response_connection:586", "reject"},
    Difference{"llhttp/response_pipelining:4", "reject"},
    Difference{"llhttp/response_sample:695", "reject"},
    // Only HTTP/1.0 and HTTP/1.1 are spoken.
    Difference{"llhttp/response_sample:40 ", "reject"},
    Difference{"llhttp/response_sample:60 ", "reject"},
    Difference{"llhttp/response_sample:645", "reject"},
    // Codings that we did not ask for; llhttp reads until the close.
    Difference{"llhttp/response_transfer-encoding:43 ", "reject"},
    Difference{"llhttp/response_transfer-encoding:74 ", "reject"},
    Difference{"llhttp/response_transfer-encoding:110", "reject"},
    // Folded lines, bare LF, two spaces in a status line.
    Difference{"pico/test_response parse multiline", "reject"},
    Difference{"pico/test_response incomplete 11", "reject"},
    Difference{"pico/test_response accept multiple spaces", "reject"},
    // Refused once the line is complete.
    Difference{"llhttp/response_invalid:212", "incomplete"},
    // The last answer of the bytes is cut off; llhttp counts those before it.
    Difference{"llhttp/response_connection:75 ", "incomplete"},
    Difference{"llhttp/response_connection:134", "incomplete"},
    Difference{"llhttp/response_connection:537", "incomplete"},
    Difference{"llhttp/response_connection:641", "incomplete"},
    Difference{"llhttp/response_content-length:123", "incomplete"},
};

std::string expected_word(const test::Vector& vector) {
  const bool whole_line = vector.bytes.find("\r") != std::string::npos;
  for (const Difference& difference : kDifferences) {
    const bool same = vector.name.starts_with(difference.name);
    const bool other_with_this_name = vector.name.ends_with("incomplete 11") && whole_line;
    if (same && !other_with_this_name) return std::string(difference.word);
  }
  return vector.node["expect"];
}

TEST_CASE("response vectors are read as they expect", "[upstream][vectors]") {
  const std::string file = GENERATE("llhttp_responses.json", "pico_responses.json");
  const bool head_is_enough = file == "pico_responses.json";  // it parses heads alone
  for (const test::Vector& vector : test::load_vectors(file)) {
    CAPTURE(vector.name, vector.bytes);
    CHECK(judge(vector.bytes, vector.bytes.size() + 1, head_is_enough) == expected_word(vector));
    CHECK(judge(vector.bytes, 1, head_is_enough) == expected_word(vector));
  }
}

}  // namespace
}  // namespace weir
