#include "router/difficulty.h"

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "router/config.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

double score_of(std::string_view prompt) {
  ChatRequest request;
  request.messages.push_back({Role::kUser, {}, {{TextPart{prompt}, {}}}, {}});
  return difficulty(extract_features(request));
}

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
  features.fill(GENERATE(0.0F, 1.0F, 1e30F, -1e30F));
  const double score = difficulty(features);
  CHECK(score >= 0);
  CHECK(score <= 1);
}

TEST_CASE("Bytes of any kind have a score", "[router]") {
  std::string bytes;
  for (int i = 0; i < 4'096; ++i) bytes.push_back(static_cast<char>(i * 131 + i / 7));
  CHECK(score_of(bytes) >= 0);
  CHECK(score_of(bytes) <= 1);
}

}  // namespace
}  // namespace weir
