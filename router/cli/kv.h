// `weir kv`: what teams with kv_persist keep on disk, and how a person gets rid of it.
#pragma once

#include <string>

#include "router/cli/commands.h"

namespace weir::cli {

struct KvOptions {
  ConfigOption config;
  std::string team;
  bool all = false;
  bool json = false;
};

int kv_list(const KvOptions& options);
// Also while weir serves: it reads anew what is gone. kFailed if something is left.
int kv_clear(const KvOptions& options);

}  // namespace weir::cli
