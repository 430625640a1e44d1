// What was spent, by whom and on what: budgets are rebuilt from it at start.
#include <array>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/clock.h"
#include "metrics/ledger.h"
#include "metrics/ledger_schema.h"
#include "metrics/ledger_writer.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

struct Moments {
  std::int64_t since_ms = 0;
  std::int64_t lately_ms = 0;
};

struct Amounts {
  std::int64_t since = 0;
  std::int64_t lately = 0;
};

// Team, key, end user and model.
using Who = std::array<std::string, 4>;
using Sums = std::map<Who, Amounts>;

// Amounts are not negative; what does not fit is as spent as can be.
void add(std::int64_t* sum, std::int64_t amount) {
  if (__builtin_add_overflow(*sum, amount, sum)) *sum = std::numeric_limits<std::int64_t>::max();
}

void add(Amounts* sums, std::int64_t amount, bool lately) {
  add(&sums->since, amount);
  if (lately) add(&sums->lately, amount);
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
Result<void> add_rows(const sqlite::Database& database, const Moments& moments, Sums* sums) {
  std::map<std::pair<std::int64_t, std::string>, Amounts> by_kind;
  const std::int64_t lately = first_request_id_at(moments.lately_ms);
  Result<void> summed = for_each_row(
      database, "SELECT kind, end_user, cost_nanousd, id FROM request_rows WHERE id >= ?",
      first_request_id_at(moments.since_ms), [&](const sqlite::Statement& row) {
        Amounts& amounts = by_kind[{row.integer(0), std::string(row.text(1))}];
        add(&amounts, row.integer(2), row.integer(3) >= lately);
      });
  if (!summed) return summed;
  std::unordered_map<std::int64_t, Who> kinds;
  Result<void> read = for_each_row(
      database, "SELECT kind, team, key_id, model FROM kinds WHERE kind >= ?", 0,
      [&](const sqlite::Statement& row) {
        kinds.emplace(
            row.integer(0),
            Who{std::string(row.text(1)), std::string(row.text(2)), {}, std::string(row.text(3))});
      });
  if (!read) return read;
  for (const auto& [key, amounts] : by_kind) {
    const auto found = kinds.find(key.first);
    if (found == kinds.end()) continue;
    Who who = found->second;
    who[2] = key.second;
    Amounts& sum = (*sums)[who];
    add(&sum.since, amounts.since);
    add(&sum.lately, amounts.lately);
  }
  return {};
}

Result<void> add_retired(const sqlite::Database& database, const Moments& moments, Sums* sums) {
  return for_each_row(
      database, "SELECT day, team, model, cost_nanousd FROM daily WHERE day >= ?",
      moments.since_ms / kDayMs, [&](const sqlite::Statement& row) {
        const Who who = {std::string(row.text(1)), {}, {}, std::string(row.text(2))};
        add(&(*sums)[who], row.integer(3), row.integer(0) >= moments.lately_ms / kDayMs);
      });
}

}  // namespace

Result<std::vector<SpendSum>> Ledger::spend_since(std::int64_t since_ms,
                                                  std::int64_t lately_ms) const {
  const Result<sqlite::Database> database = open_ledger_file(writer_->options().path);
  if (!database) return database.error();
  if (Result<void> begun = database->execute("BEGIN"); !begun) return begun.error();
  const Moments moments{since_ms, lately_ms};
  Sums sums;
  for (const auto source : {add_rows, add_retired}) {
    if (Result<void> done = source(*database, moments, &sums); !done) return done.error();
  }
  std::vector<SpendSum> spend;
  spend.reserve(sums.size());
  for (const auto& [who, amounts] : sums) {
    spend.push_back({who[0], who[1], who[2], who[3], {amounts.since}, {amounts.lately}});
  }
  return spend;
}

}  // namespace weir
