// Aliases out, values back: in every place of a request, and however a model writes an alias.
#include "policies/privacy/redaction.h"

#include <nlohmann/json.hpp>

#include "policies/privacy/json_texts.h"
#include "policies/privacy/restorer.h"
#include "tests/support/catch.h"

namespace weir::privacy {
namespace {

using nlohmann::json;

const FindingKinds kAll = FindingKinds().set();

// Finds the words that a test names, and "password: WORD".
Scan finder(std::vector<std::pair<FindingKind, std::string>> words) {
  return [words = std::move(words)](std::string_view text, std::vector<Finding>* findings) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const auto& [kind, word] : words) {
        if (text.substr(at).starts_with(word))
          findings->push_back({kind, "", at, at + word.size()});
      }
      constexpr std::string_view kLead = "password: ";
      if (text.substr(at).starts_with(kLead)) {
        const std::size_t begin = at + kLead.size();
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        findings->push_back({FindingKind::kSecret, "", begin, end});
      }
    }
  };
}

const Scan kFinder = finder({{FindingKind::kEmail, "ann@example.com"},
                             {FindingKind::kEmail, "bob@example.com"},
                             {FindingKind::kPhone, "+43 1 5880"},
                             {FindingKind::kCard, "4111111111111111"},
                             {FindingKind::kPerson, "John Smith"}});

std::string redacted(std::string_view body) { return Redaction(body, kFinder, kAll).body(); }

TEST_CASE("a value gets one alias wherever it stands, and another value another", "[privacy]") {
  CHECK(redacted(R"({"messages":[{"role":"user","content":"ann@example.com, bob@example.com"},
    {"role":"assistant","content":"ann@example.com?"}]})") ==
        R"({"messages":[{"role":"user","content":"[PII_EMAIL_1], [PII_EMAIL_2]"},
    {"role":"assistant","content":"[PII_EMAIL_1]?"}]})");
}

TEST_CASE("bytes around a value stay, also where they are escaped", "[privacy]") {
  CHECK(
      redacted(R"({ "a" : "caf\u00e9 \ud83d\ude00 plain\/", "n": 1.50e3 ,"b":"\tJohn Smith\n"})") ==
      R"({ "a" : "caf\u00e9 \ud83d\ude00 plain\/", "n": 1.50e3 ,"b":"\t[PII_PERSON_1]\n"})");
}

TEST_CASE("a value that is written in escapes is found", "[privacy]") {
  CHECK(redacted(R"({"content":"\u0061nn\u0040example.com"})") == R"({"content":"[PII_EMAIL_1]"})");
}

TEST_CASE("every text field of every dialect is redacted", "[privacy]") {
  const std::string_view body = GENERATE(
      R"({"messages":[{"role":"system","content":"ann@example.com"}]})",
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"ann@example.com"}]}]})",
      R"({"instructions":"ann@example.com","input":"x"})",
      R"({"input":[{"type":"function_call_output","call_id":"c","output":"ann@example.com"}]})",
      R"({"system":[{"type":"text","text":"ann@example.com"}],"messages":[]})",
      R"({"messages":[{"role":"user","content":[{"type":"tool_result","content":[
        {"type":"text","text":"ann@example.com"}]}]}]})",
      R"({"messages":[{"content":[{"type":"tool_use","input":{"to":["ann@example.com"]}}]}]})",
      R"({"messages":[{"content":[{"type":"tool_use","input":{"ann@example.com":1}}]}]})",
      R"({"systemInstruction":{"parts":[{"text":"ann@example.com"}]}})",
      R"({"contents":[{"parts":[{"functionResponse":{"response":{"who":"ann@example.com"}}}]}]})",
      R"({"tools":[{"function":{"description":"for ann@example.com"}}]})",
      R"({"tools":[{"function":{"parameters":{"properties":{
        "to":{"enum":["ann@example.com"]}}}}}]})",
      R"({"messages":[{"content":[{"type":"file","file":{"filename":"ann@example.com.pdf"}}]}]})",
      R"({"user":"ann@example.com","metadata":{"user_id":"ann@example.com"}})",
      R"({"prompt":"ann@example.com","suffix":"ann@example.com"})",
      R"({"messages":[{"tool_calls":[{"function":{
        "arguments":"{\"to\":\"ann\\u0040example.com\"}"}}]}]})");
  CAPTURE(body);
  const std::string out = redacted(body);
  CHECK(out.find("[PII_EMAIL_1]") != std::string::npos);
  CHECK(out.find("ann") == std::string::npos);
  CHECK(json::accept(out));
}

