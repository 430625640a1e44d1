#include "router/features.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

ChatRequest request_of(const std::vector<std::pair<Role, std::string>>& turns) {
  ChatRequest request;
  for (const auto& [role, text] : turns) {
    request.messages.push_back({role, {}, {{TextPart{text}, {}}}, {}});
  }
  return request;
}

float feature(const ChatRequest& request, std::string_view name) {
  const auto at = std::find(kFeatureNames.begin(), kFeatureNames.end(), name);
  REQUIRE(at != kFeatureNames.end());
  return extract_features(request)[static_cast<std::size_t>(at - kFeatureNames.begin())];
}

TEST_CASE("The features are those that the trainer computed", "[router]") {
  std::ifstream file(WEIR_SOURCE_DIR "/tests/data/difficulty_golden.jsonl");
  std::size_t prompts = 0;
  for (std::string line; std::getline(file, line); ++prompts) {
    const nlohmann::json golden = nlohmann::json::parse(line);
    const std::vector<std::pair<Role, std::string>> turns{
        {Role::kUser, golden["prompt"].get<std::string>()}};
    const Features features = extract_features(request_of(turns));
    for (std::size_t i = 0; i < features.size(); ++i) {
      CAPTURE(golden["prompt"].get<std::string>(), kFeatureNames[i]);
      CHECK(features[i] == Approx(golden["features"][i].get<double>()).margin(2e-6));
    }
  }
  CHECK(prompts > 30);
}

TEST_CASE("Text in several parts counts as one turn", "[router]") {
  const std::vector<std::pair<Role, std::string>> turns{{Role::kUser, "prove it"}};
  ChatRequest request = request_of(turns);
  const float one = feature(request, "w_proof");
  request.messages[0].parts.push_back({TextPart{"another proof"}, {}});
  CHECK(feature(request, "w_proof") > one);
}

TEST_CASE("A last turn that says nothing is read with the one before it", "[router]") {
  const std::vector<std::pair<Role, std::string>> turns{
      {Role::kUser, "Prove the theorem."}, {Role::kAssistant, "Shall I?"}, {Role::kUser, "yes"}};
  CHECK(feature(request_of(turns), "w_proof") > 0);
  std::vector<std::pair<Role, std::string>> moved_on = turns;
  moved_on.back().second = std::string(80, 'x');
  CHECK(feature(request_of(moved_on), "w_proof") == 0);
}

TEST_CASE("Tools, other turns and context are counted by their size", "[router]") {
  const std::vector<std::pair<Role, std::string>> turns{{Role::kSystem, "Be kind."},
                                                        {Role::kUser, "hi"}};
  ChatRequest request = request_of(turns);
  CHECK(feature(request, "tools") == 0);
  CHECK(feature(request, "turns") == 0);
  CHECK(feature(request, "log_context") > 0);
  request.tools.emplace_back();
  CHECK(feature(request, "tools") == 1);
}

TEST_CASE("A request without text has features too", "[router]") {
  const Features features = extract_features(ChatRequest{});
  CHECK(std::all_of(features.begin(), features.end(), [](float v) { return v >= 0 && v <= 1; }));
}

TEST_CASE("Of a long turn the beginning and the end are read", "[router]") {
  const std::string middle(3 * kFeatureTextBytes, 'x');
  const std::vector<std::pair<Role, std::string>> turns{
      {Role::kUser, "Prove this. " + middle + " theorem"}};
  const std::vector<std::pair<Role, std::string>> hidden{
      {Role::kUser, middle + " Prove this theorem " + middle}};
  CHECK(feature(request_of(turns), "w_proof") == Approx(std::log1p(2.0) / 2));
  CHECK(feature(request_of(hidden), "w_proof") == 0);
}

}  // namespace
}  // namespace weir
