#include <nlohmann/json.hpp>
#include <string>

#include "core/rng.h"
#include "local_backend/grammar/schema_check.h"
#include "tests/support/catch.h"

namespace weir::grammar {
namespace {

std::unique_ptr<SchemaCheck> check(std::string_view schema, Layout layout = Layout::kWritten) {
  auto made = SchemaCheck::create(schema, {}, layout);
  INFO(schema);
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

Error refusal(std::string_view schema) {
  const auto made = SchemaCheck::create(schema, {}, Layout::kWritten);
  REQUIRE_FALSE(made.has_value());
  return made.error();
}

struct Case {
  std::string_view schema;
  std::string_view yes;
  std::string_view no;
};

TEST_CASE("A schema takes what satisfies it and nothing else", "[grammar]") {
  const Case one = GENERATE(
      Case{R"({"type":"integer","minimum":-3,"exclusiveMaximum":12})", "11", "12"},
      Case{R"({"type":["string","null"],"maxLength":2})", "null", R"("abc")"},
      Case{R"({"enum":["a",1,{"b":[true]}]})", R"({"b":[true]})", R"({"b":[false]})"},
      Case{R"({"const":"a\"b"})", R"("a\"b")", R"("ab")"},
      Case{R"({"type":"string","minLength":2,"maxLength":3})", R"("äöü")", R"("a")"},
      Case{R"({"type":"string","pattern":"^[a-z]{2}$"})", R"("ab")", R"("aB")"},
      Case{R"({"type":"string","format":"date"})", R"("2024-02-29")", R"("2024-02-30")"},
      Case{R"({"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2})",
           "[true,false]", "[]"},
      Case{R"({"type":"array","prefixItems":[{"type":"null"}],"items":false})", "[null]",
           "[null,null]"},
      Case{R"({"properties":{"a":{"type":"null"},"b":{"type":"null"}},"required":["b"]})",
           R"({"b":null,"c":1})", R"({"a":null})"},
      Case{R"({"properties":{"a":{},"b":{}},"additionalProperties":false})", R"({"a":1,"b":2})",
           R"({"c":1})"},
      Case{R"({"patternProperties":{"^n":{"type":"number"}},"additionalProperties":false})",
           R"({"n1":1,"n2":2.5e3})", R"({"n1":"x"})"},
      Case{R"({"minProperties":2,"maxProperties":3})", R"({"a":1,"b":2})", R"({"a":1})"},
      Case{R"({"propertyNames":{"maxLength":2}})", R"({"ab":1})", R"({"abc":1})"},
      Case{R"({"anyOf":[{"type":"string"},{"type":"array","maxItems":0}]})", "[]", "[1]"},
      Case{R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "1", "3"},
      Case{R"({"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object"})", R"({"a":1})",
           R"({"a":1,"b":1})"},
      Case{R"({"allOf":[{"properties":{"a":{"minimum":2}}},{"properties":{"a":{"maximum":4}}}]})",
           R"({"a":3})", R"({"a":5})"},
      Case{R"({"not":{"type":["object","array"]}})", R"("x")", "{}"},
      Case{R"({"type":"object","not":{"required":["a"]}})", R"({"b":1})", R"({"a":1})"},
      Case{R"({"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["v"]}})",
           R"({"k":1,"v":0})", R"({"k":1})"},
      Case{R"({"dependentRequired":{"a":["b"]},"type":"object"})", R"({"a":1,"b":1})",
           R"({"a":1})"},
      Case{R"({"$defs":{"t":{"properties":{"next":{"$ref":"#/$defs/t"}},
                             "additionalProperties":false}},"$ref":"#/$defs/t"})",
           R"({"next":{"next":{}}})", R"({"next":{"x":{}}})"},
      Case{R"({"multipleOf":0.01})", "4.02", "4.021"},
      Case{R"({"allOf":[{"multipleOf":997},{"multipleOf":991}]})", "-1976054", "997"},
      Case{R"({"allOf":[{"multipleOf":12},{"multipleOf":18},{"multipleOf":10}]})", "360", "90"},
      Case{R"({"allOf":[{"multipleOf":0.3},{"multipleOf":0.2},{"multipleOf":7}]})", "42", "14"},
      Case{R"({"oneOf":[{"const":1},{"enum":["a","b"]},{"enum":["b","c"]},{"const":1}]})", R"("c")",
           R"("b")"},
      Case{"true", R"([1,{"a":"b"}])", "[1,"},
      Case{R"({"items":[{"type":"null"}],"additionalItems":{"type":"string"}})", R"([null,"a"])",
           R"([null,1])"});
  CAPTURE(one.schema, one.yes, one.no);
  CHECK(check(one.schema)->accepts(one.yes));
  CHECK(check(one.schema, Layout::kAny)->accepts(one.yes));
  CHECK_FALSE(check(one.schema)->accepts(one.no));
  CHECK_FALSE(check(one.schema, Layout::kAny)->accepts(one.no));
}

