#include "router/cli/commands.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/disk.h"
#include "core/reason.h"
#include "core/request_id.h"
#include "metrics/ledger.h"
#include "metrics/report.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/config_schema.h"
#include "router/features.h"
#include "router/named_files.h"
#include "router/version.h"

namespace weir::cli {
namespace {

std::optional<std::string> path_of(const ConfigOption& option) {
  return option.path ? option.path : default_config_path();
}

// The row with names for its features, those that are not 0, and its reason in words.
std::string with_names(const std::string& row) {
  auto json = nlohmann::ordered_json::parse(row);
  for (const ReasonInfo& info : kReasons) {
    if (json.at("reason") == info.word) json["reason_text"] = info.text;
  }
  if (json.at("features").is_array() && json["features"].size() == kFeatureCount) {
    auto named = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
      if (json["features"][i] != 0) named[std::string(kFeatureNames[i])] = json["features"][i];
    }
    json["features"] = std::move(named);
  }
  return json.dump(2);
}

std::string counted(std::size_t count, std::string_view word) {
  return std::to_string(count).append(" ").append(word).append(count == 1 ? "" : "s");
}

bool has_team(const Config& config, std::string_view name) {
  return std::any_of(config.teams.begin(), config.teams.end(),
                     [&](const Team& team) { return team.name == name; });
}

}  // namespace

int serve(const ConfigOption& config, bool print_curl) {
  auto application = Application::start({path_of(config), print_curl});
  if (!application) return fail(application.error().message);
  return (*application)->run() ? kDone : kFailed;
}

int validate(const ConfigOption& config, bool files) {
  const Result<Config> loaded = load_config(path_of(config), system_environment(), system_disk());
  if (!loaded) return fail(loaded.error().message);
  const std::string source = loaded->source.empty() ? "built-in defaults" : loaded->source;
  const std::vector<std::string> faults =
      files ? faults_of_named_files(*loaded) : std::vector<std::string>();
  for (const std::string& fault : faults) fail(std::string(source).append(": ").append(fault));
  if (!faults.empty()) return kFailed;
  std::string text = source + ": valid (" + counted(loaded->backends.size(), "backend") + ", " +
                     counted(loaded->teams.size(), "team") + ")";
  for (const std::string& note : loaded->notes) text.append("\nnote: ").append(note);
  return print(text);
}

int report(const ConfigOption& config, const ReportOptions& options) {
  const Result<Config> loaded = operator_config(config.path);
  if (!loaded) return fail(loaded.error().message);
  const std::int64_t now_ms = system_clock().unix_ms();
  ReportQuery query;
  query.team = options.team;
  const std::optional<ReportBy> by = parse_report_by(options.by);
  if (!by) return fail("--by takes model, route, day, team or reason", kWrongArguments);
  query.by = *by;
  if (!options.since.empty()) {
    const Result<std::int64_t> since = parse_report_time(options.since, now_ms);
    if (!since) return fail("--since: " + since.error().message, kWrongArguments);
    query.since_ms = *since;
  }
  if (!options.until.empty()) {
    const Result<std::int64_t> until = parse_report_time(options.until, now_ms);
    if (!until) return fail("--until: " + until.error().message, kWrongArguments);
    query.until_ms = *until;
  }
  const Result<Report> made = read_report(loaded->ledger.path, query);
  if (!made) return fail(made.error().message);
  if (made->lines.empty() && !options.team.empty() && !has_team(*loaded, options.team)) {
    std::fprintf(stderr, "weir: no team is called \"%s\", in the configuration or in the ledger\n",
                 for_terminal(options.team).c_str());
  }
  const ReportFormat format = options.json  ? ReportFormat::kJson
                              : options.csv ? ReportFormat::kCsv
                                            : ReportFormat::kTable;
  return print(render(*made, format));
}

int ledger_backup(const ConfigOption& config, const std::string& destination) {
  const Result<Config> loaded = operator_config(config.path);
  if (!loaded) return fail(loaded.error().message);
  const Result<void> copied = backup_ledger(loaded->ledger.path, destination);
  return copied ? print(destination) : fail(copied.error().message);
}

int ledger_check(const ConfigOption& config) {
  const Result<Config> loaded = operator_config(config.path);
  if (!loaded) return fail(loaded.error().message);
  const Result<LedgerCheck> check = check_ledger(loaded->ledger.path);
  if (!check) return fail(check.error().message);
  for (const std::string& fault : check->faults) std::fprintf(stderr, "%s\n", fault.c_str());
  const std::string counts =
      std::to_string(check->rows) + " rows, " + std::to_string(check->accepted) +
      " reservations accepted, " + std::to_string(check->settled) + " settled, " +
      std::to_string(check->released) + " released, " + std::to_string(check->open) + " open";
  if (!check->faults.empty()) return fail(loaded->ledger.path + ": " + counts);
  return print(loaded->ledger.path + ": the books balance: " + counts);
}

int why(const ConfigOption& config, const std::string& request_id) {
  const std::optional<RequestId> id = parse_request_id(request_id);
  if (!id) return fail("\"" + request_id + "\" is no request id (req_...)", kWrongArguments);
  const Result<Config> loaded = operator_config(config.path);
  if (!loaded) return fail(loaded.error().message);
  const Result<std::string> row = weir::why(loaded->ledger.path, *id);
  return row ? print(with_names(*row)) : fail(row.error().message);
}

int example_config() { return print(weir::example_config()); }

std::string version_text() { return "weir " + std::string(kVersion); }

int version() { return print(version_text()); }

}  // namespace weir::cli
