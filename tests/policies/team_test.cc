#include "policies/team.h"

#include <string>
#include <utility>

#include "tests/support/catch.h"

namespace weir {
namespace {

const std::string kRedKey = "weir_redred01_" + std::string(43, 'r');
const std::string kBlueKey = "weir_blue0001_" + std::string(43, 'b');

Team team(std::string name, const std::string& key) {
  Team result;
  result.name = std::move(name);
  result.keys.push_back({std::string(*key_id(key)), sha256_of(key)});
  return result;
}

Teams two_teams() {
  std::vector<Team> teams;
  teams.push_back(team("red", kRedKey));
  teams.push_back(team("blue", kBlueKey));
  return Teams::create(std::move(teams)).value();
}

TEST_CASE("Each of the three headers identifies the team of its key", "[policies]") {
  const Teams teams = two_teams();
  const auto [name, value] =
      GENERATE_REF(table<std::string, std::string>({{"Authorization", "Bearer " + kBlueKey},
                                                    {"authorization", "bearer   " + kBlueKey + " "},
                                                    {"x-api-key", kBlueKey},
                                                    {"X-Api-Key", kBlueKey},
                                                    {"X-Goog-Api-Key", kBlueKey}}));
  CAPTURE(name, value);
  Credentials credentials;
  credentials.add("content-type", "application/json");
  credentials.add(name, value);
  const Result<const Team*> found = teams.authenticate(credentials);
  REQUIRE(found.has_value());
  CHECK((*found)->name == "blue");
}

TEST_CASE("A key that is missing, unknown or almost right is unauthorized", "[policies]") {
  const Teams teams = two_teams();
  const std::string value = GENERATE_COPY(
      std::string(), kRedKey.substr(0, kRedKey.size() - 1), kRedKey + "r",
      "weir_redred01_" + std::string(42, 'r') + "s", "weir_nobody01_" + std::string(43, 'r'),
      std::string("sk-test"), std::string(100'000, 'x'));
  Credentials credentials;
  credentials.add("x-api-key", value);
  const Result<const Team*> found = teams.authenticate(credentials);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kUnauthorized);
  CHECK((value.empty() || found.error().message.find(value) == std::string::npos));
}

TEST_CASE("Another Authorization scheme is unauthorized", "[policies]") {
  Credentials credentials;
  credentials.add("Authorization", "Basic dXNlcjpwYXNz");
  const Result<const Team*> found = two_teams().authenticate(credentials);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kUnauthorized);
}

TEST_CASE("The same key twice is one key, two different keys are refused", "[policies]") {
  const Teams teams = two_teams();
  const std::string bearer = "Bearer " + kRedKey;
  Credentials credentials;
  credentials.add("Authorization", bearer);
  credentials.add("x-api-key", kRedKey);
  CHECK(teams.authenticate(credentials).value()->name == "red");

  credentials.add("x-goog-api-key", kBlueKey);
  const Result<const Team*> found = teams.authenticate(credentials);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kInvalidRequest);
}

TEST_CASE("Without teams everybody is the anonymous team", "[policies]") {
  const Teams teams = Teams::create({}).value();
  Credentials credentials;
  credentials.add("Authorization", GENERATE("Bearer anything", "Basic x", ""));
  CHECK(teams.anonymous());
  const Team& found = *teams.authenticate(credentials).value();
  CHECK(found.name == "default");
  CHECK(found.privacy == Privacy::kAny);
}

TEST_CASE("Two teams of one name or one key id are refused", "[policies]") {
  std::vector<Team> same_name;
  same_name.push_back(team("red", kRedKey));
  same_name.push_back(team("red", kBlueKey));
  CHECK(Teams::create(std::move(same_name)).error().code == ErrorCode::kInvalidConfig);

  std::vector<Team> same_id;
  same_id.push_back(team("red", kRedKey));
  same_id.push_back(team("blue", kRedKey));
  CHECK(Teams::create(std::move(same_id)).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace weir
