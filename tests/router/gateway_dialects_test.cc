// Clients of every dialect at the gateway: they are understood, answered and refused in
// their own words.
#include <nlohmann/json.hpp>

#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

// A question of one dialect, and where its answer has the text and the tokens of the prompt.
struct Question {
  std::string target;
  std::string body;
  std::string text_at;
  std::string tokens_at;
};

const std::vector<Question>& questions() {
  static const std::vector<Question> kQuestions = {
      {"/v1/chat/completions", R"({"model":"local","messages":[{"role":"user","content":"Hi"}]})",
       "/choices/0/message/content", "/usage/prompt_tokens"},
      {"/v1/completions", R"({"model":"local","prompt":"Hi"})", "/choices/0/text",
       "/usage/prompt_tokens"},
      {"/v1/responses", R"({"model":"local","input":"Hi"})", "/output/0/content/0/text",
       "/usage/input_tokens"},
      {"/v1/messages",
       R"({"model":"local","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]})",
       "/content/0/text", "/usage/input_tokens"},
      {"/v1beta/models/local:generateContent", R"({"contents":[{"parts":[{"text":"Hi"}]}]})",
       "/candidates/0/content/parts/0/text", "/usageMetadata/promptTokenCount"},
      {"/api/chat",
       R"({"model":"local","stream":false,"messages":[{"role":"user","content":"Hi"}]})",
       "/message/content", "/prompt_eval_count"},
      {"/api/generate", R"({"model":"local","stream":false,"prompt":"Hi"})", "/response",
       "/prompt_eval_count"},
  };
  return kQuestions;
}

TEST_CASE("Every dialect is answered in its own form, and recorded as what it is", "[router]") {
  const Question& question = GENERATE(from_range(questions()));
  CAPTURE(question.target);
  House house(succeed, succeed);
  const Answer answer = house.post(question.target, question.body);
  REQUIRE(answer.status == 200);
  CHECK(house.local_.request == "Hi");
  const json body = json::parse(answer.body);
  CHECK(body[json::json_pointer(question.text_at)] == "local");
  CHECK(body[json::json_pointer(question.tokens_at)] == 1'000);
  CHECK(body["weir"]["route"] == "local");
  CHECK(contains(answer.headers, "x-weir-route: local\r\n"));
  CHECK(json::parse(house.row())["dialect"] != "");
}

TEST_CASE("A name and the same name with the tag latest are one model", "[router]") {
  Rule rule;
  rule.name = "not-big";
  rule.models = {"big"};
  rule.action = RuleAction::kLocalOnly;
  const bool ruled = GENERATE(false, true);
  House house(succeed, succeed, {}, ruled ? std::vector<Rule>{rule} : std::vector<Rule>{});
  const std::string asked = R"({"model":"big:latest",)";
  const std::string message = R"("messages":[{"role":"user","content":"Hi"}]})";
  for (const std::string target : {"/api/chat", "/v1/chat/completions"}) {
    CAPTURE(target);
    CHECK((house.post(target, asked + R"("stream":false,)" + message).status == 200) != ruled);
  }
  CHECK(house.cloud_.runs == (ruled ? 0 : 2));
  CHECK(house.post("/api/chat", R"({"model":"big:other",)" + message).status == 404);
  CHECK(house.post("/api/chat", R"({"model":"bi:latest",)" + message).status == 404);
}

TEST_CASE("What was lost on the way is told in a header and counted", "[router]") {
  House house(succeed, succeed);
  house.local_.lost = "seed, tools[1]";
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking("local", stream));
  CHECK(contains(answer.headers, "x-weir-lossy: seed, tools[1]\r\n"));
  CHECK(contains(house.metrics_.exposition(),
                 R"(weir_lossy_answers_total{backend="local",dialect="openai_chat"} 1)"));
}

TEST_CASE("What was lost on the way to a body that passes as it is is told, too", "[router]") {
  House house(succeed, succeed);
  house.cloud_.lost = "thinking";
  house.cloud_.whole = R"({"id":"x","choices":[]})";
  const Answer answer = house.ask(asking("big"));
  CHECK(answer.body == house.cloud_.whole);
  CHECK(contains(answer.headers, "x-weir-lossy: thinking\r\n"));
}

TEST_CASE("An answer that cannot be said in the client's dialect is no success for anybody",
          "[router]") {
  House house(succeed, succeed);
  house.cloud_.arguments = R"({"a":1}{"a":1})";
  house.cloud_.finish = FinishReason::kToolCalls;
  const std::string stream = GENERATE("false", "true");
  const Answer answer =
      house.post("/v1/messages", R"({"model":"big","max_tokens":9,"stream":)" + stream +
                                     R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}],)"
                                     R"("messages":[{"role":"user","content":"Hi"}]})");
  CHECK(contains(answer.body, "error"));
  CHECK_FALSE(contains(answer.headers, "x-weir-saved-usd"));
  const json row = json::parse(house.row());
  CHECK(row["http_status"] == 502);
  CHECK(row["error_code"] == "upstream_bad_answer");
  CHECK(row["cost_nanousd"] == 3'000'000);
  CHECK(row["saved_nanousd"] == -3'000'000);
}

