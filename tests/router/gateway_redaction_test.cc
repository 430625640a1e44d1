// Requests that leave without what is private, and answers that get it back.
#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr std::string_view kMail = "maria.lopez@example.com";
constexpr std::string_view kCard = "4111 1111 1111 1111";

Team redacting_team() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kRedact;
  return team;
}

Rule rule_on(std::vector<std::string> contains, RuleAction action) {
  Rule rule;
  rule.name = "looks";
  rule.contains = std::move(contains);
  rule.action = action;
  return rule;
}

std::string question(std::string_view text, bool stream = false, std::string_view model = "big") {
  json body = {{"model", model}, {"messages", {{{"role", "user"}, {"content", text}}}}};
  if (stream) body["stream"] = true;
  return body.dump();
}

std::string asking_with_both(bool stream = false) {
  return question("Write to " + std::string(kMail) + " about card " + std::string(kCard), stream);
}

TEST_CASE("what is private stays here and comes back in the answer", "[privacy]") {
  const bool stream = GENERATE(false, true);
  House house(succeed, succeed, {redacting_team()});
  house.cloud_.tokens = {"Dear [PII_EM", "AIL_1], your card PII_CARD", "_1 is fine [PII", "]."};
  const Answer answer = house.ask(asking_with_both(stream));
  REQUIRE(answer.status == 200);
  CHECK(house.cloud_.outbound.find(kMail) == std::string::npos);
  CHECK(house.cloud_.outbound.find("1111") == std::string::npos);
  CHECK(contains(house.cloud_.outbound, "Write to [PII_EMAIL_1] about card [PII_CARD_1]"));
  CHECK(contains(answer.headers, "x-weir-redacted: card=1, email=1\r\n"));
  std::string text;
  if (stream) {
    std::size_t at = 0;
    const std::string_view key = R"("content":")";
    while ((at = answer.body.find(key, at)) != std::string::npos) {
      at += key.size();
      text += answer.body.substr(at, answer.body.find('"', at) - at);
    }
  } else {
    text = json::parse(answer.body)["choices"][0]["message"]["content"].get<std::string>();
  }
  CHECK(text == "Dear maria.lopez@example.com, your card 4111 1111 1111 1111 is fine [PII].");
}

TEST_CASE("the local model gets a request as it is", "[privacy]") {
  House house(succeed, succeed, {redacting_team()});
  const Answer answer = house.ask(question("Mail " + std::string(kMail), false, "local"));
  REQUIRE(answer.status == 200);
  CHECK(contains(house.local_.request, std::string(kMail)));
  CHECK_FALSE(contains(answer.headers, "x-weir-redacted"));
}

TEST_CASE("a request without anything private leaves with the words that it has", "[privacy]") {
  House house(succeed, succeed, {redacting_team()});
  const std::string body = question("Name three rivers.");
  const Answer answer = house.ask(body);
  REQUIRE(answer.status == 200);
  CHECK(house.cloud_.outbound == body);
  CHECK(contains(answer.headers, "x-weir-redacted: none\r\n"));
}

TEST_CASE("a client may have its request redacted, and never the other way", "[privacy]") {
  Team open;
  open.name = "red";
  open.privacy = Privacy::kAny;
  House house(succeed, succeed, {open});
  CHECK(house.ask(asking_with_both()).status == 200);
  CHECK(contains(house.cloud_.outbound, std::string(kMail)));
  CHECK(house.ask(asking_with_both(), "x-weir-privacy: redact\r\n").status == 200);
  CHECK_FALSE(contains(house.cloud_.outbound, std::string(kMail)));

  House strict(succeed, succeed, {redacting_team()});
  CHECK(strict.ask(asking_with_both(), "x-weir-privacy: any\r\n").status == 200);
  CHECK_FALSE(contains(strict.cloud_.outbound, std::string(kMail)));
}

TEST_CASE("a rule looks at what a request contains", "[privacy]") {
  Team open;
  open.name = "red";
  open.privacy = Privacy::kAny;
  const auto [action, status] = GENERATE(table<RuleAction, int>(
      {{RuleAction::kDeny, 403}, {RuleAction::kLocalOnly, 403}, {RuleAction::kRedact, 200}}));
  House house(succeed, succeed, {open}, {rule_on({"card"}, action)});
  CHECK(house.ask(question("Mail " + std::string(kMail))).status == 200);
  CHECK(contains(house.cloud_.outbound, std::string(kMail)));
  house.cloud_.outbound.clear();
  CHECK(house.ask(asking_with_both()).status == status);
  CHECK_FALSE(contains(house.cloud_.outbound, "1111"));
}

