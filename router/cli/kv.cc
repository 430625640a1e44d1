#include "router/cli/kv.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "local_backend/kv_disk/kv_disk.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/kv_persistence.h"

namespace weir::cli {
namespace {

Result<Config> load(const KvOptions& options) { return operator_config(options.config.path); }

std::vector<std::string> teams_of(const Config& config) {
  std::vector<std::string> names;
  names.reserve(config.teams.size());
  for (const Team& team : config.teams) names.push_back(team.name);
  return names;
}

std::string date_of(std::int64_t unix_s) {
  const auto time = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  char text[32] = "";
  if (unix_s > 0 && ::gmtime_r(&time, &parts) != nullptr) {
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
  }
  return text;
}

std::string as_json(const std::vector<KvDiskReport>& reports) {
  std::string out = "[";
  for (const KvDiskReport& report : reports) {
    if (out.size() > 1) out += ',';
    JsonObject object(&out);
    if (!report.team.empty()) object.string("team", report.team);
    object.string("folder", report.folder);
    object.number("files", static_cast<std::int64_t>(report.files));
    object.number("bytes", static_cast<std::int64_t>(report.bytes));
    object.number("used_unix_s", report.used_unix_s);
    object.close();
  }
  return out + "]";
}

std::string as_text(const std::string& folder, const std::vector<KvDiskReport>& reports) {
  if (reports.empty()) return folder + ": nothing is kept";
  std::string text;
  for (const KvDiskReport& report : reports) {
    const std::string name = report.team.empty() ? "(no team of this file)" : report.team;
    text += name + "  " + std::to_string(report.files) + " files, " +
            std::to_string(report.bytes >> 20) + " MiB";
    if (report.files > 0) text += ", used last " + date_of(report.used_unix_s);
    text += "  " + folder + "/" + for_terminal(report.folder) + "\n";
  }
  return text;
}

}  // namespace

int kv_list(const KvOptions& options) {
  const Result<Config> config = load(options);
  if (!config) return fail(config.error().message);
  std::vector<KvDiskReport> reports = KvDisk::report(kv_folder_of(*config), teams_of(*config));
  std::erase_if(reports, [](const KvDiskReport& each) { return each.files == 0; });
  return print(options.json ? as_json(reports) : as_text(kv_folder_of(*config), reports));
}

int kv_clear(const KvOptions& options) {
  if (options.team.empty() && !options.all) {
    return fail("name a team with --team, or say --all", kWrongArguments);
  }
  const Result<Config> config = load(options);
  if (!config) return fail(config.error().message);
  const std::string folder = kv_folder_of(*config);
  const std::vector<std::string> teams = teams_of(*config);
  if (!options.all && std::find(teams.begin(), teams.end(), options.team) == teams.end()) {
    return fail("there is no team " + options.team + "; what others left goes with --all");
  }
  if (!KvDisk::clear(folder, options.team)) return fail("cannot delete all that is in " + folder);
  return print(folder + ": deleted what " + (options.all ? "all teams" : options.team) + " kept");
}

}  // namespace weir::cli
