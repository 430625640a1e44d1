// Known values wherever they stand again: many, nested in each other, side by side.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/rng.h"
#include "policies/privacy/aliases.h"
#include "policies/privacy/redaction.h"
#include "policies/privacy/restorer.h"
#include "tests/support/catch.h"

namespace weir::privacy {
namespace {

const FindingKinds kAnyKind = FindingKinds().set();

// Takes what stands behind "learn " apart at its bars: each piece is private.
void learn_pieces(std::string_view text, std::vector<Finding>* findings) {
  constexpr std::string_view kLead = "learn ";
  const std::size_t lead = text.find(kLead);
  if (lead == std::string_view::npos) return;
  std::size_t begin = lead + kLead.size();
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    if (end > begin) findings->push_back({FindingKind::kCustom, "", begin, end});
    begin = end + 1;
  }
}

Redaction redaction_of(const std::string& values, const std::string& text) {
  return {R"({"a":"learn )" + values + R"(","b":")" + text + R"("})", learn_pieces, kAnyKind};
}

// The second text as it leaves.
std::string redacted_text(const std::string& values, const std::string& text) {
  const std::string body = redaction_of(values, text).body();
  const std::size_t begin = body.find(R"("b":")") + 5;
  return body.substr(begin, body.size() - begin - 2);
}

TEST_CASE("of values that begin alike the longest that stands there is replaced", "[privacy]") {
  const auto [values, text, meant] = GENERATE(table<std::string, std::string, std::string>({
      {"anna1|anna10|anna100", "anna1 anna10 anna100 anna1000",
       "[PII_TERM_1] [PII_TERM_2] [PII_TERM_3] anna1000"},
      {"anna|anna karin|anna karin berg", "anna karin bergs, anna karins, anna karin berg",
       "[PII_TERM_2] bergs, [PII_TERM_1] karins, [PII_TERM_3]"},
      {"ab cd|cd ef|ef gh", "ab cd ef gh", "[PII_TERM_1] [PII_TERM_3]"},
      {"ab cd ef|cd ef", "ab cd ef cd ef", "[PII_TERM_1] [PII_TERM_2]"},
      {"ab cd ef|cd ef", "xab cd ef", "xab [PII_TERM_2]"},
      {"b cd ef|a b cd eg", "a b cd ef", "a [PII_TERM_1]"},
      {"++++|+++++++", "++++++++++++", "[PII_TERM_2][PII_TERM_1]+"},
      {"abcd", "abcd abcde xabcd -abcd- éabcd abcdé",
       "[PII_TERM_1] abcde xabcd -[PII_TERM_1]- éabcd abcdé"},
      {"abc|-ab-", "abc -ab- --ab--", "abc [PII_TERM_2] -[PII_TERM_2]-"},
  }));
  CAPTURE(values, text);
  CHECK(redacted_text(values, text) == meant);
}

TEST_CASE("what cannot be an accident is replaced also within other words", "[privacy]") {
  const auto [values, text, meant] = GENERATE(table<std::string, std::string, std::string>({
      {"d2LkV78zLx9tQw", "mysql -pd2LkV78zLx9tQw shop", "mysql -p[PII_TERM_1] shop"},
      {"d2LkV78zLx9tQw", "xd2LkV78zLx9tQwx", "x[PII_TERM_1]x"},
      {"d2LkV78zLx9tQw", "密码是d2LkV78zLx9tQw。", "密码是[PII_TERM_1]。"},
      {"d2LkV78zLx9tQw|d2LkV78zLx9tQw55", "xd2LkV78zLx9tQw55", "x[PII_TERM_2]"},
      {"4111111111111111", "n4111111111111111 94111111111111111", "n[PII_TERM_1] 9[PII_TERM_1]"},
      {"123456780", "ssn123456780x 1123456780 1234567801",
       "ssn[PII_TERM_1]x 1123456780 1234567801"},
      {"10.20.30.40", "v10.20.30.40 110.20.30.40", "v[PII_TERM_1] 110.20.30.40"},
      {"ann1.bell@example.com", "joann1.bell@example.com", "joann1.bell@example.com"},
      {"5 May 2024", "15 May 2024", "15 May 2024"},
  }));
  CAPTURE(values, text);
  CHECK(redacted_text(values, text) == meant);
  CHECK(redaction_of(values, text).leaks_into(R"({"c":")" + text + R"("})") == (meant != text));
}

TEST_CASE("a secret needs no digit to be no accident, unless it is a word", "[privacy]") {
  const auto [secret, text, meant] = GENERATE(table<std::string, std::string, std::string>({
      {"kQxWvZrTbN", "-pkQxWvZrTbN", "-p[PII_SECRET_1]"},
      {"horse,battery", "xhorse,batteryx", "x[PII_SECRET_1]x"},
      {"Sunshine", "Sunshiney", "Sunshiney"},
      {"sunshine", "xsunshine", "xsunshine"},
      {"aB9x", "-paB9x", "-paB9x"},
  }));
  const Scan learn = [&secret = secret](std::string_view read, std::vector<Finding>* findings) {
    if (!read.ends_with("is " + secret)) return;
    findings->push_back({FindingKind::kSecret, "", read.size() - secret.size(), read.size()});
  };
  const std::string body = R"({"a":"it is )" + secret + R"(","b":")" + text + R"("})";
  CHECK(Redaction(body, learn, ~FindingKinds()).body() ==
        R"({"a":"it is [PII_SECRET_1]","b":")" + meant + R"("})");
}

TEST_CASE("a script without blanks ends a word of another", "[privacy]") {
  const auto [value, text] = GENERATE(table<std::string, std::string>({
      {"Anna", "我叫Anna吗"},
      {"Anna", "私はAnnaです"},
      {"Anna", "저는Anna입니다"},
      {"Anna", "ชื่อAnnaครับ"},
      {"Anna", "အမည်Annaဖြစ်"},
      {"Anna", "“Anna”"},
      {"王小明", "我叫王小明吗"},
      {"김철수", "저는김철수입니다"},
  }));
  CAPTURE(value, text);
  std::string meant = text;
  meant.replace(meant.find(value), value.size(), "[PII_TERM_1]");
  CHECK(redacted_text(value, text) == meant);
}

TEST_CASE("aliases beside letters come back", "[privacy]") {
  const auto [written, meant] = GENERATE(table<std::string, std::string>({
      {"mysql -p[PII_TERM_1]shop", "mysql -pd2LkV78zLx9tQwshop"},
      {"x[pii_term_1]s", "xd2LkV78zLx9tQws"},
      {R"(-p\[PII\_TERM\_1\])", "-pd2LkV78zLx9tQw"},
      {"密码是[PII_TERM_1]。", "密码是d2LkV78zLx9tQw。"},
      {"密码是PII_TERM_1。", "密码是d2LkV78zLx9tQw。"},
  }));
  CAPTURE(written);
  CHECK(restore(redaction_of("d2LkV78zLx9tQw", "").aliases(), written) == meant);
}

TEST_CASE("many values that share their beginning are each replaced by their own", "[privacy]") {
  std::string values;
  std::string text;
  std::string meant;
  for (int i = 0; i < 3'000; ++i) {
    const std::string value = "anna" + std::to_string(i) + "@example.com";
    values += value + "|";
    text += "anna " + value + " x" + value + ",";
    meant += "anna [PII_TERM_" + std::to_string(i + 1) + "] x" + value + ",";
  }
  CHECK(redacted_text(values, text) == meant);
  CHECK(redaction_of(values, text).leaks_into(R"({"c":"to anna2999@example.com"})"));
  CHECK_FALSE(redaction_of(values, text).leaks_into(R"({"c":"to anna3000@example.com"})"));
}

bool in_word(char c) { return c == 'a' || c == 'b'; }

// As it is meant: at each place the longest that stands for itself, from left to right.
std::string replaced_one_by_one(const std::vector<std::string>& values, const Aliases& aliases,
                                const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string* best = nullptr;
    for (const std::string& value : values) {
      const std::size_t end = at + value.size();
      if (value.size() < 4 || text.compare(at, value.size(), value) != 0) continue;
      if (at > 0 && in_word(text[at - 1]) && in_word(text[at])) continue;
      if (end < text.size() && in_word(text[end]) && in_word(text[end - 1])) continue;
      if (best == nullptr || value.size() > best->size()) best = &value;
    }
    out += best != nullptr ? *aliases.find(*best) : std::string(1, text[at]);
    at += best != nullptr ? best->size() : 1;
  }
  return out;
}