TEST_CASE("Properties are written in the order of the schema and read in any", "[grammar]") {
  const std::string schema = R"({"properties":{"a":{},"b":{}},"required":["a"]})";
  CHECK(check(schema)->accepts(R"({"a":1,"b":2,"x":3})"));
  CHECK_FALSE(check(schema)->accepts(R"({"b":2,"a":1})"));
  CHECK_FALSE(check(schema)->accepts(R"({"x":3,"a":1})"));
  CHECK(check(schema, Layout::kAny)->accepts(R"({"x":3,"b":2,"a":1})"));
  CHECK_FALSE(check(schema, Layout::kAny)->accepts(R"({"a":1,"a":1})"));
}

TEST_CASE("An object of many properties is written in order and read in any", "[grammar]") {
  std::string properties;
  std::string forwards;
  std::string backwards;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "\"p" + std::to_string(i) + "\":";
    properties += (i > 0 ? "," : "") + name + R"({"type":"integer"})";
    forwards += (i > 0 ? "," : "") + name + "1";
    backwards.insert(0, name + (i > 0 ? "1," : "1"));
  }
  const std::string schema = R"({"additionalProperties":false,"properties":{)" + properties + "}}";
  CHECK(check(schema)->accepts("{" + forwards + "}"));
  CHECK_FALSE(check(schema)->accepts("{" + backwards + "}"));
  CHECK(check(schema, Layout::kAny)->accepts("{" + backwards + "}"));
  CHECK_FALSE(check(schema)->accepts(R"({"p201":1})"));
}

TEST_CASE("White space is written as models write it and read as JSON has it", "[grammar]") {
  const std::string schema = R"({"properties":{"a":{"type":"array"}}})";
  CHECK(check(schema)->accepts("{\n  \"a\": [\n    1,\n    2\n  ]\n}"));
  CHECK(check(schema)->accepts(R"({"a": [1, 2]})"));
  CHECK_FALSE(check(schema)->accepts(R"({"a":  []})"));
  CHECK_FALSE(check(schema)->accepts(R"({"a" :[]})"));
  CHECK(check(schema, Layout::kAny)->accepts(" {\"a\" :\t[ ] } \n"));
}

TEST_CASE("Strings take the escapes of JSON", "[grammar]") {
  const std::string schema = R"({"const":"é\n😀"})";
  CHECK(check(schema)->accepts("\"é\\n😀\""));
  CHECK(check(schema)->accepts(R"("\u00e9\n\uD83D\ude00")"));
  CHECK_FALSE(check(schema)->accepts("\"é\n😀\""));
  CHECK_FALSE(check(R"({"const":"a"})")->accepts(R"("\u0061")"));
  CHECK(check(R"({"const":"a"})", Layout::kAny)->accepts(R"("\u0061")"));
  CHECK_FALSE(check("true", Layout::kAny)->accepts(R"("\ud800")"));
  CHECK_FALSE(check("true", Layout::kAny)->accepts("\"\xc0\x80\""));
}