TEST_CASE("numbers are redacted as texts, also inside the arguments of a call", "[privacy]") {
  CHECK(redacted(R"({"input":{"card":4111111111111111,"n":12}})") ==
        R"({"input":{"card":"[PII_CARD_1]","n":12}})");
  const json out =
      json::parse(redacted(R"({"arguments":"{\"card\": 4111111111111111, \"n\": 1}"})"));
  CHECK(json::parse(out["arguments"].get<std::string>()) ==
        json::parse(R"({"card":"[PII_CARD_1]","n":1})"));
}

TEST_CASE("words of the dialect, ids and the bytes of pictures stay", "[privacy]") {
  const Scan all = [](std::string_view text, std::vector<Finding>* findings) {
    findings->push_back({FindingKind::kCustom, "", 0, text.size()});
  };
  const std::string bytes(100, 'A');
  const std::string body =
      R"({"model":"m","role":"user","type":"text","id":"x","signature":"s","tool_call_id":"t",)" +
      std::string(R"("data":")") + bytes + R"(","url":"data:image/png;base64,AAAA"})";
  Redaction redaction(body, all, FindingKinds().set(static_cast<std::size_t>(FindingKind::kEmail)));
  CHECK(redaction.body() == body);
}

TEST_CASE("a word of the house's that names a member, too, leaves the member's name", "[privacy]") {
  const Scan words = finder({{FindingKind::kCustom, "content"}, {FindingKind::kCustom, "user"}});
  const Redaction redaction(R"({"messages":[{"role":"user","content":"content of a user"}]})",
                            words, kAll);
  CHECK(redaction.body() ==
        R"({"messages":[{"role":"user","content":"[PII_TERM_1] of a [PII_TERM_2]"}]})");
  CHECK_FALSE(redaction.leaks_into(redaction.body()));
}

TEST_CASE("what the name of a member gives away is found, and again without it", "[privacy]") {
  CHECK(
      redacted(R"({"input":{"password":"hunter2"},"content":"is hunter2 right, or hunter22?"})") ==
      R"({"input":{"password":"[PII_SECRET_1]"},)"
      R"("content":"is [PII_SECRET_1] right, or hunter22?"})");
}

TEST_CASE("in arguments and results no member's name is one of the dialect's", "[privacy]") {
  const std::string_view body = GENERATE(
      R"({"messages":[{"content":[{"type":"tool_use","id":"t",
        "input":{"id":"ann@example.com"}}]}]})",
      R"({"contents":[{"parts":[{"functionCall":{"args":{"status":["ann@example.com"]}}}]}]})",
      R"({"contents":[{"parts":[{"functionResponse":{
        "response":{"a":{"type":"ann@example.com"}}}}]}]})",
      R"({"messages":[{"tool_calls":[{"function":{"arguments":{"model":"ann@example.com"}}}]}]})",
      R"({"metadata":{"role":"ann@example.com"}})");
  CAPTURE(body);
  const Redaction redaction(body, kFinder, kAll);
  CHECK(redaction.body().find("[PII_EMAIL_1]") != std::string::npos);
  CHECK(redaction.leaks_into(body));
}

