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
  const Result<Identity> found = teams.authenticate(credentials, KeyRing(), 0);
  REQUIRE(found.has_value());
  CHECK(found->team->name == "blue");
  CHECK(found->key->id == "blue0001");
}

TEST_CASE("A key that is missing, unknown or almost right is unauthorized", "[policies]") {
  const Teams teams = two_teams();
  const std::string value = GENERATE_COPY(
      std::string(), kRedKey.substr(0, kRedKey.size() - 1), kRedKey + "r",
      "weir_redred01_" + std::string(42, 'r') + "s", "weir_nobody01_" + std::string(43, 'r'),
      std::string("sk-test"), std::string(100'000, 'x'));
  Credentials credentials;
  credentials.add("x-api-key", value);
  const Result<Identity> found = teams.authenticate(credentials, KeyRing(), 0);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kUnauthorized);
  CHECK((value.empty() || found.error().message.find(value) == std::string::npos));
}

TEST_CASE("Another Authorization scheme is unauthorized", "[policies]") {
  Credentials credentials;
  credentials.add("Authorization", "Basic dXNlcjpwYXNz");
  const Teams teams = two_teams();
  const Result<Identity> found = teams.authenticate(credentials, KeyRing(), 0);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kUnauthorized);
}

TEST_CASE("The same key twice is one key, two different keys are refused", "[policies]") {
  const Teams teams = two_teams();
  const std::string bearer = "Bearer " + kRedKey;
  Credentials credentials;
  credentials.add("Authorization", bearer);
  credentials.add("x-api-key", kRedKey);
  CHECK(teams.authenticate(credentials, KeyRing(), 0).value().team->name == "red");

  credentials.add("x-goog-api-key", kBlueKey);
  const Result<Identity> found = teams.authenticate(credentials, KeyRing(), 0);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kInvalidRequest);
}

TEST_CASE("Without teams everybody is the anonymous team", "[policies]") {
  const Teams teams = Teams::create({}).value();
  Credentials credentials;
  credentials.add("Authorization", GENERATE("Bearer anything", "Basic x", ""));
  CHECK(teams.anonymous(KeyRing()));
  const Team& found = *teams.authenticate(credentials, KeyRing(), 0).value().team;
  CHECK(found.name == "default");
  CHECK(found.privacy == Privacy::kAny);
}

const std::string kStoredKey = "weir_stored01_" + std::string(43, 's');

ApiKey stored_key() {
  ApiKey key;
  key.id = "stored01";
  key.team = "red";
  key.secrets = {{sha256_of(kStoredKey), 0}};
  return key;
}

std::string refusal_of(ApiKey key, std::int64_t unix_ms) {
  const KeyRing ring = KeyRing::create({std::move(key)}).value();
  Credentials credentials;
  credentials.add("x-api-key", kStoredKey);
  const Teams teams = two_teams();
  const Result<Identity> found = teams.authenticate(credentials, ring, unix_ms);
  if (found) return found->team->name;
  CHECK(found.error().code == ErrorCode::kUnauthorized);
  return found.error().message;
}

TEST_CASE("A stored key opens its team until it expires, is revoked or the team goes",
          "[policies]") {
  CHECK(refusal_of(stored_key(), 0) == "red");
  ApiKey key = stored_key();
  key.expires_ms = 1'000;
  CHECK(refusal_of(key, 999) == "red");
  CHECK(refusal_of(key, 1'000) == "The API key has expired.");
  key = stored_key();
  key.revoked_ms = 1;
  CHECK(refusal_of(key, 0) == "The API key was revoked.");
  key = stored_key();
  key.team = "gone";
  CHECK(refusal_of(key, 0) == "The team of the API key is no longer configured.");
  key = stored_key();
  key.secrets.clear();
  CHECK(refusal_of(key, 0) == "The API key is not known.");
}

TEST_CASE("A team that is alone is closed once there is a key for it, also a revoked one",
          "[policies]") {
  std::vector<Team> one(1);
  one[0].name = "red";
  const Teams teams = Teams::create(std::move(one)).value();
  CHECK(teams.anonymous(KeyRing()));
  ApiKey key = stored_key();
  key.revoked_ms = 1;
  const KeyRing ring = KeyRing::create({key}).value();
  CHECK_FALSE(teams.anonymous(ring));
  CHECK_FALSE(teams.authenticate({}, ring, 0).has_value());
  std::vector<Team> two(2);
  two[0].name = "red";
  two[1].name = "blue";
  CHECK_FALSE(Teams::create(std::move(two)).value().anonymous(KeyRing()));
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
