// One row explained, and whether the books balance.
#include <cstring>
#include <nlohmann/json.hpp>

#include "metrics/ledger_schema.h"
#include "metrics/report.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

using nlohmann::ordered_json;

ordered_json floats(std::string_view bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

ordered_json column_json(const sqlite::Statement& row, int column) {
  switch (sqlite3_column_type(row.raw(), column)) {
    case SQLITE_INTEGER: return row.integer(column);
    case SQLITE_FLOAT: return sqlite3_column_double(row.raw(), column);
    case SQLITE_TEXT: return std::string(row.text(column));
    case SQLITE_BLOB: return floats(row.text(column));
    default: return nullptr;
  }
}

// The decision is JSON already; what is not, because the file was written to by
// something else, is shown as text.
ordered_json nested(const sqlite::Statement& row, int column) {
  ordered_json value = ordered_json::parse(row.text(column), nullptr, false);
  return value.is_discarded() ? column_json(row, column) : value;
}

ordered_json row_json(const sqlite::Statement& row, RequestId id) {
  ordered_json out;
  for (int column = 0; column < row.columns(); ++column) {
    const std::string name = sqlite3_column_name(row.raw(), column);
    out[name] = name == "decision" ? nested(row, column) : column_json(row, column);
    constexpr std::string_view kNano = "_nanousd";
    if (name.ends_with(kNano) && !row.is_null(column)) {
      const std::string usd = name.substr(0, name.size() - kNano.size()) + "_usd";
      out[usd] = to_usd_string({row.integer(column)});
    }
  }
  out["id"] = to_string(id);
  return out;
}

// Every count here must be zero.
struct Rule {
  std::string_view sql;
  const char* fault;
};
constexpr Rule kRules[] = {
    {"SELECT count(*) FROM open_reservations JOIN request_rows USING (id)",
     "requests that are settled and reserved at once"},
    {"SELECT count(*) FROM request_rows WHERE cost_nanousd < 0 OR bound_nanousd < 0",
     "requests with a negative cost"},
    {"SELECT count(*) FROM requests WHERE team IS NULL", "requests of no kind"},
    {"SELECT count(*) FROM requests WHERE state = 'recovered' AND cost_nanousd IS NOT "
     "bound_nanousd",
     "recovered requests whose cost is not their bound"},
    {"SELECT count(*) FROM requests WHERE state NOT IN ('settled', 'recovered')",
     "requests of an unknown state"},
};

Result<void> apply_rules(const sqlite::Database& database, LedgerCheck* check) {
  for (const Rule& rule : kRules) {
    const Result<std::int64_t> count = database.integer(rule.sql);
    if (!count) return count.error();
    if (*count != 0) check->faults.push_back(std::to_string(*count) + " " + rule.fault);
  }
  return {};
}

Result<void> read_counts(const sqlite::Database& database, LedgerCheck* check) {
  const std::pair<std::int64_t*, std::string_view> counts[] = {
      {&check->rows, "SELECT count(*) FROM request_rows"},
      {&check->open, "SELECT count(*) FROM open_reservations"},
      {&check->accepted, "SELECT value FROM counters WHERE name = 'accepted'"},
      {&check->settled, "SELECT value FROM counters WHERE name = 'settled'"},
      {&check->released, "SELECT value FROM counters WHERE name = 'released'"},
  };
  for (const auto& [out, sql] : counts) {
    const Result<std::int64_t> value = database.integer(sql);
    if (!value) return value.error();
    *out = *value;
  }
  return {};
}

Result<void> check_integrity(const sqlite::Database& database, LedgerCheck* check) {
  Result<sqlite::Statement> statement = database.prepare("PRAGMA integrity_check(20)");
  if (!statement) return statement.error();
  int code = statement->step();
  for (; code == SQLITE_ROW; code = statement->step()) {
    if (statement->text(0) != "ok") check->faults.emplace_back(statement->text(0));
  }
  if (code != SQLITE_DONE) return database.error();
  return {};
}

}  // namespace

Result<std::string> why(const std::string& ledger_path, RequestId id) {
  const Result<sqlite::Database> database = open_ledger_file(ledger_path);
  if (!database) return database.error();
  for (const std::string_view sql :
       {"SELECT * FROM requests WHERE id = ?",
        "SELECT 'reserved' AS state, * FROM reservations WHERE id = ?"}) {
    Result<sqlite::Statement> statement = database->prepare(sql);
    if (!statement) return statement.error();
    const int code = statement->bind(id.value).step();
    if (code == SQLITE_ROW) {
      return row_json(*statement, id).dump(2, ' ', false, ordered_json::error_handler_t::replace);
    }
    if (code != SQLITE_DONE) return database->error();
  }
  return Error{ErrorCode::kNotFound, "the ledger has no request " + to_string(id)};
}

Result<LedgerCheck> check_ledger(const std::string& ledger_path) {
  const Result<sqlite::Database> database = open_ledger_file(ledger_path);
  if (!database) return database.error();
  if (Result<void> begun = database->execute("BEGIN"); !begun) return begun.error();
  LedgerCheck check;
  for (const auto step : {check_integrity, read_counts, apply_rules}) {
    if (Result<void> done = step(*database, &check); !done) return done.error();
  }
  if (check.accepted != check.settled + check.released + check.open) {
    check.faults.push_back(std::to_string(check.accepted) + " reservations accepted, but " +
                           std::to_string(check.settled) + " settled, " +
                           std::to_string(check.released) + " released and " +
                           std::to_string(check.open) + " open");
  }
  return check;
}

}  // namespace weir
