#include <ctime>
#include <set>
#include <string>
#include <vector>

#include "core/rng.h"
#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/marked_text.h"
#include "policies/privacy/scanner.h"
#include "policies/privacy/shape.h"
#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::found;
using Lines = std::vector<std::string>;

bool in_order_and_apart(const std::vector<Finding>& findings, std::size_t size) {
  std::size_t last = 0;
  for (const Finding& finding : findings) {
    if (finding.begin < last || finding.end <= finding.begin || finding.end > size) return false;
    last = finding.end;
  }
  return true;
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  text.resize(bytes);
  return text;
}

TEST_CASE("Kinds are read as they are written, and no other word is one", "[policies]") {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    const auto kind = static_cast<FindingKind>(i);
    CHECK(parse_finding_kind(to_string(kind)) == kind);
    words.insert(to_string(kind));
  }
  CHECK(words.size() == kFindingKinds);
  CHECK_FALSE(parse_finding_kind("Secret"));
  CHECK_FALSE(parse_finding_kind(""));
}

TEST_CASE("Ordinary text holds nothing", "[policies]") {
  CHECK(found("").empty());
  CHECK(found("Please write a short poem about rivers, and explain why they bend.").empty());
  CHECK(found("for (int i = 0; i < 10; ++i) total += prices[i] * 1.19;").empty());
}

TEST_CASE("Findings begin and end at bytes, whatever the text around them", "[policies]") {
  const std::string text = "Grüße, 東京: jane@example.org — ☎ +46 8 928 571 38…";
  CHECK(found(text) == Lines{"email jane@example.org", "phone +46 8 928 571 38"});
  const std::vector<Finding> findings = test::scan(text);
  CHECK(findings.front().begin == text.find("jane"));
  CHECK(findings.front().end == text.find(" —"));
}

TEST_CASE("Scripts without blanks between words do not hide a number", "[policies]") {
  CHECK(found("我的电话是13800138000，谢谢") == Lines{"phone 13800138000"});
  CHECK(found("发到jane@example.org。") == Lines{"email jane@example.org"});
  CHECK(found("卡号4111111111111111。") == Lines{"card 4111111111111111"});
  CHECK(found("“jane@example.org”") == Lines{"email jane@example.org"});
  CHECK(found("我们有13800138000个").empty());
}

TEST_CASE("A text may begin and end with a finding", "[policies]") {
  CHECK(found("jane@example.org 4111111111111111") ==
        Lines{"email jane@example.org", "card 4111111111111111"});
  CHECK(found("123-45-6780") == Lines{"national_id/us_ssn 123-45-6780"});
}

TEST_CASE("Of findings that overlap a secret stays, then what has a checksum, then the longer",
          "[policies]") {
  CHECK(found("api_key=\"a81b9c27d3e4f506jane@mail.org\"") ==
        Lines{"secret/keyed_secret a81b9c27d3e4f506jane@mail.org"});
  CHECK(found("call 4111 1111 1111 1111") == Lines{"card 4111 1111 1111 1111"});
  CHECK(found("https://example.org/jane@example.com") == Lines{"email jane@example.com"});
}

TEST_CASE("Any bytes may be scanned: findings are in order and apart", "[policies]") {
  constexpr std::string_view kParts[] = {"4111111111111111",
                                         "@",
                                         "jane@example.org",
                                         "://",
                                         "-----BEGIN ",
                                         "=",
                                         "password",
                                         ":",
                                         "\"",
                                         "'",
                                         "\n",
                                         " ",
                                         "+46 8 928 571",
                                         "eyJ",
                                         ".",
                                         "-",
                                         "\xC3",
                                         "\0\xFF",
                                         "curl -u a:b",
                                         "1.2",
                                         "kind: Secret\n",
                                         "data:\n",
                                         "SSN 123-45-6780",
                                         "GB82WEST12345698765432",
                                         "AKIA",
                                         "Q~",
                                         "::",
                                         "/",
                                         "(",
                                         ")"};
  Rng rng(11);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::uint64_t left = rng.next() % 24; left > 0; --left)
      text += kParts[rng.next() % std::size(kParts)];
    CAPTURE(round, text);
    REQUIRE(in_order_and_apart(test::scan(text), text.size()));
  }
}

