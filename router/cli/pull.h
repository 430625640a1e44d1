// `weir pull`: fetches a model file, once.
#pragma once

#include <string>

#include "router/cli/commands.h"

namespace weir::cli {

struct PullOptions {
  ConfigOption config;  // whose state_dir holds models/, unless `folder` is set
  std::string what;     // a URL, or the name of a model that was pulled before
  std::string folder;
  std::string sha256;  // 64 hex digits that the file must have
  bool list = false;   // show what was pulled
};

// Says where the file lies. A file that is there with the right hash is not fetched again.
// Ctrl-C keeps what came for the next time. Returns an exit code of router/cli/output.h.
int pull(const PullOptions& options);

}  // namespace weir::cli
