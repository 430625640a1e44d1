// What becomes of answers from outside that are not the JSON that was asked for.
#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::string_view kRight = R"({"answer":42})";

std::string asking_for_json(const std::string& model, bool stream, bool strict = true) {
  const std::string body = asking(model, stream);
  return body.substr(0, body.size() - 1) +
         R"(,"response_format":{"type":"json_schema","json_schema":{"name":"a","strict":)" +
         (strict ? "true" : "false") +
         R"(,"schema":{"type":"object","properties":{"answer":{"type":"integer"}},)"
         R"("required":["answer"],"additionalProperties":false}}}})";
}

// A local backend and two in the cloud, which a request for "cloud" asks in order.
House three_places(Behaviour other = succeed) {
  return {succeed, succeed, {}, {}, std::move(other)};
}

std::string text_of(const Answer& answer) {
  std::string text;
  for (const char c : answer.body) {
    if (c != '\\') text += c;
  }
  return text;
}

std::string checks_of(House& house, std::string_view backend, std::string_view outcome) {
  const std::string series = "weir_schema_checks_total{backend=\"" + std::string(backend) +
                             "\",outcome=\"" + std::string(outcome) + "\"} ";
  const std::string all = house.metrics_.exposition();
  const std::size_t at = all.find(series);
  if (at == std::string::npos) return "0";
  return all.substr(at + series.size(), all.find('\n', at) - at - series.size());
}

TEST_CASE("an answer that is the JSON that was asked for is shown and counted", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {R"({"answer")", ": ", "42}"};
  const Answer answer = house.ask(asking_for_json("cloud", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-a\r\n"));
  CHECK_FALSE(contains(answer.headers, "x-weir-fault"));
  CHECK(house.other_cloud_.runs == 0);
  CHECK(checks_of(house, "cloud-a", "right") == "1");
}

TEST_CASE("an answer that is not is withheld while another backend may answer", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {"Sure! ", "Here it is: ", R"({"answer":42})"};
  house.other_cloud_.tokens = {std::string(kRight)};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("cloud", stream));
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-backend: cloud-b\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: cloud-failed\r\n"));
  CHECK_FALSE(contains(answer.body, "Sure"));
  CHECK(contains(text_of(answer), kRight));
  CHECK(checks_of(house, "cloud-a", "withheld") == "1");
  CHECK(checks_of(house, "cloud-b", "right") == "1");
  const std::string row = house.row();
  CAPTURE(row);
  CHECK(contains(row, "\"fault\": \"broken-schema\""));
  CHECK(contains(row, "\"schema\": \"withheld\""));
  CHECK(contains(row, "\"outcome\": \"broken_schema\""));
}

TEST_CASE("an answer that was withheld is paid for", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {R"({"answer":"42"})"};
  house.other_cloud_.tokens = {std::string(kRight)};
  const Answer answer = house.ask(asking_for_json("cloud", false));
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.006\r\n"));
}

TEST_CASE("a wrong answer is shown, and says so, when everybody else fails", "[router]") {
  House house = three_places(fail_to_connect);
  house.cloud_.tokens = {R"({"answer":"42"})"};
  const Answer answer = house.ask(asking_for_json("cloud", false));
  CHECK(answer.status == 200);
  CHECK(contains(text_of(answer), R"({"answer":"42"})"));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-a\r\n"));
  CHECK(contains(answer.headers, "x-weir-fault: broken-schema\r\n"));
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.003\r\n"));
  CHECK(checks_of(house, "cloud-a", "shown") == "1");
  const std::string row = house.row();
  CHECK(contains(row, "\"backend\": \"cloud-a\""));
  CHECK(contains(row, "\"http_status\": 200"));
}

TEST_CASE("a wrong answer of the only backend is shown, counted and explained", "[router]") {
  House house(succeed, succeed);
  house.cloud_.tokens = {R"({"answer")", R"(:"42"})"};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("big", stream));
  CHECK(answer.status == 200);
  CHECK(contains(answer.body, "42"));
  CHECK(contains(answer.headers, "x-weir-fault: broken-schema\r\n") != stream);
  CHECK(checks_of(house, "cloud-a", "shown") == "1");
  CHECK(contains(house.row(), "\"fault\": \"broken-schema\""));
}

TEST_CASE("a stream that goes wrong once it is seen is counted, no more", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {R"({"answer":)", R"("42"})"};
  const Answer answer = house.ask(asking_for_json("cloud", true));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-a\r\n"));
  CHECK(house.other_cloud_.runs == 0);
  CHECK(checks_of(house, "cloud-a", "shown") == "1");
}

TEST_CASE("a schema that is not strict is a wish: what comes is shown", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {"Sure!"};
  const Answer answer = house.ask(asking_for_json("cloud", GENERATE(false, true), false));
  CHECK(contains(answer.body, "Sure!"));
  CHECK(house.other_cloud_.runs == 0);
  CHECK(checks_of(house, "cloud-a", "shown") == "1");
}