// Blocks of 64 bytes are looked at at once where that is possible.
TEST_CASE("Words are found whole wherever the blocks of the pass end", "[policies]") {
  constexpr std::string_view kParts[] = {"abc", "a1", "42", " ",   ".",   "@",    "é",
                                         "東",  "…",  "-",  "x=1", "://", "\xE6", "\xC2"};
  const privacy::WordHeads none;
  Rng rng(5);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    const std::uint64_t size = rng.next() % 300;
    while (text.size() < size) text += kParts[rng.next() % std::size(kParts)];
    const privacy::MarkedText marked(text, none);
    std::vector<std::size_t> begins;
    std::size_t ats = 0;
    for (std::size_t i = 0; i < text.size();) {
      ats += text[i] == '@' ? 1 : 0;
      const std::uint8_t here = privacy::byte_class(text[i]);
      if ((here & privacy::kWord) == 0) {
        i += here == privacy::kWide ? privacy::wide_size(text[i]) : 1;
        continue;
      }
      const std::size_t begin = i;
      bool digit = false;
      while (privacy::is_word(privacy::at(text, i))) digit |= privacy::is_digit(text[i++]);
      if (digit) begins.push_back(begin);
    }
    std::vector<std::size_t> found_begins;
    for (const privacy::Word& word : marked.numbers) found_begins.push_back(word.begin);
    CAPTURE(round, text);
    REQUIRE(found_begins == begins);
    REQUIRE(marked.ats.size() == ats);
  }
}

// What is kept of a text bounds what the detectors look at, each in bounded windows.
TEST_CASE("What is marked in a text grows as a line does", "[policies]") {
  const std::string_view part = GENERATE("@", "4111 ", "a.a.", "-----BEGIN PRIVATE KEY-----",
                                         "\"'{", "password=\"", "http://", "eyJhbGciOiJI.", "a@a.",
                                         "1::", "curl -u a:", "kind: Secret\ndata:\n a: b\n");
  const privacy::WordHeads none;
  const auto marks = [&](std::size_t bytes) {
    const std::string text = repeated(part, bytes);
    const privacy::MarkedText marked(text, none);
    return marked.numbers.size() + marked.ats.size() + marked.urls.size() + marked.colons.size() +
           marked.equals.size() + marked.dots.size();
  };
  CHECK(marks(800'000) <= 100 * marks(8'000) + 200);
}

// Ten times the text may take thirty times as long before this fails: a square would take a
// hundred.
TEST_CASE("The scanner's time grows as a line does on text that is made to be slow", "[policies]") {
  const std::string_view part =
      GENERATE("@", "4111111111111111", "1 ", "a.a.", "-----BEGIN PRIVATE KEY-----", "\"'{",
               "password=\"", "http://", "eyJhbGciOiJIUzI1NiJ9.", "a@a.",
               "1::", "curl -u a:", "kind: Secret\ndata:\n a: b\n", "sk-", "(0)");
  const auto cpu = [&](std::size_t bytes) {
    const std::string text = repeated(part, bytes);
    std::clock_t best = 0;
    for (int round = 0; round < 3; ++round) {
      const std::clock_t begin = std::clock();
      test::scan(text);
      const std::clock_t spent = std::clock() - begin;
      best = round == 0 ? spent : std::min(best, spent);
    }
    return static_cast<double>(best) + CLOCKS_PER_SEC / 1000.0;
  };
  CAPTURE(part);
  CHECK(cpu(160'000) < 30 * cpu(16'000));
}

TEST_CASE("Patterns of a team are found under its name for them", "[policies]") {
  ScannerOptions options;
  options.patterns = {{"project", R"(\bPRJ-\d{4}\b)"}};
  const PrivacyScanner scanner = PrivacyScanner::create(options).value();
  std::vector<Finding> findings;
  const std::string text = "about PRJ-1234, PRJ-12345 and PRJ-9999";
  scanner.scan(text, &findings);
  REQUIRE(findings.size() == 2);
  CHECK(test::told(text, findings[0]) == "custom/project PRJ-1234");
  CHECK(test::told(text, findings[1]) == "custom/project PRJ-9999");
}

TEST_CASE("Words of a team are found whole, in any case", "[policies]") {
  ScannerOptions options;
  options.words = {{"customer", {"Acme Corp", "Blue Ocean", "Łódź Works"}},
                   {"code name", {"nightfall"}}};
  const PrivacyScanner scanner = PrivacyScanner::create(options).value();
  std::vector<Finding> findings;
  const std::string text =
      "For ACME corp, not Acme Corporation: NightFall, nightfalls, Łódź works.";
  scanner.scan(text, &findings);
  Lines lines;
  for (const Finding& finding : findings) lines.push_back(test::told(text, finding));
  CHECK(lines == Lines{"custom/customer ACME corp", "custom/code name NightFall",
                       "custom/customer Łódź works"});
}

