// What each verb of the command line does. All return the exit code: 0 done, 1 it
// failed and standard error says why, 2 the arguments were wrong.
#pragma once

#include <optional>
#include <string>

namespace weir::cli {

struct ConfigOption {
  std::optional<std::string> path;  // --config
};

int serve(const ConfigOption& config, bool print_curl);
// `files`: also those that it names.
int validate(const ConfigOption& config, bool files);

struct ReportOptions {
  std::string team;
  std::string since;
  std::string until;
  std::string by = "model";
  bool json = false;
  bool csv = false;
};
int report(const ConfigOption& config, const ReportOptions& options);

int ledger_backup(const ConfigOption& config, const std::string& destination);
int ledger_check(const ConfigOption& config);
int why(const ConfigOption& config, const std::string& request_id);
int example_config();
std::string version_text();  // "weir 0.1.0"
int version();

}  // namespace weir::cli
