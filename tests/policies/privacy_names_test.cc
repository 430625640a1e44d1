#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "policies/privacy/name_tagger.h"
#include "policies/privacy/name_weights.h"
#include "policies/privacy/scanner.h"
#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Lines = std::vector<std::string>;

std::vector<Finding> named(std::string_view text) {
  static const PrivacyScanner scanner;
  std::vector<Finding> findings;
  scanner.scan(text, &findings, Guesses::kNames);
  return findings;
}

Lines lines(std::string_view text) {
  Lines told;
  for (const Finding& finding : named(text)) told.push_back(test::told(text, finding));
  return told;
}

TEST_CASE("The weights in the program have the form that the tagger reads", "[policies]") {
  CHECK(privacy::name_weights().rows.size() == privacy::kNameRows);
  CHECK_FALSE(privacy::name_weights().words.empty());
}

TEST_CASE("People, places and organisations are guessed where words around say so", "[policies]") {
  CHECK(lines("My name is Maria Keller and I live in Hamburg.") ==
        Lines{"person Maria Keller", "place Hamburg"});
  CHECK(lines("I work for Northwind Systems Ltd") == Lines{"organisation Northwind Systems Ltd"});
  CHECK(lines("I have an appointment with Dr. Okafor.") == Lines{"title Dr.", "person Okafor"});
  CHECK(lines("She moved here from Portugal") == Lines{"place Portugal"});
  CHECK(lines("We like Italian food.") == Lines{"nationality Italian"});
  CHECK(lines("send it to 12 Baker Street") == Lines{"place 12 Baker Street"});
}

TEST_CASE("Letters beyond ASCII and names without capitals are names, too", "[policies]") {
  CHECK(lines("Mein Name ist Jürgen Müller") == Lines{"person Jürgen Müller"});
  CHECK(lines("my name is anna kowalski") == Lines{"person anna kowalski"});
}

TEST_CASE("Ordinary questions, code and forms have no names", "[policies]") {
  const std::string text = GENERATE(
      "", "How do I sort a list of numbers in Python?", "What is the limit for my credit card?",
      "for (int i = 0; i < n; ++i) { total += cost[i]; }", "CAN I SPEAK TO A REAL PERSON?!?!",
      "Which of the following is true?\nA. 3\nB. 4\nC. 5\nD. 6\nAnswer:",
      "i want to change the due date of my card", "Let x be a real number. Find x.");
  CAPTURE(text);
  CHECK(lines(text).empty());
}

TEST_CASE("Names are found when asked for alone", "[policies]") {
  CHECK(test::found("My name is Maria Keller and I live in Hamburg.").empty());
}

TEST_CASE("What a rule has found stays when a name would hold it", "[policies]") {
  const Lines told = lines("I am Maria Keller, maria.keller@example.org, +44 20 7946 0958");
  CHECK(told ==
        Lines{"person Maria Keller", "email maria.keller@example.org", "phone +44 20 7946 0958"});
}

TEST_CASE("An address without its postcode is an address still", "[policies]") {
  const Lines told = lines("Please send it to 12 Baker Street, Denver, CO 80202");
  CHECK(std::find(told.begin(), told.end(), "postcode 80202") != told.end());
  CHECK(std::find_if(told.begin(), told.end(), [](const std::string& line) {
          return line.rfind("place 12 Baker Street", 0) == 0;
        }) != told.end());
}

TEST_CASE("Guesses lie in the text, in order and apart, whatever the bytes", "[policies]") {
  Rng rng(GENERATE(1, 2, 3));
  constexpr std::string_view kBytes =
      "Aa .\n,\xC3\xA9\xC3\x84\xCE\xF0\xE2\x80\x99"
      "9MrSt\0\t";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::uint64_t left = rng.next() % 200; left > 0; --left) {
      text += rng.next() % 8 == 0 ? static_cast<char>(rng.next() % 256)
                                  : kBytes[rng.next() % kBytes.size()];
    }
    std::size_t last = 0;
    for (const privacy::NameSpan& span : privacy::tag_names(text)) {
      REQUIRE(span.begin >= last);
      REQUIRE(span.end > span.begin);
      REQUIRE(span.end <= text.size());
      last = span.end;
    }
  }
}

TEST_CASE("Long texts are labelled as short ones are, a line at a time", "[policies]") {
  const std::string line = "My name is Maria Keller and I live in Hamburg.\n";
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += line;
  const std::vector<privacy::NameSpan> spans = privacy::tag_names(text);
  REQUIRE(spans.size() == 2'000);
  for (std::size_t i = 0; i < spans.size(); i += 2) {
    CHECK(spans[i].begin == i / 2 * line.size() + 11);
    CHECK(spans[i].end == spans[i].begin + 12);
  }
}

TEST_CASE("A text without any blank or line has an end, too", "[policies]") {
  const std::string part = GENERATE("A", "a,", "Mr.", "\xC3\x89", "\n", "9");
  std::string text;
  while (text.size() < 200'000) text += part;
  CHECK(privacy::tag_names(text).size() <= text.size());
}

}  // namespace
}  // namespace weir
