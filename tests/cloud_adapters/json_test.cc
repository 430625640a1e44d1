#include "cloud_adapters/wire/json.h"

#include <limits>

#include "cloud_adapters/wire/json_writer.h"
#include "tests/support/catch.h"
#include "tests/support/vectors.h"

namespace weir {
namespace {

std::string detail_of(const std::string& text) {
  const auto document = JsonDocument::parse(text);
  return document ? "accepted" : document.error().detail;
}

TEST_CASE("JSON vectors are accepted and refused as they expect", "[json][vectors]") {
  for (const test::Vector& vector : test::load_vectors("json_parsing.json")) {
    const std::string expected = vector.node["expect"];
    // RFC 8259 tolerates these two; weir refuses a key that stands twice.
    const bool repeats_a_key = vector.name.find("y_object_duplicated_key") != std::string::npos;
    if (expected == "either" || repeats_a_key) continue;
    CAPTURE(vector.name, vector.bytes);
    CHECK(JsonDocument::parse(vector.bytes).has_value() == (expected == "accept"));
    std::string padded = vector.bytes;
    padded.reserve(padded.size() + 64);
    CHECK(JsonDocument::parse(padded, padded.capacity()).has_value() == (expected == "accept"));
  }
}

TEST_CASE("what a lenient reader would let pass is refused with its reason", "[json]") {
  const auto [text, detail] = GENERATE(table<std::string, std::string>({
      {"", "json_syntax"},
      {"{}{}", "json_syntax"},
      {std::string("{}\0", 3), "json_syntax"},
      {std::string("[\"a\0\"]", 6), "json_syntax"},
      {R"({"a":1,"a":2})", "json_duplicate_key"},
      {R"({"a":1,"\u0061":2})", "json_duplicate_key"},
      {R"({"x":[{"y":{"a":1,"b":2,"a":3}}]})", "json_duplicate_key"},
      {R"(["\ud800"])", "json_string"},
      {R"(["\udc00"])", "json_string"},
      {R"(["\ud800\u0041"])", "json_string"},
      {R"({"\udc00":1})", "json_string"},
      {"[\"\xff\"]", "json_utf8"},
      {"[\"\xed\xa0\x80\"]", "json_utf8"},
      {"[1e999]", "json_number"},
  }));
  CAPTURE(text);
  CHECK(detail_of(text) == detail);
}

TEST_CASE("a document may be 64 levels deep and no more", "[json]") {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  CHECK(detail_of(nested(64)) == "accepted");
  CHECK(detail_of(nested(65)) == "json_depth");
  CHECK(detail_of(nested(100000)) == "json_depth");
}

TEST_CASE("a duplicate key is named by the path of its object", "[json]") {
  const auto document =
      JsonDocument::parse(R"({"messages":[{"role":"a"},{"role":"b","role":"c"}]})");
  REQUIRE_FALSE(document.has_value());
  CHECK(document.error().param == "messages[1]");
}

TEST_CASE("a document above the size limit is refused unread", "[json]") {
  const auto document = JsonDocument::parse("[1,2,3]", 0, {.bytes = 6});
  REQUIRE_FALSE(document.has_value());
  CHECK(document.error().code == ErrorCode::kTooLarge);
}

TEST_CASE("an object of a million keys is checked quickly", "[json]") {
  std::string text = "{";
  for (int i = 0; i < 1'000'000; ++i) text += "\"samebeginning" + std::to_string(i) + "\":1,";
  CHECK(detail_of(text + "\"last\":1}") == "accepted");
  CHECK(detail_of(text + "\"samebeginning77\":1}") == "json_duplicate_key");
}

TEST_CASE("strings of a document live as long as it does", "[json]") {
  auto first = JsonDocument::parse(R"({"a":"x\ny"})").value();
  const std::string_view text = first->root()["a"].get_string();
  const auto second = JsonDocument::parse(R"({"a":"other"})").value();
  CHECK(text == "x\ny");
}

TEST_CASE("members and elements are found where they stand", "[json]") {
  const std::string text = R"( { "a\"b" : [1, {"x": "]}"}] , "c":null,"d" :"\\" } )";
  REQUIRE(JsonDocument::parse(text).has_value());
  JsonMembers members(text);
  REQUIRE(members.next());
  CHECK(members.key() == R"(a\"b)");
  CHECK(members.value() == R"([1, {"x": "]}"}])");
  JsonElements elements(members.value());
  REQUIRE(elements.next());
  CHECK(elements.value() == "1");
  REQUIRE(elements.next());
  CHECK(elements.value() == R"({"x": "]}"})");
  CHECK_FALSE(elements.next());
  REQUIRE(members.next());
  CHECK(members.value() == "null");
  REQUIRE(members.next());
  CHECK(members.value() == R"("\\")");
  CHECK_FALSE(members.next());
}

TEST_CASE("written strings read back as they were", "[json]") {
  const std::string text = GENERATE(std::string(), std::string("plain"),
                                    std::string("\"\\\b\f\n\r\t\x01\x1f\x7f\0 \xe2\x82\xac", 15));
  std::string out = "[";
  append_json_string(&out, text);
  out += "]";
  const auto document = JsonDocument::parse(out);
  REQUIRE(document.has_value());
  CHECK(std::string_view(document.value()->root().at(0).get_string()) == text);
}

TEST_CASE("numbers are written as short as they read back", "[json]") {
  const auto written = [](double value) {
    std::string out;
    append_json_number(&out, value);
    return out;
  };
  CHECK(written(0.1) == "0.1");
  CHECK(written(1) == "1");
  CHECK(written(1e300) == "1e+300");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("an object is written with its commas", "[json]") {
  std::string out;
  JsonObject object(&out);
  object.string("a", "b\"");
  object.number("n", std::int64_t{-5});
  object.members(R"("x":1)");
  object.members("");
  object.null("z");
  object.close();
  CHECK(out == R"({"a":"b\"","n":-5,"x":1,"z":null})");
}

}  // namespace
}  // namespace weir
