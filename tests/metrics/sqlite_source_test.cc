#include "metrics/sqlite_source.h"

#include <vector>

#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir::sqlite {
namespace {

using weir::testing::TempDir;

// Two columns: a text and how long it is, or NULL for an empty one.
class Words final : public Source {
 public:
  std::vector<std::string> words;

  std::size_t size() const override { return words.size(); }
  void read(std::size_t row, int column, Cell cell) const override {
    if (column == 0) return cell.set(std::string_view(words[row]));
    if (words[row].empty()) return cell.set_null();
    cell.set(static_cast<std::int64_t>(words[row].size()));
  }
};

TEST_CASE("A source is a table that SQL reads afresh each time", "[sqlite]") {
  const TempDir dir;
  Words words;
  const Database database = Database::open(dir.file("s.db"), Mode::kReadWrite).value();
  REQUIRE(add_source(database, "words", 2, &words).has_value());
  REQUIRE(database.execute("CREATE TABLE copy (word TEXT, size INTEGER) STRICT").has_value());
  Statement insert = database.prepare("INSERT INTO copy SELECT * FROM words").value();
  CHECK(insert.run() == SQLITE_OK);  // nothing is there yet
  CHECK(database.integer("SELECT count(*) FROM copy").value() == 0);
  words.words = {"one", "", std::string("a\0b", 3)};
  CHECK(insert.run() == SQLITE_OK);
  words.words = {"last"};
  CHECK(insert.run() == SQLITE_OK);
  CHECK(database.integer("SELECT count(*) FROM copy").value() == 4);
  CHECK(database.integer("SELECT sum(size) FROM copy").value() == 3 + 3 + 4);
  CHECK(database.integer("SELECT count(*) FROM copy WHERE size IS NULL AND word = ''").value() ==
        1);
  CHECK(database.integer("SELECT count(*) FROM copy WHERE hex(word) = '610062'").value() == 1);
}

TEST_CASE("Columns of a source are read in any order and number", "[sqlite]") {
  const TempDir dir;
  Words words;
  words.words = {"b", "aa"};
  const Database database = Database::open(dir.file("s.db"), Mode::kReadWrite).value();
  REQUIRE(add_source(database, "words", 2, &words).has_value());
  CHECK(database.integer("SELECT c1 FROM words ORDER BY c0 LIMIT 1").value() == 2);
  CHECK(database.integer("SELECT count(*) FROM words a JOIN words b ON a.c1 > b.c1").value() == 1);
  CHECK(database.execute("INSERT INTO words VALUES ('c', 1)").has_error());
}

}  // namespace
}  // namespace weir::sqlite
