#include "metrics/report.h"

#include <nlohmann/json.hpp>

#include "metrics/ledger_schema.h"
#include "metrics/sqlite.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

constexpr std::int64_t kDay = 86'400'000;

// Three days: a local and a cloud answer, a failure, an unpriced one, one open.
class Books {
 public:
  Books() : path_(dir_.file("l.db")) {
    ledger_ = open_ledger(path_);
    add(row(id_at(kNoonMs, 1), Route::kLocal, NanoUsd{0}));
    add(row(id_at(kNoonMs, 2)));
    LedgerRow failed = row(id_at(kNoonMs + kDay, 3), Route::kNone, NanoUsd{0});
    failed.team = "=cmd|' /C calc'!A0";
    failed.model.clear();
    failed.http_status = 502;
    failed.saved.reset();
    add(std::move(failed));
    LedgerRow unpriced = row(id_at(kNoonMs + 2 * kDay, 4));
    unpriced.cost.reset();
    unpriced.saved.reset();
    unpriced.features = {0.5F, -2.0F};
    unpriced.requested_model = "bad\xff\"name";
    unpriced.decision = R"({"candidates":[{"backend":"openai"}],"signals":{"entropy":1.5}})";
    add(std::move(unpriced));
    REQUIRE(succeeds(ledger_->reserve(reservation(id_at(kNoonMs + 2 * kDay, 5)))));
  }

  const std::string& path() const { return path_; }
  Report report(ReportQuery query = {}) const { return read_report(path_, query).value(); }

 private:
  void add(LedgerRow r) { REQUIRE(succeeds(ledger_->settle(std::move(r)))); }

