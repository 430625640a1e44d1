#include "core/http1.h"

#include "tests/support/catch.h"

namespace weir::http1 {
namespace {

using Status = ChunkedDecoder::Status;

struct Decoded {
  Status status = Status::kNeedMore;
  std::string body;
  std::size_t used = 0;
};

// Feeds pieces of `step` bytes, as a socket might.
Decoded decode(std::string_view bytes, std::size_t step, const ChunkRules& rules = {}) {
  ChunkedDecoder decoder(rules);
  Decoded result;
  for (std::size_t at = 0; at < bytes.size();) {
    const ChunkedDecoder::Step got = decoder.next(bytes.substr(at, step));
    result.body += got.data;
    at += got.used;
    result.status = got.status;
    result.used = at;
    if (got.status != Status::kNeedMore && got.status != Status::kData) break;
  }
  return result;
}

TEST_CASE("a field is a token, a colon and visible text", "[http1]") {
  const std::optional<Field> field = parse_field("Content-Type: \t application/json \t");
  REQUIRE(field);
  CHECK(field->name == "Content-Type");
  CHECK(field->value == "application/json");
  CHECK(parse_field("x:")->value.empty());
}

TEST_CASE("what could be read as another field is no field", "[http1]") {
  const std::string line =
      GENERATE(std::string("no colon"), std::string(": no name"), std::string("name : value"),
               std::string(" folded: value"), std::string("a\x01: b"), std::string("a: \x7f"),
               std::string("a: b\0c", 6), std::string(""), std::string("\xc3\xa9: b"));
  CAPTURE(line);
  CHECK_FALSE(parse_field(line));
}

TEST_CASE("fields are found without case", "[http1]") {
  Fields fields;
  fields.add({"Host", "a"});
  fields.add({"HOST", "b"});
  CHECK(fields.value("host") == "a");
  CHECK(fields.count("hOsT") == 2);
  CHECK_FALSE(fields.find("hos"));
  CHECK(fields.value("absent").empty());
}

TEST_CASE("a token is found in a list over several fields", "[http1]") {
  Fields fields;
  fields.add({"Connection", "x, Keep-Alive ,"});
  fields.add({"connection", "\tclose"});
  CHECK(fields.has_token("connection", "keep-alive"));
  CHECK(fields.has_token("connection", "close"));
  CHECK_FALSE(fields.has_token("connection", "keep"));
}

TEST_CASE("a length is at most eighteen digits", "[http1]") {
  CHECK(parse_length("0") == 0U);
  CHECK(parse_length("999999999999999999") == 999999999999999999U);
  const std::string text = GENERATE("", "+1", "-1", "1 ", " 1", "0x10", "1,1", "1e3",
                                    "1000000000000000000", "99999999999999999999999");
  CAPTURE(text);
  CHECK_FALSE(parse_length(text));
}

TEST_CASE("chunks are decoded however they are cut", "[http1]") {
  const std::size_t step = GENERATE(1U, 2U, 3U, 7U, 100U);
  const Decoded got = decode("4\r\nWiki\r\n00A\r\npedia in\r\n\r\n0\r\n\r\nrest", step);
  CHECK(got.status == Status::kDone);
  CHECK(got.body == "Wikipedia in\r\n");
  CHECK(got.used == 31);
}

TEST_CASE("a malformed chunk is found at its first bad byte", "[http1]") {
  const std::string bytes =
      GENERATE("\r\n", "g\r\n", " 1\r\n", "1 \r\n", "1\n", "1\r\r", "-1\r\n", "0x1\r\n",
               "1234567890abcdef\r\n",  // sixteen digits
               "1\r\nab", "1\r\na\n", "1\r\na\rx", "1;a=b\r\n", "0\r\nA: b\r\n", "0\r\n\n");
  const std::size_t step = GENERATE(1U, 100U);
  CAPTURE(bytes);
  CHECK(decode(bytes, step).status == Status::kBad);
}

TEST_CASE("a decoder told so checks and drops extensions and trailers", "[http1]") {
  const ChunkRules lenient{.extensions = true, .trailers = true};
  const std::string good =
      GENERATE("1;a\r\nx\r\n0\r\n\r\n", "1;a=b;c\r\nx\r\n0;d=\"q\\\";\"\r\n\r\n",
               "1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n");
  const std::size_t step = GENERATE(1U, 100U);
  CAPTURE(good);
  const Decoded got = decode(good, step, lenient);
  CHECK(got.status == Status::kDone);
  CHECK(got.body == "x");
}

TEST_CASE("a lenient decoder still refuses what is not the grammar", "[http1]") {
  const ChunkRules lenient{.extensions = true, .trailers = true};
  const std::string bytes =
      GENERATE("1;\r\n", "1;=b\r\n", "1;a=\r\n", "1;a=\"b\r\n", "1;a=\"b\"c\r\n", "1 ;a\r\n",
               "1;a\n", "0\r\nno field\r\n", "0\r\nA: b\n", "0\r\n A: b\r\n", "0\r\nA: b\rx");
  const std::size_t step = GENERATE(1U, 100U);
  CAPTURE(bytes);
  CHECK(decode(bytes, step, lenient).status == Status::kBad);
}

TEST_CASE("chunks and what is dropped with them are counted", "[http1]") {
  CHECK(decode("1\r\na\r\n1\r\nb\r\n", 100, {.max_chunks = 1}).status == Status::kTooMany);
  const ChunkRules rules{.extensions = true, .max_extra_bytes = 5};
  CHECK(decode("1;abcdefgh\r\n", 1, rules).status == Status::kTooMany);
}

}  // namespace
}  // namespace weir::http1
