// Questions that are asked in place of private requests.
#include "policies/privacy/rewrite.h"
#include "tests/support/catch.h"

namespace weir::privacy {
namespace {

constexpr std::string_view kRequest =
    R"({"messages":[{"role":"user","content":"My neighbour in the red house, who drinks since his )"
    R"(wife left, owes the bank 4111. What can the bank take from him?"}]})";

Scan digits() {
  return [](std::string_view text, std::vector<Finding>* findings) {
    const std::size_t at = text.find("4111");
    if (at == std::string_view::npos) return;
    findings->push_back({FindingKind::kCard, "card", at, at + 4});
  };
}

Redaction redacted() { return {kRequest, digits(), ~FindingKinds()}; }

std::string asking(std::string_view question) {
  return R"({"model":"m","messages":[{"role":"user","content":")" + std::string(question) +
         R"("}]})";
}

bool leaks(std::string_view question, std::size_t copied_words) {
  const Redaction redaction = redacted();
  const Rewrite rewrite(asking(question), redaction, copied_words);
  return rewrite.leaks_into(rewrite.body());
}

TEST_CASE("runs of words are found whatever stands between them", "[privacy]") {
  CHECK(copies_words("one two three", "zero One, TWO\n(three) four", 3));
  CHECK_FALSE(copies_words("one two three", "one two, and three", 3));
  CHECK(copies_words("one two three", "one two, and three", 2));
  CHECK_FALSE(copies_words("one two", "one two", 3));
  CHECK_FALSE(copies_words("", "one", 1));
  CHECK_FALSE(copies_words("one two", "onetwo", 1));
}

TEST_CASE("a character of a language without blanks is a word", "[privacy]") {
  CHECK(copies_words("我的邻居欠银行钱", "听说我的邻居病了", 4));
  CHECK_FALSE(copies_words("我的邻居欠银行钱", "听说我的邻居病了", 5));
  CHECK(copies_words("größe zählt", "Die größe zählt nicht", 2));
}

TEST_CASE("a run does not go on from one text to the next", "[privacy]") {
  const Redaction redaction(R"({"a":"one two","b":"three four"})", digits(), {});
  const Rewrite rewrite(R"({"q":"one two three four"})", redaction, 2);
  CHECK_FALSE(rewrite.leaks_into(rewrite.body()));
  const Rewrite longer(R"({"q":"one two three four"})", redaction, 1);
  CHECK(longer.leaks_into(longer.body()));
}

TEST_CASE("a question of somebody's own words may leave, and a copy may not", "[privacy]") {
  CHECK_FALSE(leaks("What can a bank take from a person in debt?", 12));
  CHECK(leaks("My neighbour in the red house, who drinks since his wife left, owes a lot", 12));
  CHECK_FALSE(
      leaks("My neighbour in the red house, who drinks since his wife left, owes a lot", 0));
  CHECK_FALSE(leaks("What can the bank take from him?", 12));
  CHECK(leaks("What can the bank take from him?", 6));
}

TEST_CASE("no value is in a question, in whatever words it is asked", "[privacy]") {
  const std::size_t copied_words = GENERATE(0, 12);
  CHECK(leaks("Whose card is 4111?", copied_words));
  CHECK_FALSE(leaks("Whose card is [PII_CARD_1]?", copied_words));
}

TEST_CASE("a long question against a long request takes no longer than reading both", "[privacy]") {
  std::string same;
  for (int i = 0; i < 200'000; ++i) same += "a ";
  CHECK_FALSE(copies_words("a a a a b", same, 5));
  CHECK(copies_words("a a a a a", same, 5));
}

}  // namespace
}  // namespace weir::privacy