TEST_CASE("What is not supported is refused by name and place", "[grammar]") {
  const auto [schema, what] = GENERATE(table<const char*, const char*>(
      {{R"({"properties":{"a":{"uniqueItems":true}}})", "#/properties/a: uniqueItems"},
       {R"({"contains":{"const":1}})", "#: contains"},
       {R"({"allOf":[{}],"unevaluatedProperties":false})", "unevaluatedProperties"},
       {R"({"$dynamicRef":"#node"})", "$dynamicRef"},
       {R"({"$ref":"https://example.com/other"})", "https://example.com/other"},
       {R"({"items":{"pattern":"\\bx"}})", "#/items: pattern looks for the border of a word"},
       {R"({"format":"idn-email"})", "format 'idn-email'"},
       {R"({"not":{"items":{"type":"string"}}})", "the opposite of 'items'"},
       {R"({"type":"object","properties":{"a":{"type":"object","dependentRequired":{
            "a":["b"],"b":["c"],"c":["d"],"d":["e"],"e":["f"],"f":["g"],"g":["h"],"h":["i"],
            "i":["j"],"j":["k"],"k":["l"],"l":["a"]}}}})",
        "#/properties/a: 'dependentRequired' with so many combinations"}}));
  CAPTURE(schema);
  const Error error = refusal(schema);
  CHECK(error.code == ErrorCode::kUnsupportedParameter);
  CHECK(error.detail == "unsupported_parameter");
  CHECK(error.message.find(what) != std::string::npos);
  CAPTURE(error.message);
}

