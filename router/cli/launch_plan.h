// What a client of language models needs so that it asks this weir: environment,
// arguments, and files of its own, never the user's. Pure.
//
// Source of what each client reads: its documentation, and tries with the versions in
// docs/clients.md.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/secret.h"

namespace weir::cli {

struct LaunchWish {
  std::string client;                  // codex, opencode, gemini, openclaw, claude, aider, or any
  std::vector<std::string> arguments;  // the user's own
  std::string url;                     // of weir: "http://127.0.0.1:8090"
  Secret key;                          // of weir; empty: a word that clients accept
  std::string model;                   // empty: the client's usual one
  std::string folder;                  // where files for the client may lie
  std::string no_proxy;                // NO_PROXY as it is
};

struct LaunchFile {
  std::string path;
  std::string text;
};

struct LaunchPlan {
  std::vector<std::string> command;                      // the program and its arguments
  std::vector<std::pair<std::string, std::string>> set;  // of the environment; the key among them
  std::vector<std::string> unset;
  std::vector<LaunchFile> files;
  std::vector<std::string> notes;  // for the user, a line each
};

// Of a client that is not known: as plan_exec().
LaunchPlan plan_launch(const LaunchWish& wish);
// The environment alone, for any command.
LaunchPlan plan_exec(const LaunchWish& wish);

// A place in the user's own files for what the plan passes, for --write; empty: the client
// has none, its environment is all.
struct OwnConfig {
  std::string path;  // below the home folder: ".codex/config.toml"
  std::string text;  // to be put there
};
OwnConfig own_config(const LaunchWish& wish);

// What would be done, for people: keys are masked.
std::string plan_text(const LaunchPlan& plan);

}  // namespace weir::cli
