#include "router/cli/small_jobs.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/catch.h"

namespace weir::cli {
namespace {

using nlohmann::json;

SmallJob job_that_expects(const json& expect) {
  const json line = {{"skill", "s"},
                     {"messages", json::array({{{"role", "user"}, {"content", "q"}}})},
                     {"expect", expect}};
  std::istringstream in(line.dump());
  return read_jobs(in, "jobs", 9).value().front();
}

Verdict verdict(const json& expect, const json& message) {
  return judge_job(job_that_expects(expect), message);
}

json said(const std::string& text) { return {{"role", "assistant"}, {"content", text}}; }

json called(const std::string& name, const std::string& arguments) {
  const json function = {{"name", name}, {"arguments", arguments}};
  return {{"content", nullptr}, {"tool_calls", json::array({{{"function", function}}})}};
}

TEST_CASE("A text is right without the blanks around it", "[small_jobs]") {
  CHECK(verdict({{"text", "spam"}}, said(" spam\n")).right);
  CHECK_FALSE(verdict({{"text", "spam"}}, said("Spam")).right);
  CHECK(verdict({{"text", {"a", "b"}}}, said("b")).right);
  CHECK_FALSE(verdict({{"text", "spam"}}, called("f", "{}")).right);
}

TEST_CASE("JSON is right by its value", "[small_jobs]") {
  const json expect = {{"json", {{"a", 2}, {"b", true}}}};
  CHECK(verdict(expect, said("{\"b\": true, \"a\": 2.0}")).right);
  CHECK_FALSE(verdict(expect, said("{\"b\": 1, \"a\": 2}")).right);
  CHECK(verdict(expect, said("{\"a\": 1}")).parsed);
  CHECK_FALSE(verdict(expect, said("{\"a\": 1")).parsed);
}

TEST_CASE("A call is right by its name and its arguments", "[small_jobs]") {
  const json expect = {{"tool", {{"name", "f"}, {"arguments", {{"x", "1"}}}}}};
  CHECK(verdict(expect, called("f", "{\"x\": \"1\"}")).right);
  CHECK_FALSE(verdict(expect, called("g", "{\"x\": \"1\"}")).right);
  CHECK_FALSE(verdict(expect, called("f", "{\"x\": 1}")).right);
  CHECK_FALSE(verdict(expect, said("<tool_call>")).parsed);
}

TEST_CASE("A job becomes a request with its tools", "[small_jobs]") {
  std::istringstream in(
      "\n{\"skill\": \"s\", \"messages\": [], \"tools\": [1], \"expect\": {\"text\": \"x\"}}\n");
  const auto jobs = read_jobs(in, "jobs", 7);
  REQUIRE(jobs.has_value());
  const json body = json::parse(jobs->front().body);
  CHECK(body["tools"] == json::array({1}));
  CHECK(body["max_tokens"] == 7);
  CHECK_FALSE(body.contains("response_format"));
}

TEST_CASE("A job that is none is named by its line", "[small_jobs]") {
  const std::string line = GENERATE("[]", "{", "{\"skill\": 1}", "{\"skill\": \"s\"}",
                                    "{\"skill\": \"s\", \"messages\": []}",
                                    "{\"skill\": \"s\", \"messages\": [], \"expect\": {\"x\": 1}}");
  CAPTURE(line);
  std::istringstream in("\n" + line);
  const auto jobs = read_jobs(in, "jobs", 7);
  REQUIRE(jobs.has_error());
  CHECK(jobs.error().message.starts_with("jobs:2: "));
}

TEST_CASE("Scores are shares with their intervals", "[small_jobs]") {
  SkillScores scores;
  for (int i = 0; i < 10; ++i) scores["a"].add(Verdict{i < 9, true, true});
  scores["b"].add(Verdict{false, false, false});
  const json told = scores_json(scores);
  CHECK(told["skills"]["a"]["share"] == 0.9);
  CHECK(told["skills"]["a"]["low"].get<double>() == Approx(0.5958).margin(1e-3));
  CHECK(told["all"]["jobs"] == 11);
  CHECK(told["all"]["json_parses"] == 1.0);
  CHECK_FALSE(told["skills"]["b"].contains("json_parses"));
}

}  // namespace
}  // namespace weir::cli
