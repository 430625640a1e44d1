// `weir audit`: receipts, checked and looked up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/cli/commands.h"

namespace weir::cli {

// Where receipts are: in `state_dir`, or where the configuration says.
struct AuditPlace {
  ConfigOption config;
  std::string state_dir;
};

struct AuditVerifyOptions {
  AuditPlace place;
  std::vector<std::string> files;  // these instead, in this order; then the ledger is not asked
  std::string public_key;          // PEM file; empty = that of the place
  std::string head;
  std::string prev;
  bool no_ledger = false;
};
// 0: whole, and the ledger knows of no request without a receipt. 1: not so, and what.
int audit_verify(const AuditVerifyOptions& options);

struct AuditListOptions {
  AuditPlace place;
  std::string team;  // empty = all
  std::int64_t last = 20;
  bool json = false;  // the receipts themselves
};
int audit_list(const AuditListOptions& options);

// `which`: a request id or the number of a receipt.
int audit_show(const AuditPlace& place, const std::string& which);

// Prints the public key.
int audit_key(const AuditPlace& place);

}  // namespace weir::cli