  TempDir dir_;
  std::string path_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_CASE("A report sums exactly and says what it leaves out", "[report]") {
  const Books books;
  const Report report = books.report();
  CHECK(report.total.requests == 4);
  CHECK(report.total.local == 1);
  CHECK(report.total.errors == 1);
  CHECK(report.total.unpriced == 1);
  CHECK(report.total.unknown_saved == 2);
  CHECK(report.total.cost == NanoUsd{3'000});
  CHECK(report.total.saved == NanoUsd{2'000});
  CHECK(report.total.usage.input_tokens == 400);
  CHECK(report.open == 1);
  CHECK(report.open_bound == NanoUsd{5'000});
}

TEST_CASE("A report tells what was escalated, and what local work was for nothing", "[report]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  for (std::int64_t i = 0; i < 3; ++i) {
    LedgerRow r = row(id_at(kNoonMs, i));
    r.escalated = i > 0;
    r.local_busy_us = 3'000;
    r.local_cost = NanoUsd{300};
    r.wasted_local_us = i * 1'000;
    r.saved = NanoUsd{-300};
    REQUIRE(succeeds(ledger->settle(std::move(r))));
  }
  const auto total = [&] { return read_report(dir.file("l.db"), {}).value().total; };
  CHECK(total().escalated == 2);
  CHECK(total().wasted_local_us == 3'000);
  CHECK(total().wasted_cost == NanoUsd{100 + 200});
  CHECK(total().local_cost == NanoUsd{900});
  const auto db = sqlite::Database::open(dir.file("l.db"), sqlite::Mode::kReadWrite).value();
  CHECK(retire_rows(db, kNoonMs + kDay, 2).value() == 2);
  CHECK(total().escalated == 2);
  CHECK(total().wasted_cost == NanoUsd{300});
  const std::string csv = render(read_report(dir.file("l.db"), {}).value(), ReportFormat::kCsv);
  CHECK(csv.find(",escalated,cost_usd,saved_usd,local_cost_usd,wasted_usd\r\n") !=
        std::string::npos);
  CHECK(csv.find(",2,0.000009,-0.0000009,0.0000009,0.0000003\r\n") != std::string::npos);
}

TEST_CASE("A report groups by model, route, day, team and reason", "[report]") {
  const Books books;
  const auto keys = [&](ReportBy by) {
    std::vector<std::string> out;
    ReportQuery query;
    query.by = by;
    for (const ReportLine& line : books.report(query).lines) out.push_back(line.key);
    return out;
  };
  CHECK(keys(ReportBy::kModel) == std::vector<std::string>{"gpt-5.4", "(none)", "stories"});
  CHECK(keys(ReportBy::kRoute) == std::vector<std::string>{"cloud", "local", "none"});
  CHECK(keys(ReportBy::kDay) == std::vector<std::string>{"2026-05-01", "2026-05-02", "2026-05-03"});
  CHECK(keys(ReportBy::kTeam).size() == 2);
  CHECK(keys(ReportBy::kReason) == std::vector<std::string>{"hard", "easy"});
}

TEST_CASE("A report keeps to its team and its span of time", "[report]") {
  const Books books;
  ReportQuery query;
  query.team = "search";
  CHECK(books.report(query).total.requests == 3);
  query.since_ms = kNoonMs + 1;
  CHECK(books.report(query).total.requests == 1);
  query = {};
  query.until_ms = kNoonMs;
  CHECK(books.report(query).total.requests == 0);
  query.team = "' OR 1=1 --";
  CHECK(books.report(query).total.requests == 0);
}

TEST_CASE("A table is aligned and ends with the total", "[report]") {
  const Books books;
  const std::string text = render(books.report(), ReportFormat::kTable);
  CHECK(text.starts_with("model    requests"));
  CHECK(text.find("total           4   25.0%") != std::string::npos);
  CHECK(text.find("open reservations: 1, at most 0.000005 USD") != std::string::npos);
  CHECK(text.find("unpriced requests") != std::string::npos);
}

TEST_CASE("JSON holds nano-dollars as integers", "[report]") {
  const Books books;
  const auto json = nlohmann::json::parse(render(books.report(), ReportFormat::kJson));
  CHECK(json["total"]["cost_nanousd"] == 3'000);
  CHECK(json["total"]["cost_usd"] == "0.000003");
  CHECK(json["lines"].size() == 3);
}

TEST_CASE("CSV quotes as RFC 4180 says and disarms formulas", "[report]") {
  const Books books;
  ReportQuery query;
  query.by = ReportBy::kTeam;
  const std::string csv = render(books.report(query), ReportFormat::kCsv);
  CHECK(csv.find("\r\n'=cmd|' /C calc'!A0,1,") != std::string::npos);
  Report odd;
  odd.lines.push_back({});
  odd.lines.back().key = "a,\"b\"\n";
  CHECK(render(odd, ReportFormat::kCsv).find("\r\n\"a,\"\"b\"\"\n\",0,") != std::string::npos);
}

TEST_CASE("why() shows every column of one request, escaped", "[report]") {
  const Books books;
  const auto json = nlohmann::json::parse(why(books.path(), id_at(kNoonMs + 2 * kDay, 4)).value());
  CHECK(json["id"] == to_string(id_at(kNoonMs + 2 * kDay, 4)));
  CHECK(json["cost_nanousd"].is_null());
  CHECK(json["features"] == nlohmann::json::array({0.5, -2.0}));
  CHECK(json["requested_model"] == "bad\xef\xbf\xbd\"name");
  CHECK(json["decision"]["candidates"][0]["backend"] == "openai");
  CHECK(json["decision"]["signals"]["entropy"] == 1.5);
  const auto local = nlohmann::json::parse(why(books.path(), id_at(kNoonMs, 1)).value());
  CHECK(local["decision"].is_null());
  CHECK(local["rule"] == "");
  CHECK(local["confidence"].is_null());
  const auto open = nlohmann::json::parse(why(books.path(), id_at(kNoonMs + 2 * kDay, 5)).value());
  CHECK(open["state"] == "reserved");
  CHECK(why(books.path(), id_at(1)).error().code == ErrorCode::kNotFound);
}

TEST_CASE("A decision that is no JSON is shown as the text it is", "[report]") {
  const TempDir dir;
  const auto ledger = open_ledger(dir.file("l.db"));
  LedgerRow r = row(id_at(kNoonMs));
  r.decision = "{\"half\":";
  REQUIRE(succeeds(ledger->settle(std::move(r))));
  const auto json = nlohmann::json::parse(why(dir.file("l.db"), id_at(kNoonMs)).value());
  CHECK(json["decision"] == "{\"half\":");
}

TEST_CASE("A check finds books that do not balance", "[report]") {
  const Books books;
  CHECK(check_ledger(books.path())->faults.empty());
  const auto db = sqlite::Database::open(books.path(), sqlite::Mode::kReadWrite).value();
  const char* const damage =
      GENERATE("DELETE FROM open_reservations", "UPDATE request_rows SET cost_nanousd = -1",
               "UPDATE kinds SET state = 'recovered'");
  REQUIRE(db.execute(damage).has_value());
  CHECK_FALSE(check_ledger(books.path())->faults.empty());
}

TEST_CASE("A report of no ledger is an error", "[report]") {
  CHECK(read_report("/nonexistent/ledger.db", {}).error().code == ErrorCode::kNotFound);
  CHECK(check_ledger("/nonexistent/ledger.db").error().code == ErrorCode::kNotFound);
}

TEST_CASE("Times are days, instants or spans back from now", "[report]") {
  CHECK(*parse_report_time("2026-05-01", 0) == kNoonMs - kDay / 2);
  CHECK(*parse_report_time("2026-05-01T12:00:00Z", 0) == kNoonMs);
  CHECK(*parse_report_time("7d", kNoonMs) == kNoonMs - 7 * kDay);
  CHECK(*parse_report_time("90m", kNoonMs) == kNoonMs - 5'400'000);
  const std::string bad = GENERATE("", "7", "d", "-7d", "7w", "2026-13-01", "2026-02-30",
                                   "2026-05-01T25:00:00Z", "2026-05-01T12:00:00", "yesterday");
  CAPTURE(bad);
  CHECK(parse_report_time(bad, 0).has_error());
}

}  // namespace
}  // namespace weir