TEST_CASE("an answer that the token limit cut is no wrong one", "[router]") {
  House house = three_places();
  house.cloud_.tokens = {R"({"answer":4)"};
  house.cloud_.finish = FinishReason::kLength;
  const Answer answer = house.ask(asking_for_json("cloud", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-a\r\n"));
  CHECK(checks_of(house, "cloud-a", "right") == "1");
}

TEST_CASE("an answer in words is held against nothing", "[router]") {
  House house = three_places();
  house.ask(asking("cloud", GENERATE(false, true)));
  CHECK_FALSE(contains(house.metrics_.exposition(), "weir_schema_checks_total{"));
}

Team with_repair(Privacy privacy = Privacy::kAny) {
  Team team;
  team.name = "red";
  team.privacy = privacy;
  team.trusted_sites = {"cloud-a"};
  team.repair = Repair::kLocal;
  return team;
}

constexpr std::string_view kWrong = "The answer is 42.";

TEST_CASE("a wrong answer is written anew by the local model where the team wants that",
          "[router]") {
  House house(succeed, succeed, {with_repair()});
  house.cloud_.tokens = {"The answer ", "is 42."};
  house.local_.tokens = {R"({"answer":)", "42}"};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("big", stream));
  CHECK(answer.status == 200);
  CHECK(contains(house.local_.request, kWrong));
  CHECK(contains(house.local_.request, R"("required":["answer"])"));
  CHECK_FALSE(contains(answer.body, "The answer"));
  CHECK((stream ? contains(text_of(answer), "42}") : contains(text_of(answer), kRight)));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: repaired\r\n"));
  CHECK_FALSE(contains(answer.headers, "x-weir-fault"));
  CHECK(checks_of(house, "cloud-a", "repaired") == "1");
}

TEST_CASE("a repaired answer costs what the cloud took, and saves nothing", "[router]") {
  House house(succeed, succeed, {with_repair()});
  house.cloud_.tokens = {std::string(kWrong)};
  house.local_.tokens = {std::string(kRight)};
  const Answer answer = house.ask(asking_for_json("big", false));
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.003\r\n"));
  CHECK(contains(answer.headers, "x-weir-saved-usd: 0.00\r\n"));
  const std::string row = house.row();
  CAPTURE(row);
  CHECK(contains(row, "\"backend\": \"cloud-a\""));
  CHECK(contains(row, "\"reason\": \"repaired\""));
  CHECK(contains(row, "\"input_tokens\": 1000"));
  CHECK(contains(row, "\"attempts\": 2"));
  CHECK(contains(row, "\"schema\": \"repaired\""));
}

TEST_CASE("an answer of a team with repair that is right is nobody else's work", "[router]") {
  House house(succeed, succeed, {with_repair()});
  house.cloud_.tokens = {R"({"answer":)", "42}"};
  const Answer answer = house.ask(asking_for_json("big", GENERATE(false, true)));
  CHECK(contains(answer.body, "42}"));
  CHECK(contains(answer.headers, "x-weir-reason: model-requested\r\n"));
  CHECK(house.local_.runs == 0);
}

TEST_CASE("an answer of a site that a private team trusts is not repaired", "[router]") {
  const bool is_private = GENERATE(true, false);
  const Privacy privacy = is_private ? Privacy::kLocalOnly : Privacy::kAny;
  House house(succeed, succeed, {with_repair(privacy)});
  house.cloud_.place = BackendClass::kSite;
  house.cloud_.tokens = {std::string(kWrong)};
  house.local_.tokens = {std::string(kRight)};
  const Answer answer = house.ask(asking_for_json("big", false));
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-route: site\r\n"));
  CHECK((house.local_.runs == 0) == is_private);
  CHECK(contains(answer.body, kWrong) == is_private);
}

TEST_CASE("only what must be JSON is repaired, and only by a model that can", "[router]") {
  House house(succeed, succeed, {with_repair()});
  house.cloud_.tokens = {std::string(kWrong)};
  const std::string strict = asking_for_json("big", false);
  std::string body = strict.substr(0, strict.size() - 1);
  SECTION("not strict") { body = asking_for_json("big", true, false); }
  SECTION("several choices") { body += R"(,"n":2})"; }
  SECTION("with logprobs") { body += R"(,"logprobs":true})"; }
  SECTION("the local model knows no schemas") {
    house.local_.can.json_schema = false;
    body = strict;
  }
  CHECK(contains(house.ask(body).body, kWrong));
  CHECK(house.local_.runs == 0);
}

TEST_CASE("what cannot be repaired goes to the next candidate", "[router]") {
  const bool broken = GENERATE(true, false);
  House house(broken ? fail_locally : succeed, succeed, {with_repair()}, {}, succeed);
  house.cloud_.tokens = {std::string(kWrong)};
  house.local_.tokens = {R"({"answer":4)"};
  house.local_.finish = FinishReason::kLength;
  house.other_cloud_.tokens = {std::string(kRight)};
  const Answer answer = house.ask(asking_for_json("cloud", GENERATE(false, true)));
  CHECK(contains(text_of(answer), kRight));
  CHECK(contains(answer.headers, "x-weir-backend: cloud-b\r\n"));
  CHECK(house.local_.runs == 1);
  CHECK(checks_of(house, "cloud-a", "withheld") == "1");
}

TEST_CASE("what nobody can make right is shown as it came", "[router]") {
  House house(fail_locally, succeed, {with_repair()});
  house.cloud_.tokens = {std::string(kWrong)};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("big", stream));
  CHECK(answer.status == 200);
  CHECK(contains(answer.body, kWrong));
  CHECK((!stream || answer.body.ends_with("data: [DONE]\n\n")));
  CHECK(contains(answer.headers, "x-weir-fault: broken-schema\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: model-requested\r\n"));
  CHECK(checks_of(house, "cloud-a", "shown") == "1");
  CHECK(contains(house.row(), "\"http_status\": 200"));
}

}  // namespace
}  // namespace weir
