#include "router/difficulty.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "router/config.h"
#include "router/difficulty_weights.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

Features features_of(std::string_view prompt) {
  ChatRequest request;
  request.messages.push_back({Role::kUser, {}, {{TextPart{prompt}, {}}}, {}});
  return extract_features(request);
}

double score_of(std::string_view prompt) { return difficulty(features_of(prompt)); }

std::vector<nlohmann::json> golden() {
  std::ifstream file(WEIR_SOURCE_DIR "/tests/data/difficulty_golden.jsonl");
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(nlohmann::json::parse(line));
  return rows;
}

TEST_CASE("The scores are those that the trainer computed", "[router]") {
  for (const nlohmann::json& row : golden()) {
    const std::string prompt = row["prompt"];
    CAPTURE(prompt);
    CHECK(score_of(prompt) == Approx(row["score"].get<double>()).margin(1e-5));
    const AnswerOdds odds = answer_odds(features_of(prompt));
    CHECK(odds.local_ok == Approx(row["local_ok"].get<double>()).margin(1e-5));
    CHECK(odds.cloud_ok == Approx(row["cloud_ok"].get<double>()).margin(1e-5));
  }
  CHECK_FALSE(difficulty_version().empty());
}

// These prompts are not among those that the weights were trained on.
TEST_CASE("Small jobs score as easy, proofs, science and systems as hard", "[router]") {
  for (const nlohmann::json& row : golden()) {
    if (row["hard"].is_null()) continue;
    const std::string prompt = row["prompt"];
    CAPTURE(prompt);
    CHECK((score_of(prompt) >= RoutingConfig{}.threshold) == row["hard"].get<bool>());
  }
}

TEST_CASE("A score is a probability, whatever the features", "[router]") {
  Features features;
  const float endless = std::numeric_limits<float>::infinity();
  features.fill(GENERATE_COPY(0.0F, 1.0F, 1e30F, -1e30F, endless, -endless, std::nanf("")));
  const double score = difficulty(features);
  CHECK(score >= 0);
  CHECK(score <= 1);
}

TEST_CASE("A word problem is a short plain question with numbers and quantities", "[router]") {
  const auto [text, story] = GENERATE(table<std::string, bool>({
      {"A pen costs 2 dollars. How much do 5 pens cost?", true},
      {"A pen costs 2 dollars and 5 pens cost more.", false},
      {"What is the sum of two numbers?", false},
      {"Translate: a pen costs 2 dollars, how much do 5 cost?", false},
      {"Prove that 5 pens at 2 dollars cost 10 dollars. How?", false},
      {"A pen costs `2` dollars. How much do 5 pens cost?", false},
      {"How much do 5 pens cost at 2 each?\nA. 2\nB. 5\nC. 10", false},
      {std::string(1'100, '.') + " How much do 5 pens cost at 2 each?", false},
  }));
  CAPTURE(text);
  CHECK((features_of(text)[kStoryFeature] == 1) == story);
}

TEST_CASE("A longer word problem is harder, whatever its words", "[router]") {
  const std::string one = "Ann has 3 pens and buys 2. How many pens has she now?";
  const std::string more =
      "Ann has 3 pens and buys 2. She gives 1 away, finds 4, sells half of "
      "them and is given 6 times as many. How many pens has she now?";
  CHECK(score_of(one) < score_of(more));
  std::string other = one;
  other.replace(0, 3, "Zoe");
  CHECK(score_of(other) == score_of(one));
}

TEST_CASE("Case and punctuation leave no trace in the words, neighbours do", "[router]") {
  const auto words = [](std::string_view text) { return features_of(text)[kWordsLocalFeature]; };
  CHECK(words("prove it. \xc3\xa9! Prove it.") == words("PROVE IT, prove it"));
  CHECK(words("a red cat and a dog") != words("a dog and a red cat"));
  CHECK(words("") == 0);
  CHECK(words("\xe4\xbd\xa0\xe5\xa5\xbd") == 0);
}

TEST_CASE("The weights of the words fit into 64 KiB", "[router]") {
  const DifficultyWeights& weights = kDifficultyWeights;
  CHECK(weights.local.terms.size() == 2 * kTermBuckets);
  CHECK(weights.cloud.terms.size() == 2 * kTermBuckets);
  CHECK(2 * kTermBuckets + sizeof weights <= 65'536);
}

TEST_CASE("Bytes of any kind have a score", "[router]") {
  std::string bytes;
  for (int i = 0; i < 4'096; ++i) bytes.push_back(static_cast<char>(i * 131 + i / 7));
  CHECK(score_of(bytes) >= 0);
  CHECK(score_of(bytes) <= 1);
}

}  // namespace
}  // namespace weir
