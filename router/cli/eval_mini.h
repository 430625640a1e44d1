// `weir eval-mini`: how well a local model does small jobs, through engine and API.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "local_backend/mini/embedded_model.h"
#include "router/cli/small_jobs.h"

namespace weir::cli {

struct EvalMiniOptions {
  std::string model{kEmbeddedModel};  // or a GGUF file
  std::vector<std::string> tasks;  // files of jobs (router/cli/small_jobs.h); none: shipped_jobs()
  std::size_t max_tokens = 256;    // of one answer
  JobForm form = JobForm::kAsked;
  bool json = false;
  bool wrong = false;  // show the jobs that went wrong, a line each
};

// One answer after another, greedy. Returns an exit code of router/cli/output.h.
int eval_mini(const EvalMiniOptions& options);

}  // namespace weir::cli
