#include "local_backend/grammar/formats.h"
#include "local_backend/grammar/number_language.h"
#include "local_backend/grammar/pattern.h"
#include "tests/support/catch.h"

namespace weir::grammar {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  Languages languages;
  const auto language = language_of_pattern(pattern, languages);
  REQUIRE(language.has_value());
  return languages.has(*language, code_points_of(text));
}

struct Match {
  std::string_view pattern;
  std::string_view yes;
  std::string_view no;
};

TEST_CASE("A pattern matches what ECMA-262 says", "[grammar]") {
  const Match match = GENERATE(
      Match{"a+", "xxaay", "xyz"}, Match{"^a*$", "aaa", "aab"}, Match{"^a", "ab", "ba"},
      Match{"a$", "ba", "ab"}, Match{"^(foo|bar)$", "bar", "foobar"},
      Match{"^foo$|^bar$", "foo", "foobar"}, Match{"(^a)|(b$)", "ax", "ba"},
      Match{"^[a-c\\d_]{2,3}$", "a9_", "a9_b"}, Match{"^[^a-c]$", "d", "b"},
      Match{"^\\w+@\\w+\\.com$", "a@b.com", "a@bxcom"}, Match{"^.$", "ä", "\n"},
      Match{"^\\p{Letter}+$", "π", "9"}, Match{"^\\P{L}+$", "9", "π"},
      Match{"^\\u{1F600}$", "😀", "x"}, Match{"^\\uD83D\\uDE00$", "😀", "x"},
      Match{"^(?!ab).*$", "ba", "abc"}, Match{"^(?=.*\\d)(?=.*[a-z]).{3,}$", "a1x", "abc"},
      Match{"^a{0}b?$", "b", "ab"}, Match{"^(?:a|b){2}$", "ba", "b"}, Match{"^a{2,}$", "aaa", "a"},
      Match{"^(?<year>\\d{4})$", "2024", "224"}, Match{"^a*?b$", "aab", "aa"},
      Match{"^[\\w.-]+$", "a.b-c", "a b"}, Match{"^$", "", "a"}, Match{"^\\/$", "/", "\\/"},
      Match{"^\\s$", "\t", "x"}, Match{"^[]$|^x$", "x", ""}, Match{"^\\cJ$", "\n", "J"});
  CAPTURE(match.pattern);
  CHECK(matches(match.pattern, match.yes));
  CHECK_FALSE(matches(match.pattern, match.no));
}

TEST_CASE("A pattern that is none, or is not supported, is refused", "[grammar]") {
  struct Refused {
    std::string_view pattern;
    ErrorCode code;
  };
  const Refused refused = GENERATE(
      Refused{"(", ErrorCode::kInvalidRequest}, Refused{")", ErrorCode::kInvalidRequest},
      Refused{"[a", ErrorCode::kInvalidRequest}, Refused{"*a", ErrorCode::kInvalidRequest},
      Refused{"a**", ErrorCode::kInvalidRequest}, Refused{"[b-a]", ErrorCode::kInvalidRequest},
      Refused{"a{2,1}", ErrorCode::kInvalidRequest}, Refused{"\\y", ErrorCode::kInvalidRequest},
      Refused{"\\", ErrorCode::kInvalidRequest},
      Refused{"(a)\\1", ErrorCode::kUnsupportedParameter},
      Refused{"\\bword", ErrorCode::kUnsupportedParameter},
      Refused{"(?<=a)b", ErrorCode::kUnsupportedParameter},
      Refused{"a(b(?=c))", ErrorCode::kUnsupportedParameter},
      Refused{"\\p{Script=Greek}", ErrorCode::kUnsupportedParameter});
  CAPTURE(refused.pattern);
  Languages languages;
  CHECK(language_of_pattern(refused.pattern, languages).error().code == refused.code);
}

TEST_CASE("Languages know whether they have a text at all", "[grammar]") {
  Languages languages;
  const auto of = [&](std::string_view pattern) {
    return language_of_pattern(pattern, languages).value();
  };
  CHECK(languages.possible(languages.both({of("^a+$"), of("^.{3}$")})));
  CHECK_FALSE(languages.possible(languages.both({of("^a+$"), of("b")})));
  CHECK_FALSE(languages.possible(languages.both({of("^(ab)*$"), of("^.{301}$")})));
  CHECK_FALSE(languages.possible(languages.negation(of(""))));
}

struct Bound {
  std::string_view bound;
  std::string_view below;
  std::string_view above;
};

