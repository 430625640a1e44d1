#include "metrics/body_store.h"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "metrics/sqlite.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

class FixedClock final : public Clock {
 public:
  SteadyTime now() const override { return {}; }
  std::int64_t unix_ms() const override { return at; }
  std::int64_t at = 100 * kDayMs;
};

struct Bodies {
  LoggedBody body(std::int64_t day, std::string text, std::string team = "red") {
    LoggedBody made;
    made.id = RequestId{((day * kDayMs) << 20) + ++count};
    made.team = std::move(team);
    made.request = std::move(text);
    made.answer = "answer";
    made.facts = "{}";
    return made;
  }
  // Adds them, and returns when they are written and what had to go is gone.
  BodyStats store(std::vector<LoggedBody> bodies,
                  std::optional<std::vector<std::string>> teams = {}) {
    options.path = path();
    options.clock = &clock;
    BodyStore store(options);
    for (LoggedBody& each : bodies) store.add(std::move(each));
    if (teams) store.use(*teams);
    store.close();
    return store.stats();
  }
  std::int64_t rows() const {
    return *sqlite::Database::open(path(), sqlite::Mode::kReadOnly)
                ->integer("SELECT count(*) FROM bodies");
  }
  std::string file() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string path() const { return dir.path() + "/bodies.db"; }

  TempDir dir;
  FixedClock clock;
  BodyStoreOptions options;
  std::int64_t count = 0;
};

TEST_CASE("a body is found as it came, its NULs too, in a file of its owner's", "[metrics]") {
  Bodies bodies;
  const std::string text("a\0b\xff", 4);
  LoggedBody body = bodies.body(100, text);
  const RequestId id = body.id;
  std::vector<LoggedBody> one;
  one.push_back(std::move(body));
  CHECK(bodies.store(std::move(one)).written == 1);
  const auto found = find_body(bodies.path(), id);
  CHECK(found->request == text);
  CHECK(found->team == "red");
  CHECK(find_body(bodies.path(), RequestId{7}).error().code == ErrorCode::kNotFound);
  struct stat status{};
  REQUIRE(::stat(bodies.path().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("no file is made before a body comes", "[metrics]") {
  Bodies bodies;
  bodies.store({}, std::vector<std::string>{"red"});
  CHECK_FALSE(std::filesystem::exists(bodies.path()));
}

TEST_CASE("bodies go when they are too old, and nothing of them stays in the file", "[metrics]") {
  Bodies bodies;
  bodies.options.retention_days = 10;
  std::vector<LoggedBody> two;
  two.push_back(bodies.body(89, "words of long ago"));
  two.push_back(bodies.body(91, "words of late"));
  CHECK(bodies.store(std::move(two)).deleted == 1);
  CHECK(bodies.file().find("long ago") == std::string::npos);
  CHECK(bodies.file().find("of late") != std::string::npos);
}

TEST_CASE("beyond the limit the oldest go first", "[metrics]") {
  Bodies bodies;
  bodies.options.max_bytes = 30'000;
  std::vector<LoggedBody> many;
  for (int i = 0; i < 10; ++i)
    many.push_back(bodies.body(100, std::string(5'000, static_cast<char>('a' + i))));
  bodies.store(std::move(many));
  CHECK(bodies.rows() == 5);
  CHECK(bodies.file().find("jjjj") != std::string::npos);
  CHECK(bodies.file().find("aaaa") == std::string::npos);
}

TEST_CASE("bodies of teams that log no more are deleted", "[metrics]") {
  Bodies bodies;
  std::vector<LoggedBody> two;
  two.push_back(bodies.body(100, "red words", "red"));
  two.push_back(bodies.body(100, "blue words", "blue"));
  bodies.store(std::move(two));
  CHECK(bodies.store({}, std::vector<std::string>{"blue"}).deleted == 1);
  CHECK(bodies.file().find("red words") == std::string::npos);
  CHECK(bodies.rows() == 1);
}

TEST_CASE("what does not fit into the queue is dropped, counted and told of", "[metrics]") {
  Bodies bodies;
  std::atomic<int> told{0};
  bodies.options.queue_bytes = 1'000;
  bodies.options.on_trouble = [&](const std::string&) { ++told; };
  std::vector<LoggedBody> one;
  one.push_back(bodies.body(100, std::string(2'000, 'x')));
  const BodyStats stats = bodies.store(std::move(one));
  CHECK(stats.dropped == 1);
  CHECK(stats.written == 0);
  CHECK(told == 1);
}

TEST_CASE("a disk that refuses bodies is counted and told of", "[metrics]") {
  Bodies bodies;
  std::atomic<int> told{0};
  bodies.options.on_trouble = [&](const std::string&) { ++told; };
  std::filesystem::create_directory(bodies.path());  // a folder is no database
  std::vector<LoggedBody> one;
  one.push_back(bodies.body(100, "words"));
  CHECK(bodies.store(std::move(one)).failed == 1);
  CHECK(told == 1);
}

}  // namespace
}  // namespace weir
