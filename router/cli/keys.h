// `weir keys`: the keys of teams. They work on the key store in state_dir without a running
// weir, and beside one, which takes changes over within a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/cli/commands.h"

namespace weir::cli {

struct NewKeyOptions {
  std::string team;  // only named in what is printed; may be empty
  bool json = false;
};

// Prints a key of 256 random bits and its configuration line. Nothing is written to
// a file: who loses the key makes another. kFailed without a random device.
int new_key(const NewKeyOptions& options);

struct KeysOptions {
  ConfigOption config;
  std::string id;  // of the key; where one is named
  bool json = false;
  std::int64_t grace_s = 86'400;  // of rotate
  // Of create.
  std::string team;
  std::string name;
  std::int64_t expires_in_s = 0;
  std::vector<std::string> scopes;
  std::vector<std::string> models;
  bool local_only = false;
  std::string daily_budget_usd;
  std::string monthly_budget_usd;
  std::int64_t requests_per_minute = 0;
  std::int64_t tokens_per_minute = 0;
  std::int64_t concurrent_requests = 0;
};

int keys_create(const KeysOptions& options);
int keys_list(const KeysOptions& options);
int keys_rotate(const KeysOptions& options);
int keys_revoke(const KeysOptions& options);
int keys_audit(const KeysOptions& options);

}  // namespace weir::cli
