#include "metrics/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>

#include "core/clock.h"
#include "core/timestamp.h"
#include "metrics/ledger_schema.h"
#include "metrics/sqlite.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 5> kByWords = {"model", "route", "day", "team", "reason"};

using Lines = std::map<std::string, ReportLine>;

std::string day_text(std::int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

// The grouping column of a table. Closed words, so no text of a caller enters SQL.
std::string key_column(ReportBy by, bool daily) {
  if (by == ReportBy::kDay) return daily ? "day" : "(id >> 20) / 86400000";
  return std::string(to_string(by));
}

constexpr const char* kSumsOfDays =
    " sum(requests), sum(errors), sum(recovered), sum(unpriced), sum(unknown_saved), "
    "sum(input_tokens), sum(cache_read_tokens), sum(cache_write_5m_tokens), "
    "sum(cache_write_1h_tokens), sum(output_tokens), sum(reasoning_tokens), sum(estimated), "
    "sum(cost_nanousd), sum(saved_nanousd), sum(local_cost_nanousd), sum(escalated), "
    "sum(wasted_local_us), sum(wasted_nanousd), sum(iif(route = 'local', requests, 0))";

ReportLine read_line(const sqlite::Statement& row) {
  ReportLine line;
  line.requests = row.integer(1);
  line.errors = row.integer(2);
  line.recovered = row.integer(3);
  line.unpriced = row.integer(4);
  line.unknown_saved = row.integer(5);
  line.usage = {row.integer(6),  row.integer(7),  row.integer(8),     row.integer(9),
                row.integer(10), row.integer(11), row.integer(12) > 0};
  line.cost = {row.integer(13)};
  line.saved = {row.integer(14)};
  line.local_cost = {row.integer(15)};
  line.escalated = row.integer(16);
  line.wasted_local_us = row.integer(17);
  line.wasted_cost = {row.integer(18)};
  line.local = row.integer(19);
  return line;
}

void add(ReportLine& to, const ReportLine& from) {
  to.requests += from.requests;
  to.local += from.local;
  to.errors += from.errors;
  to.recovered += from.recovered;
  to.unpriced += from.unpriced;
  to.unknown_saved += from.unknown_saved;
  to.usage.input_tokens += from.usage.input_tokens;
  to.usage.cache_read_tokens += from.usage.cache_read_tokens;
  to.usage.cache_write_5m_tokens += from.usage.cache_write_5m_tokens;
  to.usage.cache_write_1h_tokens += from.usage.cache_write_1h_tokens;
  to.usage.output_tokens += from.usage.output_tokens;
  to.usage.reasoning_tokens += from.usage.reasoning_tokens;
  to.usage.estimated = to.usage.estimated || from.usage.estimated;
  to.cost += from.cost;
  to.saved += from.saved;
  to.local_cost += from.local_cost;
  to.escalated += from.escalated;
  to.wasted_local_us += from.wasted_local_us;
  to.wasted_cost += from.wasted_cost;
}

// Adds the sums of one table, between two values of its time column, to *lines.
struct Source {
  std::string sql;
  std::int64_t from = 0;
  std::int64_t until = 0;
};

Result<void> collect(const sqlite::Database& database, const Source& source,
                     const ReportQuery& query, Lines* lines) {
  Result<sqlite::Statement> statement = database.prepare(source.sql);
  if (!statement) return statement.error();
  statement->bind(source.from).bind(source.until).bind(query.team).bind(query.team);
  int code = statement->step();
  for (; code == SQLITE_ROW; code = statement->step()) {
    const std::string key = query.by == ReportBy::kDay ? day_text(statement->integer(0))
                                                       : std::string(statement->text(0));
    add((*lines)[key], read_line(*statement));
  }
  if (code != SQLITE_DONE) return database.error();
  return {};
}

Source requests_source(const ReportQuery& query) {
  return {"SELECT " + key_column(query.by, false) + "," + kDailySums +
              ", sum(route = 'local') FROM requests"
              " WHERE id >= ? AND id < ? AND (? = '' OR team = ?) GROUP BY 1",
          first_request_id_at(query.since_ms), first_request_id_at(query.until_ms)};
}

Source daily_source(const ReportQuery& query) {
  const std::int64_t whole = query.until_ms / kDayMs;
  return {"SELECT " + key_column(query.by, true) + "," + kSumsOfDays +
              " FROM daily WHERE day >= ? AND day < ? AND (? = '' OR team = ?) GROUP BY 1",
          query.since_ms / kDayMs, query.until_ms % kDayMs == 0 ? whole : whole + 1};
}

Result<void> read_open(const sqlite::Database& database, const ReportQuery& query, Report* report) {
  Result<sqlite::Statement> statement = database.prepare(
      "SELECT count(*), coalesce(sum(bound_nanousd), 0) FROM reservations"
      " WHERE ? = '' OR team = ?");
  if (!statement) return statement.error();
  statement->bind(query.team).bind(query.team);
  if (statement->step() != SQLITE_ROW) return database.error();
  report->open = statement->integer(0);
  report->open_bound = {statement->integer(1)};
  return {};
}

void sort_lines(Report& report) {
  if (report.by == ReportBy::kDay) return;
  std::sort(report.lines.begin(), report.lines.end(), [](const ReportLine& a, const ReportLine& b) {
    if (a.cost != b.cost) return a.cost > b.cost;
    return a.requests != b.requests ? a.requests > b.requests : a.key < b.key;
  });
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.starts_with('-')) return std::nullopt;
  return value;
}

