// `weir policy`: what the configuration's teams, rules and patterns say of example requests.
#pragma once

#include <string>
#include <vector>

#include "router/cli/commands.h"

namespace weir::cli {

struct PolicyOptions {
  ConfigOption config;
  std::string file;  // test: a JSON object a line; explain: a body, "-" = standard input
  std::string team;
  std::string dialect = "openai";    // of explain, as in [[backend]] dialect
  std::vector<std::string> headers;  // of explain: "name: value"
  bool json = false;
};

// Every line {"name", "team", "dialect", "headers", "body", "expect"} is tried: `expect` names
// the ruling, and may name the rule and what is found. 1 if one is otherwise.
int policy_test(const PolicyOptions& options);

// Says the ruling, the rule, and how much of what is found; never the values.
int policy_explain(const PolicyOptions& options);

}  // namespace weir::cli