TEST_CASE("Numbers are compared by their texts", "[grammar]") {
  const Bound one = GENERATE(
      Bound{"0", "-0.5", "0.1"}, Bound{"1.1", "1.09", "1.10001"}, Bound{"-2", "-2.01", "-1.99"},
      Bound{"100", "99.9", "100.5"}, Bound{"99.5", "99.49", "100"}, Bound{"1e3", "999", "1000.1"},
      Bound{"0.001", "0.0009", "0.0011"}, Bound{"-1e-2", "-0.1", "-0.009"},
      Bound{"12345678901234567890123", "12345678901234567890122", "12345678901234567890124"});
  CAPTURE(one.bound);
  Languages languages;
  NumberLanguages numbers(languages, Languages::kNoLimit);
  const Decimal bound = *Decimal::read(one.bound);
  const auto has = [&](LanguageId language, std::string_view text) {
    return languages.has(language, code_points_of(text));
  };
  for (const bool or_equal : {false, true}) {
    CHECK(has(numbers.above(bound, or_equal), one.above));
    CHECK_FALSE(has(numbers.above(bound, or_equal), one.below));
    CHECK(has(numbers.below(bound, or_equal), one.below));
    CHECK_FALSE(has(numbers.below(bound, or_equal), one.above));
  }
  CHECK_FALSE(has(numbers.equal(bound), one.above));
}

TEST_CASE("A bound itself is taken or not, however it is written", "[grammar]") {
  Languages languages;
  NumberLanguages numbers(languages, Languages::kNoLimit);
  const std::string_view text = GENERATE("1.5", "1.50", "1.500");
  const Decimal bound = *Decimal::read("1.5");
  const auto codes = code_points_of(text);
  CHECK(languages.has(numbers.above(bound, true), codes));
  CHECK_FALSE(languages.has(numbers.above(bound, false), codes));
  CHECK(languages.has(numbers.below(bound, true), codes));
  CHECK_FALSE(languages.has(numbers.below(bound, false), codes));
  CHECK(languages.has(numbers.equal(bound), codes));
}

TEST_CASE("Multiples are told from other numbers", "[grammar]") {
  struct Case {
    std::string_view divisor;
    std::string_view yes;
    std::string_view no;
  };
  const Case one =
      GENERATE(Case{"7", "21", "22"}, Case{"0.01", "4.02", "4.021"}, Case{"1.5", "4.5", "4"},
               Case{"1000", "12000", "12500"}, Case{"2", "-4.0", "-5"}, Case{"0.5", "0", "0.25"});
  CAPTURE(one.divisor);
  Languages languages;
  NumberLanguages numbers(languages, Languages::kNoLimit);
  const auto language = numbers.multiples(*Decimal::read(one.divisor));
  REQUIRE(language.has_value());
  CHECK(languages.has(*language, code_points_of(one.yes)));
  CHECK_FALSE(languages.has(*language, code_points_of(one.no)));
}

TEST_CASE("A format knows its texts", "[grammar]") {
  const auto [name, yes, no] = GENERATE(table<const char*, const char*, const char*>(
      {{"date", "2024-02-29", "2023-02-29"},
       {"date", "2000-02-29", "1900-02-29"},
       {"date", "2024-04-30", "2024-04-31"},
       {"time", "12:30:59.5+01:00", "12:30:60Z"},
       {"date-time", "2024-01-31T23:59:60Z", "2024-01-31 12:00:00Z"},
       {"duration", "P1Y2M3DT4H5M6S", "P"},
       {"duration", "P4W", "P1Y2W"},
       {"email", "joe.bloggs@example.com", "joe@@example.com"},
       {"hostname", "a-b.example", "-a.example"},
       {"ipv4", "192.168.0.1", "256.1.1.1"},
       {"ipv6", "::ffff:192.168.0.1", "1:2:3:4:5:6:7:8:9"},
       {"ipv6", "1::8", "1::2::3"},
       {"ipv6", "1:2:3:4:5:6:7::", "12345::"},
       {"uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380"},
       {"uri", "https://a:b@host:80/p?q#f", "//host/p"},
       {"uri-reference", "/abc", "\\a"},
       {"json-pointer", "/a~1b/0", "/a~b"}}));
  CAPTURE(name, yes, no);
  Languages languages;
  LanguageId language = 0;
  REQUIRE(language_of_format(name, languages, &language) == FormatKind::kKnown);
  CHECK(languages.has(language, code_points_of(yes)));
  CHECK_FALSE(languages.has(language, code_points_of(no)));
}

}  // namespace
}  // namespace weir::grammar