// "THH:MM:SSZ" as milliseconds.
std::optional<std::int64_t> clock_ms(std::string_view text) {
  if (text.size() != 10 || text[0] != 'T' || text[3] != ':' || text[6] != ':' || text[9] != 'Z') {
    return std::nullopt;
  }
  const auto hour = whole_number(text.substr(1, 2));
  const auto minute = whole_number(text.substr(4, 2));
  const auto second = whole_number(text.substr(7, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return ((*hour * 60 + *minute) * 60 + *second) * 1'000;
}

std::optional<std::int64_t> span_ms(std::string_view text) {
  if (text.size() < 2 || text.size() > 6) return std::nullopt;
  const auto count = whole_number(text.substr(0, text.size() - 1));
  if (!count) return std::nullopt;
  switch (text.back()) {
    case 'd': return *count * kDayMs;
    case 'h': return *count * 3'600'000;
    case 'm': return *count * 60'000;
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view to_string(ReportBy by) { return kByWords[static_cast<std::size_t>(by)]; }

std::optional<ReportBy> parse_report_by(std::string_view word) {
  const auto found = std::find(kByWords.begin(), kByWords.end(), word);
  if (found == kByWords.end()) return std::nullopt;
  return static_cast<ReportBy>(found - kByWords.begin());
}

Result<Report> read_report(const std::string& ledger_path, const ReportQuery& query) {
  const Result<sqlite::Database> database = open_ledger_file(ledger_path);
  if (!database) return database.error();
  if (Result<void> begun = database->execute("BEGIN"); !begun) return begun.error();
  Report report;
  report.by = query.by;
  Lines lines;
  for (const Source& source : {requests_source(query), daily_source(query)}) {
    if (Result<void> done = collect(*database, source, query, &lines); !done) return done.error();
  }
  if (Result<void> done = read_open(*database, query, &report); !done) return done.error();
  report.total.key = "total";
  for (auto& [key, line] : lines) {
    add(report.total, line);
    line.key = key.empty() ? "(none)" : key;
    report.lines.push_back(std::move(line));
  }
  sort_lines(report);
  return report;
}

Result<std::int64_t> parse_report_time(std::string_view text, std::int64_t now_ms) {
  if (const auto span = span_ms(text)) return now_ms - *span;
  if (const auto date = day_ms(text.substr(0, 10))) {
    if (text.size() == 10) return *date;
    if (const auto clock = clock_ms(text.substr(10))) return *date + *clock;
  }
  return Error{ErrorCode::kInvalidRequest,
               "a time is 2026-05-01, 2026-05-01T12:00:00Z, or a span back such as 7d, 24h, 30m"};
}

}  // namespace weir
