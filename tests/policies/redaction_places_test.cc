// Where in a request a text stands: what the dialect's own words are, what a client's data, and
// what the bytes of a file.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "policies/privacy/redaction.h"
#include "policies/privacy/scanner.h"
#include "tests/support/catch.h"

namespace weir::privacy {
namespace {

using nlohmann::json;

constexpr std::string_view kMail = "zed@example.com";
const FindingKinds kEveryKind = FindingKinds().set();

void scan_truly(std::string_view text, std::vector<Finding>* findings) {
  static const PrivacyScanner scanner;
  scanner.scan(text, findings);
}

// Finds the words "object", "string", "function" and "date", as a house may have them on its list.
void scan_for_words(std::string_view text, std::vector<Finding>* findings) {
  for (const std::string_view word : {"object", "string", "function", "date", "bluebird"}) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
      findings->push_back({FindingKind::kCustom, "", at, at + word.size()});
    }
  }
  std::sort(findings->begin(), findings->end(),
            [](const Finding& a, const Finding& b) { return a.begin < b.begin; });
}

std::string without_private(std::string_view body) {
  return Redaction(body, scan_truly, usual_kinds()).body();
}

json content(std::string_view text) {
  return json{{"messages", json::array({{{"role", "user"}, {"content", text}}})}};
}

TEST_CASE("a number that is written as a decimal is redacted as a text", "[privacy]") {
  CHECK(without_private(R"({"foo":{"n":4111111111111111.0}})") ==
        R"({"foo":{"n":"[PII_CARD_1].0"}})");
}

// --- files within texts ---

TEST_CASE("words around the base64 of a data URL are redacted", "[privacy]") {
  const std::string bytes(400, 'Q');
  const std::string text =
      GENERATE_COPY(std::string("data:text/plain;base64,SGVsbG8= Hello, mail zed@example.com"),
                    std::string("data:text/plain;base64,zed@example.com"),
                    std::string("data:x;base64, Hello. Write to zed@example.com and no other"),
                    "data:text/plain;base64," + bytes + " zed@example.com",
                    "data:text/plain;base64," + bytes + "==zed@example.com",
                    "data:text/plain;base64," + bytes + "\nzed@example.com and " + bytes,
                    "data:text/plain;name=zed@example.com;base64," + bytes);
  CAPTURE(text);
  const std::string body = content(text).dump();
  CHECK(without_private(body).find(kMail) == std::string::npos);
  CHECK(find_in_body(body, scan_truly).holds("email"));
}

TEST_CASE("a card number behind a data URL's bytes is found, and one in place of them",
          "[privacy]") {
  const std::string line(76, 'Q');
  std::string cards;
  for (int i = 0; i < 40; ++i) cards += "4111111111111111\n";
  const std::string text = GENERATE_COPY(
      "data:x;base64," + cards, std::string("data:x;base64,4111111111111111"),
      std::string("data:x;base64,4111 1111 1111 1111"),
      "data:x;base64," + line + "\n" + line + "\n" + line + "\n" + line + "\n4111111111111111",
      "data:x;base64," + line + line + line + line + " 4111 1111 1111 1111");
  CAPTURE(text);
  CHECK(find_in_body(content(text).dump(), scan_truly).holds("card"));
}