TEST_CASE("A tier that costs more than the list is refused where money is limited", "[router]") {
  const bool limited = GENERATE(false, true);
  std::vector<Team> teams(1);
  teams[0].name = "thrifty";
  teams[0].privacy = Privacy::kAny;
  if (limited) teams[0].monthly_budget = NanoUsd{1'000'000'000};
  House house(succeed, succeed, std::move(teams));
  const auto status = [&](const std::string& member) {
    return house
        .post("/v1/chat/completions", R"({"model":"big","max_tokens":9,)" + member +
                                          R"(,"messages":[{"role":"user","content":"Hi"}]})")
        .status;
  };
  CHECK(status(R"("service_tier":"priority")") == (limited ? 400 : 200));
  CHECK(status(R"("speed":"fast")") == (limited ? 400 : 200));
  CHECK(status(R"("service_tier":"flex")") == 200);
}

TEST_CASE("A comment does not keep another backend from taking over", "[router]") {
  const bool fails = GENERATE(false, true);
  const auto behave = [&]() -> Result<Usage> {
    if (fails) return Error{ErrorCode::kUpstreamClosed, "cut off"};
    return some_usage();
  };
  House house(succeed, behave);
  house.cloud_.comment = ": PROCESSING\n\n";
  const Answer answer = house.ask(asking("cloud", true));
  CHECK(answer.status == (fails ? 502 : 200));
  if (!fails) CHECK(contains(answer.body, ": PROCESSING\n\n"));
}

TEST_CASE("A field's name cannot break out of the header that tells of it", "[router]") {
  House house(succeed, succeed);
  house.local_.lost = "a\r\nx-evil: 1";
  const Answer answer = house.ask(asking("local"));
  CHECK(contains(answer.headers, "x-weir-lossy: a??x-evil: 1\r\n"));
}

TEST_CASE("Nothing is told of an answer that lost nothing", "[router]") {
  House house(succeed, succeed);
  CHECK_FALSE(contains(house.ask(asking("local")).headers, "x-weir-lossy"));
}

TEST_CASE("A provider's refusal is told in the words of the client's dialect", "[router]") {
  const auto refuse = [] {
    UpstreamRefusal refusal;
    refusal.status = 413;
    refusal.content_type = "application/json";
    refusal.body = R"({"error":{"message":"too long","type":"x","param":null,"code":"y"}})";
    Error error(ErrorCode::kUpstreamStatus, "it said no", "y");
    error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
    return Result<Usage>(error);
  };
  House house(succeed, refuse);
  const Answer same = house.ask(asking("big"));
  CHECK(same.status == 413);
  CHECK(json::parse(same.body)["error"]["code"] == "y");
  const Answer other =
      house.post("/v1/messages",
                 R"({"model":"big","max_tokens":9,"messages":[{"role":"user","content":"x"}]})");
  CHECK(other.status == 413);
  const json body = json::parse(other.body);
  CHECK(body["type"] == "error");
  CHECK(body["error"]["type"] == "request_too_large");
  CHECK(body["error"]["message"] == "too long");
  CHECK(contains(other.headers, "request-id: req_"));
}

TEST_CASE("A path that is not served says so in the dialect it belongs to", "[router]") {
  House house(succeed, succeed);
  const auto refused = [&](const std::string& target) {
    return json::parse(house.admit("POST " + target + " HTTP/1.1\r\nhost: x\r\n\r\n")->body);
  };
  CHECK(refused("/api/pull")["error"].is_string());
  CHECK(refused("/v1beta/cachedContents")["error"]["status"] == "NOT_FOUND");
  CHECK(refused("/v1beta/models/m:streamGenerateContent")["error"]["status"] == "INVALID_ARGUMENT");
  CHECK(refused("/v9/x")["error"]["code"] == "unknown_url");
}

TEST_CASE("A compressed body is refused by name, before it is read as JSON", "[router]") {
  House house(succeed, succeed);
  const auto admitted = [&](const std::string& coding) {
    return house.admit("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n" +
                       coding + "\r\n");
  };
  const auto refused = admitted("content-encoding: gzip\r\n");
  REQUIRE(refused.has_value());
  CHECK(json::parse(refused->body)["error"]["code"] == "unsupported_content_encoding");
  CHECK_FALSE(admitted("content-encoding: identity\r\n").has_value());
}

TEST_CASE("Without a local model the tokens of a prompt are estimated, and said to be",
          "[router]") {
  const auto [text, tokens] = GENERATE(table<std::string, int>({{"twelve bytes", 3}, {"Hi", 1}}));
  House house(succeed, succeed);
  const Answer answer =
      house.post("/v1/messages/count_tokens",
                 R"({"model":"big","messages":[{"role":"user","content":")" + text + R"("}]})");
  CHECK(answer.status == 200);
  CHECK(json::parse(answer.body)["input_tokens"] == tokens);
  CHECK(contains(answer.headers, "x-weir-count: estimate\r\n"));
}

}  // namespace
}  // namespace weir
