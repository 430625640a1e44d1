#include "router/http/request_reader.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

using State = RequestReader::State;

// Feeds everything in pieces; the last state reached.
State feed_all(RequestReader& reader, std::string_view bytes, std::size_t step = 1000000) {
  State state = State::kNeedMore;
  while (!bytes.empty() && state != State::kComplete && state != State::kRefused) {
    const RequestReader::Progress progress = reader.feed(bytes.substr(0, step));
    state = progress.state;
    bytes.remove_prefix(progress.used);
  }
  return state;
}

std::string request_with(std::string_view fields, std::string_view rest = {}) {
  return "POST /v1/x?a=b HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n" +
         std::string(rest);
}

TEST_CASE("a request is read whole, however it is cut", "[http]") {
  const std::size_t step = GENERATE(1U, 2U, 5U, 1000U);
  RequestReader reader;
  REQUIRE(feed_all(reader, request_with("Content-Length: 5\r\nX-A:  b \r\n", "hello"), step) ==
          State::kComplete);
  CHECK(reader.head().method == "POST");
  CHECK(reader.head().path() == "/v1/x");
  CHECK(reader.head().query() == "a=b");
  CHECK(reader.head().host == "h");
  CHECK(reader.head().fields.value("x-a") == "b");
  CHECK(reader.head().keep_alive);
  CHECK(reader.body() == "hello");
}