TEST_CASE("the bytes of pictures and files are not looked at", "[privacy]") {
  std::size_t seen = 0;
  const Scan count = [&](std::string_view text, std::vector<Finding>*) { seen += text.size(); };
  const std::string bytes(100'000, 'Q');
  std::string lines;
  for (int i = 0; i < 1'000; ++i) lines += std::string(76, 'Q') + "\r\n";
  const std::string file = GENERATE_COPY(bytes + "", bytes + "==", lines + "", lines + "QQ==");
  const json body = GENERATE_COPY(
      content("data:image/png;base64," + file),
      json{{"messages",
            {{{"content", {{{"image_url", {{"url", "data:image/png;base64," + file}}}}}}}}}},
      json{{"messages", {{{"content", {{{"source", {{"type", "base64"}, {"data", file}}}}}}}}}},
      json{{"messages", {{{"content", {{{"file", {{"file_data", file}}}}}}}}}},
      json{{"messages", {{{"content", {{{"input_audio", {{"data", file}}}}}}}}}},
      json{{"messages", {{{"images", {file}}}}}},
      json{{"input", {{{"content", {{{"file_data", file}}}}}}}},
      json{{"contents", {{{"parts", {{{"inlineData", {{"data", file}}}}}}}}}});
  CAPTURE(body.dump().substr(0, 100));
  find_in_body(body.dump(), count);
  CHECK(seen < 1'000);
}

TEST_CASE("a client's own member that is called data is looked at whole", "[privacy]") {
  std::size_t seen = 0;
  const Scan count = [&](std::string_view text, std::vector<Finding>*) { seen += text.size(); };
  const std::string value(400, 'Q');
  const json body = GENERATE_COPY(
      json{{"messages", {{{"content", {{{"type", "tool_use"}, {"input", {{"data", value}}}}}}}}}},
      json{{"metadata", {{"file_data", value}}}}, json{{"extra", {{"data", value}}}});
  find_in_body(body.dump(), count);
  CHECK(seen >= value.size());
}

TEST_CASE("the last look finds a known value in a data URL, too", "[privacy]") {
  const std::string bytes(400, 'Q');
  const Redaction redaction(content("mail zed@example.com, key: x").dump(), scan_truly,
                            usual_kinds());
  CHECK(redaction.leaks_into(content("data:x;base64," + bytes + "= zed@example.com").dump()));
  CHECK(redaction.leaks_into(content("data:x;base64, zed@example.com").dump()));
  CHECK_FALSE(redaction.leaks_into(content("data:x;base64," + bytes).dump()));
}

TEST_CASE("letters that meet a short value by chance leave a picture whole", "[privacy]") {
  const Scan words = [](std::string_view text, std::vector<Finding>* findings) {
    if (!text.ends_with("Anna")) return;
    findings->push_back({FindingKind::kPerson, "", text.size() - 4, text.size()});
  };
  const std::string picture =
      "data:image/png;base64," + std::string(200, 'Q') + "/Anna+" + std::string(200, 'Q');
  const json body = {{"messages", {{{"content", "Anna"}}, {{"content", picture}}}}};
  const Redaction redaction(body.dump(), words, kEveryKind);
  CHECK(redaction.body().find(picture) != std::string::npos);
  CHECK(redaction.body().find("[PII_PERSON_1]") != std::string::npos);
  CHECK_FALSE(redaction.leaks_into(redaction.body()));
}

// --- the dialect's own words ---

TEST_CASE("no name of a member keeps a client's own data from being redacted", "[privacy]") {
  const std::string body = GENERATE(
      R"({"tools":[{"name":"f","input_schema":{},"input_examples":[{"id":"zed@example.com"}]}]})",
      R"({"tools":[{"name":"f","input_examples":[{"status":"zed@example.com"}]}]})",
      R"({"tools":[{"name":"f","input_examples":[{"a":[{"type":["zed@example.com"]}]}]}]})",
      R"({"chat_template_kwargs":{"detail":"zed@example.com"}})",
      R"({"extra":{"format":"zed@example.com"}})",
      R"({"messages":[{"content":"x","extra":{"object":"zed@example.com"}}]})",
      R"({"messages":[{"content":"x","status":"zed@example.com"}]})",
      R"({"messages":[{"content":"x","detail":"zed@example.com"}]})",
      R"({"contents":[{"parts":[{"detail":"zed@example.com"}]}]})",
      R"({"prompt":{"id":"p","variables":{"id":"zed@example.com"}}})",
      R"({"tools":[{"type":"file_search","filters":{"type":"eq","value":"zed@example.com"}}]})",
      R"({"tools":[{"function":{"parameters":{"properties":{"a":{"default":
        {"type":"zed@example.com"}}}}}}]})",
      R"({"messages":[{"role":"zed@example.com"}]})");
  CAPTURE(body);
  const Redaction redaction(body, scan_truly, usual_kinds());
  CHECK(redaction.body().find("[PII_EMAIL_1]") != std::string::npos);
  CHECK(redaction.leaks_into(body));
  CHECK(json::accept(redaction.body()));
}

TEST_CASE("a card number in a client's member is redacted, whatever its name", "[privacy]") {
  const std::string body = GENERATE(
      R"({"tools":[{"name":"f","input_examples":[{"status":"card 4111 1111 1111 1111"}]}]})",
      R"({"chat_template_kwargs":{"status":"4111 1111 1111 1111"}})",
      R"({"chat_template_kwargs":{"id":4111111111111111}})");
  CAPTURE(body);
  CHECK(without_private(body).find("4111") == std::string::npos);
}

TEST_CASE("texts within the schema of a tool are redacted", "[privacy]") {
  const std::string word = GENERATE("description", "title", "default", "const", "pattern",
                                    "$comment", "examples", "enum", "example");
  const bool deep = GENERATE(false, true);
  json schema = {{"type", "string"}};
  schema[word] = word == "enum" || word == "examples" ? json{kMail} : json(kMail);
  if (deep) {
    schema = {{"type", "object"}, {"properties", {{"status", {{"items", {{"anyOf", {schema}}}}}}}}};
  }
  const json body = GENERATE_COPY(
      json{{"tools", {{{"type", "function"}, {"function", {{"parameters", schema}}}}}}},
      json{{"tools", {{{"name", "f"}, {"input_schema", schema}}}}},
      json{{"tools", {{{"functionDeclarations", {{{"parameters", schema}}}}}}}},
      json{{"functions", {{{"name", "f"}, {"parameters", schema}}}}},
      json{{"response_format", {{"type", "json_schema"}, {"json_schema", {{"schema", schema}}}}}},
      json{{"text", {{"format", {{"type", "json_schema"}, {"schema", schema}}}}}},
      json{{"generationConfig", {{"responseSchema", schema}}}}, json{{"format", schema}});
  CAPTURE(body.dump());
  CHECK(without_private(body.dump()).find(kMail) == std::string::npos);
}

