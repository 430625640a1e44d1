#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/rng.h"
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

TEST_CASE("A language goes on where no beginning runs out of texts", "[grammar]") {
  Languages languages;
  const auto of = [&](std::string_view pattern) {
    return language_of_pattern(pattern, languages).value();
  };
  CHECK(languages.goes_on(Languages::kAnything));
  CHECK(languages.goes_on(of("^x-")));
  CHECK(languages.goes_on(of("^(na|a)*$")));
  CHECK(languages.goes_on(languages.negation(languages.text("name"))));
  CHECK_FALSE(languages.goes_on(of("^(a|b.*)$")));
  CHECK_FALSE(languages.goes_on(of("^.{0,300}$")));
  CHECK_FALSE(languages.goes_on(languages.text("name")));
}

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

// Below 0 if a is less than b.
int compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& one) {
    return one.digits.empty() ? 0 : one.negative ? -1 : 1;
  };
  if (sign(a) != sign(b) || sign(a) == 0) return sign(a) - sign(b);
  const int larger =
      a.exponent != b.exponent ? a.exponent - b.exponent : a.digits.compare(b.digits);
  return sign(a) * larger;
}

// Of four digits or eight, with its point anywhere.
std::string random_number(Rng& rng) {
  std::string digits = std::to_string(rng.next() % (rng.next() % 2 == 0 ? 10'000 : 100'000'000));
  const std::size_t places = rng.next() % 5;
  if (places > 0) {
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return rng.next() % 3 == 0 ? "-" + digits : digits;
}

// What a schema says of a number.
struct NumberRule {
  std::optional<std::string> least;
  std::optional<std::string> most;
  bool open_least = false;
  bool open_most = false;
  std::optional<std::string> divisor;

  static NumberRule random(Rng& rng) {
    NumberRule rule;
    const std::uint64_t sides = rng.next() % 4;
    if (sides != 1) rule.least = random_number(rng);
    if (sides != 2) rule.most = random_number(rng);
    rule.open_least = rng.next() % 2 == 0;
    rule.open_most = rng.next() % 2 == 0;
    constexpr std::array kDivisors = {"1", "7", "0.25", "0.01", "1.5", "360", "9973", "0.997"};
    if (rng.next() % 3 == 0) rule.divisor = kDivisors[rng.next() % kDivisors.size()];
    return rule;
  }

  bool holds(const std::string& text) const {
    const Decimal number = *Decimal::read(text);
    const int low = least ? compare(number, *Decimal::read(*least)) : 1;
    const int high = most ? compare(number, *Decimal::read(*most)) : -1;
    return (open_least ? low > 0 : low >= 0) && (open_most ? high < 0 : high <= 0) &&
           (!divisor || is_multiple(number, *Decimal::read(*divisor)));
  }

  // By long division, both as whole numbers of the smaller unit.
  static bool is_multiple(const Decimal& number, const Decimal& divisor) {
    if (number.digits.empty()) return true;
    const auto places = [](const Decimal& one) {
      return static_cast<int>(one.digits.size()) - one.exponent;
    };
    const int unit = std::max(places(number), places(divisor));
    const auto zeros = [&](const Decimal& one) {
      return one.digits + std::string(static_cast<std::size_t>(unit - places(one)), '0');
    };
    std::string rest;
    const std::string by = zeros(divisor);
    for (const char digit : zeros(number)) {
      rest += digit;
      rest.erase(0, std::min(rest.find_first_not_of('0'), rest.size()));
      while (rest.size() > by.size() || (rest.size() == by.size() && rest >= by)) {
        rest = difference(rest, by);
      }
    }
    return rest.empty();
  }

  static std::string difference(std::string a, const std::string& b) {
    int borrowed = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const int low = i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
      char& digit = a[a.size() - 1 - i];
      const int left = digit - '0' - low - borrowed;
      borrowed = left < 0 ? 1 : 0;
      digit = static_cast<char>('0' + left + 10 * borrowed);
    }
    return a.erase(0, std::min(a.find_first_not_of('0'), a.size()));
  }

  LanguageId language(Languages& languages, NumberLanguages& numbers) const {
    std::vector<LanguageId> conditions;
    if (least) conditions.push_back(numbers.above(*Decimal::read(*least), !open_least));
    if (most) conditions.push_back(numbers.below(*Decimal::read(*most), !open_most));
    if (divisor) conditions.push_back(*numbers.multiples(*Decimal::read(*divisor)));
    conditions.push_back(numbers.any());
    return languages.both(std::move(conditions));
  }
};

// Takes any character that may follow, and ends where nothing may, or soon after it can.
std::string random_walk(Languages& languages, LanguageId language, Rng& rng) {
  std::string text;
  while (!(languages.has_empty(language) && rng.next() % 8 == 0)) {
    const auto list = languages.derivatives(language);
    if (list.empty()) break;
    const Derivative& one = list[rng.next() % list.size()];
    text += static_cast<char>(one.first + rng.next() % (one.last - one.first + 1));
    language = one.next;
  }
  CAPTURE(text);
  CHECK(languages.has_empty(language));
  return text;
}

TEST_CASE("Whatever a bound lets a number begin with can become one that it allows", "[grammar]") {
  const int seed = GENERATE(range(0, 400));
  Rng rng(static_cast<std::uint64_t>(seed));
  const NumberRule rule = NumberRule::random(rng);
  CAPTURE(seed, rule.least.value_or(""), rule.open_least, rule.most.value_or(""), rule.open_most,
          rule.divisor.value_or(""));
  Languages languages;
  NumberLanguages numbers(languages, 40);
  const LanguageId language = rule.language(languages, numbers);
  const bool possible = languages.possible(language);
  for (int i = 0; possible && i < 50; ++i) CHECK(rule.holds(random_walk(languages, language, rng)));
  for (int i = 0; i < 200; ++i) {
    const std::string text = random_number(rng);
    CHECK(languages.has(language, code_points_of(text)) == rule.holds(text));
  }
  CHECK(languages.work() < (rule.divisor ? 1'000'000 : 40'000));
}

TEST_CASE("A number beyond its bound is told at the first digit", "[grammar]") {
  const auto [least, most, text] =
      GENERATE(table<const char*, const char*, const char*>({{"0", "1", "1.7"},
                                                             {"0", "1", "1.00000001"},
                                                             {"-1", "1", "-1.2"},
                                                             {"0.1", "1", "0.03"},
                                                             {"10", "20", "20.1"},
                                                             {"10", "20", "3"},
                                                             {"0.5", "0.5", "0.50001"}}));
  CAPTURE(least, most, text);
  Languages languages;
  NumberLanguages numbers(languages, 40);
  const LanguageId language =
      languages.both({numbers.above(*Decimal::read(least), true),
                      numbers.below(*Decimal::read(most), true), numbers.any()});
  LanguageId rest = language;
  for (const char32_t code : code_points_of(text)) rest = languages.after(rest, code);
  CHECK(rest == Languages::kNothing);
  CHECK(languages.work() < 10'000);
}

TEST_CASE("It is soon told whether a multiple is between two bounds", "[grammar]") {
  const auto [least, most, divisor, yes] = GENERATE(
      table<const char*, const char*, const char*, bool>({{"1500001", "1504999", "5000", false},
                                                          {"1500000", "1504999", "5000", true},
                                                          {"99731", "109702", "9973", false},
                                                          {"-109703", "-99731", "9973", true},
                                                          {"0.0001", "0.0024", "0.0025", false},
                                                          {"0.0001", "0.0025", "0.0025", true}}));
  CAPTURE(least, most, divisor);
  Languages languages;
  NumberLanguages numbers(languages, 40);
  const LanguageId language = languages.both(
      {numbers.above(*Decimal::read(least), true), numbers.below(*Decimal::read(most), true),
       *numbers.multiples(*Decimal::read(divisor)), numbers.any()});
  CHECK(languages.possible(language) == yes);
  CHECK(languages.work() < 20'000);
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