TEST_CASE("values may be names of members that a client chose, and numbers", "[privacy]") {
  const auto [body, meant] = GENERATE(table<std::string, std::string>(
      {{R"({"input":{"n":-4111111111111111}})", R"({"input":{"n":"-[PII_CARD_1]"}})"},
       {R"({"unknown":{"4111111111111111":5}})", R"({"unknown":{"PII_CARD_1":5}})"},
       {R"({"input":{"4111111111111111":5}})", R"({"input":{"PII_CARD_1":5}})"},
       {R"({"parameters":{"properties":{"4111111111111111":{}}}})",
        R"({"parameters":{"properties":{"PII_CARD_1":{}}}})"},
       {R"({"format":{"properties":{"4111111111111111":{}}}})",
        R"({"format":{"properties":{"PII_CARD_1":{}}}})"},
       {R"({"arguments":"{\"4111111111111111\":5}"})",
        R"({"arguments":"{\"[PII_CARD_1]\":5}"})"}}));
  CHECK(redacted(body) == meant);
  CHECK(find_in_body(body, kFinder).holds("card"));
}

TEST_CASE("what a client calls a member of its own is redacted, wherever the member is",
          "[privacy]") {
  const Scan keys = finder({{FindingKind::kSecret, "AKIAQ3EGRTZ7UIOPAS5X"}});
  const std::string_view body = GENERATE(
      R"({"foo":{"AKIAQ3EGRTZ7UIOPAS5X":1},"messages":[]})", R"({"AKIAQ3EGRTZ7UIOPAS5X":1})",
      R"({"messages":[{"role":"user","AKIAQ3EGRTZ7UIOPAS5X":{}}]})");
  CAPTURE(body);
  const std::string out = Redaction(body, keys, kAll).body();
  CHECK(out.find("AKIA") == std::string::npos);
  CHECK(out.find("PII_SECRET_1") != std::string::npos);
  CHECK(find_in_body(body, keys).holds("secret"));
}

TEST_CASE("a secret that a text tells is also replaced in names, and seen there by the last gate",
          "[privacy]") {
  const std::string told = R"({"content":"password: dqlkvy8zlx9tqw",)";
  const std::string_view name =
      GENERATE("dqlkvy8zlx9tqw", "x_dqlkvy8zlx9tqw", "d\\u0071lkvy8zlx9tqw");
  CAPTURE(name);
  const std::string members =
      "\"foo\":{\"" + std::string(name) + "\":1},\"" + std::string(name) + "\":2}";
  const Redaction redaction(told + members, kFinder, kAll);
  CHECK(redaction.leaks_into("{" + members));
  CHECK_FALSE(redaction.leaks_into(redaction.body()));
}

TEST_CASE("a text that only begins and ends like JSON is redacted as a text", "[privacy]") {
  CHECK(redacted(R"({"content":"{'to': 'ann@example.com'}"})") ==
        R"({"content":"{'to': '[PII_EMAIL_1]'}"})");
  CHECK(redacted(R"({"content":"{ann@example.com, \"bob@example.com\"}"})") ==
        R"({"content":"{[PII_EMAIL_2], \"[PII_EMAIL_1]\"}"})");
}

TEST_CASE("a short value that its member's name gives away is replaced there", "[privacy]") {
  CHECK(redacted(R"({"input":{"password":"abc"},"content":"{\"password\":\"abc\"}"})") ==
        R"({"input":{"password":"[PII_SECRET_1]"},"content":"{\"password\":\"[PII_SECRET_1]\"}"})");
}

TEST_CASE("only the kinds that are asked for get aliases", "[privacy]") {
  const FindingKinds phones = FindingKinds().set(static_cast<std::size_t>(FindingKind::kPhone));
  const Redaction redaction(R"({"a":"ann@example.com +43 1 5880"})", kFinder, phones);
  CHECK(redaction.body() == R"({"a":"ann@example.com [PII_PHONE_1]"})");
  CHECK(redaction.aliases().size() == 1);
}

TEST_CASE("a client's own word that looks like an alias is never taken for one", "[privacy]") {
  const Redaction redaction(R"({"a":"[pii_email_1] is not ann@example.com"})", kFinder, kAll);
  CHECK(redaction.body() == R"({"a":"[pii_email_1] is not [PIIB_EMAIL_1]"})");
  CHECK(restore(redaction.aliases(), "[pii_email_1] [PIIB_EMAIL_1]") ==
        "[pii_email_1] ann@example.com");
}

TEST_CASE("aliases stay what they were when a conversation goes on", "[privacy]") {
  const std::string first = R"({"messages":[{"content":"ann@example.com bob@example.com"})";
  const std::string turn = redacted(first + "]}");
  const std::string next = redacted(first + R"(,{"content":"bob@example.com +43 1 5880"}]})");
  CHECK(next.starts_with(turn.substr(0, turn.size() - 2)));
  CHECK(next.find("[PII_EMAIL_2] [PII_PHONE_1]") != std::string::npos);
}

TEST_CASE("a value in the bytes that would leave is noticed, however it is escaped", "[privacy]") {
  const Redaction redaction(R"({"a":"ann@example.com"})", kFinder, kAll);
  CHECK_FALSE(redaction.leaks_into(redaction.body()));
  CHECK(redaction.leaks_into(R"({"b":"x ann@example.com"})"));
  CHECK(redaction.leaks_into(R"({"b":"ann\u0040example.com"})"));
  CHECK(redaction.leaks_into(R"({"b":"{\"c\":\"ann\\u0040example.com\"}"})"));
  CHECK_FALSE(redaction.leaks_into(R"({"b":"joann@example.community"})"));
}

// --- back ---

const Redaction& sample() {
  static const Redaction redaction(
      R"({"a":"ann@example.com +43 1 5880","password":"a\"b\\c","p":"John Smith"})", kFinder, kAll);
  return redaction;
}

TEST_CASE("an alias comes back however a model writes it", "[privacy]") {
  const auto [written, meant] = GENERATE(table<std::string, std::string>({
      {"Write to [PII_EMAIL_1].", "Write to ann@example.com."},
      {"[pii_email_1]", "ann@example.com"},
      {"[Pii_Email_1]s", "ann@example.coms"},
      {"[PII_PERSON_1]'s", "John Smith's"},
      {"**[PII_EMAIL_1]**", "**ann@example.com**"},
      {"`[PII_EMAIL_1]`", "`ann@example.com`"},
      {R"(\[PII\_EMAIL\_1\])", "ann@example.com"},
      {"[PII EMAIL 1]", "ann@example.com"},
      {"[PII-EMAIL-1]", "ann@example.com"},
      {"PII_EMAIL_1", "ann@example.com"},
      {"see PII_EMAIL_1, PII_PHONE_1", "see ann@example.com, +43 1 5880"},
      {"(PII_EMAIL_1)", "(ann@example.com)"},
      {"[PII_EMAIL_1", "ann@example.com"},
      {"[PII_EMAIL_2]", "[PII_EMAIL_2]"},
      {"[PII_EMAIL_12]", "[PII_EMAIL_12]"},
      {"[PII_EMAIL_]", "[PII_EMAIL_]"},
      {"[PII_", "[PII_"},
      {"xPII_EMAIL_1", "xPII_EMAIL_1"},
      {"[link](x) [1] PI \\ [", "[link](x) [1] PI \\ ["},
  }));
  CAPTURE(written);
  CHECK(restore(sample().aliases(), written) == meant);
}

TEST_CASE("an alias comes back from pieces that are cut anywhere", "[privacy]") {
  const std::string text = R"(a [PII_EMAIL_1], \[PII\_PHONE\_1\] and [PII_PERSON_1]; [PII_x PII)";
  const std::string whole = restore(sample().aliases(), text);
  CHECK(whole == "a ann@example.com, +43 1 5880 and John Smith; [PII_x PII");
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      Restorer restorer(sample().aliases(), Restorer::Form::kPlain);
      std::string out = restorer.feed(text.substr(0, first));
      out += restorer.feed(text.substr(first, second - first));
      out += restorer.feed(text.substr(second));
      out += restorer.finish();
      REQUIRE(out == whole);
    }
  }
}