TEST_CASE("Words of a team are found in any case of letters beyond ASCII", "[policies]") {
  const auto [word, text] = GENERATE(table<std::string, std::string>({
      {"Müller", "MÜLLER"},
      {"Müller", "mu\u0308ller"},
      {"MU\u0308LLER", "Müller"},
      {"Élan vital", "élan VITAL"},
      {"Élan vital", "E\u0301LAN vital"},
      {"łódź works", "ŁÓDŹ Works"},
      {"Ÿvette", "ÿVETTE"},
      {"Żaba", "Z\u0307aba"},
      {"Ødegård", "ØDEGÅRD"},
      {"Αθήνα", "ΑΘΉΝΑ"},
      {"Οδυσσέας", "ΟΔΥΣΣΈΑΣ"},
      {"Иванов Пётр", "ИВАНОВ ПЁТР"},
      {"йод", "И\u0306ОД"},
      {"Գրիգոր", "ԳՐԻԳՈՐ"},
      {"Nguyễn", "NGUYỄN"},
  }));
  CAPTURE(word, text);
  ScannerOptions options;
  options.words = {{"name", {word}}};
  const PrivacyScanner scanner = PrivacyScanner::create(options).value();
  const std::string whole = "«" + text + "», " + text + "x, x" + text;
  std::vector<Finding> findings;
  scanner.scan(whole, &findings);
  REQUIRE(findings.size() == 1);
  CHECK(test::told(whole, findings[0]) == "custom/name " + text);
}

TEST_CASE("A word without a mark is another word", "[policies]") {
  ScannerOptions options;
  options.words = {{"name", {"Muller"}}};
  const PrivacyScanner scanner = PrivacyScanner::create(options).value();
  std::vector<Finding> findings;
  scanner.scan("Müller, Mu\u0308ller, \xCC Mul\xCCler", &findings);
  CHECK(findings.empty());
}

TEST_CASE("A pattern that cannot be used is refused by its name", "[policies]") {
  const auto refusal = [](CustomPattern pattern) {
    ScannerOptions options;
    options.patterns = {std::move(pattern)};
    const auto made = PrivacyScanner::create(options);
    REQUIRE(made.has_error());
    CHECK(made.error().code == ErrorCode::kInvalidConfig);
    return made.error().message;
  };
  CHECK(refusal({"broken", "(a"}).find("\"broken\"") != std::string::npos);
  CHECK(refusal({"backward", R"((a)\1)"}).find("\"backward\"") != std::string::npos);
  CHECK(refusal({"all", ".*"}).find("\"all\"") != std::string::npos);
  CHECK(refusal({"long", std::string(2'000, 'a')}).find("1024") != std::string::npos);
  CHECK_FALSE(refusal({"", "a"}).empty());
}

TEST_CASE("A list of words that cannot be used is refused by its name", "[policies]") {
  ScannerOptions options;
  options.words = {{"short", {"fine", "x"}}};
  const auto made = PrivacyScanner::create(options);
  REQUIRE(made.has_error());
  CHECK(made.error().message.find("\"short\"") != std::string::npos);
}

TEST_CASE("A pattern sees long lines in windows, and finds what crosses their edges",
          "[policies]") {
  ScannerOptions options;
  options.patterns = {{"mark", "<mark [a-z]+>"}};
  const PrivacyScanner scanner = PrivacyScanner::create(options).value();
  const std::string text =
      std::string(PrivacyScanner::kPatternWindow - 5, '.') + "<mark abc>" + std::string(9'000, '.');
  std::vector<Finding> findings;
  scanner.scan(text, &findings);
  REQUIRE(findings.size() == 1);
  CHECK(test::told(text, findings[0]) == "custom/mark <mark abc>");
}

TEST_CASE("Shapes take what their classes and counts say", "[policies]") {
  using privacy::kNoMatch;
  using privacy::match_shape;
  CHECK(match_shape("\\d{3}-\\d{2}", "123-45x") == 6);
  CHECK(match_shape("\\d{3}-\\d{2}", "12-45") == kNoMatch);
  CHECK(match_shape("\\d{2}\\_\\d{2}", "12 34") == 5);
  CHECK(match_shape("\\d{2}\\_\\d{2}", "1234") == 4);
  CHECK(match_shape("\\h{2,4}", "abcdef") == 4);
  CHECK(match_shape("\\A\\a", "Ab") == 2);
  CHECK(match_shape("", "x") == 0);
  CHECK(match_shape("\\d", "") == kNoMatch);
}

TEST_CASE("Check digits are those of their standards", "[policies]") {
  CHECK(privacy::luhn("79927398713"));
  CHECK_FALSE(privacy::luhn("79927398714"));
  CHECK(privacy::verhoeff("2363"));
  CHECK_FALSE(privacy::verhoeff("2364"));
  CHECK(privacy::mod97_iban("GB82WEST12345698765432"));
  CHECK(privacy::mod11_10("86095742719"));
  CHECK(privacy::mod11_2("11010519491231002X"));
  CHECK(privacy::is_date(2000, 2, 29));
  CHECK_FALSE(privacy::is_date(1900, 2, 29));
  CHECK_FALSE(privacy::is_date(2001, 4, 31));
}

}  // namespace
}  // namespace weir