TEST_CASE("a chunked body is decoded", "[http]") {
  const std::size_t step = GENERATE(1U, 3U, 1000U);
  RequestReader reader;
  const std::string bytes =
      request_with("Transfer-Encoding: Chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  REQUIRE(feed_all(reader, bytes, step) == State::kComplete);
  CHECK(reader.head().chunked);
  CHECK(reader.body() == "abcde");
}

TEST_CASE("the head is complete before the body is read", "[http]") {
  RequestReader reader;
  const std::string bytes = request_with("Content-Length: 2\r\nExpect: 100-continue\r\n", "okGET ");
  const RequestReader::Progress head = reader.feed(bytes);
  CHECK(head.state == State::kHeadComplete);
  CHECK(head.used == bytes.size() - 6);
  CHECK(reader.head().expects_continue);
  const RequestReader::Progress body = reader.feed(std::string_view(bytes).substr(head.used));
  CHECK(body.state == State::kComplete);
  CHECK(body.used == 2);
}

TEST_CASE("the head is a copy that outlives the bytes it was read from", "[http]") {
  RequestReader reader;
  std::string bytes = request_with("Authorization: Bearer k\r\nContent-Length: 1\r\n");
  reader.feed(bytes);
  bytes.assign(bytes.size(), '!');
  reader.feed("x");
  CHECK(reader.head().fields.value("authorization") == "Bearer k");
}

TEST_CASE("a reader is used again for the next request", "[http]") {
  RequestReader reader;
  std::string_view bytes = "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: i\r\n\r\n";
  const RequestReader::Progress first = reader.feed(bytes);
  REQUIRE(first.state == State::kComplete);
  bytes.remove_prefix(first.used);
  reader.reset();
  CHECK(reader.idle());
  REQUIRE(reader.feed(bytes).state == State::kComplete);
  CHECK(reader.head().target == "/b");
  CHECK(reader.head().fields.size() == 1);
}

TEST_CASE("HTTP/1.0 closes unless it asks to stay", "[http]") {
  RequestReader reader;
  REQUIRE(feed_all(reader, "GET / HTTP/1.0\r\n\r\n") == State::kComplete);
  CHECK_FALSE(reader.head().keep_alive);
  reader.reset();
  REQUIRE(feed_all(reader, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") == State::kComplete);
  CHECK(reader.head().keep_alive);
}

struct Refused {
  std::string bytes;
  int status;
  std::string_view code;
};

TEST_CASE("what can be read in two ways is refused with its reason", "[http]") {
  const auto [bytes, status, code] = GENERATE(
      Refused{"GET / HTTP/1.1\n", 400, "http_bad_line_end"},
      Refused{"\r\n", 400, "http_bad_request_line"},
      Refused{"GET  / HTTP/1.1\r\n", 400, "http_bad_request_line"},
      Refused{"GET / HTTP/2.0\r\n", 505, "http_bad_version"},
      Refused{"GET / HTTP/1.1\r\n\r\n", 400, "http_bad_host"},
      Refused{request_with("host: i\r\n"), 400, "http_bad_host"},
      Refused{request_with(" folded\r\n"), 400, "http_bad_header"},
      Refused{request_with("A : b\r\n"), 400, "http_bad_header"},
      Refused{request_with("Content-Length: 1\r\nContent-Length: 1\r\n"), 400,
              "http_bad_content_length"},
      Refused{request_with("Content-Length: 1, 1\r\n"), 400, "http_bad_content_length"},
      Refused{request_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400,
              "http_conflicting_length"},
      Refused{request_with("Transfer-Encoding: gzip, chunked\r\n"), 400,
              "http_bad_transfer_encoding"},
      Refused{request_with("Transfer-Encoding: gzip\r\n"), 501,
              "http_unsupported_transfer_encoding"},
      Refused{request_with("Transfer-Encoding: chunked\r\n", "1;x=y\r\n"), 400, "http_bad_chunk"});
  const std::size_t step = GENERATE(1U, 1000U);
  CAPTURE(bytes);
  RequestReader reader;
  REQUIRE(feed_all(reader, bytes, step) == State::kRefused);
  CHECK(reader.refusal().status == status);
  CHECK(reader.refusal().code == code);
  CHECK(reader.refusal().to_error().detail == code);
}

TEST_CASE("each limit of the head refuses what is one above it", "[http]") {
  const RequestLimits limits{.head_bytes = 100, .target_bytes = 10, .header_count = 2};
  const auto [bytes, status, code] = GENERATE(
      Refused{"GET / HTTP/1.1\r\nHost: " + std::string(100, 'h'), 431, "http_head_too_large"},
      Refused{"GET /2345678901 HTTP/1.1\r\n", 414, "http_target_too_long"},
      Refused{"GET / HTTP/1.1\r\nHost: h\r\na:b\r\nc:d\r\n\r\n", 431, "http_too_many_headers"});
  const std::size_t step = GENERATE(1U, 1000U);
  CAPTURE(bytes);
  RequestReader reader(limits);
  CHECK(feed_all(reader, bytes, step) == State::kRefused);
  CHECK(reader.refusal().status == status);
  CHECK(reader.refusal().code == code);
}

TEST_CASE("a request exactly at its limits is served", "[http]") {
  const std::string bytes = "GET /23456789 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
  const RequestLimits limits{
      .head_bytes = bytes.size() - 4, .target_bytes = 9, .header_count = 2, .body_bytes = 4};
  RequestReader reader(limits);
  CHECK(feed_all(reader, bytes) == State::kComplete);
}

TEST_CASE("a body above its limit is refused before it is buffered", "[http]") {
  const RequestLimits limits{.body_bytes = 4};
  const std::string bytes =
      GENERATE(request_with("Content-Length: 5\r\n"),
               request_with("Transfer-Encoding: chunked\r\n", "5\r\na"),
               request_with("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\na"),
               request_with("Content-Length: 999999999999999999\r\n"));
  CAPTURE(bytes);
  RequestReader reader(limits);
  CHECK(feed_all(reader, bytes) == State::kRefused);
  CHECK(reader.refusal().status == 413);
  CHECK(reader.head_complete());
  CHECK(reader.body().capacity() < 100);
}

TEST_CASE("a declared length alone reserves little memory", "[http]") {
  RequestReader reader;
  reader.feed(request_with("Content-Length: 30000000\r\n"));
  reader.feed("x");
  CHECK(reader.body().capacity() <= 70'000);
}

TEST_CASE("a body leaves room behind it for a padded reader", "[http]") {
  RequestReader reader;
  feed_all(reader, request_with("Content-Length: 5\r\n", "hello"));
  const std::string body = reader.take_body();
  CHECK(body.capacity() >= body.size() + RequestReader::kBodyPadding);
}

}  // namespace
}  // namespace weir