TEST_CASE("what cannot become an alias is not held back", "[privacy]") {
  Restorer restorer(sample().aliases(), Restorer::Form::kPlain);
  CHECK(restorer.feed("Hello, [") == "Hello, ");
  CHECK(restorer.feed("1] ") == "[1] ");
  CHECK(restorer.feed("[PII_EMA") == "");
  CHECK(restorer.feed("IL_1] b") == "ann@example.com b");
}

TEST_CASE("a value goes into JSON with its quotes and backslashes escaped", "[privacy]") {
  Restorer restorer(sample().aliases(), Restorer::Form::kJson);
  std::string out = restorer.feed(R"({"p":"[PII_SECRET_1]"})");
  out += restorer.finish();
  CHECK(json::parse(out)["p"] == "a\"b\\c");
  const std::string document = restore_json(
      sample().aliases(), R"({"text":"[PII_SECRET_1]","arguments":"{\"p\":\"[PII_SECRET_1]\"}"})");
  const json body = json::parse(document);
  CHECK(body["text"] == "a\"b\\c");
  CHECK(json::parse(body["arguments"].get<std::string>())["p"] == "a\"b\\c");
}

TEST_CASE("a value is escaped as often as texts of JSON stand around it", "[privacy]") {
  const std::string_view value = R"(a"b\c)";
  json arguments = "[PII_SECRET_1]";
  for (int depth = 1; depth <= 4; ++depth) {
    arguments = json{{"p", depth == 1 ? arguments : json(arguments.dump())}};
    const std::string written = arguments.dump();
    for (std::size_t cut = 0; cut <= written.size(); ++cut) {
      Restorer restorer(sample().aliases(), Restorer::Form::kJson);
      std::string out = restorer.feed(written.substr(0, cut));
      out += restorer.feed(written.substr(cut));
      out += restorer.finish();
      json inner = json::parse(out);
      for (int level = 1; level < depth; ++level) {
        inner = json::parse(inner["p"].get<std::string>());
      }
      REQUIRE(inner["p"] == value);
    }
  }
}