TEST_CASE("Enumerations may be long, and told one by one", "[grammar]") {
  nlohmann::json values = nlohmann::json::array();
  nlohmann::json options = nlohmann::json::array();
  for (int i = 0; i < 3'000; ++i) {
    values.push_back("value " + std::to_string(i * 7'919 % 1'000'003));
    options.push_back({{"const", values.back()}, {"title", "one of them"}});
  }
  options.push_back({{"type", "integer"}, {"minimum", 5}});
  options.push_back({{"const", "value 7919"}});
  const auto either = check(nlohmann::json{{"enum", values}}.dump());
  CHECK(either->accepts(R"("value 7919")"));
  CHECK_FALSE(either->accepts(R"("value 1")"));
  const auto one = check(nlohmann::json{{"oneOf", options}}.dump());
  CHECK(one->accepts(R"("value 15838")"));
  CHECK(one->accepts("7"));
  CHECK_FALSE(one->accepts(R"("value 7919")"));  // it is there twice
}

TEST_CASE("What is no schema is refused", "[grammar]") {
  const auto [schema, what] =
      GENERATE(table<const char*, const char*>({{"{", "not JSON"},
                                                {"3", "must be an object"},
                                                {R"({"type":"text"})", "type"},
                                                {R"({"$ref":"#/nowhere"})", "leads nowhere"},
                                                {R"({"$ref":"#"})", "refers to itself"},
                                                {R"({"minLength":-1})", "minLength"},
                                                {R"({"properties":[]})", "properties"},
                                                {R"({"required":"a"})", "required"}}));
  CAPTURE(schema);
  const Error error = refusal(schema);
  CHECK(error.code == ErrorCode::kInvalidRequest);
  CHECK(error.message.find(what) != std::string::npos);
}

TEST_CASE("A schema that nothing satisfies has no first byte", "[grammar]") {
  const std::string schema = GENERATE(
      "false", R"({"allOf":[{"type":"string"},{"type":"null"}]})", R"({"enum":[]})",
      R"({"$defs":{"t":{"type":"object","properties":{"n":{"$ref":"#/$defs/t"}},"required":["n"]}},
          "$ref":"#/$defs/t"})",
      R"({"type":"array","items":false,"minItems":1})",
      R"({"type":"string","pattern":"^a{3}$","maxLength":2})",
      R"({"type":"object","properties":{"a":false},"required":["a"]})");
  CAPTURE(schema);
  const auto made = check(schema);
  for (const char* const begin : {"{", "[", "\"", "1", "n", "t", "f", "-"}) {
    made->restart();
    CHECK_FALSE(made->push(begin));
  }
}

TEST_CASE("A number has as many digits as those that the schema names", "[grammar]") {
  const auto [schema, yes, no] = GENERATE(table<std::string, std::string, std::string>(
      {{R"({"const":1e100})", "1e+100", "1e99"},
       {R"({"const":1e100})", "1e100", "1e1000"},
       {R"({"const":1e100})", "1" + std::string(100, '0'), "1" + std::string(99, '0')},
       {R"({"enum":[1.5e100,null]})", "1.5e+100", "1.5"},
       {R"({"type":"number","const":1e-100})", "1e-100", "1e-99"},
       {R"({"type":"number","minimum":1e41})", "2" + std::string(41, '0'), std::string(41, '9')},
       {R"({"exclusiveMinimum":0,"maximum":1e-50})", "0." + std::string(50, '0') + "1", "0.1"},
       {R"({"type":"number"})", "1e99", "1e100"},
       {R"({"type":"number","minimum":5})", "43." + std::string(41, '0'),
        "43." + std::string(42, '0')},
       {R"({"type":"number"})", std::string(41, '9'), std::string(42, '9')}}));
  CAPTURE(schema, yes, no);
  const auto made = SchemaCheck::create(schema, {.most_digits = 40}, Layout::kWritten).value();
  CHECK(made->accepts(yes));
  CHECK_FALSE(made->accepts(no));
}

TEST_CASE("A whole number is written without a point, and read with one", "[grammar]") {
  const auto [schema, yes, no] = GENERATE(table<std::string, std::string, std::string>(
      {{R"({"type":"integer","minimum":10000000000000000})", "34000000000000000",
        "34000000000000000.0"},
       {R"({"type":["integer","null"]})", "-7", "-7.0"},
       {R"({"type":"integer","multipleOf":5})", "-10", "-10.00"},
       {R"({"const":7})", "7", "7.0"},
       {R"({"const":7.0})", "7", "7.0"},
       {R"({"const":-0.0})", "0", "-0.0"},
       {R"({"enum":[10000000000000000]})", "10000000000000000", "1e+16"},
       {R"({"enum":[7,7.5]})", "7.5", "7.0"},
       {R"({"enum":[7,-7.5]})", "-7.5", "-7.50"},
       {R"({"type":"integer","const":1e2})", "100", "1e+2"},
       {R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", "1", "1.0"},
       {R"({"anyOf":[{"type":"string"},{"allOf":[{"type":"integer"}]}]})", "1", "1.0"},
       {R"({"if":{"type":"integer"},"else":false})", "1", "1.0"}}));
  CAPTURE(schema, yes, no);
  const auto made = SchemaCheck::create(schema, {.most_digits = 40}, Layout::kWritten).value();
  CHECK(made->accepts(yes));
  CHECK_FALSE(made->accepts(no));
  CHECK(check(schema, Layout::kAny)->accepts(no) == (no != "1e+2"));
}

TEST_CASE("A number that must be no integer is not written as one with a point", "[grammar]") {
  const auto [schema, yes] = GENERATE(table<std::string, std::string>(
      {{R"({"type":"number","not":{"type":"integer"}})", "7.5"},
       {R"({"type":"number","not":{"const":7}})", "8.0"},
       {R"({"oneOf":[{"type":"integer"},{"const":7},{"const":8.5}]})", "8.5"}}));
  CAPTURE(schema, yes);
  const auto made = SchemaCheck::create(schema, {.most_digits = 40}, Layout::kWritten).value();
  CHECK(made->accepts(yes));
  CHECK_FALSE(made->accepts("7"));
  CHECK_FALSE(made->accepts("7.0"));
}

// A walk that takes any byte that may follow, and likes to end.
std::string random_text(SchemaCheck& check, Rng& rng) {
  std::string text;
  check.restart();
  while (text.size() < 400) {
    if (check.complete() && rng.next() % 2 == 0) break;
    const std::string favourites = "}]\",:";
    std::string byte(1, static_cast<char>(rng.next() % 128));
    if (rng.next() % 3 == 0) byte = favourites[rng.next() % favourites.size()];
    if (check.extends(byte)) {
      check.push(byte);
      text += byte;
    }
  }
  return text;
}

TEST_CASE("A text of random bytes that a schema allowed is JSON, and read back", "[grammar]") {
  const std::string schema = GENERATE(
      "true", R"({"type":"object"})", R"({"type":"array","items":{"type":"number","minimum":1}})",
      R"({"properties":{"a":{"enum":["x","y"]},"b":{"type":"string","format":"uuid"}},
          "required":["a","b"],"additionalProperties":false})",
      R"({"anyOf":[{"type":"object","properties":{"k":{"const":1}},"required":["k"]},
                   {"type":"object","properties":{"k":{"const":2},"v":{"type":"array"}}}]})");
  const auto written = check(schema);
  const auto any = check(schema, Layout::kAny);
  Rng rng(7);
  for (int i = 0; i < 200; ++i) {
    const std::string text = random_text(*written, rng);
    if (!written->complete()) continue;
    CAPTURE(text);
    CHECK(nlohmann::json::accept(text));
    CHECK(any->accepts(text));
  }
}

}  // namespace
}  // namespace weir::grammar
