#include "router/cli/eval.h"

#include <sstream>

#include "router/difficulty.h"
#include "tests/support/catch.h"

namespace weir::cli {
namespace {

Result<GradedFile> read(const std::string& text) {
  std::istringstream in(text);
  return read_graded(in, "set.jsonl");
}

const std::string kGood = R"({"prompt":"hi","weak_ok":true,"strong_ok":true})";

TEST_CASE("A graded file is read line by line, with its hash", "[eval]") {
  const auto file =
      read(kGood + "\r\n\n" + R"({"subject":"x","strong_ok":0.5,"weak_ok":false,"prompt":"why?"})");
  REQUIRE(file.has_value());
  REQUIRE(file->prompts.size() == 2);
  CHECK(file->prompts[0].weak_grade == 1);
  CHECK(file->prompts[1].weak_grade == 0);
  CHECK(file->prompts[1].strong_grade == 0.5);
  CHECK(file->prompts[1].bytes == 4);
  CHECK(read(kGood)->sha256 == "681bf3620be800798997e8991ef35d1d7766f81a763bfbec9f9f3ef523005bc9");
}

TEST_CASE("A bad line is named with its file, number and key", "[eval]") {
  const auto [line, what] = GENERATE(table<std::string, std::string>({
      {R"({"prompt":"hi","weak_ok":true})", "\"strong_ok\" is missing"},
      {R"({"weak_ok":true,"strong_ok":true})", "\"prompt\" is missing"},
      {R"({"prompt":5,"weak_ok":true,"strong_ok":true})", "\"prompt\" must be a string"},
      {R"({"prompt":"","weak_ok":"yes","strong_ok":true})", "\"weak_ok\" must be true"},
      {R"({"prompt":"","weak_ok":1.5,"strong_ok":true})", "\"weak_ok\" must be true"},
      {R"({"prompt":"","weak_ok":true,"strong_ok":null})", "\"strong_ok\" must be true"},
      {R"({"prompt":"a","prompt":"b","weak_ok":true,"strong_ok":true})", ""},
      {R"(["hi",true,true])", "must be a JSON object"},
      {R"({"prompt":"hi",)", ""},
      {"\xff\xfe", ""},
  }));
  CAPTURE(line);
  const auto file = read(kGood + "\n" + line + "\n" + kGood + "\n");
  REQUIRE(file.has_error());
  CHECK(file.error().message.starts_with("set.jsonl:2: "));
  CHECK(file.error().message.find(what) != std::string::npos);
}

TEST_CASE("A file without prompts and a line without an end are refused", "[eval]") {
  CHECK(read("").error().message == "set.jsonl: has no prompts");
  CHECK(read("\n \n").has_error());
  const auto endless = read(kGood + "\n" + std::string(kEvalMaxLineBytes + 1, ' '));
  REQUIRE(endless.has_error());
  CHECK(endless.error().message.find("set.jsonl:2: is longer than") == 0);
}

TEST_CASE("The JSON of an evaluation has its keys and no others", "[eval]") {
  DifficultyMeasures measures;
  measures.prompts = 3;
  measures.apgr = 0.5;
  measures.apgr_low = 0.25;
  measures.ece = 0.125;
  CHECK(
      measures_json(measures) ==
      R"({"apgr":{"value":0.5,"low":0.25,"high":null},"cpt50":null,"cpt80":null,)"
      R"("auroc":null,"ece":0.125,"baselines":{"random":0.5,"length":null,"oracle":null},"n":3})");
  CHECK(measures_table(measures).find("ECE of P(local ok)        0.125") != std::string::npos);
}

TEST_CASE("The weights know the files that they were trained on", "[eval]") {
  CHECK(difficulty_was_trained_on(
      "e4efd678d3016b540c601986807149ce12ad64bdb860402e82df94435b587cad"));
  CHECK_FALSE(difficulty_was_trained_on(""));
  CHECK_FALSE(difficulty_was_trained_on(std::string(64, '0')));
}

}  // namespace
}  // namespace weir::cli