TEST_CASE("quotes of prose are no texts of JSON, and escapes no words", "[privacy]") {
  const auto [written, meant] = GENERATE(table<std::string, std::string>({
      {R"({"p":"say \"[PII_SECRET_1]\""})", R"(say "a"b\c")"},
      {R"({"p":"[PII_EMAIL_1]: \"[PII_SECRET_1]\""})", R"(ann@example.com: "a"b\c")"},
      {R"({"o":"{}","p":"C:\\ \"[PII_SECRET_1]\""})", R"(C:\ "a"b\c")"},
      {R"({"p":"to\nPII_EMAIL_1"})", "to\nann@example.com"},
  }));
  Restorer restorer(sample().aliases(), Restorer::Form::kJson);
  const std::string out = restorer.feed(written) + restorer.finish();
  CHECK(json::parse(out)["p"] == meant);
}

TEST_CASE("redaction and its undoing take time in proportion to the text", "[privacy]") {
  const auto [piece, note] = GENERATE(table<std::string, std::string>({{"\\\\", "backslashes"},
                                                                       {"[", "brackets"},
                                                                       {"PII_", "beginnings"},
                                                                       {"[PII_EMAIL_", "more"}}));
  CAPTURE(note);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += piece;
  CHECK(restore(sample().aliases(), text).size() == text.size());
  const std::string body = R"({"a":")" + text + R"("})";
  CHECK(Redaction(body, kFinder, kAll).aliases().empty());
}

TEST_CASE("names of tools and of their parameters have aliases that providers take", "[privacy]") {
  const Scan words = finder({{FindingKind::kCustom, "bluebird"}});
  CHECK(Redaction(R"({"tools":[{"name":"bluebird","parameters":{"properties":{"bluebird":{}}}}]})",
                  words, kAll)
            .body() ==
        R"({"tools":[{"name":"PII_TERM_1","parameters":{"properties":{"PII_TERM_1":{}}}}]})");
  CHECK(Redaction(R"({"name":"a bluebird"})", words, kAll).body() ==
        R"({"name":"a [PII_TERM_1]"})");
}

}  // namespace
}  // namespace weir::privacy
