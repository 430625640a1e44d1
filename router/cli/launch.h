// `weir launch CLIENT [args…]` and `weir exec -- cmd…`: a client of language models that
// asks the weir that serves here.
#pragma once

#include <string>
#include <vector>

#include "router/cli/commands.h"

namespace weir::cli {

struct LaunchOptions {
  ConfigOption config;  // tells where weir listens, and where files may lie
  std::string url;      // where it is instead
  std::string key;      // of weir; empty: that of the variable WEIR_API_KEY
  std::string model;
  bool write = false;    // into the client's own configuration, with a copy of what was there
  bool dry_run = false;  // say what would be done
  std::vector<std::string> command;  // the client and its arguments
};

// Replaces this process by the client, so signals and the exit code are the client's; returns only
// when that failed, or after --write and --dry-run. 1 if no weir answers.
int launch(const LaunchOptions& options);
// The same for any command: environment alone, even for a client that launch() knows.
int exec(const LaunchOptions& options);

}  // namespace weir::cli
