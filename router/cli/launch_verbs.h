// `weir launch` and `weir exec` on the command line, whose ends are other programs' words.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "router/cli/launch.h"

namespace weir::cli {

// `options` and `code` outlive the parsing.
void add_launch(CLI::App& app, LaunchOptions& options, int& code);

// The arguments in reverse, as CLI11 takes them. The "--" of "exec -- cmd" ends the options of
// exec, which to CLI11 would be those of all verbs.
std::vector<std::string> words_of(int argc, char** argv);

}  // namespace weir::cli
