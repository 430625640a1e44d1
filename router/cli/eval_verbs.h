// The verbs that measure weir on sets of known answers, for the command line.
#pragma once

#include "router/cli/eval.h"
#include "router/cli/eval_delegation.h"
#include "router/cli/eval_mini.h"
#include "router/cli/eval_privacy.h"

namespace CLI {
class App;
}  // namespace CLI

namespace weir::cli {

struct EvalVerbs {
  EvalOptions difficulty;
  EvalMiniOptions mini;
  EvalPrivacyOptions privacy;
  EvalDelegationOptions delegation;
};

// `options` and `code` must live until `app` has parsed; a verb that runs sets *code.
void add_evals(CLI::App& app, EvalVerbs& options, int& code);

}  // namespace weir::cli
