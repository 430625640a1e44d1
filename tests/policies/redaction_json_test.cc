// JSON within the texts of a request: what is written in escapes there is found and replaced, too.
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "policies/privacy/json_parts.h"
#include "policies/privacy/redaction.h"
#include "tests/support/catch.h"

namespace weir::privacy {
namespace {

using nlohmann::json;

const FindingKinds kAll = FindingKinds().set();

// Finds "Müller" and "ab/cd12".
void scan_for_words(std::string_view text, std::vector<Finding>* findings) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const std::string_view word : {"Müller", "ab/cd12", "4111111111111111"}) {
      if (!text.substr(at).starts_with(word)) continue;
      findings->push_back({FindingKind::kCustom, "", at, at + word.size()});
    }
  }
}

std::string body_of(std::string_view text) { return json{{"content", text}}.dump(); }

std::string redacted(std::string_view text) {
  const std::string body = Redaction(body_of(text), scan_for_words, kAll).body();
  return json::parse(body)["content"].get<std::string>();
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  for (const JsonPart& part : json_parts(text)) {
    parts.emplace_back(text.substr(part.begin, part.end - part.begin));
  }
  return parts;
}

TEST_CASE("what is written in escapes in the JSON of a text is found and replaced", "[privacy]") {
  const auto [text, meant] = GENERATE(table<std::string, std::string>({
      {R"([[1, "M\u00fcller"]])", R"([[1, "[PII_TERM_1]"]])"},
      {R"([1,{"n":"M\u00fcller"}])", R"([1,{"n":"[PII_TERM_1]"}])"},
      {R"([null,{"n":"ab\/cd12"}])", R"([null,{"n":"[PII_TERM_1]"}])"},
      {R"( "M\u00fcller" )", R"( "[PII_TERM_1]" )"},
      {R"("{\"n\":\"M\\u00fcller\"}")", R"("{\"n\":\"[PII_TERM_1]\"}")"},
      {"```json\n{\"n\":\"M\\u00fcller\"}\n```", "```json\n{\"n\":\"[PII_TERM_1]\"}\n```"},
      {R"(Result: {"n":"M\u00fcller"})", R"(Result: {"n":"[PII_TERM_1]"})"},
      {R"(Müller: {"n":"M\u00fcller"}, Müller)",
       R"([PII_TERM_1]: {"n":"[PII_TERM_1]"}, [PII_TERM_1])"},
      {R"(it's 5" [sic] {"n":"M\u00fcller"} end)", R"(it's 5" [sic] {"n":"[PII_TERM_1]"} end)"},
      {R"({"n":"M\u00fcller","m":[{"o":1},...)", R"({"n":"[PII_TERM_1]","m":[{"o":1},...)"},
      {R"({"n":"M\u00fcller","m":"cut o)", R"({"n":"[PII_TERM_1]","m":"cut o)"},
      {"{\"n\":1}\n{\"n\":\"M\\u00fcller\"}\n", "{\"n\":1}\n{\"n\":\"[PII_TERM_1]\"}\n"},
      {R"({x} says "hi and {"n":"M\u00fcller"})", R"({x} says "hi and {"n":"[PII_TERM_1]"})"},
      {"ids: [4111111111111111, 2]", R"(ids: ["[PII_TERM_1]", 2])"},
  }));
  CAPTURE(text);
  CHECK(redacted(text) == meant);
  CHECK(find_in_body(body_of(text), scan_for_words).holds("custom"));
  const Redaction known(body_of("Müller, ab/cd12, 4111111111111111"), scan_for_words, kAll);
  CHECK(known.leaks_into(body_of(text)));
}

TEST_CASE("a text has JSON from a bracket on, as far as it is JSON", "[privacy]") {
  using Parts = std::vector<std::string>;
  const auto [text, parts] = GENERATE(table<std::string, Parts>({
      {"", {}},
      {"words [and] {more}", {}},
      {"[1] and [2024]", {"[2024]"}},
      {R"("a" "b")", {}},
      {R"("a\"b")", {R"("a\"b")"}},
      {R"(x {"a":[true,null,-1.5e3,"}"]} y)", {R"({"a":[true,null,-1.5e3,"}"]})"}},
      {R"({"a" {"b":1})", {R"({"a" )", R"({"b":1})"}},
      {R"(["{\"a\":1)", {}},
      {"[\"\n{\"a\":1}", {R"({"a":1})"}},
      {R"([1,2000,])", {"[1,2000,]"}},
      {R"([1000})", {"[1000"}},
      {R"({"a":1)", {R"({"a":1)"}},
  }));
  CAPTURE(text);
  CHECK(parts_of(text) == parts);
}

TEST_CASE("all that is JSON is one part", "[privacy]") {
  for (const std::string_view text :
       {R"({"a":[1,{"b":"c"},[[]]],"d":{}})", R"([[["x"]],{"":0}])", "[ 1 , 2000 ]", R"("x")"}) {
    REQUIRE(json::accept(text));
    CHECK(parts_of(text) == std::vector<std::string>{std::string(text)});
  }
}

TEST_CASE("parts of JSON lie in order and apart, whatever the text is", "[privacy]") {
  constexpr std::string_view kBytes = "[]{}\",:1\\n \nx";
  Rng rng(7);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::uint64_t left = rng.next() % 40; left > 0; --left) {
      text.push_back(kBytes[rng.next() % kBytes.size()]);
    }
    CAPTURE(text);
    std::size_t last = 0;
    for (const JsonPart& part : json_parts(text)) {
      REQUIRE(part.begin >= last);
      REQUIRE(part.end > part.begin);
      REQUIRE(part.end <= text.size());
      last = part.end;
    }
  }
}

TEST_CASE("looking for JSON takes time in proportion to the text", "[privacy]") {
  const std::string_view piece =
      GENERATE("[", "{", "[\"", "{\"", "[\"\\\"", "{\"a\":", "[1,", "[\"[\\\"", "[\"\n", "[]");
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += piece;
  CHECK(json_parts(text).size() <= text.size());
}

}  // namespace
}  // namespace weir::privacy
