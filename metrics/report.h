// What the ledger says: sums by model, route, day, team or reason, one row
// explained, and whether the books balance.
//
// Every call opens the file read-only, also while a process serves from it, and
// reads one snapshot. Blocking: for the command line and admin threads. Sums are
// exact integers. Days are UTC. Rows past retention live on as daily sums, so a
// report reaches back further than its rows; there `since` counts whole days.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "core/request_id.h"
#include "core/result.h"
#include "core/usage.h"

namespace weir {

enum class ReportBy : std::uint8_t { kModel, kRoute, kDay, kTeam, kReason };
std::string_view to_string(ReportBy by);
std::optional<ReportBy> parse_report_by(std::string_view word);

enum class ReportFormat : std::uint8_t { kTable, kJson, kCsv };

struct ReportQuery {
  std::string team;                   // empty = all
  std::int64_t since_ms = 0;          // inclusive
  std::int64_t until_ms = INT64_MAX;  // exclusive
  ReportBy by = ReportBy::kModel;
};

struct ReportLine {
  std::string key;
  std::int64_t requests = 0;
  std::int64_t local = 0;          // answered in this process
  std::int64_t errors = 0;         // status 400 and above
  std::int64_t recovered = 0;      // cost is a bound: the process died
  std::int64_t unpriced = 0;       // cost unknown, not in the sum
  std::int64_t unknown_saved = 0;  // saving unknown, not in the sum
  Usage usage;                     // `estimated` when any row was
  NanoUsd cost;
  NanoUsd saved;
  NanoUsd local_cost;
  std::int64_t escalated = 0;        // the local model was tried first
  std::int64_t wasted_local_us = 0;  // its work that nobody saw
  NanoUsd wasted_cost;               // the part of local_cost for that

  double local_share() const {
    return requests == 0 ? 0 : static_cast<double>(local) / static_cast<double>(requests);
  }
};

struct Report {
  ReportBy by = ReportBy::kModel;
  std::vector<ReportLine> lines;  // dearest first; by day: in order
  ReportLine total;
  std::int64_t open = 0;  // reservations not settled yet
  NanoUsd open_bound;
};

Result<Report> read_report(const std::string& ledger_path, const ReportQuery& query);
std::string render(const Report& report, ReportFormat format);

// A day "2026-05-01", a time "2026-05-01T12:00:00Z", or a span back from now such
// as "7d", "24h", "30m"; in milliseconds since 1970.
Result<std::int64_t> parse_report_time(std::string_view text, std::int64_t now_ms);

// One row as JSON with every column, or kNotFound.
Result<std::string> why(const std::string& ledger_path, RequestId id);

struct LedgerCheck {
  std::int64_t rows = 0;
  std::int64_t open = 0;
  std::int64_t accepted = 0;        // reservations ever made durable
  std::int64_t settled = 0;         // of them: closed by a row that cost, or recovered
  std::int64_t released = 0;        // of them: closed by a row that cost nothing
  std::vector<std::string> faults;  // empty = the books balance
};

// SQLite's integrity check, accepted = settled + released + open, no id twice, no row whose
// money contradicts its state. O(file).
Result<LedgerCheck> check_ledger(const std::string& ledger_path);

}  // namespace weir