TEST_CASE("a refusal of what cannot be redacted says what it is", "[privacy]") {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kRedact;
  House house(succeed, succeed, {team});
  const Answer answer =
      house.ask(R"({"model":"big","messages":[{"role":"user","content":[{"type":"image_url",)"
                R"("image_url":{"url":"https://x.test/a.png"}}]}]})");
  CHECK(answer.status == 403);
  CHECK(contains(answer.body, "images"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a rule about contents holds back what nobody can look into", "[privacy]") {
  Team open;
  open.name = "red";
  open.privacy = Privacy::kAny;
  const std::string part = GENERATE(
      R"({"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}})",
      R"({"type":"image_url","image_url":{"url":"https://x.test/a.png"}})",
      R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA"}})",
      R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})");
  CAPTURE(part);
  const std::string body =
      R"({"model":"big","messages":[{"role":"user","content":[)" + part + "]}]}";
  const auto status = [&](const std::vector<Rule>& rules) {
    House house(succeed, succeed, {open}, rules);
    const int answered = house.ask(body).status;
    CHECK((house.cloud_.runs > 0) == (answered == 200));
    return answered;
  };
  const RuleAction action =
      GENERATE(RuleAction::kDeny, RuleAction::kLocalOnly, RuleAction::kRedact);
  CHECK(status({rule_on({"card"}, action)}) == 403);
  CHECK(status({rule_on({"card"}, RuleAction::kMaskLogs)}) == 200);
  Rule others = rule_on({"card"}, action);
  others.teams = {"blue"};
  CHECK(status({others}) == 200);
}

TEST_CASE("a member that servers may take for another one is refused", "[privacy]") {
  Team open;
  open.name = "red";
  open.privacy = Privacy::kAny;
  House house(succeed, succeed, {open});
  const std::string rest = R"(,"messages":[{"role":"user","content":"Hi"}]})";
  for (const std::string member : {"Model", "MODEL", "Max_Tokens", "N"}) {
    CAPTURE(member);
    const Answer answer = house.ask(R"({"model":"big",")" + member + R"(":"x")" + rest);
    CHECK(answer.status == 400);
    CHECK(contains(answer.body, "json_case"));
  }
  const std::string fallbacks = R"({"model":"big","models":["huge"])" + rest;
  CHECK(house.ask(fallbacks).status == 200);
  open.models = {"big"};
  House limited(succeed, succeed, {open});
  CHECK(limited.ask(fallbacks).status == 400);
  CHECK(limited.ask(R"({"model":"big")" + rest).status == 200);
}

TEST_CASE("a request that cannot be looked into is not redacted but kept", "[privacy]") {
  House house(succeed, succeed, {redacting_team()});
  const std::string picture =
      R"({"model":"big","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},
         {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]})";
  const Answer answer = house.ask(picture);
  CHECK(house.cloud_.runs == 0);
  CHECK(answer.status == 403);
}

TEST_CASE("a team names the kinds that are redacted", "[privacy]") {
  Team team = redacting_team();
  team.redact = {"card"};
  House house(succeed, succeed, {team});
  CHECK(house.ask(asking_with_both()).status == 200);
  CHECK(contains(house.cloud_.outbound, std::string(kMail)));
  CHECK(contains(house.cloud_.outbound, "[PII_CARD_1]"));
}

TEST_CASE("what is redacted is counted by kind", "[privacy]") {
  House house(succeed, fail_to_connect, {redacting_team()}, {}, succeed);
  CHECK(house.ask(question("Mail " + std::string(kMail), false, "cloud")).status == 200);
  CHECK(contains(house.metrics_.exposition(), R"(weir_redactions_total{kind="email"} 1)"));
}

TEST_CASE("a receipt says how many values of which kinds had aliases", "[privacy]") {
  House house(succeed, succeed, {redacting_team()});
  house.begin_receipts(WithoutReceipt::kRefuse, [](int) { return true; });
  REQUIRE(house.ask(asking_with_both()).status == 200);
  REQUIRE(house.ask(question("Name three rivers.")).status == 200);
  REQUIRE(house.ask(question("Hello.", false, "local")).status == 200);
  const std::vector<std::string> lines = house.receipt_lines();
  REQUIRE(lines.size() == 3);
  CHECK(json::parse(lines[0])["redacted"] == "card=1, email=1");
  CHECK(json::parse(lines[1])["redacted"] == "none");
  CHECK(json::parse(lines[2])["redacted"].get<std::string>().empty());
}

TEST_CASE("names have aliases where the team names them, and for nobody else", "[privacy]") {
  Team named = redacting_team();
  named.redact = {"person"};
  House house(succeed, succeed, {named});
  REQUIRE(house.ask(question("Is Maria Lopez from Berlin here?")).status == 200);
  CHECK(contains(house.cloud_.outbound, "[PII_PERSON_1]"));
  House usual(succeed, succeed, {redacting_team()});
  REQUIRE(usual.ask(question("Is Maria Lopez from Berlin here?")).status == 200);
  CHECK(contains(usual.cloud_.outbound, "Maria Lopez"));
}

}  // namespace
}  // namespace weir
