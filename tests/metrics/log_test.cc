#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "metrics/app_log.h"
#include "metrics/request_log.h"
#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("A request is one line of JSON", "[log]") {
  LedgerRow r = row(id_at(kNoonMs), Route::kCloud, NanoUsd{1'234'567'890});
  r.saved = std::nullopt;
  const auto json = nlohmann::json::parse(request_log_line(r));
  CHECK(json["time"] == "2026-05-01T12:00:00.000Z");
  CHECK(json["id"] == to_string(r.id));
  CHECK(json["route"] == "cloud");
  CHECK(json["reason"] == "hard");
  CHECK(json["cost_usd"] == 1.23456789);
  CHECK(json["saved_usd"].is_null());
  CHECK(json["ms"] == 1'500);
  CHECK(json["output_tokens"] == 20);
}

TEST_CASE("The line says what the decision saw, where there was something to see", "[log]") {
  LedgerRow r = row(id_at(kNoonMs));
  CHECK_FALSE(nlohmann::json::parse(request_log_line(r)).contains("rule"));
  CHECK_FALSE(nlohmann::json::parse(request_log_line(r)).contains("confidence"));
  CHECK_FALSE(nlohmann::json::parse(request_log_line(r)).contains("wasted_local_us"));
  r.rule = "quote\"s";
  r.confidence = 0.125;
  r.wasted_local_us = 7;
  const auto json = nlohmann::json::parse(request_log_line(r));
  CHECK(json["rule"] == "quote\"s");
  CHECK(json["confidence"] == 0.125);
  CHECK(json["wasted_local_us"] == 7);
  r.confidence = std::numeric_limits<double>::quiet_NaN();
  CHECK(nlohmann::json::parse(request_log_line(r))["confidence"].is_null());
}

TEST_CASE("A hostile name cannot forge a line or break the JSON", "[log]") {
  LedgerRow r = row(id_at(kNoonMs));
  r.requested_model = "x\"},\n{\"id\":\"forged\\\x01\x7f\xff\xc3\xa9";
  const std::string line = request_log_line(r);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(nlohmann::json::parse(line)["requested_model"] ==
        "x\"},\n{\"id\":\"forged\\\x01\x7f\xef\xbf\xbd\xc3\xa9");
}

TEST_CASE("The log writes every line before it ends", "[log]") {
  const TempDir dir;
  {
    const auto log = RequestLog::open({dir.file("r.log"), 8'192}).value();
    for (std::int64_t i = 0; i < 1'000; ++i) log->write(row(id_at(kNoonMs, i)));
    CHECK(log->dropped() == 0);
  }
  const auto lines = lines_of(dir.file("r.log"));
  REQUIRE(lines.size() == 1'000);
  CHECK(lines.back() == request_log_line(row(id_at(kNoonMs, 999))));
}

TEST_CASE("A log that was moved away goes on in a new file", "[log]") {
  const TempDir dir;
  const std::string file = dir.file("r.log");
  const std::string moved = dir.file("r.log.1");
  {
    const auto log = RequestLog::open({file, 16}).value();
    log->write(row(id_at(kNoonMs, 1)));
    while (lines_of(file).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    REQUIRE(std::rename(file.c_str(), moved.c_str()) == 0);
    REQUIRE(log->reopen().has_value());
    log->write(row(id_at(kNoonMs, 2)));
  }
  CHECK(lines_of(moved) == std::vector{request_log_line(row(id_at(kNoonMs, 1)))});
  CHECK(lines_of(file) == std::vector{request_log_line(row(id_at(kNoonMs, 2)))});
}

TEST_CASE("A log that nobody reads drops lines and counts them, without blocking", "[log]") {
  const TempDir dir;
  const std::string pipe = dir.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  {
    const auto log = RequestLog::open({pipe, 16}).value();
    for (std::int64_t i = 0; i < 20'000; ++i) log->write(row(id_at(kNoonMs, i)));
    CHECK(log->dropped() > 0);
  }
  ::close(reader);
}

TEST_CASE("A log file that cannot be opened is an error", "[log]") {
  CHECK(RequestLog::open({"/nonexistent/r.log", 16}).error().code == ErrorCode::kStorage);
}

TEST_CASE("Lines for people have a time, a level and no control characters", "[log]") {
  CHECK(app_log_text(LogLevel::kWarning, "model \"a\nb\033[31m\"", kNoonMs, false) ==
        "2026-05-01T12:00:00.000Z warning model \"a\\x0ab\\x1b[31m\"\n");
  CHECK(app_log_text(LogLevel::kError, "x", kNoonMs, true).find("\033[31m") != std::string::npos);
  CHECK(set_log_level("debug"));
  CHECK(set_log_level("info"));
  CHECK_FALSE(set_log_level("loud"));
}

}  // namespace
}  // namespace weir
