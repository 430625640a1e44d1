// What teams have spent since a moment: budgets are rebuilt from it at start.
#include <limits>
#include <map>
#include <string>
#include <unordered_map>

#include "metrics/ledger.h"
#include "metrics/ledger_schema.h"
#include "metrics/ledger_writer.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

using SpendByKind = std::unordered_map<std::int64_t, std::int64_t>;
using SpendByTeam = std::map<std::string, std::int64_t>;

// Amounts are not negative; what does not fit is as spent as can be.
void add(std::int64_t* sum, std::int64_t amount) {
  if (__builtin_add_overflow(*sum, amount, sum)) *sum = std::numeric_limits<std::int64_t>::max();
}

// Calls `take` with every row of `sql`, whose one parameter is `from`.
template <class Take>
Result<void> for_each_row(const sqlite::Database& database, std::string_view sql, std::int64_t from,
                          Take take) {
  Result<sqlite::Statement> statement = database.prepare(sql);
  if (!statement) return statement.error();
  int code = statement->bind(from).step();
  for (; code == SQLITE_ROW; code = statement->step()) take(*statement);
  if (code != SQLITE_DONE) return database.error();
  return {};
}

// Summed by kind as they come: grouping by team would look up the kind of every row.
Result<void> add_rows(const sqlite::Database& database, std::int64_t since_ms, SpendByTeam* teams) {
  SpendByKind kinds;
  Result<void> summed = for_each_row(
      database, "SELECT kind, cost_nanousd FROM request_rows WHERE id >= ?",
      first_request_id_at(since_ms),
      [&](const sqlite::Statement& row) { add(&kinds[row.integer(0)], row.integer(1)); });
  if (!summed) return summed;
  return for_each_row(database, "SELECT kind, team FROM kinds WHERE kind >= ?", 0,
                      [&](const sqlite::Statement& row) {
                        const auto found = kinds.find(row.integer(0));
                        if (found == kinds.end()) return;
                        add(&(*teams)[std::string(row.text(1))], found->second);
                      });
}

Result<void> add_retired(const sqlite::Database& database, std::int64_t since_ms,
                         SpendByTeam* teams) {
  return for_each_row(database, "SELECT team, cost_nanousd FROM daily WHERE day >= ?",
                      since_ms / kDayMs, [&](const sqlite::Statement& row) {
                        add(&(*teams)[std::string(row.text(0))], row.integer(1));
                      });
}

}  // namespace

Result<std::vector<TeamSpend>> Ledger::spend_since(std::int64_t unix_ms) const {
  const Result<sqlite::Database> database = open_ledger_file(writer_->options().path);
  if (!database) return database.error();
  if (Result<void> begun = database->execute("BEGIN"); !begun) return begun.error();
  SpendByTeam teams;
  for (const auto source : {add_rows, add_retired}) {
    if (Result<void> done = source(*database, unix_ms, &teams); !done) return done.error();
  }
  std::vector<TeamSpend> spend;
  for (const auto& [team, settled] : teams) spend.push_back({team, {settled}});
  return spend;
}

}  // namespace weir
