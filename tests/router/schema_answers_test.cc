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

}  // namespace
}  // namespace weir
