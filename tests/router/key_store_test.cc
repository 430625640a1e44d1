#include "router/key_store.h"

#include <sys/stat.h>

#include "router/key_json.h"
#include "tests/router/http_test_server.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

KeyWish wish_of(std::string team) {
  KeyWish wish;
  wish.team = std::move(team);
  return wish;
}

std::string id_of(const NewKey& key) { return std::string(*key_id(key.printed.reveal())); }

TEST_CASE("A key that is made is there for whoever opens the store next", "[router][keys]") {
  const TempDir dir;
  const test::ManualClock clock;
  KeyWish wish = wish_of("red");
  wish.name = "ci";
  wish.expires_in_s = 60;
  wish.scopes = {Scope::kChat};
  wish.models = {"local"};
  wish.local_only = true;
  wish.limits.daily_budget = NanoUsd{5};
  wish.limits.requests_per_minute = 7;
  const NewKey made =
      KeyStore::open(dir.path() + "/k.db", clock).value()->create(wish, "test").value();
  const KeyRing ring = KeyStore::open(dir.path() + "/k.db", clock).value()->read().value();
  const ApiKey* key = ring.find(id_of(made));
  REQUIRE(key != nullptr);
  CHECK(opens(key, sha256_of(made.printed.reveal()), clock.unix_ms()));
  CHECK(key->team == "red");
  CHECK(key->name == "ci");
  CHECK(key->expires_ms == clock.unix_ms() + 60'000);
  CHECK(key->scopes == wish.scopes);
  CHECK(key->models == wish.models);
  CHECK(key->local_only);
  CHECK(key->limits == wish.limits);
  struct stat about{};
  REQUIRE(::stat((dir.path() + "/k.db").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("However often a key is rotated, two secrets live at most", "[router][keys]") {
  const TempDir dir;
  const auto store = KeyStore::open(dir.path() + "/k.db").value();
  const NewKey first = store->create(wish_of("red"), "test").value();
  const std::string id = id_of(first);
  const NewKey second = store->rotate(id, 3'600, "test").value();
  const NewKey third = store->rotate(id, 3'600, "test").value();
  CHECK(id_of(third) == id);
  const KeyRing ring = store->read().value();
  const std::int64_t now = system_clock().unix_ms();
  const auto lives = [&](const NewKey& key) {
    return opens(ring.find(id), sha256_of(key.printed.reveal()), now);
  };
  CHECK_FALSE(lives(first));
  CHECK(lives(second));
  CHECK(lives(third));
  CHECK(store->rotate("Nokey000", 0, "test").error().code == ErrorCode::kNotFound);
}

TEST_CASE("A revoked key stays, and each change left a line", "[router][keys]") {
  const TempDir dir;
  const auto store = KeyStore::open(dir.path() + "/k.db").value();
  const std::string id = id_of(store->create(wish_of("red"), "ann").value());
  REQUIRE(store->revoke(id, "bob").has_value());
  REQUIRE(store->revoke(id, "cy").has_value());  // nothing left to do
  CHECK(store->read().value().find(id)->revoked_ms > 0);
  const std::vector<KeyAudit> lines = store->audit(10).value();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].action == "revoke");
  CHECK(lines[0].actor == "bob");
  CHECK(lines[1].action == "create");
}

TEST_CASE("A change of another process shows in the version", "[router][keys]") {
  const TempDir dir;
  const auto mine = KeyStore::open(dir.path() + "/k.db").value();
  const auto theirs = KeyStore::open(dir.path() + "/k.db").value();
  const std::int64_t before = mine->version().value();
  static_cast<void>(mine->create(wish_of("red"), "me").value());
  CHECK(mine->version().value() == before);
  static_cast<void>(theirs->create(wish_of("red"), "them").value());
  CHECK(mine->version().value() != before);
  CHECK(mine->read().value().all().size() == 2);
}

TEST_CASE("A stored key that cannot be understood closes the store, it does not open wider",
          "[router][keys]") {
  const TempDir dir;
  const auto store = KeyStore::open(dir.path() + "/k.db").value();
  static_cast<void>(store->create(wish_of("red"), "me").value());
  const auto database =
      sqlite::Database::open(dir.path() + "/k.db", sqlite::Mode::kReadWrite).value();
  const std::string change =
      GENERATE("scopes = '[\"everything\"]'", "scopes = ''", "models = '{}'", "models = '[1]'");
  REQUIRE(database.execute("UPDATE keys SET " + change).has_value());
  const Result<KeyRing> ring = store->read();
  REQUIRE_FALSE(ring.has_value());
  CHECK(ring.error().code == ErrorCode::kStorage);
}

TEST_CASE("A store of a newer weir is left alone", "[router][keys]") {
  const TempDir dir;
  {
    const auto database =
        sqlite::Database::open(dir.path() + "/k.db", sqlite::Mode::kReadWrite).value();
    REQUIRE(database.execute("PRAGMA user_version = 9").has_value());
  }
  CHECK(KeyStore::open(dir.path() + "/k.db").error().code == ErrorCode::kStorage);
  CHECK(KeyStore::open(dir.path()).error().code == ErrorCode::kStorage);
}

TEST_CASE("A wish for a key is read whole or refused by the member at fault", "[router][keys]") {
  const KeyWish wish =
      parse_key_wish(R"({"team":"red","scopes":["models"],"monthly_budget_usd":"2.50",
                         "privacy":"local_only","concurrent_requests":3})")
          .value();
  CHECK(wish.limits.monthly_budget == NanoUsd{2'500'000'000});
  CHECK(wish.limits.concurrent_requests == 3);
  CHECK(wish.local_only);
  const auto [body, param] = GENERATE(table<std::string, std::string>(
      {{"[]", "body"},
       {"{", "body"},
       {"{}", "team"},
       {R"({"team":1})", "team"},
       {R"({"team":"red","what":1})", "what"},
       {R"({"team":"red","models":["a",2]})", "models"},
       {R"({"team":"red","tokens_per_minute":-1})", "tokens_per_minute"},
       {R"({"team":"red","tokens_per_minute":99999999999999999999})", "tokens_per_minute"},
       {R"({"team":"red","daily_budget_usd":"1e3"})", "daily_budget_usd"},
       {R"({"team":"red","expires_in_s":true})", "expires_in_s"}}));
  const Result<KeyWish> refused = parse_key_wish(body);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().param == param);
  CHECK(parse_grace("").value() == KeyStore::kUsualGraceSeconds);
  CHECK(parse_grace(R"({"grace_s":5})").value() == 5);
  CHECK_FALSE(parse_grace(R"({"grace":5})").has_value());
}

}  // namespace
}  // namespace weir