TEST_CASE("the keywords of a schema stay, and names in it change together", "[privacy]") {
  const Redaction redaction(
      R"({"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
      R"("properties":{"object":{"type":"string","format":"date"}},"required":["object"]}}}]})",
      scan_for_words, kEveryKind);
  CHECK(redaction.body() ==
        R"({"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
        R"("properties":{"PII_TERM_1":{"type":"string","format":"date"}},)"
        R"("required":["PII_TERM_1"]}}}]})");
  CHECK_FALSE(redaction.leaks_into(redaction.body()));
}

TEST_CASE("the dialect's own words and ids stay where they belong", "[privacy]") {
  const std::string body = GENERATE(
      R"({"model":"object","service_tier":"object","previous_response_id":"object"})",
      R"({"messages":[{"role":"object","tool_call_id":"object",
        "tool_calls":[{"id":"object","type":"function","function":{"arguments":"{}"}}]}]})",
      R"({"messages":[{"role":"object","content":[{"type":"object","id":"object",
        "tool_use_id":"object","signature":"object","cache_control":{"type":"object"},
        "source":{"type":"object","media_type":"object"},
        "content":[{"type":"object","source":{"type":"object"}}]}]}]})",
      R"({"messages":[{"content":[{"type":"image_url","image_url":{"detail":"object"}},
        {"type":"input_audio","input_audio":{"format":"object"}}]}]})",
      R"({"input":[{"type":"object","role":"object","id":"object","status":"object",
        "call_id":"object","encrypted_content":"object","summary":[{"type":"object"}],
        "content":[{"type":"object","detail":"object"}],"output":[{"type":"object"}]}]})",
      R"({"contents":[{"role":"object","parts":[{"thoughtSignature":"object",
        "inlineData":{"mimeType":"object"},"functionCall":{"id":"object"}}]}]})",
      R"({"systemInstruction":{"role":"object","parts":[{"text":"x"}]}})",
      R"({"system":[{"type":"object","cache_control":{"type":"object"}}]})",
      R"({"tools":[{"type":"object","format":{"type":"object"}}],"tool_choice":{"type":"object"},
        "cache_control":{"type":"object"},"thinking":{"type":"object"},
        "response_format":{"type":"object"},"format":"object",
        "reasoning_effort":"object","text":{"format":{"type":"object"}}})",
      R"({"tools":[{"type":"object","user_location":{"type":"object"},"cache_control":{
        "type":"object"},"filters":{"type":"object","filters":[{"type":"object"}]}}]})");
  CAPTURE(body);
  const Redaction redaction(body, scan_for_words, kEveryKind);
  CHECK(redaction.body() == body);
}

// --- names of members that are written in escapes ---

TEST_CASE("a member's name that is written in escapes gives its value away, too", "[privacy]") {
  const std::string body = GENERATE(
      R"({"messages":[{"content":[{"type":"tool_use","input":
        {"p\u0061ssword":"hunter7Zq!93x"}}]}]})",
      R"({"messages":[{"tool_calls":[{"function":{
        "arguments":"{\"p\\u0061ssword\":\"hunter7Zq!93x\"}"}}]}]})",
      R"({"messages":[{"tool_calls":[{"function":{
        "arguments":"{\"a\":\"{\\\"p\\\\u0061ssword\\\":\\\"hunter7Zq!93x\\\"}\"}"}}]}]})",
      R"({"metadata":{"\u0070assword":["hunter7Zq!93x"]}})",
      R"({"metadata":{"contrase\u00f1a":"hunter7Zq!93x"}})");
  CAPTURE(body);
  CHECK(without_private(body).find("hunter7") == std::string::npos);
  CHECK(find_in_body(body, scan_truly).holds("secret"));
}

TEST_CASE("a member's name that is written in escapes is the dialect's all the same", "[privacy]") {
  const std::string body = R"({"m\u0065ssages":[{"r\u006fle":"object"}],"\u006dodel":"object"})";
  CHECK(Redaction(body, scan_for_words, kEveryKind).body() == body);
}

TEST_CASE("a long name of a member says as much by its end", "[privacy]") {
  const std::string name(5'000, 'x');
  const json body = {{"metadata", {{name + "_password", "hunter7Zq!93x"}}}};
  CHECK(without_private(body.dump()).find("hunter7") == std::string::npos);
}

}  // namespace
}  // namespace weir::privacy
