#include "policies/api_key.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

ApiKey key_with(std::vector<KeySecret> secrets) {
  ApiKey key;
  key.id = "redred01";
  key.secrets = std::move(secrets);
  return key;
}

TEST_CASE("Both secrets of a key that is rotated open it, the old one for a while", "[policies]") {
  const ApiKey key = key_with({{sha256_of("new"), 0}, {sha256_of("old"), 1'000}});
  CHECK(opens(&key, sha256_of("new"), 5'000));
  CHECK(opens(&key, sha256_of("old"), 999));
  CHECK_FALSE(opens(&key, sha256_of("old"), 1'000));
  CHECK_FALSE(opens(&key, sha256_of("other"), 0));
}

TEST_CASE("No key and a key without secrets open to nothing", "[policies]") {
  const ApiKey empty = key_with({});
  CHECK_FALSE(opens(nullptr, sha256_of("x"), 0));
  CHECK_FALSE(opens(nullptr, Sha256{}, 0));
  CHECK_FALSE(opens(&empty, Sha256{}, 0));
}

TEST_CASE("A key without scopes is for all, one with scopes for them alone", "[policies]") {
  ApiKey key;
  CHECK(key.allows(Scope::kChat));
  CHECK(key.allows(Scope::kModels));
  key.scopes = {Scope::kEmbeddings};
  CHECK(key.allows(Scope::kEmbeddings));
  CHECK_FALSE(key.allows(Scope::kChat));
}

TEST_CASE("Scopes are read as they are written, and no other word is one", "[policies]") {
  for (const Scope scope : {Scope::kChat, Scope::kEmbeddings, Scope::kModels}) {
    CHECK(parse_scope(to_string(scope)) == scope);
  }
  CHECK_FALSE(parse_scope("Chat"));
  CHECK_FALSE(parse_scope(""));
}

TEST_CASE("Two keys of one id are refused", "[policies]") {
  CHECK(KeyRing::create({key_with({}), key_with({})}).error().code == ErrorCode::kInvalidConfig);
  const KeyRing ring = KeyRing::create({key_with({})}).value();
  CHECK(ring.find("redred01") == &ring.all().front());
  CHECK(ring.find("") == nullptr);
}

}  // namespace
}  // namespace weir
