// Private values in characters that only look like ASCII, or with some in them that nobody sees.
#include "core/rng.h"
#include "policies/privacy/plain_text.h"
#include "policies/privacy/scanner.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using privacy::PlainText;

std::string plain(std::string_view text) { return std::string(PlainText(text).text()); }

std::vector<std::string> found_in(std::string_view text) {
  static const PrivacyScanner scanner;
  std::vector<Finding> findings;
  scanner.scan(text, &findings);
  std::vector<std::string> values;
  for (const Finding& each : findings) {
    values.emplace_back(text.substr(each.begin, each.end - each.begin));
  }
  return values;
}

TEST_CASE("Blanks, hyphens, digits and letters that look different are read as ASCII",
          "[policies]") {
  CHECK(plain("4111\u00A01111\u202F1111\u20091111") == "4111 1111 1111 1111");
  CHECK(plain("555\u2011012\u20102368") == "555-012-2368");
  CHECK(plain("\uFF14\uFF11\uFF11\uFF11\u3000\uFF21\uFF5A\uFF20\uFF0E") == "4111 Az@.");
  CHECK(plain("\u0664\u06F1\u0967") == "411");
  CHECK(plain("se\u00ADcret\u200B\uFEFF!") == "secret!");
}

TEST_CASE("Digits of every script are read as digits", "[policies]") {
  CHECK(plain("\u09EA\u0E51\u07C2\u0D6F\u1040\uA8D9") == "412909");
  CHECK(plain("\U0001D7D2\U0001D7D9\U0001D7FF\U0001FBF5\U00011F50") == "41950");
  CHECK(plain("\U0001D400\U0001D433\U0001D468\U0001D6A3") == "AzAz");
}

TEST_CASE("What is ignorable is nothing, within a value and at its borders", "[policies]") {
  const std::string_view mark =
      GENERATE("\u202A", "\u202E", "\u2066", "\u2069", "\u2061", "\u2064", "\uFE00", "\uFE0F",
               "\u061C", "\u034F", "\u180B", "\u3164", "\U000E0001", "\U000E0100", "\U0001D173");
  const std::string value = GENERATE("4111111111111111", "AKIAQ3EGRTZ7UIOPAS5X",
                                     "AT611904300234573201", "+43 1 588010", "ann@example.com");
  CAPTURE(mark, value);
  const std::string marked = value.substr(0, 7) + std::string(mark) + value.substr(7);
  CHECK(plain(marked) == value);
  CHECK(found_in("it is " + marked + ".") == std::vector<std::string>{marked});
  const std::string beside = std::string(mark) + value + std::string(mark);
  CHECK(found_in("it is " + beside + ".") == std::vector<std::string>{value});
}

TEST_CASE("Every other text is read as it is", "[policies]") {
  for (const std::string_view text :
       {"", "plain", "caf\u00e9 \u4f60\u597d \u2013 \U0001F307", "\xff\xc2\xe2\x80", "\xc2",
        "\xf0\x9d\x9f", "\xf4\xbf\xbf\xbf", "\u09F0\u0E4F\u2070"}) {
    const PlainText same(text);
    CHECK_FALSE(same.changed());
    CHECK(same.text().data() == text.data());
    CHECK(same.text() == text);
  }
}

TEST_CASE("An @ may be escaped as in URLs", "[policies]") {
  CHECK(plain("ann%40example.com") == "ann@example.com");
  for (const std::string_view text : {"%40", "5%40 off", "a%40", "%40b", "a%41b"}) {
    CHECK_FALSE(PlainText(text).changed());
  }
  CHECK(found_in("https://example.org/?to=ann%40example.com&x=1").back() == "ann%40example.com");
}

TEST_CASE("Places in a plain text are places in the original", "[policies]") {
  const std::string_view original = "\u00e9\u00A0\uFF11x";
  const PlainText text(original);
  REQUIRE(text.text() == "\u00e9 1x");
  CHECK(text.begin_of(2) == 2);
  CHECK(text.end_of(2) == 4);
  CHECK(text.begin_of(3) == 4);
  CHECK(text.end_of(3) == 7);
  CHECK(text.end_of(4) == original.size());
}

TEST_CASE("Values are found whole in whatever characters they are written", "[policies]") {
  const std::string_view value = GENERATE(
      "4111\u00A01111\u00A01111\u00A01111", "4111\u20111111\u20111111\u20111111",
      "\uFF14111111111111111", "4111\u200B111111111111", "ann\uFF20example.com",
      "AT61\u202F1904\u202F3002\u202F3457\u202F3201", "\u09EA\u09E7\u09E7\u09E7111111111111");
  CAPTURE(value);
  const std::string text = "caf\u00e9: " + std::string(value) + " \u2013 end";
  CHECK(found_in(text) == std::vector<std::string>{std::string(value)});
}

TEST_CASE("Findings lie in the original, in order and apart, whatever it is made of",
          "[policies]") {
  const std::vector<std::string> pieces = {"4111",   "1111",   "\u00A0",    "\u200B",  "\uFF11",
                                           "%40",    "ann",    "@",         ".com",    "\u2011",
                                           "\xE2",   "\x80",   "\uFEFF",    " ",       "card ",
                                           "\u3000", "\u0661", "password=", "x9Kq2Lw", "\n"};
  const PrivacyScanner scanner;
  Rng rng(7);
  std::vector<Finding> findings;
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::uint64_t left = 1 + rng.next() % 24; left > 0; --left) {
      text += pieces[rng.next() % pieces.size()];
    }
    scanner.scan(text, &findings, Guesses::kNames);
    std::size_t last = 0;
    for (const Finding& each : findings) {
      REQUIRE(each.begin >= last);
      REQUIRE(each.end > each.begin);
      REQUIRE(each.end <= text.size());
      last = each.end;
    }
  }
}

}  // namespace
}  // namespace weir
