// The command line: verbs and their options, nothing else.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "router/cli/commands.h"
#include "router/cli/selftest.h"

namespace {

using weir::cli::ConfigOption;

void add_config(CLI::App* command, ConfigOption& config) {
  command->add_option(
      "-c,--config", config.path,
      "configuration file; default: $WEIR_CONFIG, else ./config.toml, else built-in");
}

int run(int argc, char** argv) {
  CLI::App app(
      "weir answers what a local model can answer and lets the rest pass to a cloud model.");
  app.require_subcommand(1);
  app.footer("Start here: weir serve --curl\nEvery key of the configuration: config.example.toml");
  ConfigOption config;
  int code = 0;

  bool print_curl = false;
  CLI::App* serve = app.add_subcommand("serve", "serve until SIGTERM; SIGHUP reloads");
  add_config(serve, config);
  serve->add_flag("--curl", print_curl, "print a request that works");
  serve->callback([&] { code = weir::cli::serve(config, print_curl); });

  CLI::App* validate =
      app.add_subcommand("validate", "check a configuration and say what is wrong");
  add_config(validate, config);
  validate->callback([&] { code = weir::cli::validate(config); });

  weir::cli::ReportOptions options;
  CLI::App* report = app.add_subcommand("report", "what was spent and saved, from the ledger");
  add_config(report, config);
  report->add_option("--team", options.team, "only this team");
  report->add_option("--since", options.since,
                     "2026-05-01, 2026-05-01T12:00:00Z, or a span: 7d, 24h");
  report->add_option("--until", options.until, "the same; rows before it");
  report->add_option("--by", options.by, "model, route, day, team or reason")
      ->capture_default_str();
  CLI::Option* json = report->add_flag("--json", options.json, "as JSON");
  report->add_flag("--csv", options.csv, "as CSV")->excludes(json);
  report->callback([&] { code = weir::cli::report(config, options); });

  std::string destination;
  CLI::App* ledger = app.add_subcommand("ledger", "the ledger file");
  ledger->require_subcommand(1);
  CLI::App* backup =
      ledger->add_subcommand("backup", "copy a consistent snapshot, also while serving");
  add_config(backup, config);
  backup->add_option("FILE", destination, "where to; must not exist")->required();
  backup->callback([&] { code = weir::cli::ledger_backup(config, destination); });
  CLI::App* check = ledger->add_subcommand("check", "integrity, and whether the books balance");
  add_config(check, config);
  check->callback([&] { code = weir::cli::ledger_check(config); });

  std::string request_id;
  CLI::App* why = app.add_subcommand("why", "the ledger's row of one request, as JSON");
  add_config(why, config);
  why->add_option("ID", request_id, "x-request-id of the answer")->required();
  why->callback([&] { code = weir::cli::why(config, request_id); });

  weir::cli::SelftestOptions golden;
  CLI::App* selftest =
      app.add_subcommand("selftest", "run a folder of golden data against this program");
  selftest->require_subcommand(1);
  for (const weir::cli::SelftestKind& kind : weir::cli::selftest_kinds()) {
    CLI::App* command = selftest->add_subcommand(kind.word, kind.about);
    command->add_option("DIR", golden.folder, "the folder, searched with all below it")->required();
    command->add_flag("--allow-unsupported", golden.allow_unsupported,
                      "do not fail for what this program does not support");
    command->callback([&] { code = weir::cli::selftest(kind, golden); });
  }

  app.add_subcommand("example-config", "print a configuration with every key, its default and why")
      ->callback([&] { code = weir::cli::example_config(); });
  app.add_subcommand("version", "the version of this program")->callback([&] {
    code = weir::cli::version();
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weir: %s\n", error.what());
    return 1;
  }
}
