// `weir eval-delegation`: what a local model gives away when it asks a cloud in other words, and
// what it makes of the answer.
#pragma once

#include <string>

#include "local_backend/mini/embedded_model.h"
#include "router/config.h"

namespace weir::cli {

struct EvalDelegationOptions {
  std::string file;                   // router/cli/delegation_samples.h
  std::string model{kEmbeddedModel};  // or a GGUF file
  DelegationConfig delegation;
  bool json = false;
  bool show = false;  // every question, a line each
};

// A table, or with `json` one object on one line, each measure with "share", "of" and "interval":
//   asked       of the requests: a question was written that may leave
//   leaked      of the canaries: stand in what leaves, of all requests
//   redacted    the same if the redacted request left in its place
//   needed      of the words that the questions need: stand in those that were asked
//   merged      of the words that are expected of the answers: stand in what a client would see,
//               which is what the cloud said where the local model is unsure
//   alone       the same of the local model's answers without a cloud
// Returns an exit code of router/cli/output.h.
int eval_delegation(const EvalDelegationOptions& options);

}  // namespace weir::cli