std::string some_letters(Rng* rng, std::size_t most) {
  std::string text;
  for (std::uint64_t left = 1 + rng->next() % most; left > 0; --left) {
    text += "ab-+"[rng->next() % 4];
  }
  return text;
}

TEST_CASE("values are found as a search one by one finds them", "[privacy]") {
  Rng rng(7);
  for (int round = 0; round < 400; ++round) {
    std::set<std::string> chosen;
    for (std::uint64_t left = 1 + rng.next() % 12; left > 0; --left) {
      chosen.insert(some_letters(&rng, 9));
    }
    std::string list;
    for (const std::string& value : chosen) list += value + "|";
    const std::string text = some_letters(&rng, 60);
    CAPTURE(list, text);
    const Redaction redaction = redaction_of(list, text);
    const std::vector<std::string> values(chosen.begin(), chosen.end());
    const std::string meant = replaced_one_by_one(values, redaction.aliases(), text);
    REQUIRE(redacted_text(list, text) == meant);
    REQUIRE(redaction.leaks_into(R"({"c":")" + text + R"("})") == (meant != text));
  }
}

TEST_CASE("a series of aliases is new, however many the client's words take", "[privacy]") {
  const auto [taken, meant] = GENERATE(table<std::string, std::string>({
      {"none", "[PII_TERM_1]"},
      {"a pii", "[PIIB_TERM_1]"},
      {"PiiB xPIIcpiiD", "[PIIE_TERM_1]"},
      {"PIIA", "[PIIB_TERM_1]"},
      {"PPIIBCD", "[PIIC_TERM_1]"},
  }));
  CAPTURE(taken);
  CHECK(redacted_text("secret", "secret " + taken) == meant + " " + taken);
}

TEST_CASE("all series of one letter may be taken", "[privacy]") {
  std::string taken = "PII";
  for (char letter = 'B'; letter <= 'Z'; ++letter) taken += std::string(" pii") + letter;
  CHECK(redacted_text("secret", "secret " + taken) == "[PIIBC_TERM_1] " + taken);
}

}  // namespace
}  // namespace weir::privacy
